// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How much of a wrong start is left at the end: the noise of the reverse SDE makes it forget the
// prior. Closed form for one Gaussian. Source: our derivation (theory O1).
#include "core/mixture/gaussian_mixture.h"
#include "core/process/forward_process.h"

namespace scorefield {

/// Phi_eta = (alpha_T/alpha_t)^(eta^2) (v_t/v_T)^((1 + eta^2)/2), v = alpha^2 l + sigma^2: what the
/// exact reverse dynamics of stochasticity eta from level `from` (T) to `to` (t) makes of a
/// displacement along an axis of variance l of one Gaussian, in native coordinates. 0 for eta > 0
/// from alpha_T = 0: pure noise says nothing.
double forgettingFactor(double variance,
                        const PathCoefficients& from,
                        const PathCoefficients& to,
                        double eta);

/// sqrt(sum_k pi_k mean_i Phi_eta(l_ki)^2): of displacements in a random direction. Exact for one
/// component; of several the formula of each by itself, which leaves out that they are one at high
/// noise and that a displaced particle may end in another mode.
double rootMeanForgetting(const GaussianMixture& mixture,
                          const PathCoefficients& from,
                          const PathCoefficients& to,
                          double eta);

} // namespace scorefield
