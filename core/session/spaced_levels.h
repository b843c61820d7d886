// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A rule for noise levels, laid between ends and with a number of steps that may be another lane's.
// Private to core/session.
#include "core/base/parameter.h"
#include "core/process/forward_process.h"

#include <memory>
#include <vector>

namespace scorefield {

/// A lane's process and grid.
struct LevelRule {
    std::shared_ptr<const ForwardProcess> process;
    Choice grid;
    bool hasSteps() const { return grid.values.contains("steps"); } ///< not of a given list
};

/// Where a run starts and ends, in sigma~.
struct LevelEnds {
    bool fromPureNoise = false, toData = false;
    double first = 0, last = 0; ///< finite and positive
};

std::vector<double> noiseOf(const std::vector<PathCoefficients>& levels);
/// The same noise level up to the rounding of the inverse of sigma~(t).
bool isSameLevel(double a, double b);
LevelEnds endsOf(const std::vector<double>& noise);

/// The rule's levels in its own process; with `steps` > 0 as many steps, where it has a number.
Result<std::vector<double>> ownNoise(const LevelRule& rule, int steps = 0);
/// The range of a lane. One step has no two levels to show it, then it is that of three steps.
Result<LevelEnds> rangeOf(const LevelRule& rule);
/// The rule on its own range with another number of steps: exactly the levels it would choose;
/// empty where these do not keep the ends.
std::vector<double> onOwnRange(const LevelRule& rule, const LevelEnds& ends, int steps);
/// The rule between other ends, [steps + 1]. Errors say in which process or grid there is no such
/// level.
Result<std::vector<double>> spanning(const LevelRule& rule, const LevelEnds& ends, int steps);

} // namespace scorefield
