// SPDX-License-Identifier: GPL-3.0-or-later
// Feynman-Kac corrected guidance follows the tilt p_c^w p_u^(1-w), at any stochasticity, with and
// without exchanges on the way.
#include "tests/support/guidance.h"
#include "tests/support/guided.h"

#include <QtTest>

#include <cmath>
#include <set>

using namespace scorefield;
using namespace scorefield::test;

namespace {

struct Moments {
    double mean = 0, variance = 0,
           effective = 0; ///< effective: sample size before the last exchange
};

double effectiveSize(const std::vector<double>& logWeights)
{
    double sum = 0, squares = 0;
    for (const double value : logWeights) {
        sum += std::exp(value);
        squares += std::exp(2 * value);
    }
    return sum * sum / squares;
}

SimulationPlan tiltedPlan(std::shared_ptr<const GaussianMixture> mixture,
                          std::vector<PathCoefficients> levels,
                          double w,
                          double threshold,
                          double eta)
{
    SimulationPlan plan = makePlan(std::move(mixture), std::move(levels), "exponential", eta);
    plan.guidance = rule("feynman-kac", {{"w", w}, {"threshold", threshold}}, 0, 0);
    plan.particles = 4000;
    plan.seed = 11;
    return plan;
}

Moments momentsOf(const SimulationPlan& plan)
{
    WorkerPool pool(2);
    const auto run = simulate<double>(plan, pool);
    if (run.outcome.kind != Outcome::Kind::Completed || run.logWeights.size() != plan.particles)
        return {std::nan(""), std::nan(""), 0};
    const Eigen::ArrayXd x = statesAt(run.trajectories).col(0).array();
    return {x.mean(), (x - x.mean()).square().mean(), effectiveSize(run.logWeights)};
}

} // namespace

class TestFeynmanKac : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bradleyPair_data()
    {
        QTest::addColumn<double>("w");
        QTest::addColumn<double>("eta");
        QTest::addColumn<double>("threshold");
        for (const double w : {2., 3.}) {
            QTest::addRow("w=%g sde, weights alone", w) << w << 1. << 0.;
            QTest::addRow("w=%g sde, exchanges", w) << w << 1. << .5;
            QTest::addRow("w=%g ode, weights alone", w) << w << 0. << 0.;
            QTest::addRow("w=%g half", w) << w << .5 << 0.;
        }
    }

    /// The tilt of N(0, 1) against N(0, 2) is N(0, 2/(w + 1)); plain guidance ends below.
    void bradleyPair()
    {
        QFETCH(double, w);
        QFETCH(double, eta);
        QFETCH(double, threshold);
        const auto path = process("ve-edm", {{"horizon", 20}});
        const auto levels = levelsOn(*path, "karras", 500);
        const Moments found =
            momentsOf(tiltedPlan(gaussianPair(0, 1, 0, 2), levels, w, threshold, eta));
        const double expected = 2 / (w + 1);
        QVERIFY(found.effective > 500);
        // 5 standard errors of the effective sample, and 500 steps of first order.
        COMPARE_CLOSE(found.variance, expected, 5 * std::sqrt(2 / found.effective) + .02, 0);
        COMPARE_CLOSE(found.mean, 0, 0, 5 * std::sqrt(expected / found.effective));
        SimulationPlan plain = tiltedPlan(gaussianPair(0, 1, 0, 2), levels, w, 0, eta);
        plain.guidance = anyWeight(w, 0);
        WorkerPool pool(2);
        const Eigen::ArrayXd x =
            statesAt(simulate<double>(plain, pool).trajectories).col(0).array();
        QVERIFY(x.square().mean() < .92 * expected);
    }

    void mixturesFollowTheTilt_data()
    {
        QTest::addColumn<int>("prior");
        QTest::addColumn<double>("threshold");
        QTest::newRow("gaussian start") << int(Prior::Gaussian) << .5;
        QTest::newRow("exact start") << int(Prior::Exact) << .5;
        QTest::newRow("short, gaussian start, weights alone") << int(Prior::Gaussian) << 0.;
    }

    /// Against quadrature, from a start with so little noise that its law matters.
    void mixturesFollowTheTilt()
    {
        QFETCH(int, prior);
        QFETCH(double, threshold);
        const auto mixture = lineOfModes({1, -1, .2}, {1, .7, 1.1});
        const auto path = process("ve-edm", {{"horizon", 3}});
        const double w = 3;
        double total = 0, mean = 0, square = 0;
        for (int i = 0; i <= 4000; ++i) {
            const double x = -10 + 20. * i / 4000;
            double c = 0, u = 0;
            for (const auto& component : mixture->components()) {
                const double variance = component.eigenvalues(0), y = x - component.mean(0);
                const double p = std::exp(-y * y / (2 * variance)) / std::sqrt(variance);
                u += p;
                c += component.classLabel == 0 ? p : 0;
            }
            const double p = std::pow(c, w) * std::pow(u, 1 - w);
            total += p;
            mean += p * x;
            square += p * x * x;
        }
        mean /= total;
        const double variance = square / total - mean * mean;
        SimulationPlan plan = tiltedPlan(mixture, levelsOn(*path, "karras", 120), w, threshold, 1);
        plan.prior = static_cast<Prior>(prior);
        const Moments found = momentsOf(plan);
        const double size = std::min(found.effective, .4 * 4000); // exchanges on the way
        QVERIFY(found.effective > 500);
        COMPARE_CLOSE(found.mean, mean, 0, 5 * std::sqrt(variance / size) + .005);
        COMPARE_CLOSE(found.variance, variance, 5 * std::sqrt(3 / size) + .01, 0);
    }

    void sameOnAnyNumberOfThreads()
    {
        const auto mixture = makeMixture(referenceM1());
        for (const double eta : {0., 1.}) {
            SimulationPlan plan =
                tiltedPlan(mixture, levelsOn(*process("vp"), "karras", 25), 4, .5, eta);
            plan.particles = 1003; // not a multiple of the padding
            WorkerPool one(1), four(4);
            const auto a = simulate<float>(plan, one), b = simulate<float>(plan, four);
            QVERIFY(a.outcome.kind == Outcome::Kind::Completed);
            QVERIFY(a.trajectories.values == b.trajectories.values);
            QCOMPARE(a.logWeights.size(), std::size_t(1003));
            QVERIFY(a.logWeights == b.logWeights);
        }
    }

    /// The stored paths are those of the survivors: with the ODE every row is one solution from its
    /// start.
    void trailsAreLineages()
    {
        const auto mixture = makeMixture(referenceM1());
        SimulationPlan plan = tiltedPlan(mixture, levelsOn(*process("vp"), "karras", 30), 3, .9, 0);
        plan.particles = 300;
        WorkerPool pool(2);
        const auto run = simulate<double>(plan, pool);
        const Eigen::MatrixXd start = statesAt(run.trajectories, 0);
        std::set<double> starts(start.col(0).data(), start.col(0).data() + 300);
        QVERIFY(starts.size() < 290); // some have several descendants
        plan.guidance = anyWeight(3, 0);
        SimulationInputs inputs;
        inputs.start = start;
        const auto plain = simulate<double>(plan, pool, {}, inputs);
        for (const int step : {0, 7, 20, 30})
            // The same operations but for the order of sums in the field.
            QVERIFY(largestDifference(statesAt(run.trajectories, step),
                                      statesAt(plain.trajectories, step))
                    < 1e-9);
    }

    void withoutPenaltyNothingIsExchanged()
    {
        const auto mixture = makeMixture(referenceM1());
        for (const double w : {0., 1.}) {
            SimulationPlan plan =
                tiltedPlan(mixture, levelsOn(*process("vp"), "karras", 15), w, .5, 1);
            plan.prior = w == 1 ? Prior::Exact : Prior::Gaussian;
            plan.particles = 200;
            WorkerPool pool(1);
            const auto run = simulate<double>(plan, pool);
            double spread = 0;
            for (const double value : run.logWeights)
                spread = std::max(spread, std::abs(value));
            if (w == 1)
                QCOMPARE(spread, 0.);
            else // the start law alone
                QVERIFY(spread > 0 && spread < .1);
        }
    }
};

QTEST_APPLESS_MAIN(TestFeynmanKac)
#include "tst_feynman_kac.moc"
