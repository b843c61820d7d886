// SPDX-License-Identifier: GPL-3.0-or-later
// Every sampler that draws, in law: against the closed form of reverse dynamics started from any
// Gaussian, without sampling error where the scheme is linear, and by five standard errors
// elsewhere.
#include "tests/support/convergence.h"
#include "tests/support/mixtures.h"

#include <QtTest>

#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

constexpr double kMean = 0.7, kVariance = 0.6; // of the data in one dimension

MixtureSpec gaussian1d(double mean = kMean, double variance = kVariance, double weight = 1)
{
    MixtureSpec spec;
    spec.dimension = 1;
    spec.components.push_back(
        {weight, Eigen::VectorXd::Constant(1, mean), Eigen::MatrixXd::Constant(1, 1, variance), 0});
    return spec;
}

struct Law {
    double mean = 0, variance = 0;
};

/// O1: E Y_t = alpha_t m + Phi (E Y_T - alpha_T m), Var Y_t = v_t + Phi^2 (Var Y_T - v_T), Phi =
/// (alpha_T/alpha_t)^{eta^2} (v_t/v_T)^{(1 + eta^2)/2}; for a start N(0, sigma_T^2).
Law exactLaw(const PathCoefficients& from,
             const PathCoefficients& to,
             double eta,
             double mean = kMean,
             double variance = kVariance)
{
    const double vFrom = from.alpha * from.alpha * variance + from.sigma * from.sigma;
    const double vTo = to.alpha * to.alpha * variance + to.sigma * to.sigma;
    const double Phi =
        std::pow(from.alpha / to.alpha, eta * eta) * std::pow(vTo / vFrom, (1 + eta * eta) / 2);
    return {(to.alpha - Phi * from.alpha) * mean,
            vTo + Phi * Phi * (from.sigma * from.sigma - vFrom)};
}

/// The law at the end of a run that is linear in its start N(0, sigma_T^2) and its normals,
/// exactly: particle 0 gets no start and no noise, particle 1 a unit start, the others a unit
/// impulse at one draw each.
Law lawOfLinearRun(const SimulationPlan& plan)
{
    const int steps = static_cast<int>(plan.levels.size()) - 1;
    const int draws = steps * std::min(2, (*findSampler(plan.sampler))->drawsPerStep);
    const Eigen::Index n = draws + 2;
    SimulationInputs inputs;
    inputs.start = Eigen::MatrixXd::Zero(n, 1);
    (*inputs.start)(1, 0) = 1;
    inputs.noiseCalls = static_cast<std::size_t>(draws);
    inputs.noise = std::vector<double>(static_cast<std::size_t>(draws * n), 0.0);
    for (int call = 0; call < draws; ++call)
        (*inputs.noise)[static_cast<std::size_t>(call * n + call + 2)] = 1;
    WorkerPool pool(1);
    const auto run = simulate<double>(plan, pool, {}, inputs);
    if (run.outcome.kind != Outcome::Kind::Completed)
        return {std::nan(""), std::nan("")};
    const Eigen::MatrixXd end = statesAt(run.trajectories);
    const Eigen::ArrayXd response = end.col(0).array() - end(0, 0);
    const double sigma = plan.levels.front().sigma;
    return {end(0, 0),
            sigma * sigma * response(1) * response(1) + response.tail(draws).square().sum()};
}

/// Short horizons, so that the wrong start N(0, sigma_T^2) is still seen at the end: a test of Phi,
/// not only of the stationary law.
std::shared_ptr<const ForwardProcess> shortProcess(const std::string& id)
{
    if (id == "ve-edm")
        return process("ve-edm", {{"horizon", 3}, {"stop", 0.1}});
    if (id == "vp")
        return process("vp", {{"horizon", 1.5}, {"stop", 0.05}});
    return process("rf", {{"horizon", 0.8}, {"stop", 0.1}});
}

std::vector<SamplerVariant> stochasticVariants()
{
    std::vector<SamplerVariant> variants;
    for (auto& variant : allVariants()) {
        const std::string& id = variant.kind->info.id;
        const bool fixedSteps = variant.kind->evaluationsPerStep > 0;
        if (fixedSteps && (variant.kind->usesEta || id == "ddpm"))
            variants.push_back(variant);
        if (id == "langevin") { // without its corrector, whose step is not linear in x
            variants.push_back(variant);
            variants.back().name = "langevin:corrector_steps=0";
            variants.back().choice.values.set("corrector_steps", 0);
        }
    }
    return variants;
}

void stochasticRows()
{
    QTest::addColumn<int>("index");
    QTest::addColumn<double>("eta");
    const auto variants = stochasticVariants();
    for (std::size_t i = 0; i < variants.size(); ++i) {
        const bool usesEta = variants[i].kind->usesEta;
        for (const double eta : {0.0, 0.5, 1.0, 1.5})
            if (usesEta || eta == 1)
                QTest::addRow("%s eta=%g", variants[i].name.c_str(), eta)
                    << static_cast<int>(i) << eta;
    }
}

SimulationPlan planWithSteps(SamplerVariant variant,
                             const std::shared_ptr<const GaussianMixture>& mixture,
                             const std::shared_ptr<const ForwardProcess>& p,
                             int steps,
                             double eta)
{
    auto levels = levelsOn(*p, "karras", steps);
    if (variant.kind->ownLevels != nullptr) {
        variant.choice.values.set("evaluations", 3 * steps - 1);
        levels = withOwnLevels(variant.choice, *p, levels).value();
    }
    return planOf(variant, mixture, p, levels, eta);
}

} // namespace

class TestWeakError : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Mean and variance of the scheme tend to those of the equation: every refinement takes at
    /// least the first order off, and what is extrapolated from it is the closed form. A wrong
    /// noise scale would leave a remainder that no refinement takes away.
    void linearSchemesHaveTheClosedFormLaw_data() { stochasticRows(); }
    void linearSchemesHaveTheClosedFormLaw()
    {
        QFETCH(int, index);
        QFETCH(double, eta);
        const SamplerVariant variant = stochasticVariants()[static_cast<std::size_t>(index)];
        const auto mixture = makeMixture(gaussian1d());
        for (const std::string id : {"vp", "ve-edm", "rf"}) {
            const auto p = shortProcess(id);
            const Law expected = exactLaw(p->at(p->horizon()), p->at(p->stop()), eta);
            std::vector<Law> laws;
            for (const int K : {60, 120, 240})
                laws.push_back(lawOfLinearRun(planWithSteps(variant, mixture, p, K, eta)));
            const auto words = [&](const char* what, double Law::*part) {
                return QStringLiteral("%1 %2: %3 %4 %5, exact %6")
                    .arg(id.c_str(), what)
                    .arg(laws[0].*part, 0, 'g', 8)
                    .arg(laws[1].*part, 0, 'g', 8)
                    .arg(laws[2].*part, 0, 'g', 8)
                    .arg(expected.*part, 0, 'g', 8);
            };
            for (const auto& [what, part] :
                 {std::pair{"mean", &Law::mean}, std::pair{"variance", &Law::variance}}) {
                const double scale =
                    part == &Law::mean ? std::sqrt(expected.variance) : expected.variance;
                const auto error = [&, part = part](std::size_t i) {
                    return std::abs(laws[i].*part - expected.*part) / scale;
                };
                // Halved, or below what matters: errors of opposite sign may cancel on one grid.
                QVERIFY2(error(2) < 0.6 * error(0) || error(2) < 3e-4,
                         qPrintable(words(what, part)));
                QVERIFY2(error(2) < 0.05, qPrintable(words(what, part)));
                // two orders taken off by the three grids
                const double extrapolated =
                    (8 * (laws[2].*part) - 6 * (laws[1].*part) + laws[0].*part) / 3;
                QVERIFY2(
                    std::abs(extrapolated - expected.*part) < 2e-3 * scale,
                    qPrintable(words(what, part)
                               + QStringLiteral(", extrapolated %1").arg(extrapolated, 0, 'g', 8)));
            }
        }
    }

    /// The same through the vectorised kernels and the generator, two-dimensional with unequal
    /// axes.
    void drawnRunsHaveTheClosedFormLaw_data() { stochasticRows(); }
    void drawnRunsHaveTheClosedFormLaw()
    {
        QFETCH(int, index);
        QFETCH(double, eta);
        const SamplerVariant variant = stochasticVariants()[static_cast<std::size_t>(index)];
        const auto mixture = makeMixture(referenceM4());
        const char* const ids[] = {"vp", "ve-edm", "rf"};
        const auto p = shortProcess(ids[index % 3]);
        const int n = 10000;
        auto plan = planWithSteps(variant, mixture, p, 200, eta);
        plan.particles = n;
        plan.seed = 3;
        WorkerPool pool(2);
        const Eigen::MatrixXd x = statesAt(simulate<float>(plan, pool).trajectories);
        const auto& g = mixture->components()[0];
        const Eigen::MatrixXd inAxes = x * g.eigenvectors;
        const Eigen::VectorXd m = g.eigenvectors.transpose() * g.mean;
        for (int i = 0; i < 2; ++i) {
            // The scheme's own law in this axis, so that what is left is sampling error alone.
            const auto axis = planWithSteps(
                variant, makeMixture(gaussian1d(m(i), g.eigenvalues(i))), p, 200, eta);
            const bool hasItsOwn = variant.name == "ddpm:variance=optimal"; // its V is of both axes
            const Law law =
                hasItsOwn
                    ? exactLaw(plan.levels.front(), plan.levels.back(), eta, m(i), g.eigenvalues(i))
                    : lawOfLinearRun(axis);
            const Eigen::ArrayXd column = inAxes.col(i).array();
            // 5 standard errors of 10 000 particles: 5 % of a standard deviation, 7 % of a variance
            COMPARE_CLOSE(column.mean(), law.mean, 0, 5 * std::sqrt(law.variance / n));
            COMPARE_CLOSE(
                (column - law.mean).square().mean(), law.variance, 5 * std::sqrt(2.0 / n), 0);
        }
    }

    /// Not only Gaussian: from the exact law of the start every eta keeps the marginals of a
    /// two-mode mixture, so its weights, mean and variance come out.
    void marginalsOfAMixtureAreKept_data()
    {
        QTest::addColumn<int>("index");
        QTest::addColumn<double>("eta");
        const auto variants = stochasticVariants();
        for (std::size_t i = 0; i < variants.size(); ++i)
            for (const double eta : {1.0, 1.5})
                if (variants[i].kind->usesEta || eta == 1)
                    QTest::addRow("%s eta=%g", variants[i].name.c_str(), eta)
                        << static_cast<int>(i) << eta;
    }
    void marginalsOfAMixtureAreKept()
    {
        QFETCH(int, index);
        QFETCH(double, eta);
        const SamplerVariant variant = stochasticVariants()[static_cast<std::size_t>(index)];
        MixtureSpec spec = gaussian1d(-1.2, 0.2, 0.7);
        spec.components.push_back(gaussian1d(1.6, 0.4, 0.3).components[0]);
        const auto mixture = makeMixture(spec);
        const char* const ids[] = {"rf", "vp", "ve-edm"};
        const auto p = shortProcess(ids[index % 3]);
        const int n = 4000;
        auto plan = planWithSteps(variant, mixture, p, 120, eta);
        plan.prior = Prior::Exact;
        plan.particles = n;
        plan.seed = 8;
        WorkerPool pool(2);
        const Eigen::ArrayXd x = statesAt(simulate<double>(plan, pool).trajectories).col(0).array();

        const PathCoefficients& end = plan.levels.back();
        double right = 0;
        for (const auto& c : mixture->components()) {
            const double v = end.alpha * end.alpha * c.eigenvalues(0) + end.sigma * end.sigma;
            right += c.weight * std::erfc(-end.alpha * c.mean(0) / std::sqrt(2 * v)) / 2;
        }
        const double mean = end.alpha * mixture->mean()(0);
        const double variance =
            end.alpha * end.alpha * mixture->covariance()(0, 0) + end.sigma * end.sigma;
        // 5 standard errors (of a variance: that of a Gaussian, whose kurtosis is larger), and 2 %
        // for the steps: first order at K = 120, checked against the closed form above.
        COMPARE_CLOSE(
            (x > 0).cast<double>().mean(), right, 0, 5 * std::sqrt(right * (1 - right) / n) + 0.02);
        COMPARE_CLOSE(x.mean(), mean, 0, 5 * std::sqrt(variance / n) + 0.02 * std::sqrt(variance));
        COMPARE_CLOSE((x - mean).square().mean(), variance, 5 * std::sqrt(2.0 / n) + 0.02, 0);
    }

    /// Analytic-DPM: over long steps the optimal variance gives one Gaussian its variance exactly,
    /// where the posterior variance misses it.
    void optimalVarianceIsExactForOneGaussian()
    {
        const auto mixture = makeMixture(gaussian1d());
        for (const std::string id : {"vp", "ve-edm", "rf"}) {
            const auto p = shortProcess(id);
            double error[2];
            for (const int i : {0, 1}) {
                SamplerVariant variant{
                    "ddpm",
                    choose(samplerKinds(), "ddpm", {{"variance", i == 0 ? 0 : 2}}),
                    nullptr};
                variant.kind = *findSampler(variant.choice);
                const auto plan = planWithSteps(variant, mixture, p, 4, 0);
                // Every step draws from p(x'|x), which is Gaussian here, so the law is O1 whatever
                // K.
                const Law law = lawOfLinearRun(plan);
                const Law expected = exactLaw(plan.levels.front(), plan.levels.back(), 1);
                COMPARE_CLOSE(law.mean, expected.mean, 1e-10, 0);
                error[i] = std::abs(law.variance / expected.variance - 1);
            }
            // V is estimated from 8192 draws: 1.6 % of V, of which a part is noise of a step
            QVERIFY2(error[1] < 0.03 && error[0] > 5 * error[1],
                     qPrintable(QStringLiteral("%1: posterior %2, optimal %3")
                                    .arg(id.c_str())
                                    .arg(error[0])
                                    .arg(error[1])));
        }
    }

    /// DDPM and Euler ancestral are DDIM(1) and DDIM(eta) in other words, particle by particle.
    void ancestralMethodsAreDdim()
    {
        WorkerPool pool(1);
        for (const std::string id : {"vp", "ve-edm", "rf"}) {
            const auto p = id == "rf" ? process("rf") : shortProcess(id); // also from pure noise
            auto plan = makePlan(
                makeMixture(randomMixture(5, 3, 4, 3)), levelsOn(*p, "uniform", 25, 1), "ddim", 1);
            plan.process = p;
            plan.particles = 60;
            const Eigen::MatrixXd ddim = statesAt(simulate<double>(plan, pool).trajectories);
            plan.sampler = choose(samplerKinds(), "ddpm");
            QVERIFY(largestDifference(statesAt(simulate<double>(plan, pool).trajectories), ddim)
                    < 1e-11);
            for (const double eta : {0.3, 1.0, 4.0, 10.0}) { // beyond about 1 the noise is capped
                plan.eta = eta;
                plan.sampler = choose(samplerKinds(), "ddim");
                const Eigen::MatrixXd expected =
                    statesAt(simulate<double>(plan, pool).trajectories);
                plan.sampler = choose(samplerKinds(), "ancestral-euler");
                QVERIFY(
                    largestDifference(statesAt(simulate<double>(plan, pool).trajectories), expected)
                    < 1e-11);
            }
        }
    }

    /// At equal sigma~ the methods in x/alpha take the same steps on every process (O4).
    void methodsInScaledStatesDependOnNoiseLevelsOnly_data()
    {
        QTest::addColumn<QString>("sampler");
        for (const char* id : {"ddim",
                               "ddpm",
                               "ancestral-euler",
                               "ancestral-dpm2",
                               "renoise",
                               "exponential",
                               "dpmpp-sde",
                               "dpmpp-2m-sde",
                               "dpmpp-3m-sde",
                               "dpmpp-2s",
                               "langevin"})
            QTest::newRow(id) << id;
    }
    void methodsInScaledStatesDependOnNoiseLevelsOnly()
    {
        QFETCH(QString, sampler);
        std::vector<double> noise;
        for (int k = 0; k <= 20; ++k)
            noise.push_back(50 * std::pow(0.02 / 50, k / 20.0));
        noise.push_back(0);
        const auto mixture = makeMixture(randomMixture(8, 2, 4, 2));
        WorkerPool pool(1);
        Eigen::MatrixXd first;
        for (const char* id : {"ve-edm", "vp", "rf"}) {
            const auto p = process(id);
            auto plan =
                makePlan(mixture, levelsAtNoise(*p, noise).value(), sampler.toStdString(), 0.8);
            plan.process = p;
            SimulationInputs inputs;
            inputs.start = Eigen::MatrixXd(40, 2);
            for (int i = 0; i < 40; ++i)
                for (int c = 0; c < 2; ++c)
                    (*inputs.start)(i, c) = 50 * plan.levels[0].alpha * testNormal(6, i, c);
            const Eigen::MatrixXd end =
                statesAt(simulate<double>(plan, pool, {}, inputs).trajectories);
            if (first.size() == 0)
                first = end;
            QVERIFY2(largestDifference(end, first) < 1e-9, id); // rounding, along flows that spread
        }
    }

    /// Re-noising with the posterior mean forgets: V' = (alpha' k)^2 V + sigma'^2 with the gain k
    /// of D. In the end it holds less than the data's variance, as its help says.
    void renoisingHasTheLawOfItsRecursion()
    {
        const auto p = process("rf");
        const auto plan =
            makePlan(makeMixture(gaussian1d()), levelsOn(*p, "uniform", 30), "renoise");
        double mean = 0, variance = 1;
        for (std::size_t k = 0; k + 1 < plan.levels.size(); ++k) {
            const PathCoefficients &from = plan.levels[k], &to = plan.levels[k + 1];
            const double gain = from.alpha * kVariance
                                / (from.alpha * from.alpha * kVariance + from.sigma * from.sigma);
            mean = to.alpha * (kMean + gain * (mean - from.alpha * kMean));
            variance = std::pow(to.alpha * gain, 2) * variance + to.sigma * to.sigma;
        }
        const Law law = lawOfLinearRun(plan);
        COMPARE_CLOSE(law.mean, mean, 1e-10, 0);
        COMPARE_CLOSE(law.variance, variance, 1e-10, 0);
        QVERIFY(law.variance < 0.9 * kVariance);
    }

    /// The corrector alone, at one level: x + e s + sqrt(2e) z of N(0, v) with e = 2 (snr
    /// E|z|/E|s|)^2 = 2 snr^2 v^2/V settles at V = v (1 + snr^2).
    void langevinStepsSettleAtTheirOwnLaw()
    {
        const double snr = 0.5;
        const auto p = process("ve-edm", {{"horizon", 2}, {"stop", 0.5}});
        std::vector<double> levels;
        for (int k = 0; k <= 60; ++k)
            levels.push_back(1 - 1e-9 * k); // predictor steps too short to matter
        auto plan = makePlan(
            makeMixture(gaussian1d(0, kVariance)), levelsAtNoise(*p, levels).value(), "langevin");
        plan.sampler.values.set("snr", snr);
        plan.process = p;
        SimulationInputs inputs;
        const int n = 10000;
        inputs.start = Eigen::MatrixXd::Constant(n, 1, 3.0); // far from the law
        WorkerPool pool(1);
        const Eigen::ArrayXd x =
            statesAt(simulate<double>(plan, pool, {}, inputs).trajectories).col(0).array();
        const double variance = (1 + kVariance) * (1 + snr * snr); // 5 standard errors
        COMPARE_CLOSE(x.mean(), 0, 0, 5 * std::sqrt(variance / n));
        COMPARE_CLOSE(x.square().mean(), variance, 5 * std::sqrt(2.0 / n), 0);
    }

    /// Any stochasticity that a lane allows, any number of steps: finite, but for the explicit
    /// methods in the process's own time, whose steps are unstable at large eta.
    void everyEtaStaysFinite_data()
    {
        QTest::addColumn<QString>("sampler");
        for (const auto& kind : samplerKinds())
            if (kind.drawsPerStep > 0 && kind.info.id != "euler-maruyama"
                && kind.info.id != "heun-sde")
                QTest::newRow(kind.info.id.c_str()) << QString::fromStdString(kind.info.id);
    }
    void everyEtaStaysFinite()
    {
        QFETCH(QString, sampler);
        WorkerPool pool(1);
        for (const std::string id : {"vp", "ve-edm", "rf"})
            for (const int K : {1, 2, 3, 30})
                for (const double final : {0.0, 1.0})
                    for (const double eta : {0.0, 0.7, 3.0, 10.0}) {
                        const auto p = process(id);
                        auto plan = makePlan(makeMixture(referenceM1()),
                                             levelsOn(*p, "karras", K, final),
                                             sampler.toStdString(),
                                             eta);
                        plan.levels = withOwnLevels(plan.sampler, *p, plan.levels).value();
                        plan.process = p;
                        plan.particles = 20;
                        const auto run = simulate<float>(plan, pool);
                        QVERIFY2(run.outcome.kind == Outcome::Kind::Completed,
                                 run.outcome.message.c_str());
                        // Nor thrown far: the data reach 6. Extrapolation through several steps is
                        // explicit, hence unstable at large eta.
                        const double reach = statesAt(run.trajectories).cwiseAbs().maxCoeff();
                        if (final == 1 && K == 30 && (eta < 1 || !sampler.endsWith("m-sde")))
                            QVERIFY2(reach < 12, qPrintable(QString::number(reach)));
                    }
    }
};

QTEST_APPLESS_MAIN(TestWeakError)
#include "tst_weak_error.moc"
