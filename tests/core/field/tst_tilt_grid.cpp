// SPDX-License-Identifier: GPL-3.0-or-later
// The noised tilt on a grid: against closed forms, quadrature, and the law that runs end in.
#include "core/field/tilt_grid.h"
#include "tests/support/guidance.h"
#include "tests/support/guided.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

/// log p_c^w p_u^(1-w) of isotropic components of deviation s, to a constant.
double logTilt(const GaussianMixture& mixture, int target, double w, const Eigen::VectorXd& x)
{
    double c = 0, u = 0;
    for (const auto& component : mixture.components()) {
        const double variance = component.eigenvalues(0);
        const double p = component.weight * std::pow(variance, -x.size() / 2.)
                         * std::exp(-(x - component.mean).squaredNorm() / (2 * variance));
        u += p;
        c += component.classLabel == target ? p : 0;
    }
    return w * std::log(c) + (1 - w) * std::log(u);
}

/// Mean and variance of the noised tilt's posterior in one dimension, by 40000 nodes.
double meanByQuadrature(const GaussianMixture& mixture, double w, double sigma, double X)
{
    double total = 0, sum = 0;
    for (int i = 0; i <= 40000; ++i) {
        const double x = -12 + 24. * i / 40000;
        const double weight = std::exp(logTilt(mixture, 0, w, Eigen::VectorXd::Constant(1, x))
                                       - (x - X) * (x - X) / (2 * sigma * sigma));
        total += weight;
        sum += weight * x;
    }
    return sum / total;
}

} // namespace

class TestTiltGrid : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agreesWithQuadrature()
    {
        const auto mixture = lineOfModes({1, -1, 2.5}, {1, .6, .8});
        for (const double w : {.5, 2., 6.}) {
            const TiltGrid grid(*mixture, 0, w);
            QVERIFY(grid.problem().empty());
            QVERIFY(grid.finestNoise() < .22);
            for (const double sigma : {.22, .5, .8, 2., 15.}) {
                Block<double> X(7, 1), mean(7, 1);
                X << -4, -1.3, 0, .4, 1, 2.2, 5;
                grid.denoise(sigma, X, mean);
                for (int i = 0; i < 7; ++i)
                    // Interpolation of the tables, and what is left of sums at the finest noise.
                    COMPARE_CLOSE(
                        mean(i, 0), meanByQuadrature(*mixture, w, sigma, X(i, 0)), 0, 1e-5);
            }
        }
    }

    /// Bradley's pair: the tilt of N(0, 1) and N(0, 2) is N(0, 2/(w + 1)).
    void gaussianPair_()
    {
        for (const double w : {2., 3., 7., 50.}) {
            const auto mixture = gaussianPair(0, 1, 0, 2);
            const TiltGrid grid(*mixture, 0, w);
            QVERIFY2(grid.problem().empty(), grid.problem().c_str());
            const double variance = 2 / (w + 1);
            Block<double> X(3, 1), mean(3, 1);
            for (const double sigma : {.22, .5, 3., 100.}) {
                QVERIFY(sigma >= grid.finestNoise());
                X << -2 * sigma, .3, 1 + sigma;
                grid.denoise(sigma, X, mean);
                for (int i = 0; i < 3; ++i)
                    COMPARE_CLOSE(
                        mean(i, 0), X(i, 0) * variance / (variance + sigma * sigma), 1e-6, 1e-7);
            }
        }
    }

    /// Tables and near sums are sums over all nodes, in two dimensions too, far outside as well.
    void tablesAreSums()
    {
        const auto mixture = makeMixture(referenceM1());
        const TiltGrid grid(*mixture, 1, 3);
        for (const double sigma : {.15, .4, 1., 6., 80.}) {
            QVERIFY(sigma >= grid.finestNoise());
            Block<double> X(40, 2), mean(40, 2);
            for (int i = 0; i < 40; ++i)
                for (int c = 0; c < 2; ++c)
                    X(i, c) = (2 + sigma) * testNormal(4, i, c) * (i < 4 ? 20 : 1);
            grid.denoise(sigma, X, mean);
            for (int i = 0; i < 40; ++i) {
                const Eigen::Vector2d expected =
                    grid.denoisedAt(sigma, X.row(i).transpose().matrix());
                const double error = (mean.row(i).transpose().matrix() - expected).norm();
                // Cubic interpolation between 128 nodes.
                QVERIFY2(error < 5e-4, qPrintable(QStringLiteral("%1 %2").arg(sigma).arg(error)));
            }
        }
    }

    /// Below the finest noise of the grid the expansion takes over: no step, and the score of the
    /// tilt at the end.
    void finestNoiseIsSeamless()
    {
        const auto mixture = lineOfModes({1, -1, 2.5}, {1, .6, .8});
        const double w = 4;
        const auto levels = someLevels("ve-edm");
        const auto bound = guidanceForRun(rule("exact-tilt", {{"w", w}}, 0, 0), {levels, mixture});
        const auto field = makeExactField<double>(mixture, bound, levels);
        for (const double sigma : {.03, .1, .15}) {
            Block<double> x(5, 1);
            x << -.5, 0, .6, 1.2, 2;
            const Block<double> D = denoised(*field, {sigma, 1, sigma, 0, 1}, x);
            for (int i = 0; i < 5; ++i)
                // Of the step D - x, to the order sigma^2.
                COMPARE_CLOSE(D(i, 0) - x(i, 0),
                              meanByQuadrature(*mixture, w, sigma, x(i, 0)) - x(i, 0),
                              .02 + 4 * sigma * sigma,
                              1e-3 * sigma);
        }
    }

    /// Runs end in the tilt itself, which plain guidance misses by far.
    void runsEndInTheTilt()
    {
        const auto mixture =
            makeMixture(isotropicMixture({Eigen::Vector2d(1, 0), Eigen::Vector2d(-1, 0)}, 1));
        SimulationPlan plan = makePlan(mixture, levelsOn(*process("vp"), "karras", 40), "heun");
        plan.guidance = rule("exact-tilt", {{"w", 4}}, 0, 0);
        plan.particles = 4000;
        plan.seed = 3;
        WorkerPool pool(2);
        const auto run = simulate<double>(plan, pool);
        QVERIFY2(run.outcome.kind == Outcome::Kind::Completed, run.outcome.message.c_str());
        double total = 0, mean = 0, square = 0;
        for (int i = 0; i <= 4000; ++i) {
            const double x = -10 + 20. * i / 4000;
            const double p = std::exp(logTilt(*mixture, 0, 4, Eigen::Vector2d(x, 0)));
            total += p;
            mean += p * x;
            square += p * x * x;
        }
        mean /= total;
        const double variance = square / total - mean * mean;
        const Eigen::MatrixXd x = statesAt(run.trajectories);
        // 5 standard errors.
        COMPARE_CLOSE(x.col(0).mean(), mean, 0, 5 * std::sqrt(variance / 4000));
        COMPARE_CLOSE((x.col(0).array() - x.col(0).mean()).square().mean(),
                      variance,
                      5 * std::sqrt(2. / 4000),
                      0);
        COMPARE_CLOSE(x.col(1).mean(), 0, 0, 5 / std::sqrt(4000.));
        COMPARE_CLOSE(x.col(1).array().square().mean(), 1, 5 * std::sqrt(2. / 4000), 0);
        plan.guidance = guided(4, 0);
        const auto plain = statesAt(simulate<double>(plan, pool).trajectories);
        QVERIFY(std::abs(plain.col(0).mean() - mean) > 20 * std::sqrt(variance / 4000));
    }

    void whatAGridCannotHold()
    {
        WorkerPool pool(1);
        const auto refusal = [&](const MixtureSpec& spec, double w) {
            SimulationPlan plan =
                makePlan(makeMixture(spec), levelsOn(*process("vp"), "karras", 5), "ddim");
            plan.guidance = rule("exact-tilt", {{"w", w}});
            const auto run = simulate<double>(plan, pool);
            return run.outcome.kind == Outcome::Kind::Refused ? run.outcome.message
                                                              : std::string("ran");
        };
        QVERIFY(refusal(randomMixture(1, 3, 4, 3), 3).find("3") != std::string::npos);
        QVERIFY(refusal(randomMixture(1, 2, 4, 1), 3).find("extent") != std::string::npos);
        auto dots = isotropicMixture(
            {Eigen::Vector2d(0, 0), Eigen::Vector2d(500, 0), Eigen::Vector2d(100, 100)}, 1e-4);
        dots.components[2].classLabel = 1;
        QVERIFY(refusal(dots, 3).find("narrow") != std::string::npos);
        QCOMPARE(refusal(randomMixture(1, 3, 4, 3), 1), std::string("ran")); // no grid needed
        QCOMPARE(refusal(referenceM1(), 3), std::string("ran"));
    }
};

QTEST_APPLESS_MAIN(TestTiltGrid)
#include "tst_tilt_grid.moc"
