// SPDX-License-Identifier: GPL-3.0-or-later
// The studies of trained networks: what they measure follows the theory, and one training serves
// all rows.
#include "tests/support/compare.h"
#include "tests/support/studies.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

MixtureSpec twoPoints()
{
    MixtureSpec spec;
    spec.dimension = 2;
    for (const double x : {-3., 3.})
        spec.components.push_back(
            {.5, Eigen::Vector2d(x, 0), Eigen::Matrix2d::Zero(), x < 0 ? 0 : 1});
    return spec;
}

Session networkSession(const std::string& error)
{
    return oneLane(twoPoints(),
                   300,
                   {{"process", "ou:horizon=10"},
                    {"grid", "exponential:steps=60,final=stop"},
                    {"sampler", "exponential"},
                    {"error", error}});
}

const char* const kNetwork = "random-features:width=128,frequencies=16,horizon=8";

const std::vector<double>& column(const Table& table, const std::string& id)
{
    const Column* found = table.find(id);
    if (found == nullptr)
        std::abort(); // a mistake in the test
    return found->values;
}

} // namespace

class TestTrainingStudies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void trainingCurvesComeApart()
    {
        Session session = networkSession(kNetwork);
        session.timeline.position = .6;
        const auto table =
            studied("training-curves", session, {"lanes.0.error.tau=1:100000:6:log"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        const auto& optNormal = column(*table, "lanes.0.opt_normal");
        const auto& loss = column(*table, "lanes.0.loss");
        for (std::size_t row = 0; row < 6; ++row) {
            QVERIFY(column(*table, "lanes.0.arch_normal")[row] < 1e-12); // collinear
            QCOMPARE(column(*table, "lanes.0.arch_tangent")[row],
                     column(*table, "lanes.0.arch_tangent")[0]); // no matter when
            QVERIFY(loss[row] > column(*table, "lanes.0.loss.exact")[row]);
            // All of the normal error is training that is not done; rounding of 1e-12 beside it.
            COMPARE_CLOSE(column(*table, "lanes.0.normal")[row], optNormal[row], 1e-9, 1e-11);
            if (row > 0) {
                QVERIFY(optNormal[row] < optNormal[row - 1]);
                QVERIFY(loss[row] < loss[row - 1]);
            }
        }
        QVERIFY(table->find("lanes.0.noise")->values[0] > 0);
    }

    void trainingCurvesFollowThePlayHead()
    {
        const auto table =
            studied("training-curves", networkSession(kNetwork), {"timeline.position=.3:.9:3"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        const auto& noise = column(*table, "lanes.0.noise");
        QVERIFY(noise[0] > noise[1] && noise[1] > noise[2]);
        QVERIFY(column(*table, "lanes.0.arch_tangent")[0]
                != column(*table, "lanes.0.arch_tangent")[1]);
    }

    void sharesAddUpAndTheModesFill()
    {
        Session session = networkSession(kNetwork);
        session.lanes[0].eta = 1;
        const auto table = studied("inter-mode", session, {"lanes.0.error.tau=2:20000:3:log"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        const auto& near = column(*table, "lanes.0.near");
        for (std::size_t row = 0; row < 3; ++row)
            COMPARE_CLOSE(near[row] + column(*table, "lanes.0.between")[row]
                              + column(*table, "lanes.0.off")[row],
                          1,
                          1e-12,
                          0);
        QVERIFY(near[2] > near[0] + .2);
        QVERIFY(column(*table, "lanes.0.offset")[2] < column(*table, "lanes.0.offset")[0]);
        QCOMPARE(table->find("lanes.0.near")->errors.size(), std::size_t(3));
    }

    /// Of the exact score everything is at the modes.
    void exactScoresEndAtModes()
    {
        Session session = networkSession("none");
        const auto table = studied("inter-mode", session, {"lanes.0.grid.steps=60:60:1"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        COMPARE_CLOSE(column(*table, "lanes.0.near")[0], 1, 0, 1e-12);
    }

    void oneTrainingServesAllRows()
    {
        const Session session = networkSession("random-features:width=16,frequencies=2");
        int trainings = 0;
        double last = 1;
        WorkerPool pool(2);
        const auto table = runStudy(
            **findStudy("inter-mode"), session, {}, pool, {}, {}, {.progress = [&](double share) {
                trainings += share < last ? 1 : 0;
                last = share;
            }});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        QVERIFY(table->rows() > 10);
        QCOMPARE(trainings, 1);
    }

    void sessionsWithoutNetworksAreRefused()
    {
        WorkerPool pool(1);
        for (const char* id : {"inter-mode", "training-curves"}) {
            const auto table = runStudy(**findStudy(id), networkSession("none"), {}, pool);
            QVERIFY(!table.ok());
            QVERIFY(table.error().message.find("random-features") != std::string::npos);
        }
    }
};

QTEST_GUILESS_MAIN(TestTrainingStudies)
#include "tst_training_studies.moc"
