// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Integrals over mixtures: a tensor trapezoid rule in one and two dimensions, whose error falls
// faster than any power of the step once that is below the narrowest component, exact draws above.
#include "core/metric/law_density.h"
#include "core/metric/mixture_divergence.h"

#include <Eigen/Core>

#include <functional>
#include <optional>
#include <vector>

namespace scorefield {

/// What each integral says at points [n,d] in rows: integrand values [n,integrals]; or at draws,
/// the values to be averaged.
using Integrand = std::function<Eigen::ArrayXXd(const Eigen::MatrixXd& points)>;

/// Nodes along the axes of a box.
struct IntegrationGrid {
    Eigen::VectorXd low, step; ///< [d]
    int nodes = 0;             ///< along each axis, odd
};

/// The box of all components of these laws, each with nine of its standard deviations to all sides,
/// which leaves 1e-18 outside. None: in d > 2, or where the narrowest component needs more nodes
/// than two seconds allow; then draws are taken.
std::optional<IntegrationGrid> integrationGrid(const std::vector<const GaussianMixture*>& laws,
                                               int leastNodes);

/// The integrals on a grid, on finer ones until halving the nodes changes nothing or they would
/// take seconds; errors by that change.
std::vector<Integral>
integrateOnGrid(const Integrand& integrand, IntegrationGrid grid, int components, WorkerPool& pool);
/// The means over draws of `law` (alpha = 1, sigma = 0), in batches with seeds of their own.
std::vector<Integral> averageOverDraws(const Integrand& integrand,
                                       const GaussianMixture& law,
                                       int draws,
                                       std::uint64_t seed,
                                       WorkerPool& pool);

} // namespace scorefield
