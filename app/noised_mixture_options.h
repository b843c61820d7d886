// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Which mixture and which noise a command is about: what `evaluate` and `ridge` have in common.
#include "app/arguments.h"
#include "core/mixture/mixture_spec.h"

#include <string>
#include <vector>

namespace scorefield::app {

/// --mixture, --alpha, --sigma, --process, --time.
std::vector<Option> noisedMixtureOptions();

/// --mixture M.json or the session or preset that comes first on the line.
Result<MixtureSpec> chosenMixture(const Arguments& arguments, const std::string& command);

/// x = alpha x_0 + sigma eps.
struct NoiseLevel {
    double alpha, sigma;
};
/// --alpha A --sigma S, or --process P --time T; not both 0.
Result<NoiseLevel> chosenNoiseLevel(const Arguments& arguments);

} // namespace scorefield::app
