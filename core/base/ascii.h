// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Letters of ASCII, the same in every locale: endings of files and names of commands do not follow
// the language of the system, in whose Turkish the small letter of I is another one.
namespace scorefield {

constexpr char lowerAscii(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}
constexpr char upperAscii(char letter)
{
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

} // namespace scorefield
