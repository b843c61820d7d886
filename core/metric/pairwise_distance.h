// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The mean distance between two particles: what is left of the diversity of a cloud, whatever its
// modes.
#include "core/metric/estimate.h"

#include <Eigen/Core>

namespace scorefield {

/// Mean of |x_i - x_j| over pairs i != j of x [n,d]; zero for fewer than two. Each particle meets
/// the 2 `partners` that follow and precede it by `partners` evenly spread distances in index; all
/// others if n <= 2 partners + 1, then it is the mean over all pairs (but opposite ones, n even).
/// The error is that of the design, for independent particles: Var = Var(d)/(n m) + 2(2m-1)/(n m)
/// Cov(d_ij, d_ik), m = partners. Source: Hoeffding 1948, Ann. Math. Statist. 19 (U-statistics).
Estimate meanPairwiseDistance(const Eigen::ArrayXXd& x, int partners = 16);

} // namespace scorefield
