// SPDX-License-Identifier: GPL-3.0-or-later
// Exact statements about reverse dynamics: equal noise levels make processes equal, one-dimensional
// flows are monotone maps, guided Gaussians stay Gaussian.
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <QtTest>

#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

MixtureSpec gaussians1d(const std::vector<std::array<double, 3>>& weightMeanVariance)
{
    MixtureSpec spec;
    spec.dimension = 1;
    for (const auto& [weight, mean, variance] : weightMeanVariance) {
        ComponentSpec component;
        component.weight = weight;
        component.mean = Eigen::VectorXd::Constant(1, mean);
        component.covariance = Eigen::MatrixXd::Constant(1, 1, variance);
        component.classLabel = static_cast<int>(spec.components.size());
        spec.components.push_back(component);
    }
    return spec;
}

/// Distribution function of q_t in one dimension.
double cumulative(const GaussianMixture& mixture, const PathCoefficients& level, double x)
{
    double sum = 0;
    for (const auto& c : mixture.components()) {
        const double v = level.alpha * level.alpha * c.eigenvalues(0) + level.sigma * level.sigma;
        sum += c.weight * std::erfc(-(x - level.alpha * c.mean(0)) / std::sqrt(2 * v)) / 2;
    }
    return sum;
}

/// Mean and variance of the end of a run of a *linear* scheme from N(0, startVariance): particle 0
/// gets no start and no noise, particle 1 a unit start, the others a unit impulse at one draw each.
/// Exact for the scheme: no sampling error.
std::pair<double, double> lawOfLinearRun(SimulationPlan plan, double startVariance, int draws)
{
    const Eigen::Index n = draws + 2;
    SimulationInputs inputs;
    inputs.start = Eigen::MatrixXd::Zero(n, 1);
    (*inputs.start)(1, 0) = 1;
    inputs.noiseCalls = static_cast<std::size_t>(draws);
    inputs.noise = std::vector<double>(static_cast<std::size_t>(draws * n), 0.0);
    for (int call = 0; call < draws; ++call)
        (*inputs.noise)[static_cast<std::size_t>(call * n + call + 2)] = 1;
    WorkerPool pool(2);
    const auto run = simulate<double>(plan, pool, {}, inputs);
    const Eigen::ArrayXd end =
        statesAt(run.trajectories).col(0).array() - statesAt(run.trajectories)(0, 0);
    return {statesAt(run.trajectories)(0, 0),
            startVariance * end(1) * end(1) + end.tail(draws).square().sum()};
}

} // namespace

class TestOracles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// O4: with equal sigma~ and x_T scaled by alpha_T, DDIM gives the same x/alpha on every
    /// process, also guided and with common noise.
    void ddimDependsOnNoiseLevelsOnly_data()
    {
        QTest::addColumn<double>("w");
        QTest::addColumn<double>("eta");
        QTest::newRow("unguided") << 0.0 << 0.0;
        QTest::newRow("guided") << 4.0 << 0.0;
        QTest::newRow("stochastic") << 0.0 << 1.0;
        QTest::newRow("guided, stochastic") << 4.0 << 0.5;
        QTest::newRow("noisier than ancestral") << 0.0 << 1.5;
    }
    void ddimDependsOnNoiseLevelsOnly()
    {
        QFETCH(double, w);
        QFETCH(double, eta);
        std::vector<double> noise;
        for (int k = 0; k <= 30; ++k)
            noise.push_back(80 * std::pow(0.01 / 80, k / 30.0));
        noise.push_back(0);
        const auto mixture = makeMixture(randomMixture(8, 2, 4, 2));
        WorkerPool pool(1);
        Eigen::MatrixXd first;
        for (const auto& kind : processKinds()) {
            auto plan = makePlan(
                mixture, levelsAtNoise(*process(kind.info.id), noise).value(), "ddim", eta);
            plan.guidance = guided(w, 1);
            SimulationInputs inputs;
            inputs.start = Eigen::MatrixXd(100, 2);
            for (int i = 0; i < 100; ++i)
                for (int c = 0; c < 2; ++c)
                    (*inputs.start)(i, c) = 80 * plan.levels[0].alpha * testNormal(6, i, c);
            const auto run = simulate<double>(plan, pool, {}, inputs);
            QCOMPARE(run.outcome.kind, Outcome::Kind::Completed);
            Eigen::MatrixXd all(100, 0); // X = x/alpha after every step
            for (int step = 0; step <= run.trajectories.steps; ++step) {
                all.conservativeResize(Eigen::NoChange, all.cols() + 2);
                all.rightCols(2) = statesAt(run.trajectories, step)
                                   / plan.levels[static_cast<std::size_t>(step)].alpha;
            }
            if (first.size() == 0)
                first = all;
            const double error =
                ((all - first).array().abs() / (1 + first.array().abs())).maxCoeff();
            // sigma~ = 80 lies within 1e-2 of t = 1 in some: a rounding of t is 1e-14 of it there
            QVERIFY2(all.cols() == 64 && error < 4e-12,
                     qPrintable(QStringLiteral("%1: %2").arg(kind.info.id.c_str()).arg(error)));
        }
    }

    /// Euler in rectified-flow time and in EDM time is DDIM; in VP time it is not.
    void eulerIsDdimWhereTimeIsStraight()
    {
        WorkerPool pool(1);
        const auto difference = [&pool](const char* id) {
            auto plan = makePlan(makeMixture(randomMixture(8, 2, 4, 2)),
                                 levelsOn(*process(id), "uniform", 20, 1),
                                 "euler");
            plan.particles = 100;
            const auto euler = simulate<double>(plan, pool);
            plan.sampler = choose(samplerKinds(), "ddim");
            return largestDifference(statesAt(euler.trajectories),
                                     statesAt(simulate<double>(plan, pool).trajectories));
        };
        QVERIFY(difference("rf") < 1e-12);
        QVERIFY(difference("ve-edm") < 1e-12);
        QVERIFY(difference("vp") > 1e-3);
    }

    /// O3: in one dimension the probability flow of any mixture is the monotone map F_0(x_0) =
    /// F_T(x_T).
    void oneDimensionalFlowsAreMonotoneMaps()
    {
        const auto mixture =
            makeMixture(gaussians1d({{{0.5, -1.5, 0.3}}, {{0.2, 0.4, 0.05}}, {{0.3, 2.0, 0.6}}}));
        WorkerPool pool(2);
        for (const auto& kind : processKinds()) {
            double error[2];
            for (const int i : {0, 1}) {
                auto plan =
                    makePlan(mixture,
                             levelsOn(*process(kind.info.id), "karras", i == 0 ? 500 : 1000),
                             "heun");
                plan.particles = 400;
                const auto run = simulate<double>(plan, pool);
                error[i] = 0;
                for (std::size_t p = 0; p < plan.particles; ++p)
                    error[i] = std::max(
                        error[i],
                        std::abs(
                            cumulative(*mixture,
                                       plan.levels.back(),
                                       run.trajectories.coordinate(run.trajectories.steps, 0)[p])
                            - cumulative(*mixture,
                                         plan.levels.front(),
                                         run.trajectories.coordinate(0, 0)[p])));
            }
            // Heun's second order on a fine grid
            QVERIFY2(error[1] < 2e-4 && error[1] < error[0] / 3,
                     qPrintable(QStringLiteral("%1: %2, %3")
                                    .arg(kind.info.id.c_str())
                                    .arg(error[0])
                                    .arg(error[1])));
        }
    }

    /// O2 (golden numbers G1): VP, T = 5, conditional N(1.2, 0.3), guide N(-0.4, 1.1), start N(0,
    /// 1): mean and variance at t = 0.
    void guidedGaussians_data()
    {
        QTest::addColumn<double>("w");
        QTest::addColumn<double>("eta");
        QTest::addColumn<double>("mean");
        QTest::addColumn<double>("variance");
        const double golden[3][7] = {
            {1, 1.145921, 0.301422, 1.175083, 0.300302, 1.197563, 0.300003},
            {3, 2.018568, 0.022663, 1.923227, 0.048930, 1.754704, 0.082376},
            {7, 2.007988, 0.000128, 1.910061, 0.013951, 1.799744, 0.031731}};
        for (const auto& row : golden)
            for (int e = 0; e < 3; ++e)
                QTest::addRow("w=%g eta=%g", row[0], e / 2.0)
                    << row[0] << e / 2.0 << row[1 + 2 * e] << row[2 + 2 * e];
    }
    void guidedGaussians()
    {
        QFETCH(double, w);
        QFETCH(double, eta);
        QFETCH(double, mean);
        QFETCH(double, variance);
        // The guide is the whole mixture; a class of weight 1e-30 in it changes it by less than
        // rounding.
        const auto mixture = makeMixture(gaussians1d({{{1e-30, 1.2, 0.3}}, {{1, -0.4, 1.1}}}));
        const auto p = process("vp", {{"horizon", 5}, {"stop", 1e-6}});
        const auto law = [&](int steps) {
            auto plan = makePlan(
                mixture, levelsOn(*p, "karras", steps), eta > 0 ? "euler-maruyama" : "heun", eta);
            plan.guidance = guided(w, 0);
            return lawOfLinearRun(plan, 1, eta > 0 ? steps : 0);
        };
        // Richardson: Heun 4 b/3 - a/3, Euler–Maruyama (mean and variance first order in 1/K) 2 b -
        // a. What is left: higher orders, and delta = 1e-6.
        const auto [meanA, varianceA] = law(500);
        const auto [meanB, varianceB] = law(1000);
        const double factor = eta > 0 ? 1 : 1.0 / 3;
        const double tolerance = eta > 0 ? 3e-5 : 1e-5;
        COMPARE_CLOSE(meanB + factor * (meanB - meanA), mean, 0, tolerance);
        COMPARE_CLOSE(varianceB + factor * (varianceB - varianceA), variance, 0, tolerance);
    }

    /// The limits of the step formulas at the ends of a path: no division by alpha or sigma leaks
    /// out.
    void endsOfThePathAreRegular()
    {
        WorkerPool pool(1);
        const auto mixture = makeMixture(randomMixture(8, 2, 4, 1));
        for (const auto& kind : samplerKinds())
            for (const double eta : {0.0, 0.5, 1.0, 3.0}) {
                auto plan = makePlan(mixture,
                                     levelsAtTimes(*process("rf"), {1, 0.999, 0.5, 0}).value(),
                                     kind.info.id,
                                     eta,
                                     process("rf"));
                plan.particles = 64;
                const auto run = simulate<double>(plan, pool);
                QVERIFY2(run.outcome.kind == Outcome::Kind::Completed, kind.info.id.c_str());
                QVERIFY(statesAt(run.trajectories).allFinite());
                // The last step returns E[x_0|x], but for a Langevin step before it, for the linear
                // multistep method, which extrapolates to sigma = 0, and where it is the flow's
                // end point.
                if (kind.wholeRun || kind.info.id == "lms" || kind.info.id == "consistency")
                    continue;
                Block<double> before = statesAt(run.trajectories, 2).array(), denoised(64, 2);
                makeExactField<double>(mixture, unguided(), {})
                    ->denoise(plan.levels[2], before, denoised);
                QVERIFY2(largestDifference(statesAt(run.trajectories), denoised.matrix()) < 1e-12,
                         kind.info.id.c_str());
            }
    }
};

QTEST_APPLESS_MAIN(TestOracles)
#include "tst_oracles.moc"
