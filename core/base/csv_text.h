// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Tables of numbers as CSV (RFC 4180, with "\n" between lines): decimals are points in every
// locale, and every number is the shortest that reads back exactly.
#include <Eigen/Core>

#include <string>
#include <vector>

namespace scorefield {

/// One field, quoted where it holds a comma, a quotation mark or a line break.
std::string csvField(const std::string& text);
/// A header and one line per row; `rows` has a column for each name.
std::string csvText(const std::vector<std::string>& header, const Eigen::MatrixXd& rows);

} // namespace scorefield
