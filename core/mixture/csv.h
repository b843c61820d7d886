// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Comma-separated text as rows of fields (RFC 4180): quoted fields may hold commas, doubled quotes
// and line breaks; lines end with LF or CRLF. Rows know the line they start at, so that later
// errors can name it.
#include "core/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace scorefield {

struct CsvRow {
    std::size_t line = 1;            ///< in the file, counted from 1
    std::vector<std::string> fields; ///< without quotes, blanks at both ends removed
};

/// All rows; empty lines at the end are ignored. Errors (path = "line N"): a quote that is never
/// closed, text behind a closing quote, an empty line between rows, a row with another number of
/// fields than the first.
Result<std::vector<CsvRow>> parseCsv(std::string_view text);

} // namespace scorefield
