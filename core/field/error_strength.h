// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How much of a score error there is, as one number for every kind of it: the share of what its own
// parameters say.
#include "core/field/score_error.h"

namespace scorefield {

/// The parameters by which the error grows from the exact score at 0; empty where it has none
/// (architectures, trainings).
std::vector<std::string> strengthParameters(const std::string& kind);

/// The same error with each of them times `share`. Error (path: the parameter): the kind has none,
/// or the product is outside the parameter's range.
Result<Choice> scaledError(const Choice& choice, double share);

} // namespace scorefield
