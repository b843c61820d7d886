// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"

#include <algorithm>

namespace scorefield {

namespace {

unsigned byteAt(std::string_view text, std::size_t i)
{
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
}

/// The bytes of the character that begins at i; 0: none does.
std::size_t characterLength(std::string_view text, std::size_t i)
{
    const unsigned lead = byteAt(text, i);
    if (lead < 0x80)
        return 1;
    const std::size_t length = lead < 0xC2   ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    for (std::size_t j = 1; j < length; ++j)
        if ((byteAt(text, i + j) & 0xC0U) != 0x80)
            return 0;
    const unsigned second = byteAt(text, i + 1);
    const bool isOverlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool isBeyond = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
    return isOverlong || isBeyond ? 0 : length;
}

std::string hexadecimal(unsigned byte)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    return {digits[byte >> 4], digits[byte & 15U]};
}

} // namespace

std::size_t invalidUtf8At(std::string_view text)
{
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = characterLength(text, i);
        if (length == 0)
            return i;
        i += length;
    }
    return std::string_view::npos;
}

Status checkUtf8(std::string_view text)
{
    const std::size_t place = invalidUtf8At(text);
    if (place == std::string_view::npos)
        return success();
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
        return Error{"",
                     std::string("is UTF-16 text (") + (text.front() == '\xFF' ? "little" : "big")
                         + "-endian); save it as UTF-8"};
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(place), '\n');
    return Error{"line " + std::to_string(line),
                 "the byte 0x" + hexadecimal(byteAt(text, place)) + " behind \""
                     + shown(text.substr(place - std::min<std::size_t>(place, 12),
                                         std::min<std::size_t>(place, 12)))
                     + "\" is no UTF-8; save the file as UTF-8"};
}

std::string shown(std::string_view text, std::size_t most)
{
    std::string result;
    std::size_t i = 0;
    while (i < text.size()) {
        const std::size_t length = characterLength(text, i);
        const unsigned byte = byteAt(text, i);
        const bool isPlain = length > 0 && byte >= 0x20 && byte != 0x7F;
        const std::string piece =
            isPlain ? std::string(text.substr(i, length)) : "\\x" + hexadecimal(byte);
        if (result.size() + piece.size() > most)
            return result + "…";
        result += piece;
        i += isPlain ? length : 1;
    }
    return result;
}

Error shown(const Error& error)
{
    constexpr std::size_t longestPath = 200, longestMessage = 1500; // a list of all names has 900
    return {shown(error.path, longestPath), shown(error.message, longestMessage)};
}

} // namespace scorefield
