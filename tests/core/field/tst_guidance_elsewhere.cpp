// SPDX-License-Identifier: GPL-3.0-or-later
// Rules that ask the means elsewhere, remember, or act between steps, against their published form
// written out by hand: characteristic, Rectified-CFG++, feedback, predictor-corrector.
#include "core/mixture/noised_mixture.h"
#include "tests/support/guidance.h"
#include "tests/support/guided.h"
#include "tests/support/laws.h"

#include <QtTest>

#include <cmath>

using namespace scorefield;
using namespace scorefield::test;

namespace {

/// Both posterior means by the readable oracle.
struct Oracle {
    explicit Oracle(const std::shared_ptr<const GaussianMixture>& mixture, int target)
        : whole(*mixture)
        , ofClass(mixture->conditional(target).value())
    {
    }
    Eigen::VectorXd c(const PathCoefficients& level, const Eigen::VectorXd& x) const
    {
        return NoisedMixture(ofClass, level.alpha, level.sigma).denoised(x);
    }
    Eigen::VectorXd u(const PathCoefficients& level, const Eigen::VectorXd& x) const
    {
        return NoisedMixture(whole, level.alpha, level.sigma).denoised(x);
    }
    GaussianMixture whole, ofClass;
};

} // namespace

class TestGuidanceElsewhere : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Both are Gaussians: y solves a linear equation, and the result is the posterior mean of the
    /// tilted Gaussian, which characteristic guidance hits exactly.
    void characteristicOfGaussians_data()
    {
        QTest::addColumn<double>("w");
        for (const double w : {.5, 2., 5., 20.})
            QTest::addRow("w = %g", w) << w;
    }

    void characteristicOfGaussians()
    {
        QFETCH(double, w);
        const double lc = .3, lu = 1.1, mc = 1.2, mu = -.4;
        const auto mixture = gaussianPair(mc, lc, mu, lu);
        const double precision = w / lc + (1 - w) / lu;
        const double mean = (w * mc / lc + (1 - w) * mu / lu) / precision;
        for (const char* path : {"vp", "rf", "ve-edm"}) {
            const auto levels = someLevels(path);
            const auto field = makeExactField<double>(
                mixture,
                rule("characteristic",
                     {{"w", w}, {"iterations", 40}, {"tolerance", 1e-10}, {"damping", 1}},
                     0,
                     0),
                levels);
            for (const PathCoefficients& level : probes(levels)) {
                if (level.alpha == 0)
                    continue;
                Block<double> X(5, 1);
                X << -3, -1, .2, 1, 4;
                const Block<double> x = level.alpha * (1 + level.sigmaTilde()) * X;
                const Block<double> D = denoised(*field, level, x);
                const double s2 = level.sigmaTilde() * level.sigmaTilde();
                for (int i = 0; i < 5; ++i) {
                    const double at = x(i, 0) / level.alpha;
                    const double expected = (at / s2 + mean * precision) / (1 / s2 + precision);
                    COMPARE_CLOSE(D(i, 0), expected, 1e-7, 1e-7);
                }
            }
        }
    }

    /// The published fixed point in noise predictions, of a mixture.
    void characteristicAsPublished()
    {
        const auto mixture = lineOfModes({1, -1, 2.5}, {1, .8, .9});
        const Oracle oracle(mixture, 0);
        const double w = 3;
        const PathCoefficients level{0, .8, .6, 0, 0};
        const auto field = makeExactField<double>(
            mixture,
            rule("characteristic",
                 {{"w", w}, {"iterations", 40}, {"tolerance", 1e-10}, {"damping", 1}},
                 0,
                 0),
            someLevels("vp"));
        for (const double place : {-.5, .3, 1., 2.}) {
            const auto at = [](double x) { return Eigen::VectorXd::Constant(1, x); };
            const auto eps = [&](const Eigen::VectorXd& D, double x) {
                return (x - level.alpha * D(0)) / level.sigma;
            };
            double delta = 0;
            for (int i = 0; i < 5000; ++i) { // damped, until it moves no more
                const double xu = place + w * delta, xc = place + (w - 1) * delta;
                const double next =
                    level.sigma
                    * (eps(oracle.u(level, at(xu)), xu) - eps(oracle.c(level, at(xc)), xc));
                delta += .3 * (next - delta);
            }
            const double xu = place + w * delta, xc = place + (w - 1) * delta;
            const double guidedEps =
                w * eps(oracle.c(level, at(xc)), xc) - (w - 1) * eps(oracle.u(level, at(xu)), xu);
            Block<double> x(1, 1);
            x << place;
            COMPARE_CLOSE(denoised(*field, level, x)(0, 0),
                          (place - level.sigma * guidedEps) / level.alpha,
                          0,
                          1e-7);
        }
    }

    void withoutIterationsItIsCfg()
    {
        const auto mixture = makeMixture(randomMixture(3, 2, 5, 2));
        const auto levels = someLevels("vp");
        const auto field = makeExactField<double>(
            mixture, rule("characteristic", {{"w", 4}, {"iterations", 0}}), levels);
        const auto cfg = makeExactField<double>(mixture, guided(4, 1), levels);
        for (const PathCoefficients& level : probes(levels)) {
            const Block<double> x = points(*mixture, level);
            QVERIFY((denoised(*field, level, x) - denoised(*cfg, level, x)).abs().maxCoeff()
                    < 1e-11 * (1 + mixture->scale()));
        }
    }

    void rectifiedAsPublished_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("variant");
        for (const char* path : {"rf", "vp", "ve-edm"})
            for (const int variant : {0, 1})
                QTest::addRow("%s %d", path, variant) << path << variant;
    }

    /// Velocities, steps and times written out; the Euler step with them is the sampler's.
    void rectifiedAsPublished()
    {
        QFETCH(QString, path);
        QFETCH(int, variant);
        const auto mixture = makeMixture(randomMixture(9, 2, 4, 2, 1.5));
        const Oracle oracle(mixture, 1);
        const auto native = process(path.toStdString());
        const auto levels = levelsOn(*native, "uniform", 8);
        const double lambda = 3, gamma = 1.5;
        const auto bound = guidanceForRun(
            rule("rectified-cfg++", {{"lambda", lambda}, {"gamma", gamma}, {"variant", variant}}),
            {levels, mixture, native});
        const auto field = makeExactField<double>(mixture, bound, levels);
        const auto velocity = [](const PathCoefficients& at,
                                 const Eigen::VectorXd& x,
                                 const Eigen::VectorXd& D) -> Eigen::VectorXd {
            return at.dAlpha * D + at.dSigma / at.sigma * (x - at.alpha * D);
        };
        for (std::size_t k = 1; k + 2 < levels.size(); ++k) {
            const PathCoefficients& from = levels[k];
            const double dt = levels[k + 1].t - from.t;
            const PathCoefficients ahead = native->at(from.t + (variant == 0 ? dt / 2 : dt));
            Block<double> x = points(*mixture, from).topRows(6);
            const Block<double> D = denoised(*field, from, x);
            for (Eigen::Index i = 0; i < x.rows(); ++i) {
                const Eigen::VectorXd at = x.row(i).transpose();
                const Eigen::VectorXd vc = velocity(from, at, oracle.c(from, at));
                const Eigen::VectorXd predicted = at + (ahead.t - from.t) * vc;
                const Eigen::VectorXd gap =
                    velocity(ahead, predicted, oracle.c(ahead, predicted))
                    - velocity(ahead, predicted, oracle.u(ahead, predicted));
                const double t = from.sigmaTilde() / (1 + from.sigmaTilde()); // of rectified flow
                const double strength = variant == 0 ? lambda * std::pow(1 - t, gamma) : lambda;
                const Eigen::VectorXd expected = vc + strength * gap;
                const Eigen::VectorXd found = velocity(from, at, D.row(i).transpose().matrix());
                QVERIFY2((found - expected).norm() < 1e-8 * (1 + expected.norm()),
                         qPrintable(QString::number((found - expected).norm())));
            }
        }
    }

    void rectifiedTendsToCfg() // of many steps, with w = 1 + lambda (1 - t)^gamma
    {
        const auto mixture = makeMixture(referenceM1());
        const auto native = process("rf");
        const auto levels = levelsOn(*native, "uniform", 1000);
        const auto bound =
            guidanceForRun(rule("rectified-cfg++", {{"lambda", 2}, {"gamma", 1}, {"variant", 0}}),
                           {levels, mixture, native});
        const auto field = makeExactField<double>(mixture, bound, {});
        const PathCoefficients& level = levels[450];
        const double w = bound->weight(level);
        COMPARE_CLOSE(w, 1 + 2 * (1 - level.t), 1e-9, 0);
        const Block<double> x = points(*mixture, level);
        const auto cfg = makeExactField<double>(mixture, anyWeight(w, 1), {});
        QVERIFY((denoised(*field, level, x) - denoised(*cfg, level, x)).abs().maxCoeff() < 2e-2);
    }

    /// A whole run of DDIM steps by hand.
    void feedbackAsPublished()
    {
        const auto mixture = makeMixture(randomMixture(4, 2, 4, 2, 1.5));
        const Oracle oracle(mixture, 1);
        const auto levels = levelsOn(*process("ve-edm"), "karras", 12);
        const double pi = .9, wMax = 6, t0 = .4, t1 = .3;
        SimulationPlan plan = makePlan(mixture, levels, "ddim");
        plan.guidance = rule("feedback", {{"pi", pi}, {"w_max", wMax}, {"t0", t0}, {"t1", t1}});
        plan.particles = 40;
        WorkerPool pool(1);
        const auto run = simulate<double>(plan, pool);
        QVERIFY(run.outcome.kind == Outcome::Kind::Completed);
        const auto steps = levels.size() - 1;
        const auto variance = [&](std::size_t k) { // of the transition of step k
            const double high = levels[k].sigma, low = levels[k + 1].sigma;
            return (high * high - low * low) * low * low / (high * high);
        };
        const double offset = std::log((1 - pi) * 1.5) / ((1 - t0) * 12);
        const double position = t1 * 12; // 3.6: between the steps 8 and 7
        const double share = position - 3;
        const double tau =
            std::abs(2 * offset / 10
                     * ((1 - share) * variance(steps - 1 - 3) + share * variance(steps - 1 - 4)));
        const Eigen::MatrixXd start = statesAt(run.trajectories, 0);
        double strongest = 0, weakest = 1e9;
        for (Eigen::Index i = 0; i < 40; ++i) {
            Eigen::VectorXd x = start.row(i).transpose();
            double L = 0;
            for (std::size_t k = 0; k < steps; ++k) {
                const double w = std::exp(L) / (std::exp(L) - (1 - pi));
                strongest = std::max(strongest, w);
                weakest = std::min(weakest, w);
                const Eigen::VectorXd c = oracle.c(levels[k], x), u = oracle.u(levels[k], x);
                const double r = levels[k + 1].sigma / levels[k].sigma;
                const Eigen::VectorXd next = r * x + (1 - r) * (u + w * (c - u));
                if (k + 1 < steps) {
                    const Eigen::VectorXd mc = r * r * x + (1 - r * r) * c,
                                          mu = r * r * x + (1 - r * r) * u;
                    L += -tau / (2 * variance(k))
                             * ((next - mc).squaredNorm() - (next - mu).squaredNorm())
                         + offset;
                    L = std::clamp(L, std::log((1 - pi) * wMax / (wMax - 1)), 3.);
                }
                x = next;
            }
            QVERIFY((x - statesAt(run.trajectories).row(i).transpose()).norm() < 1e-9);
        }
        QVERIFY(strongest <= wMax + 1e-9 && strongest > 2 && weakest < strongest - .5);
    }

    /// Where even the largest posterior asks for more, all particles have the largest weight.
    void feedbackNeverExceedsItsLargestWeight()
    {
        SimulationPlan plan = makePlan(makeMixture(randomMixture(4, 2, 4, 2, 1.5)),
                                       levelsOn(*process("ve-edm"), "karras", 12),
                                       "ddim");
        plan.particles = 40;
        WorkerPool pool(1);
        plan.guidance = rule("feedback", {{"pi", .34}, {"w_max", 1.01}});
        const auto run = simulate<double>(plan, pool);
        plan.guidance = anyWeight(1.01, 1);
        const auto constant = simulate<double>(plan, pool);
        QVERIFY(run.outcome.kind == Outcome::Kind::Completed);
        const Eigen::MatrixXd ends = statesAt(constant.trajectories);
        QVERIFY((statesAt(run.trajectories) - ends).norm() < 1e-12 * ends.norm());
    }

    void feedbackRefusesAdaptiveSamplers()
    {
        const auto path = process("vp");
        SimulationPlan plan =
            makePlan(makeMixture(referenceM1()), levelsOn(*path, "karras", 10), "rk45", 0, path);
        plan.guidance = rule("feedback", {});
        WorkerPool pool(1);
        QVERIFY(simulate<double>(plan, pool).outcome.kind == Outcome::Kind::Refused);
    }

    /// CFG with DDPM, by the laws of Bradley and Nakkiran: variances of the guided reverse SDE.
    void predictorCorrectorIsGuidedDdpm_data()
    {
        QTest::addColumn<double>("w");
        QTest::addColumn<int>("count");
        for (const double w : {1., 2., 3., 5.})
            QTest::addRow("w = %g", w) << w << 1;
    }

    void predictorCorrectorIsGuidedDdpm()
    {
        QFETCH(double, w);
        QFETCH(int, count);
        const auto path = process("ve-edm", {{"horizon", 200}});
        SimulationPlan plan =
            makePlan(gaussianPair(0, 1, 0, 2), levelsOn(*path, "karras", 1000), "ddim", 0, path);
        plan.guidance =
            rule("predictor-corrector", {{"w", w}, {"count", count}, {"size", 1}}, 0, 0);
        plan.particles = 6000;
        plan.seed = 5;
        WorkerPool pool(2);
        const auto run = simulate<double>(plan, pool);
        QVERIFY(run.outcome.kind == Outcome::Kind::Completed);
        const double variance = statesAt(run.trajectories).col(0).array().square().mean();
        const double expected = w == 1 ? 1 : (2 - std::pow(2, 2 - 2 * w)) / (2 * w - 1); // T -> inf
        // 5 standard errors, and 1000 steps of first order.
        COMPARE_CLOSE(variance, expected, 5 * std::sqrt(2. / 6000) + .03, 0);
    }

    /// Many Langevin steps sample the powered density: N(0, 2/(gamma + 1)) at the end of the run
    /// for Bradley's pair.
    void manyLangevinStepsSampleThePower()
    {
        const auto path = process("ve-edm", {{"horizon", 10}});
        SimulationPlan plan =
            makePlan(gaussianPair(0, 1, 0, 2), levelsOn(*path, "karras", 40), "ddim", 0, path);
        const double w = 2, gamma = 2 * w - 1;
        plan.guidance = rule("predictor-corrector", {{"w", w}, {"count", 50}, {"size", 1}}, 0, 0);
        plan.particles = 4000;
        WorkerPool pool(2);
        const double variance =
            statesAt(simulate<double>(plan, pool).trajectories).col(0).array().square().mean();
        // Of finite Langevin steps; the plain rule ends at .58.
        COMPARE_CLOSE(variance, 2 / (gamma + 1), 5 * std::sqrt(2. / 4000) + .06, 0);
    }

    void correctorsWithoutStepsAreConditional()
    {
        const auto mixture = makeMixture(randomMixture(6, 2, 4, 2));
        SimulationPlan plan = makePlan(mixture, levelsOn(*process("vp"), "karras", 10), "ddim", 0);
        plan.particles = 50;
        plan.guidance = guided(1, 1);
        WorkerPool pool(1);
        const auto plain = simulate<double>(plan, pool);
        for (const Settings& settings :
             {Settings{{"w", 7}, {"count", 0}}, Settings{{"w", 7}, {"count", 2}, {"size", 0}}}) {
            plan.guidance = rule("predictor-corrector", settings);
            QVERIFY(simulate<double>(plan, pool).trajectories.values == plain.trajectories.values);
        }
    }
};

QTEST_APPLESS_MAIN(TestGuidanceElsewhere)
#include "tst_guidance_elsewhere.moc"
