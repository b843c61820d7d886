// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Numbers and words as text, independent of the locale.
#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace scorefield {

/// The shortest decimal text that reads back as exactly this double ("0.1", "1e-05", "nan", "inf").
std::string formatNumber(double value);
/// A number with `digits` significant digits for people ("0.948", "1.2e-05").
std::string formatNumber(double value, int digits);
/// The whole text as a finite or infinite double ("1e-3", ".5", "inf"); Error (empty path)
/// otherwise.
Result<double> parseNumber(std::string_view text);
/// The candidate with the smallest edit distance to word, empty if none is near (distance <= max(2,
/// a third of its length)).
std::string nearestWord(std::string_view word, const std::vector<std::string>& candidates);
/// "a, b or c".
std::string listOfWords(const std::vector<std::string>& words);
std::vector<std::string> splitText(std::string_view text, char separator);
std::string trimmed(std::string_view text);

} // namespace scorefield
