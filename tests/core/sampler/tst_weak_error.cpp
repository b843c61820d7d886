// SPDX-License-Identifier: GPL-3.0-or-later
// Every sampler that draws, in law: against the closed form of reverse dynamics started from any
// Gaussian, without sampling error where the scheme is linear, and by five standard errors
// elsewhere.
#include "tests/support/convergence.h"
#include "tests/support/laws.h"
#include "tests/support/mixtures.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

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
};

QTEST_APPLESS_MAIN(TestWeakError)
#include "tst_weak_error.moc"
