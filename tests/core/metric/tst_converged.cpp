// SPDX-License-Identifier: GPL-3.0-or-later
// The converged solution: closed forms where they exist, errors that fall with the steps, and
// refusals where nothing converges.
#include "core/metric/converged.h"
#include "core/metric/readouts.h"
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

SimulationPlan
planOf(const std::string& processKind, const std::string& sampler, int steps, double eta = 0)
{
    const auto path = process(processKind);
    auto plan =
        makePlan(makeMixture(referenceM1()), levelsOn(*path, "karras", steps), sampler, eta);
    plan.process = path;
    plan.particles = 400;
    return plan;
}

Result<ConvergedEnds> compared(const SimulationPlan& plan)
{
    WorkerPool pool(2);
    const auto run = simulate<float>(plan, pool);
    const auto components =
        endComponents(*plan.mixture, plan.levels.back(), run.trajectories, pool);
    return compareWithConverged(plan, run.trajectories, components, pool);
}

} // namespace

class TestConverged : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// One Gaussian: x_t = sqrt(v_t/v_T) x_T along the eigenvectors (theory O1).
    void isTheClosedFormOfOneGaussian_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"vp", "ve-edm", "rf"})
            QTest::newRow(kind) << kind;
    }
    void isTheClosedFormOfOneGaussian()
    {
        QFETCH(QString, kind);
        const auto path = process(kind.toStdString());
        auto plan = makePlan(makeMixture(isotropicMixture({Eigen::Vector2d(0, 0)}, 0.25)),
                             levelsOn(*path, "karras", 10),
                             "euler");
        plan.process = path;
        plan.particles = 64;
        const auto fine = convergedPlan(plan);
        QVERIFY(fine.ok());
        WorkerPool pool(1);
        const auto run = simulate<double>(*fine, pool);
        QCOMPARE(run.outcome.kind, Outcome::Kind::Completed);
        const auto variance = [](const PathCoefficients& level) {
            return level.alpha * level.alpha * 0.25 + level.sigma * level.sigma;
        };
        const double scale =
            std::sqrt(variance(plan.levels.back()) / variance(plan.levels.front()));
        const Eigen::MatrixXd start = statesAt(run.trajectories, 0);
        QVERIFY(largestDifference(statesAt(run.trajectories), scale * start) < 1e-6);
    }

    void errorsFallWithTheSteps()
    {
        for (const char* kind : {"vp", "rf"}) {
            double last = 1e9;
            for (const int steps : {10, 40, 160}) {
                const auto ends = compared(planOf(kind, "heun", steps));
                QVERIFY(ends.ok());
                QVERIFY2(ends->medianDistance < last / 4,
                         qPrintable(QStringLiteral("%1 K=%2: %3 after %4")
                                        .arg(kind)
                                        .arg(steps)
                                        .arg(ends->medianDistance)
                                        .arg(last)));
                last = ends->medianDistance;
                QCOMPARE(ends->distance.size(), std::size_t{400});
            }
            QVERIFY(last < 1e-3);
        }
    }

    void followsTheBrownianPath()
    {
        auto plan = planOf("vp", "euler-maruyama", 400, 1);
        QVERIFY(!compared(plan).ok()); // independent draws converge to nothing
        plan.noise = NoisePolicy::BrownianTree;
        const auto coarse = compared(planOf("vp", "euler-maruyama", 400, 0));
        const auto ends = compared(plan);
        QVERIFY(ends.ok() && coarse.ok());
        QVERIFY2(ends->medianDistance < 0.15, // a component's standard deviation is 0.5
                 qPrintable(QString::number(ends->medianDistance)));
    }

    void refusesWhatHasNoPath()
    {
        for (const char* sampler : {"langevin", "renoise"}) {
            auto plan = planOf("vp", sampler, 10);
            plan.noise = NoisePolicy::BrownianTree;
            const auto fine = convergedPlan(plan);
            QVERIFY2(!fine.ok(), sampler);
        }
        auto churned = planOf("ve-edm", "edm", 10);
        QVERIFY(convergedPlan(churned).ok());
        churned.sampler.values.set("churn", 10);
        QVERIFY(!convergedPlan(churned).ok());
    }

    void keepsOnlyTheEnd()
    {
        auto plan = planOf("rf", "heun", 12);
        WorkerPool pool(2);
        const auto all = simulate<double>(plan, pool);
        plan.keepOnlyEnd = true;
        const auto ends = simulate<double>(plan, pool);
        QCOMPARE(ends.trajectories.steps, 1);
        QCOMPARE(largestDifference(statesAt(ends.trajectories), statesAt(all.trajectories)), 0.0);
        QCOMPARE(largestDifference(statesAt(ends.trajectories, 0), statesAt(all.trajectories, 0)),
                 0.0);
    }
};

QTEST_APPLESS_MAIN(TestConverged)
#include "tst_converged.moc"
