// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Noise levels that come in a file.
#include "core/base/result.h"

#include <filesystem>
#include <vector>

namespace scorefield {

/// The numbers of an NPY list [K+1], or of a text with blanks, commas, semicolons or line ends
/// between them. Error.path is the file. Whether they are levels of a run, the grid says.
Result<std::vector<double>> readLevelsFile(const std::filesystem::path& path);

} // namespace scorefield
