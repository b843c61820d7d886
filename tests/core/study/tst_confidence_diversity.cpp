// SPDX-License-Identifier: GPL-3.0-or-later
// Confidence against diversity: the exact entropies of the theory's table, the tilt beside them,
// and what is missing where a rule has no density.
#include "tests/support/compare.h"
#include "tests/support/studies.h"

#include <QtTest>

#include <cmath>
#include <numbers>

using namespace scorefield;

namespace {

/// Two unit Gaussians at -1 and 1, the second one targeted: theory §10b, G2, in two dimensions.
Session pairSession()
{
    return test::oneLane(isotropicMixture({Eigen::Vector2d(-1, 0), Eigen::Vector2d(1, 0)}, 1),
                         2000,
                         {{"process", "vp:horizon=10"},
                          {"grid", "karras:steps=60,final=stop"},
                          {"sampler", "heun"},
                          {"guidance", "cfg:w=1,target=1"}});
}

Result<Table> run(const Session& session, const std::vector<std::string>& sweeps)
{
    return test::studied("confidence-diversity", session, sweeps);
}

} // namespace

class TestConfidenceDiversity : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void itFollowsTheTable()
    {
        const auto table = run(pairSession(), {"lanes.0.guidance.w=1:16:5:log"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        QVERIFY(table->notes.empty());
        const auto column = [&](const char* id) {
            return *table->find(std::string("lanes.0.") + id);
        };
        // G2, exact ODE; across the line between the modes the class's own N(0, 1) stays.
        const double across = std::log(2 * std::numbers::pi * std::numbers::e) / 2;
        const double confidence[] = {.77368, .91904, .98395, .99767, .99979};
        const double entropy[] = {1.4189, 1.1357, .8639, .6842, .5746};
        for (std::size_t row = 0; row < 5; ++row) {
            // 5 standard errors; Heun on 60 steps and the stop at delta are below 2e-3.
            COMPARE_CLOSE(column("confidence").values[row],
                          confidence[row],
                          0,
                          5 * column("confidence").errors[row] + 1e-3);
            COMPARE_CLOSE(column("entropy").values[row],
                          entropy[row] + across,
                          0,
                          5 * column("entropy").errors[row] + 2e-3);
            COMPARE_CLOSE(column("shortfall.tilt").values[row],
                          1 - column("confidence.tilt").values[row],
                          0,
                          1e-12); // the same number
        }
        // w = 1 is the class, for the tilt as well: E P = .7752, by which the ODE falls short for
        // its prior.
        COMPARE_CLOSE(column("confidence.tilt").values[0], .7752, 0, 1e-4);
        COMPARE_CLOSE(column("entropy.tilt").values[0], 2 * across, 0, 1e-6);
        COMPARE_CLOSE(
            column("pairwise_distance.tilt").values[0], std::sqrt(std::numbers::pi), 1e-3, 0);
        for (const char* id : {"entropy", "confidence", "pairwise_distance"})
            COMPARE_CLOSE(column((std::string(id) + ".exact").c_str()).values[0],
                          column((std::string(id) + ".tilt").c_str()).values[0],
                          0,
                          5 * column((std::string(id) + ".exact").c_str()).errors[0] + 2e-3);
        // Guidance is surer than the tilt it is taken for, and leaves less: Bradley, Nakkiran.
        for (const std::size_t row : {2U, 3U, 4U}) {
            QVERIFY(column("confidence").values[row]
                    > column("confidence.tilt").values[row] + 5 * column("confidence").errors[row]);
            QVERIFY(column("entropy").values[row]
                    < column("entropy.tilt").values[row] - 3 * column("entropy").errors[row]);
        }
    }

    void bradleysTiltIsWider()
    {
        // Class N(0, 1), guide N(0, 2), the rest of the mixture: entropies of N(0, 2^(1-w)) and
        // N(0, 2/(w + 1)) per axis.
        Session session = pairSession();
        MixtureSpec spec;
        spec.components.push_back({1e-12, Eigen::Vector2d::Zero(), Eigen::Matrix2d::Identity(), 1});
        spec.components.push_back({1, Eigen::Vector2d::Zero(), 2 * Eigen::Matrix2d::Identity(), 0});
        session.data = spec;
        const auto table = run(session, {"lanes.0.guidance.w=3:5:2"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        const double unit = std::log(2 * std::numbers::pi * std::numbers::e);
        for (std::size_t row = 0; row < 2; ++row) {
            const double w = row == 0 ? 3 : 5;
            const Column& entropy = *table->find("lanes.0.entropy");
            // The horizon of 10 leaves e^-10 of the guide's variance.
            COMPARE_CLOSE(entropy.values[row],
                          unit + (1 - w) * std::log(2.),
                          0,
                          5 * entropy.errors[row] + 3e-3);
            COMPARE_CLOSE(table->find("lanes.0.entropy.tilt")->values[row],
                          unit + std::log(2 / (w + 1)),
                          0,
                          1e-6);
        }
    }

    void whatIsNotKnownIsSaid()
    {
        Session session = defaultSession();
        session.particles.count = 60;
        QVERIFY(setVariantText(session, 0, "guidance", "apg:w=2,target=1").ok());
        QVERIFY(setVariantText(session, 1, "guidance", "none").ok());
        const auto table = run(session, {"lanes.0.grid.steps=8:8:1"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        QCOMPARE(table->notes.size(), std::size_t{2});
        QVERIFY(table->notes[0].starts_with("lanes.0: no exact density"));
        QVERIFY(table->notes[1].starts_with("lanes.1: without a class"));
        QVERIFY(std::isfinite(table->find("lanes.0.confidence")->values[0]));
        QVERIFY(std::isfinite(table->find("lanes.0.confidence.tilt")->values[0]));
        QVERIFY(std::isnan(table->find("lanes.0.entropy")->values[0]));
        QVERIFY(std::isnan(table->find("lanes.1.confidence")->values[0]));
    }

    void itsOwnSweepIsOfEveryLane()
    {
        const auto own = (**findStudy("confidence-diversity")).defaultSweeps(defaultSession());
        QVERIFY(own.ok());
        QCOMPARE(own->size(), std::size_t{1});
        QCOMPARE(own->front().key, std::string("lanes.*.guidance.w"));
        QCOMPARE(own->front().values.front(), 1.);
    }
};

QTEST_APPLESS_MAIN(TestConfidenceDiversity)
#include "tst_confidence_diversity.moc"
