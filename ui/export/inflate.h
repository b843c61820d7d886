// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Packed text (zlib, RFC 1950) from files that may lie about it.
#include "core/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace scorefield::render {

/// Error (empty path): no zlib data, damaged or cut off, or more than `most` bytes when unpacked;
/// never holds more than that.
Result<std::string> inflated(std::string_view packed, std::size_t most);

} // namespace scorefield::render
