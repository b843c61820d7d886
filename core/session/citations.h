// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The references of what a session uses, for the paper that shows it.
#include "core/session/session.h"

#include <string>
#include <vector>

namespace scorefield {

struct Citation {
    std::string key;               ///< "song2021score"
    std::string bibtex;            ///< one complete entry
    std::vector<std::string> uses; ///< what of the session it stands for: "Sampler: DDIM"
};
/// Scorefield itself first, then processes, grids, samplers, guidance, score errors, data and
/// measures that are on screen, each once.
std::vector<Citation> citedMethods(const Session& session);
/// All entries, each under a comment line of its uses. Ends with a newline.
std::string bibliography(const Session& session);

} // namespace scorefield
