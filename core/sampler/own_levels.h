// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Samplers that choose their own noise levels between the two ends of a run.
#include "core/base/parameter.h"
#include "core/process/forward_process.h"

#include <vector>

namespace scorefield {

/// The levels that the sampler visits: `levels` for most; for a kind with ownLevels those between
/// the first finite and the last positive noise level are replaced by its own. A start at sigma~ =
/// inf and an end at 0 stay as a step each.
Result<std::vector<PathCoefficients>> withOwnLevels(const Choice& sampler,
                                                    const ForwardProcess& process,
                                                    std::vector<PathCoefficients> levels);

} // namespace scorefield
