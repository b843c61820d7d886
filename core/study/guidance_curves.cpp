// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/guidance_curves.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

/// Of parameters and covariances that were typed in decimals.
constexpr double kTypedTolerance = 1e-9;

Eigen::MatrixXd covarianceOf(const GaussianMixture::Component& component)
{
    return component.eigenvectors * component.eigenvalues.asDiagonal()
           * component.eigenvectors.transpose();
}

} // namespace

std::optional<double> varianceOfTwoEqualModes(const GaussianMixture& mixture)
{
    if (mixture.componentCount() != 2)
        return std::nullopt;
    const auto& a = mixture.components()[0];
    const auto& b = mixture.components()[1];
    const Eigen::MatrixXd Sigma = covarianceOf(a);
    const double size = Sigma.norm();
    const Eigen::VectorXd line = a.mean - b.mean;
    const bool alike = a.classLabel != b.classLabel
                       && std::abs(a.weight - b.weight) <= kTypedTolerance
                       && (Sigma - covarianceOf(b)).norm() <= kTypedTolerance * size;
    if (!alike || size == 0 || line.norm() == 0)
        return std::nullopt;
    const double variance = line.dot(Sigma * line) / line.squaredNorm();
    const bool decouples =
        (Sigma * line - variance * line).norm() <= kTypedTolerance * size * line.norm();
    return decouples && variance > 0 ? std::optional(variance) : std::nullopt;
}

double guidanceExponent(double sigmaTildeT, double variance)
{
    return std::sqrt(1 + sigmaTildeT * sigmaTildeT / variance);
}

double publishedGuidanceBound(std::span<const PathCoefficients> levels, double w)
{
    const double eta = w - 1;
    if (eta < std::exp(2.0))
        return std::numeric_limits<double>::quiet_NaN();
    const double exploding = std::pow(std::log(eta), 2) / eta;
    const auto every = [&](auto&& holds) {
        return std::all_of(levels.begin(), levels.end(), holds);
    };
    if (every([](const PathCoefficients& level) { return level.alpha == 1; }))
        return exploding;
    if (every([](const PathCoefficients& level) {
            return std::abs(level.alpha * level.alpha + level.sigma * level.sigma - 1)
                   <= kTypedTolerance;
        }))
        return std::pow(exploding, levels.front().alpha);
    return std::numeric_limits<double>::quiet_NaN();
}

} // namespace scorefield
