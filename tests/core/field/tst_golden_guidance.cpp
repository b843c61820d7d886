// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of the theory file for guided fields and the steps that follow them: G1, G4 (the measured
// table of §7), G6, G10, Bradley's variances. Those of exact ODEs are in
// tests/core/metric/tst_golden_density.cpp.
#include "core/mixture/noised_mixture.h"
#include "tests/support/guided.h"
#include "tests/support/laws.h"
#include "tests/support/mixtures.h"

#include <QTest>

#include <algorithm>
#include <tuple>
#include <utility>

using namespace scorefield;
using namespace scorefield::test;

namespace {

std::vector<PathCoefficients> uniformLevels(const ForwardProcess& process, double T, int steps)
{
    std::vector<double> times;
    for (int k = 0; k <= steps; ++k)
        times.push_back(T * (steps - k) / steps);
    return levelsAtTimes(process, times).value();
}

/// Karras et al.'s nodes from `high` to .002, then 0.
std::vector<PathCoefficients>
karrasLevels(const ForwardProcess& process, double high, double rho, int nodes)
{
    std::vector<double> sigmaTilde;
    for (int i = 0; i < nodes; ++i)
        sigmaTilde.push_back(
            std::pow(std::pow(high, 1 / rho)
                         + (std::pow(.002, 1 / rho) - std::pow(high, 1 / rho)) * i / (nodes - 1),
                     rho));
    sigmaTilde.push_back(0);
    return levelsAtNoise(process, sigmaTilde).value();
}

/// The centre of three equal modes 0, ±m of unit variance, guided from 2000 quantiles of the prior.
struct Centre {
    double confidence = 0, deviation = 0, split = 0; ///< split: share with |x| > m/2
};
Centre runCentre(double m,
                 const std::shared_ptr<const GuidanceRule>& guidance,
                 const std::vector<PathCoefficients>& levels,
                 const std::string& sampler = "ddim")
{
    const auto mixture = lineOfModes({0, -m, m}, {1, 1, 1});
    SimulationPlan plan = makePlan(mixture, levels, sampler);
    plan.guidance = guidance;
    SimulationInputs inputs;
    inputs.start = levels.front().sigma * normalQuantiles(2000).transpose();
    WorkerPool pool(2);
    const auto run = simulate<double>(plan, pool, {}, inputs);
    Centre centre;
    if (run.outcome.kind != Outcome::Kind::Completed)
        return {std::nan(""), std::nan(""), std::nan("")};
    const Eigen::MatrixXd x = statesAt(run.trajectories);
    const NoisedMixture clean(*mixture, 1, 0);
    for (Eigen::Index i = 0; i < x.rows(); ++i)
        centre.confidence += clean.classPosterior(x.row(i).transpose())(0) / 2000;
    centre.deviation = std::sqrt((x.array() - x.mean()).square().mean());
    centre.split = (x.array().abs() > m / 2).cast<double>().mean();
    return centre;
}

Centre runCentre(double m,
                 double w,
                 const std::vector<PathCoefficients>& levels,
                 const std::string& sampler = "ddim")
{
    return runCentre(m, anyWeight(w, 0), levels, sampler);
}

/// A weight for each noise level of a run, to class 0.
class WeightTable final : public GuidanceRule {
public:
    explicit WeightTable(std::vector<std::pair<double, double>> rows) : m_rows(std::move(rows)) {}
    double weight(const PathCoefficients& level) const override
    {
        const auto nearest =
            std::min_element(m_rows.begin(), m_rows.end(), [&](const auto& a, const auto& b) {
                return std::abs(a.first - level.sigmaTilde())
                       < std::abs(b.first - level.sigmaTilde());
            });
        return nearest->second;
    }
    std::optional<int> target() const override { return 0; }

private:
    std::vector<std::pair<double, double>> m_rows;
};

/// w_safe = 1 + rho/(c M) of the DDIM step between two levels, for the centre of 0, ±m (§7): with
/// more, some particle jumps over the centre.
double safeWeight(double m, const PathCoefficients& from, const PathCoefficients& to)
{
    const double c = from.sigma * (to.alpha * from.sigma / from.alpha - to.sigma);
    const double v = from.alpha * from.alpha + from.sigma * from.sigma;
    const double rho = to.alpha / from.alpha - c / v;
    const double k = from.alpha * m / v, q = std::exp(-k * from.alpha * m / 2);
    double M = 0; // of G(x)/x, by a fine scan: its value is needed to the digits printed
    for (int i = 1; i <= 20000; ++i) {
        const double u = i * 2e-3, shrunk = std::exp(-u);
        // 2 q sinh u/(1 + 2 q cosh u) with e^u taken out
        const double pull = q * (1 - shrunk * shrunk) / (shrunk + q * (1 + shrunk * shrunk));
        M = std::max(M, k * pull / (u / k));
    }
    return 1 + rho / (c * M);
}

} // namespace

class TestGoldenGuidance : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void guidedGaussian_data()
    {
        QTest::addColumn<double>("w");
        QTest::addColumn<double>("eta");
        QTest::addColumn<double>("mean");
        QTest::addColumn<double>("variance");
        QTest::newRow("1 ode") << 1. << 0. << 1.145921 << .301422;
        QTest::newRow("1 half") << 1. << .5 << 1.175083 << .300302;
        QTest::newRow("1 sde") << 1. << 1. << 1.197563 << .300003;
        QTest::newRow("3 ode") << 3. << 0. << 2.018568 << .022663;
        QTest::newRow("3 half") << 3. << .5 << 1.923227 << .048930;
        QTest::newRow("3 sde") << 3. << 1. << 1.754704 << .082376;
        QTest::newRow("7 ode") << 7. << 0. << 2.007988 << .000128;
        QTest::newRow("7 half") << 7. << .5 << 1.910061 << .013951;
        QTest::newRow("7 sde") << 7. << 1. << 1.799744 << .031731;
    }

    void guidedGaussian() // G1
    {
        QFETCH(double, w);
        QFETCH(double, eta);
        QFETCH(double, mean);
        QFETCH(double, variance);
        const auto path = process("vp", {{"horizon", 5}});
        const GaussianLaw class0{1.2, .3}, guide{-.4, 1.1};
        const GaussianLaw law = test::guidedGaussian(*path, 5, 0, w, eta, {0, 1}, class0, guide);
        COMPARE_CLOSE(law.mean, mean, 0, 1e-6);
        COMPARE_CLOSE(law.variance, variance, 0, 1e-6);

        // And that is where a run through the exact field goes, whose prior is N(0, sigma_T^2).
        SimulationPlan plan = makePlan(gaussianPair(1.2, .3, -.4, 1.1),
                                       karrasLevels(*path, path->at(5).sigmaTilde(), 7, 500),
                                       "exponential",
                                       eta,
                                       path);
        plan.guidance = anyWeight(w, 0);
        const Law run = lawOfLinearRun(plan);
        const double start = std::pow(path->at(5).sigma, 2);
        const GaussianLaw limit =
            test::guidedGaussian(*path, 5, 0, w, eta, {0, start}, class0, guide);
        // First order, 500 steps.
        COMPARE_CLOSE(run.mean, limit.mean, 0.01, 0);
        COMPARE_CLOSE(run.variance, limit.variance, 0.05, 2e-5);
    }

    void centreMode_data() // G4: uniform t from T to 0
    {
        QTest::addColumn<double>("m");
        QTest::addColumn<int>("steps");
        QTest::addColumn<double>("w");
        QTest::addColumn<double>("confidence");
        QTest::addColumn<double>("deviation");
        QTest::addColumn<double>("split");
        QTest::newRow("m=2 convergent") << 2. << 20 << 5. << .787 << .011 << 0.;
        QTest::newRow("m=2 mixed") << 2. << 20 << 20. << .727 << .441 << .03;
        QTest::newRow("m=2 divergent") << 2. << 20 << 50. << .011 << 29. << .99;
        QTest::newRow("m=4 convergent") << 4. << 20 << 20. << .999 << .025 << 0.;
        QTest::newRow("m=4 divergent") << 4. << 20 << 50. << .001 << 62.5 << .999;
    }

    void centreMode()
    {
        QFETCH(double, m);
        QFETCH(int, steps);
        QFETCH(double, w);
        QFETCH(double, confidence);
        QFETCH(double, deviation);
        QFETCH(double, split);
        const auto path = process("vp");
        const Centre centre = runCentre(m, w, uniformLevels(*path, 10, steps));
        // Units of the last digits given.
        COMPARE_CLOSE(centre.confidence, confidence, 0, 6e-4);
        COMPARE_CLOSE(centre.deviation, deviation, deviation > 1 ? .02 : 0, 6e-4);
        COMPARE_CLOSE(centre.split, split, 0, split == .03 ? 6e-3 : 6e-4);
    }

    void safeRegion_data()
    {
        QTest::addColumn<double>("factor");
        QTest::addColumn<QString>("rule");
        QTest::addColumn<double>("confidence");
        QTest::addColumn<double>("deviation");
        QTest::newRow("safe") << 1. << "safe" << .7870 << 0.;
        QTest::newRow("twice") << 2. << "safe" << .746 << .351;
        QTest::newRow("four times") << 4. << "safe" << .027 << 2.80;
        QTest::newRow("clipped to it") << 1. << "clip" << .7870 << 0.;
        QTest::newRow("off where unsafe") << 1. << "truncate" << .785 << .072;
    }

    void safeRegion() // §7, m = 2, K = 20, nominal w = 50
    {
        QFETCH(double, factor);
        QFETCH(QString, rule);
        QFETCH(double, confidence);
        QFETCH(double, deviation);
        const auto levels = uniformLevels(*process("vp"), 10, 20);
        std::vector<std::pair<double, double>> rows;
        for (std::size_t k = 0; k + 1 < levels.size(); ++k) {
            const double safe = 1 + factor * (safeWeight(2, levels[k], levels[k + 1]) - 1);
            rows.emplace_back(levels[k].sigmaTilde(),
                              rule == "safe"   ? safe
                              : rule == "clip" ? std::min(50., safe)
                                               : (safe < 50 ? 1. : 50.));
        }
        const Centre centre = runCentre(2, std::make_shared<WeightTable>(rows), levels);
        COMPARE_CLOSE(centre.confidence, confidence, 0, 6e-4);
        COMPARE_CLOSE(centre.deviation, deviation, 0, deviation > 1 ? 6e-3 : 6e-4);
    }

    void centreSplitsInProportionToTheStep_data() // half of the particles; w h about 11 and 9
    {
        QTest::addColumn<double>("m");
        QTest::addColumn<double>("T");
        QTest::addColumn<int>("steps");
        QTest::addColumn<double>("w");
        const QList<std::tuple<double, double, int, double>> rows{{4, 10, 20, 22},
                                                                  {4, 10, 50, 56},
                                                                  {4, 10, 100, 115},
                                                                  {4, 4, 20, 45},
                                                                  {4, 4, 50, 110},
                                                                  {4, 4, 100, 238},
                                                                  {2, 10, 20, 30},
                                                                  {2, 10, 50, 67},
                                                                  {2, 10, 100, 144}};
        for (const auto& [m, T, steps, w] : rows)
            QTest::addRow("m=%g T=%g K=%d", m, T, steps) << m << T << steps << w;
    }

    void centreSplitsInProportionToTheStep()
    {
        QFETCH(double, m);
        QFETCH(double, T);
        QFETCH(int, steps);
        QFETCH(double, w);
        const auto levels = uniformLevels(*process("vp"), T, steps);
        // The file's values are the first of a coarse scan beyond one half: the crossing itself
        // lies 1 to 15 % below (18 % for T = 4, K = 100).
        QVERIFY(runCentre(m, w, levels).split > .5);
        QVERIFY(runCentre(m, .84 * w, levels).split < .5);
    }

    void scheduleDecidesNotThePath()
    {
        const double high = std::sqrt(std::expm1(10.));
        const auto vp = process("vp"), ve = process("ve-edm"), rf = process("rf");
        const double last = high / (1 + high);
        const auto confidence = [](double w, const std::vector<PathCoefficients>& levels) {
            return runCentre(4, w, levels).confidence;
        };
        // Three decimals are given.
        COMPARE_CLOSE(confidence(50, uniformLevels(*vp, 10, 20)), .001, 0, 6e-4);
        COMPARE_CLOSE(confidence(50, karrasLevels(*ve, high, 7, 20)), .744, 0, 6e-4);
        COMPARE_CLOSE(confidence(50, karrasLevels(*ve, high, 1, 20)), .069, 0, 6e-4);
        COMPARE_CLOSE(confidence(50, uniformLevels(*rf, last, 20)), .994, 0, 6e-4);
        COMPARE_CLOSE(confidence(100, uniformLevels(*vp, 10, 20)), .000, 0, 6e-4);
        COMPARE_CLOSE(confidence(100, uniformLevels(*rf, last, 20)), .994, 0, 6e-4);
    }

    void ancestralStepsSplitEarlier()
    {
        const auto levels = uniformLevels(*process("vp"), 10, 50);
        // Other draws than theirs: 5 standard errors of a share among 2000.
        COMPARE_CLOSE(runCentre(4, 10, levels, "ddpm").confidence, .96, 0, .027);
        COMPARE_CLOSE(runCentre(4, 20, levels, "ddpm").confidence, .002, 0, .005);
        QVERIFY(runCentre(4, 20, levels, "ddim").split == 0);
    }

    void equalNoiseLevelsGiveEqualPaths() // G6, guided with w = 4
    {
        const auto vp = process("vp"), ve = process("ve-edm"), rf = process("rf");
        const auto mixture = makeMixture(randomMixture(3, 2, 4, 2, 1.5));
        std::vector<double> noise;
        for (const auto& level : uniformLevels(*vp, 8, 25))
            noise.push_back(level.sigmaTilde());
        const auto endOf = [&](const ForwardProcess& path) -> Eigen::MatrixXd {
            SimulationPlan plan = makePlan(mixture, levelsAtNoise(path, noise).value(), "ddim");
            plan.guidance = guided(4, 1);
            SimulationInputs inputs;
            inputs.start = Eigen::MatrixXd::NullaryExpr(50, 2, [&](Eigen::Index i, Eigen::Index c) {
                return plan.levels.front().alpha * noise.front()
                       * testNormal(2, static_cast<int>(i), static_cast<int>(c));
            });
            WorkerPool pool(1);
            return statesAt(simulate<double>(plan, pool, {}, inputs).trajectories);
        };
        const Eigen::MatrixXd reference = endOf(*vp);
        const double scale = reference.cwiseAbs().maxCoeff();
        QVERIFY(largestDifference(endOf(*ve), reference) < 1e-13 * scale);
        QVERIFY(largestDifference(endOf(*rf), reference) < 1e-13 * scale);
    }

    void bradleyVariances_data()
    {
        QTest::addColumn<double>("w");
        QTest::addColumn<double>("sde");
        QTest::newRow("2") << 2. << .5833;
        QTest::newRow("3") << 3. << .3875;
        QTest::newRow("5") << 5. << .2218;
        QTest::newRow("7") << 7. << .1538;
    }

    void bradleyVariances() // cond N(0, 1), guide N(0, 2), T -> inf: the SDE; 2^(1-w) for the ODE
    {
        QFETCH(double, w);
        QFETCH(double, sde);
        const auto path = process("ve-edm", {{"horizon", 1000}});
        const GaussianLaw prior{0, 1e6}, class0{0, 1}, guide{0, 2};
        const GaussianLaw law = test::guidedGaussian(*path, 1000, 0, w, 1, prior, class0, guide);
        COMPARE_CLOSE(law.variance, sde, 0, 6e-5); // four decimals
        COMPARE_CLOSE(law.variance, (2 - std::pow(2, 2 - 2 * w)) / (2 * w - 1), 1e-5, 0);
        for (const double eta : {0., 1.}) {
            SimulationPlan plan = makePlan(gaussianPair(0, 1, 0, 2),
                                           karrasLevels(*path, 1000, 7, 1200),
                                           "exponential",
                                           eta,
                                           path);
            plan.guidance = anyWeight(w, 0);
            // First order, 1200 steps.
            COMPARE_CLOSE(
                lawOfLinearRun(plan).variance, eta > 0 ? sde : std::pow(2, 1 - w), .05, 0);
        }
    }

    void strongestGuidanceIsFiniteOrSaysWhereItEnds()
    {
        const auto mixture = makeMixture(randomMixture(3, 2, 4, 2, 1.5));
        WorkerPool pool(2);
        for (const char* id : {"vp", "ve-edm", "rf"})
            for (const char* sampler : {"ddim", "heun", "ddpm", "dpmpp-2m", "euler"}) {
                const auto path = process(id);
                SimulationPlan plan =
                    makePlan(mixture, levelsOn(*path, "uniform", 50), sampler, 0, path);
                plan.guidance = anyWeight(1000, 0);
                plan.particles = 64;
                const auto run = simulate<float>(plan, pool);
                const auto states = statesAt(run.trajectories);
                QVERIFY(run.outcome.kind == Outcome::Kind::Completed
                        || (run.outcome.kind == Outcome::Kind::NonFinite && run.outcome.step > 0
                            && !run.outcome.message.empty()));
                QVERIFY(states.size() > 0 && states.allFinite());
            }
    }

    void closedFormsAreTheirOwnDerivatives() // G10
    {
        const auto mixture = makeMixture(randomMixture(17, 2, 4, 2, 1.5));
        const double alpha = .8, sigma = .6, h = 1e-3;
        const NoisedMixture law(*mixture, alpha, sigma);
        for (std::uint64_t i = 0; i < 20; ++i) {
            const Eigen::VectorXd x = randomPoint(i, 2, 1.5);
            const Eigen::VectorXd score = law.score(x);
            const Eigen::MatrixXd H = law.hessian(x);
            for (int c = 0; c < 2; ++c) {
                const Eigen::VectorXd e = h * Eigen::VectorXd::Unit(2, c);
                // Five points: h^4 times a fifth derivative, and rounding/h = 1e-12.
                const double slope = (8 * (law.logDensity(x + e) - law.logDensity(x - e))
                                      - law.logDensity(x + 2 * e) + law.logDensity(x - 2 * e))
                                     / (12 * h);
                COMPARE_CLOSE(slope, score(c), 1e-10, 1e-10);
                const Eigen::VectorXd bend = (8 * (law.score(x + e) - law.score(x - e))
                                              - law.score(x + 2 * e) + law.score(x - 2 * e))
                                             / (12 * h);
                QVERIFY(largestDifference(bend, H.col(c)) < 1e-9);
            }
            QVERIFY(largestDifference((x + sigma * sigma * score) / alpha, law.denoised(x))
                    < 1e-14 * (1 + x.norm() / alpha));
        }
    }
};

QTEST_GUILESS_MAIN(TestGoldenGuidance)
#include "tst_golden_guidance.moc"
