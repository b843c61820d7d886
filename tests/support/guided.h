// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Guided problems with a closed form: strong guidance, a guide that is a Gaussian of its own, and
// the lines of modes of the golden numbers.
#include "tests/support/runs.h"

#include <cmath>
#include <memory>
#include <optional>
#include <vector>

namespace scorefield::test {

/// A constant weight, as of classifier-free guidance, also beyond the range of its slider.
class AnyWeight final : public GuidanceRule {
public:
    AnyWeight(double w, int target) : m_w(w), m_target(target) {}
    double weight(const PathCoefficients&) const override { return m_w; }
    std::optional<int> target() const override { return m_target; }

private:
    double m_w;
    int m_target;
};

inline std::shared_ptr<const GuidanceRule> anyWeight(double w, int target)
{
    return std::make_shared<AnyWeight>(w, target);
}

/// N(meanC, varC) as class 0, guided away from N(meanU, varU): its weight is so small that the
/// mixture of both is the guide to every digit.
inline std::shared_ptr<const GaussianMixture>
gaussianPair(double meanC, double varC, double meanU, double varU)
{
    MixtureSpec spec;
    spec.dimension = 1;
    const auto add = [&](double weight, double mean, double variance, int label) {
        spec.components.push_back({weight,
                                   Eigen::VectorXd::Constant(1, mean),
                                   Eigen::MatrixXd::Constant(1, 1, variance),
                                   label});
    };
    add(1e-250, meanC, varC, 0);
    add(1, meanU, varU, 1);
    return makeMixture(spec);
}

/// Equal modes N(means[k], variances[k]) in one dimension, mode k as class k.
inline std::shared_ptr<const GaussianMixture> lineOfModes(const std::vector<double>& means,
                                                          const std::vector<double>& deviations)
{
    MixtureSpec spec;
    spec.dimension = 1;
    for (std::size_t k = 0; k < means.size(); ++k)
        spec.components.push_back({1,
                                   Eigen::VectorXd::Constant(1, means[k]),
                                   Eigen::MatrixXd::Constant(1, 1, deviations[k] * deviations[k]),
                                   static_cast<int>(k)});
    return makeMixture(spec);
}

/// Phi^{-1}((i + 1/2)/n), i < n: the normal law without sampling error. [1,n], by bisection.
inline Eigen::RowVectorXd normalQuantiles(int n)
{
    Eigen::RowVectorXd quantiles(n);
    for (int i = 0; i < n; ++i) {
        const double wanted = (i + 0.5) / n;
        double low = -10, high = 10;
        for (int step = 0; step < 80; ++step) {
            const double middle = (low + high) / 2;
            (std::erfc(-middle / std::sqrt(2.)) / 2 < wanted ? low : high) = middle;
        }
        quantiles(i) = (low + high) / 2;
    }
    return quantiles;
}

struct GaussianLaw {
    double mean = 0, variance = 0;
};

/// O2 for a Gaussian class and a Gaussian guide, from `start` at time T: variances and means of
/// the guided reverse dynamics at `end`, by Simpson's rule on 2 x 20000 equal parts of log t.
inline GaussianLaw guidedGaussian(const ForwardProcess& process,
                                  double T,
                                  double end,
                                  double w,
                                  double eta,
                                  GaussianLaw start,
                                  GaussianLaw conditional,
                                  GaussianLaw guide)
{
    const double c = (1 + eta * eta) / 2;
    const auto variance = [](const PathCoefficients& at, double of) {
        return at.alpha * at.alpha * of + at.sigma * at.sigma;
    };
    const PathCoefficients to = process.at(end);
    const auto Phi = [&](const PathCoefficients& at) {
        return std::pow(at.alpha / to.alpha, eta * eta)
               * std::pow(
                   std::pow(variance(to, conditional.variance) / variance(at, conditional.variance),
                            w)
                       * std::pow(variance(at, guide.variance) / variance(to, guide.variance),
                                  w - 1),
                   c);
    };
    const int parts = 40000;
    double mean = 0, noise = 0;
    const double from = end > 0 ? end : 1e-12 * T;
    const double ratio = std::log(T / from);
    for (int i = 0; i <= parts; ++i) {
        const PathCoefficients at = process.at(from * std::exp(ratio * i / parts));
        const double weight = (i == 0 || i == parts ? 1
                               : i % 2 == 1         ? 4
                                                    : 2)
                              * ratio / parts / 3 * at.t;
        const double g2 = at.diffusionSquared(), phi = Phi(at);
        mean += weight * phi * c * g2 * at.alpha
                * (w * conditional.mean / variance(at, conditional.variance)
                   - (w - 1) * guide.mean / variance(at, guide.variance));
        noise += weight * phi * phi * g2;
    }
    const double phi = Phi(process.at(T));
    return {phi * start.mean + mean, phi * phi * start.variance + eta * eta * noise};
}

} // namespace scorefield::test
