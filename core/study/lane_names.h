// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the lanes of a study are called in its charts and files.
#include "core/session/session.h"
#include "core/study/sweep.h"

#include <string>
#include <vector>

namespace scorefield {

/// The process of every lane, "VP"; lanes of one process are told apart by the first of sampler,
/// grid, guidance, error and η that differs ("VP, heun"), else by their number. What is swept names
/// nobody.
std::vector<std::string> laneNames(const Session& session, const std::vector<Sweep>& sweeps);

} // namespace scorefield
