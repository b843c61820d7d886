// SPDX-License-Identifier: GPL-3.0-or-later
// The safe-region rule: the measured table of §7 with the rule itself, and the Jacobians behind the
// bound per particle.
#include "core/field/mean_slopes.h"
#include "core/field/safe_weight.h"
#include "core/mixture/noised_mixture.h"
#include "tests/support/guidance.h"
#include "tests/support/guided.h"

#include <Eigen/Eigenvalues>

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

std::vector<PathCoefficients> uniformLevels(double T, int steps)
{
    std::vector<double> times;
    for (int k = 0; k <= steps; ++k)
        times.push_back(T * (steps - k) / steps);
    return levelsAtTimes(*process("vp"), times).value();
}

enum { Safe, Clip, Truncate };

/// Confidence and deviation of the centre of 0, ±m, guided from 2000 quantiles (§7).
struct Centre {
    double confidence = 0, deviation = 0;
};
Centre runCentre(double m, const Settings& settings, int steps = 20)
{
    const auto mixture = lineOfModes({0, -m, m}, {1, 1, 1});
    SimulationPlan plan = makePlan(mixture, uniformLevels(10, steps), "ddim");
    plan.guidance = rule("safe-region", settings, 0, 0);
    SimulationInputs inputs;
    inputs.start = plan.levels.front().sigma * normalQuantiles(2000).transpose();
    WorkerPool pool(2);
    const auto run = simulate<double>(plan, pool, {}, inputs);
    if (run.outcome.kind != Outcome::Kind::Completed)
        return {std::nan(""), std::nan("")};
    const Eigen::MatrixXd x = statesAt(run.trajectories);
    const NoisedMixture clean(*mixture, 1, 0);
    Centre centre;
    for (Eigen::Index i = 0; i < x.rows(); ++i)
        centre.confidence += clean.classPosterior(x.row(i).transpose())(0) / 2000;
    centre.deviation = std::sqrt((x.array() - x.mean()).square().mean());
    return centre;
}

} // namespace

class TestSafeRegion : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void measuredTable_data() // m = 2, K = 20, nominal w = 50
    {
        QTest::addColumn<int>("variant");
        QTest::addColumn<double>("kappa");
        QTest::addColumn<double>("confidence");
        QTest::addColumn<double>("deviation");
        QTest::newRow("safe") << int(Safe) << 1. << .7870 << 0.;
        QTest::newRow("clipped") << int(Clip) << 1. << .7870 << 0.;
        QTest::newRow("truncated") << int(Truncate) << 1. << .785 << .072;
        QTest::newRow("twice") << int(Safe) << 2. << .746 << .351;
        QTest::newRow("four times") << int(Safe) << 4. << .027 << 2.80;
    }

    void measuredTable()
    {
        QFETCH(int, variant);
        QFETCH(double, kappa);
        QFETCH(double, confidence);
        QFETCH(double, deviation);
        const Centre centre =
            runCentre(2, {{"variant", variant}, {"kappa", kappa}, {"w", 50}, {"bound", 0}});
        // Units of the last digits given.
        COMPARE_CLOSE(centre.confidence, confidence, 0, 6e-4);
        COMPARE_CLOSE(centre.deviation, deviation, 0, deviation > 1 ? 6e-3 : 6e-4);
    }

    void weightsFollowTheBound()
    {
        const auto mixture = lineOfModes({0, -2, 2}, {1, 1, 1});
        const auto levels = uniformLevels(10, 20);
        const auto safe = safeWeights(*mixture, 0, levels);
        const auto weights = [&](int variant, double kappa) {
            const auto made = guidanceForRun(
                rule("safe-region",
                     {{"variant", variant}, {"kappa", kappa}, {"w", 7}, {"bound", 0}},
                     0,
                     0),
                {levels, mixture});
            QVERIFY2(made->isLinear(), "");
            for (std::size_t k = 0; k < safe.size(); ++k) {
                const double limit = std::min(1e6, 1 + kappa * (safe[k] - 1));
                const double expected = variant == Safe   ? limit
                                        : variant == Clip ? std::min(7., limit)
                                        : limit < 7       ? 1
                                                          : 7;
                QCOMPARE(made->weight(levels[k]), expected);
            }
        };
        for (const int variant : {Safe, Clip, Truncate})
            for (const double kappa : {0., 1., 3.})
                weights(variant, kappa);
    }

    /// With the bound per particle nothing splits either, and guidance is at least as strong where
    /// particles are.
    void boundPerParticle()
    {
        const Centre clipped =
            runCentre(2, {{"variant", Clip}, {"kappa", 1}, {"w", 50}, {"bound", 1}});
        COMPARE_CLOSE(clipped.confidence, .7870, 0, 6e-4);
        QVERIFY(clipped.deviation < 1e-3);
    }

    void largestStepsTurnNothingAround_data()
    {
        QTest::addColumn<int>("dimension");
        QTest::addColumn<double>("share");
        for (const int d : {1, 2, 3})
            for (const double r : {0., .5, .9})
                QTest::addRow("%d dimensions, r = %g", d, r) << d << r;
    }

    /// Against the posterior covariances of the readable oracle, and their eigenvalues.
    void largestStepsTurnNothingAround()
    {
        QFETCH(int, dimension);
        QFETCH(double, share);
        const auto mixture = makeMixture(randomMixture(5, dimension, 5, dimension, 2));
        const auto ofClass = mixture->conditional(1).value();
        const MeanSlopes slopes(mixture, 1);
        const PathCoefficients level{0, .8, .7, 0, 0};
        const double noise = level.sigmaTilde() * level.sigmaTilde();
        const Block<double> x = points(*mixture, level);
        Eigen::ArrayXd largest;
        slopes.largestSteps(level, x, share, largest);
        int finite = 0;
        for (Eigen::Index i = 0; i < x.rows(); ++i) {
            const Eigen::VectorXd at = x.row(i).transpose();
            const Eigen::MatrixXd c =
                NoisedMixture(ofClass, level.alpha, level.sigma).posteriorCovariance(at) / noise;
            const Eigen::MatrixXd u =
                NoisedMixture(*mixture, level.alpha, level.sigma).posteriorCovariance(at) / noise;
            const auto least = [&](double v) {
                const Eigen::MatrixXd J = share * Eigen::MatrixXd::Identity(dimension, dimension)
                                          + (1 - share) * (c - v * (u - c));
                return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(J).eigenvalues().minCoeff();
            };
            if (std::isinf(largest(i)) || largest(i) > 1e6) {
                QVERIFY(least(100) > -1e-3);
                continue;
            }
            ++finite;
            // The smallest eigenvalue is 0 at the bound; rounding of v (u - c).
            COMPARE_CLOSE(least(largest(i)), 0, 0, 1e-9 * (1 + largest(i)));
            QVERIFY(least(.9 * largest(i)) > 0);
        }
        QVERIFY(finite > 5);
    }
};

QTEST_APPLESS_MAIN(TestSafeRegion)
#include "tst_safe_region.moc"
