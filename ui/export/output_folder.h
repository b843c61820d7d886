// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Whether a file can be written where it is to be, before the work begins.
#include "core/base/result.h"

#include <filesystem>

namespace scorefield::render {

/// Error.path = the file: a folder in its place, no folder, a folder that cannot be written; empty
/// where there is less free space than `bytes`. `makesFolder`: a missing folder is no error, if it
/// can be made.
Status checkOutput(const std::filesystem::path& file, double bytes, bool makesFolder = false);

/// Error if frame number `frames` of the pattern is there already: it would look like a part of the
/// film.
Status checkNoLongerSequence(const std::filesystem::path& pattern, long long frames);

/// "3 MB", "1.2 GB".
std::string sizeText(double bytes);

} // namespace scorefield::render
