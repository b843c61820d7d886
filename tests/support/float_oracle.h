// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Guided posterior means in double, and how much of their difference from those in float is
// rounding.
#include "core/mixture/noised_mixture.h"

#include <algorithm>
#include <cmath>

namespace scorefield::test {

/// sum_k r_k |m_k - D| |C_k^-1 y_k|, y_k = x - alpha mu_k: how far D moves if every log-weight is
/// computed at a point that is off by 1 (to first order, in the worst direction); m_k are the
/// posterior means of the components.
inline double
sensitivity(const GaussianMixture& mixture, const NoisedMixture& noised, const Eigen::VectorXd& x)
{
    const Eigen::VectorXd r = noised.responsibilities(x), D = noised.denoised(x);
    double sum = 0;
    for (int k = 0; k < mixture.componentCount(); ++k) {
        const auto& component = mixture.components()[static_cast<std::size_t>(k)];
        const double alpha = noised.alpha(), sigma = noised.sigma();
        const Eigen::ArrayXd l = component.eigenvalues.array(),
                             v = alpha * alpha * l + sigma * sigma;
        const Eigen::ArrayXd z =
            (component.eigenvectors.transpose() * (x - alpha * component.mean)).array();
        const Eigen::VectorXd m =
            component.mean + component.eigenvectors * (alpha * l / v * z).matrix();
        sum += r(k) * (m - D).norm() * (z / v).matrix().norm();
    }
    return sum;
}

inline double largestMean(const GaussianMixture& mixture)
{
    double largest = 0;
    for (const auto& component : mixture.components())
        largest = std::max(largest, component.mean.norm());
    return largest;
}

/// D_u + w (D_c - D_u) from the oracle.
struct FloatOracle {
    const GaussianMixture &mixture, &conditional;
    const NoisedMixture all, members;
    double w;

    Eigen::VectorXd denoised(const Eigen::VectorXd& x) const
    {
        const Eigen::VectorXd unconditional = all.denoised(x);
        return unconditional + w * (members.denoised(x) - unconditional);
    }
    double roundingGain(const Eigen::VectorXd& x) const
    {
        return std::abs(1 - w) * sensitivity(mixture, all, x)
               + std::abs(w) * sensitivity(conditional, members, x);
    }
    /// What floats may differ by at x, given that the mean differs by `error`: 2e-6 of the data
    /// scale, times the extrapolation |w| + |1 - w|. Where a sharp boundary between components
    /// needs more, what the arithmetic gives: each x - alpha mu and table entry is rounded to 2^-24
    /// of |x|
    /// + alpha |mu|, four times on the way to a log-weight.
    double bound(const Eigen::VectorXd& x, double scale, double error) const
    {
        double bound = 2e-6 * std::max(scale, denoised(x).norm()) * (std::abs(w) + std::abs(1 - w));
        if (error > bound)
            bound +=
                4 * 0x1p-24 * (x.norm() + all.alpha() * largestMean(mixture)) * roundingGain(x);
        return bound;
    }
};

} // namespace scorefield::test
