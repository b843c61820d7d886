// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The session text inside the bytes of a picture. Only what is looked for is read, so that a
// picture from elsewhere can be neither slow nor large: no pixel is decoded, no entity leads out of
// the file, and packed text is unpacked up to a limit.
#include "core/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace scorefield::render {

/// Keyword of the text chunk of a PNG, id of the <metadata> of an SVG.
inline constexpr std::string_view kSessionText = "scorefield-session";

/// The text (UTF-8); empty where the picture carries none. Error (empty path): this is no such
/// picture, it is damaged where the session stands or before, or the text has more than `most`
/// bytes.
Result<std::string> sessionTextOfPng(std::string_view png, std::size_t most);
Result<std::string> sessionTextOfSvg(std::string_view svg, std::size_t most);
Result<std::string> sessionTextOfPdf(std::string_view pdf, std::size_t most);

} // namespace scorefield::render
