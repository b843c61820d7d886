// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How sure of a class one can be at all: sup over x of P(c | x) under the clean mixture. A class
// between others has a ceiling below 1, and no guidance gets above it.
#include "core/mixture/gaussian_mixture.h"

#include <Eigen/Core>

namespace scorefield {

struct ConfidenceCeiling {
    double value = 0;      ///< the largest P(c | x) found
    double bound = 1;      ///< no x has more; equals value up to rounding where it is tight
    Eigen::VectorXd place; ///< where value is [d]; far out if the supremum is at infinity
};
/// Damped Newton steps on -log P(c | x) from the class's means and from far points along the
/// directions it extends in. The bound sums what each of its components k could reach alone: odds
/// sup <= sum_k sup_x pi_k N_k / sum_{j not in c} pi_j N_j, each a convex problem where every
/// Sigma_j - Sigma_k is positive semi-definite; elsewhere, and for more than 64 components, it is
/// 1. Singular covariances are raised to (1e-6 of the data scale)^2. `label`, of a class or a set
/// (kFirstSetTarget + i), must have a component. Source: our derivation.
ConfidenceCeiling confidenceCeiling(const GaussianMixture& mixture, int label);

} // namespace scorefield
