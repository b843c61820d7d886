// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How strong guidance may be before a step throws particles over the class they are guided to: the
// border between the convergent and the mixed situation of a class among others (our formulation).
#include "core/mixture/gaussian_mixture.h"
#include "core/process/forward_process.h"

#include <span>
#include <vector>

namespace scorefield {

/// The largest constant weights with which the DDIM (exponential Euler) step from levels[k] to
/// levels[k + 1] keeps every particle on its side of the class. In X = x/alpha, with r =
/// sigma~'/sigma~ and y = X - mu_c the step of a Gaussian class is
///   y' = rho y + (1 - r)(w - 1) Delta(X),   rho = r + (1 - r) u^T Sigma (Sigma + sigma~^2)^-1 u
/// along a direction u, Delta = D_c - D_u. Then
///   w_safe = 1 + min rho/((1 - r) M),   M = sup -<Delta(X) - Delta(mu_c), y>/|y|^2:
/// with more, some particle changes sides with the one at mu_c, which itself stays where the pulls
/// of the other classes balance. The sup is found on straight lines: from the means of the class
/// (each for the points that are nearest to it) through the means of the others, both ways, at most
/// 32 lines, fewer for more than 128 components.
/// levels [K+1], strictly decreasing sigma~ -> [K] weights in (1, inf]; inf where guidance never
/// pulls home, where the class is the whole mixture, and where alpha = 0.
std::vector<double>
safeWeights(const GaussianMixture& mixture, int target, std::span<const PathCoefficients> levels);

} // namespace scorefield
