// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What theory says about the error 1 - P(class) of guided sampling as the guidance weight grows, in
// the one setting where it says something: two equal modes.
#include "core/mixture/gaussian_mixture.h"
#include "core/process/forward_process.h"

#include <optional>
#include <span>

namespace scorefield {

/// The variance s^2 along the line between the means, where the mixture is two components of equal
/// weight and covariance Sigma, of different classes, with Sigma (mu_1 - mu_2) = s^2 (mu_1 - mu_2),
/// so that this line decouples; else nothing.
std::optional<double> varianceOfTwoEqualModes(const GaussianMixture& mixture);

/// p of 1 - P ~ w^-p (up to logarithms): sqrt(1 + sigma~_T^2 / s^2), for the exact guided ODE. Our
/// derivation, checked numerically; infinite for RF, where sigma~_T is.
double guidanceExponent(double sigmaTildeT, double variance);

/// Published bounds on 1 - P with eta = w - 1, hidden constants taken as 1: variance exploding (log
/// eta)^2/eta, variance preserving the same to the power e^-T, with T of dX = -X dt + sqrt(2) dB,
/// i.e. e^-T = alpha_T. NaN below eta = e^2, where the expressions still grow with eta, and for
/// other processes. `levels` are those of the run. Source: OpenReview PmcV9vW2qZ, abstract; its
/// assumptions (two components of unit covariance) are known from reviews only.
double publishedGuidanceBound(std::span<const PathCoefficients> levels, double w);

} // namespace scorefield
