// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Broken versions of a good input, the same ones everywhere: what libFuzzer does, without its
// feedback.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace scorefield::fuzz {

/// SplitMix64 (Steele, Lea & Flood 2014): a state per user, no global.
struct Dice {
    std::uint64_t state;
    std::uint64_t next()
    {
        std::uint64_t z = state += 0x9E3779B97F4A7C15ULL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    std::size_t below(std::size_t n) { return n == 0 ? 0 : next() % n; }
};

/// What readers stumble over when it stands where something else should.
inline constexpr std::array<std::string_view, 28> kTroubles{"1e999",
                                                            "-1e308",
                                                            "5e-324",
                                                            "-0",
                                                            "NaN",
                                                            "nan",
                                                            "inf",
                                                            "1e100",
                                                            "9007199254740993",
                                                            "\"",
                                                            "[[[[",
                                                            "{",
                                                            "}",
                                                            "]",
                                                            ",",
                                                            "null",
                                                            "true",
                                                            "\xFF",
                                                            "\xC0\x80",
                                                            "\xED\xA0\x80",
                                                            "\n",
                                                            "\r",
                                                            "\\u0000",
                                                            "1e",
                                                            "../../../x",
                                                            "é",
                                                            "0x1p3",
                                                            "99999999999999999999"};

/// One to four changes: a byte, a piece cut out, doubled or moved, a trouble put in, a number
/// replaced, or the end cut off.
inline std::string mutated(std::string text, Dice& dice)
{
    for (std::size_t changes = 1 + dice.below(4); changes > 0; --changes) {
        const std::size_t at = dice.below(text.size() + 1);
        const std::size_t length = dice.below(1 + (text.size() - at) / (1 + dice.below(64)));
        const std::string_view trouble = kTroubles[dice.below(kTroubles.size())];
        switch (dice.below(7)) {
        case 0:
            if (at < text.size())
                text[at] = static_cast<char>(dice.next());
            break;
        case 1:
            text.erase(at, length);
            break;
        case 2:
            text.insert(at, text.substr(at, length));
            break;
        case 3:
            text.insert(dice.below(text.size() + 1), text.substr(at, length));
            break;
        case 4:
            text.insert(at, trouble);
            break;
        case 5: {
            const std::size_t number = text.find_first_of("0123456789", at);
            if (number != std::string::npos) {
                const std::size_t end = text.find_first_not_of("0123456789.eE+-", number);
                text.replace(
                    number, (end == std::string::npos ? text.size() : end) - number, trouble);
            }
            break;
        }
        default:
            text.resize(at);
        }
    }
    return text;
}

} // namespace scorefield::fuzz
