// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Whole files, read and written so that a reader never sees half of one.
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace scorefield {

/// The most bytes of text that are read: 512 MB (a mixture of 4096 full covariances in 64
/// dimensions has 350), and no more than a 32nd of the memory, for parsed text takes up to thirty
/// times its size.
std::uintmax_t largestText();
/// The bytes of a file; Error.path is the file name. One of more than `most` bytes (none given:
/// largestText) is refused before it is read; so is what is no file: a pipe, a device, a folder.
Result<std::string> readFile(const std::filesystem::path& path,
                             std::optional<std::uintmax_t> most = {});
/// Its first bytes, `most` if it has as many, under the same conditions.
Result<std::string> readBeginning(const std::filesystem::path& path, std::size_t most);
/// Writes to a temporary file beside `path`, flushes it to the disk and renames it: afterwards the
/// file is either the old or the whole new one. Errors (no such folder, no permission, disk full)
/// leave nothing behind.
Status writeFileAtomically(const std::filesystem::path& path, std::string_view bytes);

} // namespace scorefield
