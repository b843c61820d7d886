// SPDX-License-Identifier: GPL-3.0-or-later
// The three situations of the centre mode, as theory §7 measured them, and the safe weight beside
// them.
#include "tests/support/compare.h"
#include "tests/support/studies.h"

#include <QtTest>

#include <cmath>

using namespace scorefield;

namespace {

/// Unit modes at 0 and ±m, the centre targeted; VP, T = 10, uniform in time to the very end, DDIM.
Session centreSession(double m)
{
    return test::oneLane(
        isotropicMixture({Eigen::Vector2d(0, 0), Eigen::Vector2d(-m, 0), Eigen::Vector2d(m, 0)}, 1),
        1000,
        {{"process", "vp:horizon=10"},
         {"grid", "uniform:steps=20,final=denoise"},
         {"sampler", "ddim"},
         {"guidance", "cfg:w=5,target=0"}});
}

Result<Table> run(const Session& session, const std::vector<std::string>& sweeps)
{
    return test::studied("phase-diagram", session, sweeps);
}

} // namespace

class TestPhaseDiagram : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theThreeSituations()
    {
        const Session session = centreSession(2);
        const auto table = run(session, {"lanes.0.guidance.w=5:50:10"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        const auto values = [&](const char* id) {
            return table->find(std::string("lanes.0.") + id)->values;
        };
        const auto convergent = values("convergent"), mixed = values("mixed"),
                   divergent = values("divergent");
        for (std::size_t row = 0; row < 10; ++row)
            COMPARE_CLOSE(convergent[row] + mixed[row] + divergent[row], 1, 0, 1e-12); // shares
        // §7, K = 20: w = 5 convergent, 20 mixed, 50 divergent.
        QVERIFY(convergent[0] > .95 && divergent[0] < .05);
        QVERIFY(mixed[3] > .1 && divergent[3] < .2);
        QVERIFY(divergent[9] > .9);
        // The place of the session itself is marked.
        QCOMPARE(table->columns[0].current, std::vector<double>{5});
    }

    void theSafeWeightIsTheBorderOfJumping()
    {
        // min_k w_safe = 2.23 for m = 4, K = 20 (§7). Below it nothing alternates; the populations
        // split much later.
        Session session = centreSession(4);
        const auto table = run(session, {"lanes.0.guidance.w=2:22:3"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        const auto& safe = table->find("lanes.0.safe_weight")->values;
        COMPARE_CLOSE(safe[0], 2.23, 5e-3, 0); // three digits
        QCOMPARE(safe[1], safe[0]);            // it does not depend on w
        QCOMPARE(table->find("lanes.0.period_two")->values[0], 0.);
        QVERIFY(table->find("lanes.0.period_two")->values[2] > .1);
        // More steps, more weight is safe; other samplers take other steps.
        const auto more = run(session, {"lanes.0.grid.steps=20:80:2"});
        QVERIFY(more->find("lanes.0.safe_weight")->values[1] > 1.5 * safe[0]);
        QVERIFY(setVariantText(session, 0, "sampler", "heun").ok());
        const auto other = run(session, {"lanes.0.guidance.w=2:2:1"});
        QVERIFY(std::isnan(other->find("lanes.0.safe_weight")->values[0]));
    }

    void itsOwnPlaneIsWeightAndSteps()
    {
        Session session = defaultSession();
        const auto& study = **findStudy("phase-diagram");
        const auto own = study.defaultSweeps(session);
        QVERIFY(own.ok());
        QCOMPARE(own->size(), std::size_t{2});
        QCOMPARE(own->at(0).key, std::string("lanes.*.guidance.w"));
        QCOMPARE(own->at(1).key, std::string("lanes.*.grid.steps"));
        session.lanes.resize(1);
        QVERIFY(setVariantText(session, 0, "guidance", "none").ok());
        QVERIFY(!study.defaultSweeps(session));
    }

    void marksKnowTheirLane()
    {
        Session session = defaultSession();
        session.particles.count = 20;
        QVERIFY(setParameterText(session, "lanes.1.guidance.w", "3").ok());
        const auto every = run(session, {"lanes.*.guidance.w=1:2:2"});
        QCOMPARE(every->columns[0].current, (std::vector<double>{0, 3}));
        const auto one = run(session, {"lanes.1.guidance.w=1:2:2", "particles.count=20:30:2"});
        QVERIFY(std::isnan(one->columns[0].current[0]));
        QCOMPARE(one->columns[0].current[1], 3.);
        QCOMPARE(one->columns[1].current, (std::vector<double>{20, 20}));
    }
};

QTEST_APPLESS_MAIN(TestPhaseDiagram)
#include "tst_phase_diagram.moc"
