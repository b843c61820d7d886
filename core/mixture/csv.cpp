// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/csv.h"

#include "core/base/text.h"

namespace scorefield {

namespace {

std::string lineName(std::size_t line)
{
    return "line " + std::to_string(line);
}

/// Walks once over the text; knows the line it is at.
class Scanner {
public:
    explicit Scanner(std::string_view text) : m_text(text) {}

    bool atEnd() const { return m_position >= m_text.size(); }
    std::size_t line() const { return m_line; }

    Result<CsvRow> row()
    {
        CsvRow row{m_line, {}};
        while (true) {
            auto field = peek() == '"' ? quotedField() : plainField();
            if (!field)
                return field.error();
            row.fields.push_back(std::move(*field));
            if (peek() == ',' && !atEnd()) {
                ++m_position;
                continue;
            }
            skipLineEnd();
            return row;
        }
    }

private:
    char peek() const { return atEnd() ? '\n' : m_text[m_position]; }
    bool atLineEnd() const
    {
        const bool carriageReturn =
            peek() == '\r' && (m_position + 1 >= m_text.size() || m_text[m_position + 1] == '\n');
        return peek() == '\n' || carriageReturn;
    }

    void skipLineEnd()
    {
        if (!atEnd() && m_text[m_position] == '\r')
            ++m_position;
        if (!atEnd())
            ++m_position;
        ++m_line;
    }

    Result<std::string> plainField()
    {
        const std::size_t begin = m_position;
        while (!atLineEnd() && peek() != ',')
            ++m_position;
        return trimmed(m_text.substr(begin, m_position - begin));
    }

    Result<std::string> quotedField()
    {
        const std::size_t opened = m_line;
        std::string field;
        for (++m_position;; ++m_position) {
            if (atEnd())
                return Error{lineName(opened), "A quote is opened here and never closed."};
            const char c = m_text[m_position];
            if (c == '\n')
                ++m_line;
            if (c != '"') {
                field += c;
            } else if (m_position + 1 < m_text.size() && m_text[m_position + 1] == '"') {
                field += '"';
                ++m_position;
            } else {
                break;
            }
        }
        ++m_position;
        while (!atEnd() && (peek() == ' ' || peek() == '\t'))
            ++m_position;
        if (!atLineEnd() && peek() != ',')
            return Error{lineName(m_line),
                         "There is text behind a closing quote; quotes inside a quoted field are "
                         "written twice."};
        return trimmed(field);
    }

    std::string_view m_text;
    std::size_t m_position = 0;
    std::size_t m_line = 1;
};

bool isEmptyLine(const CsvRow& row)
{
    return row.fields.size() == 1 && row.fields.front().empty();
}

std::string countOf(std::size_t n)
{
    return std::to_string(n) + (n == 1 ? " field" : " fields");
}

} // namespace

Result<std::vector<CsvRow>> parseCsv(std::string_view text)
{
    if (text.starts_with("\xEF\xBB\xBF")) // the byte-order mark that spreadsheets write
        text.remove_prefix(3);
    std::vector<CsvRow> rows;
    Scanner scanner(text);
    while (!scanner.atEnd()) {
        auto row = scanner.row();
        if (!row)
            return row.error();
        rows.push_back(std::move(*row));
    }
    while (!rows.empty() && isEmptyLine(rows.back()))
        rows.pop_back();
    for (const CsvRow& row : rows) {
        if (isEmptyLine(row))
            return Error{lineName(row.line), "The line is empty; every line must hold one point."};
        if (row.fields.size() != rows.front().fields.size())
            return Error{lineName(row.line),
                         "The line has " + countOf(row.fields.size()) + ", the first line has "
                             + countOf(rows.front().fields.size()) + "."};
    }
    return rows;
}

} // namespace scorefield
