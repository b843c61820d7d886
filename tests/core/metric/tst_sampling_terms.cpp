// SPDX-License-Identifier: GPL-3.0-or-later
// The terms of sampling error against closed forms: prior, early stop, discretisation, step sum,
// and the density of a run.
#include "core/metric/controlled_mean.h"
#include "core/metric/guided_density.h"
#include "core/metric/run_density.h"
#include "core/metric/sampling_terms.h"
#include "core/mixture/noised_mixture.h"
#include "core/study/slope_fit.h"
#include "tests/support/laws.h"
#include "tests/support/mixtures.h"

#include <QtTest>

#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

constexpr double kPi = std::numbers::pi;

MixtureSpec line(const std::vector<std::pair<double, double>>& meansAndVariances,
                 const std::vector<double>& weights = {})
{
    MixtureSpec spec;
    spec.dimension = 1;
    for (std::size_t k = 0; k < meansAndVariances.size(); ++k)
        spec.components.push_back({weights.empty() ? 1 : weights[k],
                                   Eigen::VectorXd::Constant(1, meansAndVariances[k].first),
                                   Eigen::MatrixXd::Constant(1, 1, meansAndVariances[k].second),
                                   static_cast<int>(k)});
    return spec;
}

/// KL(N(m, v) || N(0, s)).
double gaussianKl(double mean, double variance, double target)
{
    const double ratio = variance / target;
    return (ratio - 1 - std::log(ratio) + mean * mean / target) / 2;
}

double klBetween(const Law& p, const Law& q)
{
    return gaussianKl(p.mean - q.mean, p.variance, q.variance);
}

Law lawAt(const PathCoefficients& level)
{
    return {level.alpha * kMean, level.alpha * level.alpha * kVariance + level.sigma * level.sigma};
}

double slopeOfSquares(const MixtureSpec& data, const ForwardProcess& process)
{
    const auto mixture = makeMixture(data);
    std::vector<double> delta, squares;
    for (double t = 1e-4; t < 2e-3; t *= 2) {
        delta.push_back(t);
        squares.push_back(std::pow(earlyStop(*mixture, process.at(t)).value, 2));
    }
    return fitPowerLaw(delta, squares)->slope;
}

} // namespace

class TestSamplingTerms : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Theory §9: .180 e^(-T) for |m| = .6 and unit variance, .0156 e^(-2T) centred with variance
    /// 1.25 against N(0, 1); .391 T^(-4) against N(0, T^2) under EDM.
    void priorHasTheGoldenCoefficients()
    {
        WorkerPool pool(2);
        const auto vp = process("vp"), edm = process("ve-edm");
        const auto shifted = makeMixture(line({{.6, 1}}));
        // Variance 1.25 in two ways: one Gaussian, and two modes of unit variance at +-1/2.
        const auto centred = makeMixture(line({{0, 1.25}}));
        const auto modes = makeMixture(line({{-.5, 1}, {.5, 1}}));
        for (const double T : {4., 8., 12.}) {
            const auto withMean = priorGap(*shifted, vp->at(T), 1, pool);
            QVERIFY(withMean.ok());
            COMPARE_CLOSE(withMean->kl.value * std::exp(T), .18, 1e-9, 0);
            for (const auto& mixture : {centred, modes}) {
                const auto gap = priorGap(*mixture, vp->at(T), 1, pool);
                QVERIFY(gap.ok());
                COMPARE_CLOSE(gap->leading * std::exp(2 * T), .015625, 1e-9, 0);
                // The next term is of relative order e^(-T)/6; rounding of an integral of order 1
                // is 1e-15, and the golden number has three digits.
                COMPARE_CLOSE(gap->kl.value, gap->leading, std::exp(-T), 3e-14);
            }
        }
        for (const double T : {10., 40., 160.}) {
            const auto gap = priorGap(*modes, edm->at(T), T, pool);
            COMPARE_CLOSE(gap->leading * std::pow(T, 4), 1.25 * 1.25 / 4, 1e-9, 0); // .391
            COMPARE_CLOSE(gap->kl.value, gap->leading, 2 / (T * T), 3e-14);
        }
        const auto rf = process("rf");
        QCOMPARE(priorGap(*modes, rf->at(1), 1, pool)->kl.value, 0.);
    }

    void priorByDrawsAgreesWithTheClosedForm()
    {
        // Three dimensions: two components that are the same Gaussian, which the closed form knows.
        MixtureSpec spec;
        spec.dimension = 3;
        const Eigen::Vector3d mean(.4, -.2, .1), variances(1.5, .7, .2);
        for (int k = 0; k < 2; ++k)
            spec.components.push_back({1, mean, variances.asDiagonal(), k});
        WorkerPool pool(2);
        for (const double T : {2., 5.}) {
            const PathCoefficients level = process("vp")->at(T);
            const auto gap = priorGap(*makeMixture(spec), level, level.sigma, pool);
            QVERIFY(gap.ok());
            double expected = 0;
            for (int i = 0; i < 3; ++i)
                expected +=
                    gaussianKl(level.alpha * mean(i),
                               level.alpha * level.alpha * variances(i) + level.sigma * level.sigma,
                               level.sigma * level.sigma);
            QVERIFY(gap->kl.error < .05 * expected); // the control works however small it is
            QVERIFY(std::abs(gap->kl.value - expected) < 5 * gap->kl.error);
        }
    }

    void earlyStopHasTheGoldenValues()
    {
        // Theory §9: near-singular data of deviation 1e-3 at delta = 1e-3 under VP: 9.5e-4, where
        // the exact value rounds sigma^2 = 1e-3 less 2 s sigma: 9.38e-4.
        const auto thin = makeMixture(line({{0, 1e-6}}));
        const PathCoefficients vp = process("vp")->at(1e-3);
        COMPARE_CLOSE(std::pow(earlyStop(*thin, vp).value, 2), 9.5e-4, .02, 0);
        COMPARE_CLOSE(
            std::pow(earlyStop(*thin, vp).value, 2),
            std::pow(std::sqrt(vp.alpha * vp.alpha * 1e-6 + vp.sigma * vp.sigma) - 1e-3, 2),
            1e-9,
            0);
        // RF at delta = .1: a point at distance 1 shrinks as much as it is blurred, 2.0e-2 where
        // the published bound says 1e-2.
        const auto point = makeMixture(line({{1, 0}}));
        const EarlyStop rf = earlyStop(*point, process("rf")->at(.1));
        COMPARE_CLOSE(rf.value * rf.value, 2e-2, 1e-12, 0);
        COMPARE_CLOSE(rf.noise * rf.noise, 1e-2, 1e-12, 0);
        COMPARE_CLOSE(rf.shrink, 1e-2, 1e-12, 0);
    }

    void earlyStopFollowsTheRates()
    {
        const auto vp = process("vp"), edm = process("ve-edm"), rf = process("rf");
        const MixtureSpec broad = line({{-2, .6}, {2, .9}}), points = line({{-2, 0}, {2, 0}});
        // Higher orders change a slope by at most a few delta over the range.
        COMPARE_CLOSE(slopeOfSquares(broad, *vp), 2, 0, .01);
        COMPARE_CLOSE(slopeOfSquares(broad, *edm), 4, 0, .01);
        COMPARE_CLOSE(slopeOfSquares(broad, *rf), 2, 0, .01);
        COMPARE_CLOSE(slopeOfSquares(points, *vp), 1, 0, .01);
        COMPARE_CLOSE(slopeOfSquares(points, *edm), 2, 0, .01);
        COMPARE_CLOSE(slopeOfSquares(points, *rf), 2, 0, .01);
    }

    void quantilesFindTheShortestWay()
    {
        // The same Gaussian twice: the closed form of one, by the way of quantiles.
        const auto twice = makeMixture(line({{.3, .5}, {.3, .5}}, {.3, .7}));
        for (const char* id : {"vp", "ve-edm", "rf"}) {
            const EarlyStop stop = earlyStop(*twice, process(id)->at(.1));
            COMPARE_CLOSE(stop.value, stop.upper, 1e-7, 0); // bisection to 1e-15 of the place
        }
        // Two points at +-1, blurred so much that they cross: every y goes to the nearer side,
        // E (|y| - 1)^2 with the mean of a folded normal.
        const auto pair = makeMixture(line({{-1, 0}, {1, 0}}));
        for (const double sigma : {.2, .6, 1.5}) {
            const PathCoefficients level{sigma, .9, sigma, 0, 0};
            const double folded = sigma * std::sqrt(2 / kPi) * std::exp(-.81 / (2 * sigma * sigma))
                                  + .9 * std::erf(.9 / (sigma * std::numbers::sqrt2));
            const EarlyStop stop = earlyStop(*pair, level);
            // 1e-4: the kink between the points meets a trapezoid rule of a thousand nodes.
            COMPARE_CLOSE(stop.value * stop.value, .81 + sigma * sigma - 2 * folded + 1, 1e-4, 0);
            QVERIFY(stop.value < stop.upper);
        }
    }

    void discretisationIsTheClosedFormOfAGaussian_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("steps");
        for (const char* id : {"vp", "ve-edm", "rf"})
            for (const int steps : {4, 16, 64})
                QTest::addRow("%s %d", id, steps) << id << steps;
    }

    /// s = -(x - alpha m)/v, so E|s(x_t, t) - s(x_k, t_k)|^2 = 1/v_t + 1/v_k - 2 r/v_k with x_k =
    /// r x_t + noise, r = alpha_k/alpha_t; integrated in native time, g^2 dt, by Simpson's rule.
    void discretisationIsTheClosedFormOfAGaussian()
    {
        QFETCH(QString, id);
        QFETCH(int, steps);
        const auto path = shortProcess(id.toStdString());
        const auto mixture = makeMixture(gaussian1d());
        const SimulationPlan plan =
            makePlan(mixture, levelsOn(*path, "uniform", steps), "ddpm", 0, path);
        double expected = 0;
        for (std::size_t k = 0; k + 1 < plan.levels.size(); ++k) {
            const PathCoefficients& from = plan.levels[k];
            const double vFrom = lawAt(from).variance;
            const auto rate = [&](double t) {
                const PathCoefficients at = path->at(t);
                return at.diffusionSquared()
                       * (1 / lawAt(at).variance + 1 / vFrom - 2 * from.alpha / at.alpha / vFrom);
            };
            const int parts = 200;
            const double h = (from.t - plan.levels[k + 1].t) / parts;
            for (int i = 0; i < parts; i += 2) {
                const double t = plan.levels[k + 1].t + i * h;
                expected += h / 3 * (rate(t) + 4 * rate(t + h) + rate(t + 2 * h));
            }
        }
        WorkerPool one(1), three(3);
        for (const double eta : {.5, 1.}) {
            const auto term = discretisationTerm(plan, eta, 40'000, three);
            QVERIFY(term.ok());
            const double factor = eta == 1 ? .5 : .78125; // (1 + eta^2)^2/(8 eta^2)
            COMPARE_CLOSE(girsanovFactor(eta), factor, 1e-14, 0);
            QVERIFY(term->kl.error < .05 * factor * expected);
            QVERIFY2(std::abs(term->kl.value - factor * expected) < 5 * term->kl.error,
                     qPrintable(describeDifference(term->kl.value, factor * expected)));
            QCOMPARE(discretisationTerm(plan, eta, 40'000, one)->kl.value, term->kl.value);
            QCOMPARE(term->skipped, 0);
        }
    }

    void discretisationLeavesOutWhatIsInfinite()
    {
        const auto rf = process("rf");
        const auto mixture = makeMixture(referenceM1());
        WorkerPool pool(2);
        const auto fromNoise = discretisationTerm(
            makePlan(mixture, levelsOn(*rf, "uniform", 10, 1), "ddpm", 0, rf), 1, 3200, pool);
        QVERIFY(fromNoise.ok());
        QCOMPARE(fromNoise->skipped, 2); // from alpha = 0, and to sigma = 0
        QVERIFY(std::isfinite(fromNoise->kl.value) && fromNoise->kl.value > 0);
        const auto noProcess = discretisationTerm(
            makePlan(mixture, levelsOn(*rf, "uniform", 10), "ddpm"), 1, 3200, pool);
        QVERIFY(!noProcess.ok());
    }

    /// (4 a^2/K) sinh^2(L/2a) is the sum in the grid's own exponent, to rounding.
    void stepSumIsItsClosedForm()
    {
        for (const double a : {1., 2., 7., 20.})
            for (const int K : {3, 40, 500}) {
                const double T = 80, delta = .002, ratio = T / delta;
                std::vector<double> times;
                for (int k = 0; k <= K; ++k)
                    times.push_back(
                        std::pow(std::pow(T, 1 / a)
                                     + k / static_cast<double>(K)
                                           * (std::pow(delta, 1 / a) - std::pow(T, 1 / a)),
                                 a));
                const double closed = stepSumClosedForm(a, K, ratio);
                // 1e-12, and what a difference of numbers near 1 loses for many steps.
                COMPARE_CLOSE(stepSum(times, a), closed, 1e-12 * K, 0);
                QVERIFY(closed < a * a * std::pow(ratio, 1 / a) / K);
                if (K == 500 && a > 1) // the relative steps of t itself, up to O(1/K^2)
                    COMPARE_CLOSE(stepSum(times), closed, .05, 0);
            }
        const double L = std::log(4e4);
        COMPARE_CLOSE(stepSumClosedForm(1e6, 25, 4e4), L * L / 25, 1e-9, 0);
    }

    void theControlTakesTheNoiseAway()
    {
        // KL(N(0, 1) || N(m, 1)) = m^2/2 from 2000 draws, for divergences down to 5e-9.
        for (const double m : {1., 1e-2, 1e-4}) {
            Eigen::ArrayXd ratios(2000);
            for (int i = 0; i < 2000; ++i)
                ratios(i) = m * m / 2 - m * testNormal(3, i, 0);
            const Estimate kl = klOfLogRatios(ratios);
            QVERIFY(std::abs(kl.value - m * m / 2) < 5 * kl.error);
            QVERIFY(kl.error < .05 * m * m / 2 + (m == 1 ? .05 : 0));
        }
    }

    void theDensityOfALinearRunIsGaussian_data()
    {
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<QString>("id");
        for (const char* sampler :
             {"ddim", "euler", "heun", "dpmpp-2m", "dpmpp-2s", "unipc", "deis", "rk4", "edm"})
            for (const char* id : {"vp", "ve-edm", "rf"})
                QTest::addRow("%s %s", sampler, id) << sampler << id;
    }

    /// With one Gaussian every noise-free sampler is linear: the law of its end is known exactly,
    /// and so is KL, at five steps, from both starts.
    void theDensityOfALinearRunIsGaussian()
    {
        QFETCH(QString, sampler);
        QFETCH(QString, id);
        const auto path = shortProcess(id.toStdString());
        SimulationPlan plan = makePlan(makeMixture(gaussian1d()),
                                       levelsOn(*path, "uniform", 5),
                                       sampler.toStdString(),
                                       0,
                                       path);
        plan.particles = 3000;
        plan.seed = 5;
        const Law end = lawOfLinearRun(plan);
        WorkerPool pool(2);
        const auto density = runDensity(plan, 2000, pool);
        QVERIFY2(density.ok(), density ? "" : density.error().sentence().c_str());
        QCOMPARE(density->ends.rows(), Eigen::Index(2000));
        QCOMPARE(density->folded, 0);
        for (Eigen::Index i = 0; i < 50; ++i) {
            const double off = density->ends(i, 0) - end.mean;
            // 1e-8: rounding of 1e-16 over differences of 1e-5
            COMPARE_CLOSE(density->logDensity(i),
                          -off * off / (2 * end.variance) - std::log(2 * kPi * end.variance) / 2,
                          1e-8,
                          1e-8);
        }
        const Law target = lawAt(plan.levels.back());
        const Estimate kl = runKl(*density, plan, pool);
        QVERIFY(std::abs(kl.value - klBetween(end, target)) < 5 * kl.error);
        QVERIFY(kl.error < .2 * kl.value);
        // From the exact law the same linear map F(x) = c + A x gives N(c + A E x_T, A^2 Var x_T).
        const Law first = lawAt(plan.levels.front());
        const double slope = std::sqrt(end.variance) / plan.levels.front().sigma;
        const Law exact{end.mean + slope * first.mean, slope * slope * first.variance};
        const Estimate steps = runKlFromExactStart(*density, plan, pool);
        QVERIFY2(std::abs(steps.value - klBetween(exact, target)) < 5 * steps.error + 1e-9,
                 qPrintable(describeDifference(steps.value, klBetween(exact, target))));
    }

    void atManySmallStepsItIsTheDensityOfTheOde_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<double>("w");
        QTest::addRow("vp") << "vp" << 1.;
        QTest::addRow("rf guided") << "rf" << 3.;
    }

    void atManySmallStepsItIsTheDensityOfTheOde()
    {
        QFETCH(QString, id);
        QFETCH(double, w);
        const auto path = shortProcess(id.toStdString());
        const auto mixture = makeMixture(randomMixture(11, 2, 3, 2, 1));
        SimulationPlan plan = makePlan(mixture, levelsOn(*path, "log-snr", 400), "rk4", 0, path);
        plan.guidance = w == 1 ? unguided() : guided(w, 1);
        plan.particles = 40;
        WorkerPool pool(2);
        const auto density = runDensity(plan, 40, pool);
        QVERIFY2(density.ok(), density ? "" : density.error().sentence().c_str());
        GuidedOde ode;
        ode.mixture = mixture;
        ode.guidance = w == 1 ? nullptr : plan.guidance;
        ode.process = path;
        ode.noise = plan.levels.front();
        ode.data = plan.levels.back();
        ode.tolerance = 1e-10;
        const auto solution = followGuidedOde(ode, density->starts.transpose(), pool);
        QVERIFY(solution.ok());
        for (Eigen::Index i = 0; i < 40; ++i)
            // 1e-5: RK4 on 400 steps, and central differences
            COMPARE_CLOSE(density->logDensity(i), solution->logDensity(i), 1e-5, 1e-5);
        const Estimate kl = runKl(*density, plan, pool);
        const GuidedEntropy entropy = guidedEntropy(*solution);
        QVERIFY(std::abs(kl.value - entropy.kl.value) < 5 * std::hypot(kl.error, entropy.kl.error));
    }

    void weightingIsStartingInTheExactLaw()
    {
        const auto path = shortProcess("vp");
        SimulationPlan plan = makePlan(makeMixture(randomMixture(4, 2, 3, 2, 1)),
                                       levelsOn(*path, "uniform", 6),
                                       "heun",
                                       0,
                                       path);
        plan.particles = 4000;
        WorkerPool one(1), three(3);
        const auto density = runDensity(plan, 4000, three);
        plan.prior = Prior::Exact;
        const auto direct = runDensity(plan, 4000, three);
        QVERIFY(density.ok() && direct.ok());
        const Estimate own = runKl(*direct, plan, three);
        QCOMPARE(runKlFromExactStart(*direct, plan, three).value, own.value);
        plan.prior = Prior::Gaussian;
        const Estimate weighted = runKlFromExactStart(*density, plan, three);
        QVERIFY(std::abs(own.value - weighted.value) < 5 * std::hypot(own.error, weighted.error));
        QVERIFY(weighted.error < .3 * weighted.value);
        const auto again = runDensity(plan, 4000, one);
        QVERIFY(again->logDensity == density->logDensity); // on any number of threads
    }

    void saysWhatHasNoDensity()
    {
        const auto path = process("vp");
        SimulationPlan plan =
            makePlan(makeMixture(referenceM1()), levelsOn(*path, "uniform", 8), "ddim", 0, path);
        plan.particles = 20;
        WorkerPool pool(1);
        QVERIFY(isDeterministic(plan).ok());
        plan.eta = .5;
        QVERIFY(!runDensity(plan, 20, pool).ok());
        plan.eta = 0;
        for (const char* id : {"ddpm", "langevin", "renoise"}) {
            plan.sampler = choose(samplerKinds(), id);
            QVERIFY2(!isDeterministic(plan).ok(), id);
        }
        // Singular data without noise at the end: a run, but no density to compare with.
        plan.sampler = choose(samplerKinds(), "ddim");
        plan.mixture = makeMixture(randomMixture(2, 2, 2, 1));
        plan.levels = levelsOn(*path, "uniform", 8, 1);
        const auto density = runDensity(plan, 20, pool);
        QVERIFY(density.ok());
        QVERIFY(std::isnan(runKl(*density, plan, pool).value));
    }
};

QTEST_APPLESS_MAIN(TestSamplingTerms)
#include "tst_sampling_terms.moc"
