// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How the posterior mean of a mixture changes along a direction, a block of points at a time.
#include "core/field/block.h"
#include "core/mixture/gaussian_mixture.h"
#include "core/process/forward_process.h"

#include <utility>

namespace scorefield {

class MeanJacobian {
public:
    explicit MeanJacobian(GaussianMixture mixture) : m_mixture(std::move(mixture)) {}

    /// (I + sigma^2 H) v = alpha dD/dx v, H the Hessian of log q at x: with u_k and m_k the score
    /// and the posterior mean of component k, G_k = alpha Sigma_k C_k^-1 and u = sum_k r_k u_k,
    ///   alpha sum_k r_k (G_k v + ((u_k - u) . v) (m_k - D)).
    /// x, v, denoised (D at x, from anywhere: rounding in it does not matter) [n,d] -> result
    /// [n,d]; sigma > 0. Thread-safe. Source: our derivation, from theory of exact mixtures.
    void along(const PathCoefficients& level,
               const Block<double>& x,
               const Block<double>& v,
               const Block<double>& denoised,
               Block<double>& result) const;

private:
    GaussianMixture m_mixture;
};

} // namespace scorefield
