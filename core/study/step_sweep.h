// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The number of steps K as what a study sweeps.
#include "core/study/sweep.h"

namespace scorefield {

inline constexpr const char* kStepsKey = "grid.steps";

/// `count` numbers of steps by equal factors, in every lane that has one. Error: none has.
Result<std::vector<Sweep>>
stepSweep(const Session& session, const char* from, const char* to, std::size_t count);

} // namespace scorefield
