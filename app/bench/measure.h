// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Cases measured, here or in a process whose kernels use another instruction set.
#include "app/bench/report.h"

#include <functional>
#include <string>
#include <vector>

namespace scorefield::app {

struct BenchRequest {
    std::vector<const BenchCase*> cases;
    int repetitions = 5;
    int otherRepetitions = 3; ///< in the other instruction sets, which are slower
    std::function<void(const std::string&)> say; ///< progress
};

/// Each case in the kernels of this process; those of isPerInstructionSet also in those of
/// `otherSets`. In the order of the cases, then of the sets.
std::vector<CaseReport> measureCases(const BenchRequest& request,
                                     const std::vector<std::string>& otherSets,
                                     WorkerPool& pool);

} // namespace scorefield::app
