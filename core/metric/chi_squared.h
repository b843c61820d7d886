// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The law of |z|^2 for z ~ N(0, I_d): how far from a mode its own draws lie.

namespace scorefield {

/// P(|z|^2 <= x), d >= 1: the regularised incomplete gamma function P(d/2, x/2).
double chiSquaredProbability(int d, double x);
/// The x with chiSquaredProbability(d, x) = p, 0 < p < 1, to 1e-12 of it.
double chiSquaredQuantile(int d, double p);

} // namespace scorefield
