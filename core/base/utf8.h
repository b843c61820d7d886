// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Text from files that may be anything: whether it is UTF-8, and how a sentence shows a piece of
// it.
#include "core/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace scorefield {

/// The place of the first byte that is no part of a UTF-8 character (RFC 3629: no overlong forms,
/// no surrogates), or npos.
std::size_t invalidUtf8At(std::string_view text);
/// Error for text that is not UTF-8; path = "line N", the message names the byte and what to do.
Status checkUtf8(std::string_view text);
/// At most `most` bytes of it, whole characters and then "…"; control characters and bytes that are
/// no UTF-8 as \xNN, so that every sentence is one line of UTF-8.
std::string shown(std::string_view text, std::size_t most = 40);
/// The error about something that was typed or read, which may be any bytes, pages long.
Error shown(const Error& error);

} // namespace scorefield
