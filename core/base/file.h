// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Whole files, read and written so that a reader never sees half of one.
#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace scorefield {

/// The bytes of a file; Error.path is the file name.
Result<std::string> readFile(const std::filesystem::path& path);
/// Writes to a temporary file beside `path`, flushes it to the disk and renames it: afterwards the
/// file is either the old or the whole new one. Errors (no such folder, no permission, disk full)
/// leave nothing behind.
Status writeFileAtomically(const std::filesystem::path& path, std::string_view bytes);

} // namespace scorefield
