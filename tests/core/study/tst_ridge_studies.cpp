// SPDX-License-Identifier: GPL-3.0-or-later
// Studies that follow a run along its way: the ridge window of exact runs is that of exact draws,
// and clones agree as the exact posterior says.
#include "core/metric/clocks.h"
#include "tests/support/compare.h"
#include "tests/support/studies.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

MixtureSpec ring(int points)
{
    std::vector<Eigen::VectorXd> places;
    for (int k = 0; k < points; ++k) {
        const double angle = 2 * std::acos(-1.) * k / points;
        places.push_back(2 * Eigen::Vector2d(std::cos(angle), std::sin(angle)));
    }
    MixtureSpec spec = isotropicMixture(places, 0);
    for (ComponentSpec& component : spec.components)
        component.classLabel = component.mean(0) > 0 ? 1 : 0;
    return spec;
}

Session runOf(MixtureSpec data, const std::string& sampler, double eta)
{
    Session session = oneLane(std::move(data),
                              1000,
                              {{"process", "ve-edm:horizon=20,stop=0.02"},
                               {"grid", "exponential:steps=60"},
                               {"sampler", sampler}});
    session.lanes[0].eta = eta;
    session.lanes[0].prior = 1;
    return session;
}

} // namespace

class TestRidgeStudies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anExactRunSeesTheRidgeAsExactDrawsDo()
    {
        const auto table =
            studied("ridge-window", runOf(ring(12), "heun", 0), {"timeline.position=0:1:11"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        const auto column = [&](const char* id) -> const Column& {
            return *table->find(std::string("lanes.0.") + id);
        };
        const Column &noise = column("noise"), &valid = column("valid");
        double most = 0;
        for (std::size_t row = 0; row < table->rows(); ++row) {
            if (row > 0)
                QVERIFY(noise.values[row] < noise.values[row - 1]);
            const double expected = column("valid.exact").values[row];
            // 5 standard errors of both, and the Heun steps of 60.
            const double tolerance = 5 * std::sqrt(2 * .25 / 1000) * (expected > 0 ? 1 : .1);
            COMPARE_CLOSE(valid.values[row], expected, 0, tolerance);
            COMPARE_CLOSE(column("agreement").values[row],
                          column("agreement.exact").values[row],
                          0,
                          5 * std::sqrt(2 * .0625 / 1000));
            most = std::max(most, expected);
        }
        QVERIFY(most > .6);
        QCOMPARE(valid.values.front(), 0.); // at sigma~ = 20 the ring is a blob
        QCOMPARE(valid.values.back(), 0.);  // at .02 it is points
        COMPARE_CLOSE(column("effective").values.back(), 1, 1e-3, 0);
        QCOMPARE(table->over, std::string("noise"));
    }

    void clonesOfAnSdeAgreeAsThePosteriorSays()
    {
        const auto table =
            studied("cloning", runOf(ring(12), "exponential", 1), {"timeline.position=0:1:6"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        const Column& measured = *table->find("lanes.0.agreement");
        const Column& exact = *table->find("lanes.0.agreement.exact");
        for (std::size_t row = 0; row < table->rows(); ++row)
            // 5 standard errors, and the bias of 60 steps of an SDE.
            COMPARE_CLOSE(measured.values[row], exact.values[row], .03, 5 * .5 / std::sqrt(1000.));
        COMPARE_CLOSE(exact.values.front(), .5, .01, 0);
        QCOMPARE(measured.values.back(), 1.);
    }

    void clonesOfAnOdeAreRefused()
    {
        const auto table =
            studied("cloning", runOf(ring(6), "heun", 0), {"timeline.position=0:1:2"});
        QVERIFY(table.ok());
        QVERIFY(std::isnan(table->find("lanes.0.agreement")->values.front()));
        QCOMPARE(table->notes.size(), std::size_t{1});
        QVERIFY(table->notes[0].find("ODE") != std::string::npos);
    }

    void theirOwnSweepIsThePlayHead()
    {
        for (const char* id : {"ridge-window", "cloning"}) {
            const auto own = (**findStudy(id)).defaultSweeps(defaultSession());
            QVERIFY(own.ok());
            QCOMPARE(own->front().key, std::string(kPlayHeadKey));
        }
        // Studies of whole runs refuse it in one sentence.
        const auto refused =
            studied("guidance-sweep", runOf(ring(6), "heun", 0), {"timeline.position=0:1:2"});
        QVERIFY(!refused.ok());
        QVERIFY(refused.error().message.find("play-head") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestRidgeStudies)
#include "tst_ridge_studies.moc"
