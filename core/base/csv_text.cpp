// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/csv_text.h"

#include "core/base/text.h"

namespace scorefield {

std::string csvField(const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

std::string csvText(const std::vector<std::string>& header, const Eigen::MatrixXd& rows)
{
    std::string text;
    for (std::size_t j = 0; j < header.size(); ++j)
        text += (j == 0 ? "" : ",") + csvField(header[j]);
    text += '\n';
    for (Eigen::Index i = 0; i < rows.rows(); ++i) {
        for (Eigen::Index j = 0; j < rows.cols(); ++j)
            text += (j == 0 ? "" : ",") + formatNumber(rows(i, j));
        text += '\n';
    }
    return text;
}

} // namespace scorefield
