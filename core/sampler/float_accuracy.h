// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Whether floats can hold a run: a particle beside a mean far from the origin keeps few digits of
// its distance to that mean, and where the data are narrow these digits are all there is.
#include "core/sampler/simulate.h"

#include <string>

namespace scorefield {

/// The spacing of numbers of relative precision `epsilon` at the farthest component, over the
/// narrowest width of the noised data where the field is asked:
///   epsilon max (|m|_inf + 2 sqrt(l)) / sqrt(min l + min sigma~^2),  in X = x/alpha, over sigma~ >
///   0.
/// A path is off by about this many widths. Our own derivation; tests measure it.
double roundingNoise(const SimulationPlan& plan, double epsilon);

/// What floats may cost: a variance is then off by its square, less than the standard error of
/// 100 000 particles.
inline constexpr double kLargestRoundingNoise = 0.03;

/// Whether a float run would lose more: simulate<float> then computes in double.
bool needsDouble(const SimulationPlan& plan);
/// One sentence where it does, or where not even doubles are enough; empty otherwise. `isDouble`:
/// the run was asked for in double anyway.
std::string accuracyRemark(const SimulationPlan& plan, bool isDouble = false);

} // namespace scorefield
