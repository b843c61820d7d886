// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the studies of trained networks share.
#include "core/study/study.h"

namespace scorefield {

/// Training times from 1 to 10^5 by equal factors, in every lane that has a network. Error: none
/// has.
Result<std::vector<Sweep>> trainingTimeSweep(const Session& session);

} // namespace scorefield
