// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/data_set.h"

#include "core/base/ascii.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/base/npy.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/mixture/csv.h"
#include "core/mixture/gaussian_mixture.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace scorefield {

namespace {

constexpr double kLargestCoordinate = 1e100; // as in a mixture, which the points become

/// Rows of text with a name for every column: what a CSV file holds before it is known what is a
/// number.
struct Table {
    std::vector<std::string> names;
    std::vector<CsvRow> rows;
};

/// The columns that are wanted, counted from 0.
struct Selection {
    std::vector<std::size_t> columns;
    std::optional<std::size_t> label;
};

std::string inQuotes(std::string_view text)
{
    return "“" + shown(text) + "”"; // a field of a broken file may be pages long
}

bool isNumber(const std::string& field)
{
    return parseNumber(field).ok();
}

bool isMissing(const std::string& field)
{
    static const std::vector<std::string_view> words{
        "", "na", "n/a", "nan", "null", "none", "?", "-", "."};
    std::string lower = field;
    std::transform(lower.begin(), lower.end(), lower.begin(), lowerAscii);
    return std::find(words.begin(), words.end(), lower) != words.end();
}

/// The first line is a header if no field of it is a number. One that mixes names and numbers is
/// data if the next line has text and numbers in the same columns (a label column); otherwise
/// nobody can tell, and guessing would lose a point.
Result<bool> firstLineIsHeader(const std::vector<CsvRow>& rows)
{
    const auto& first = rows.front().fields;
    const auto numbers = std::count_if(first.begin(), first.end(), isNumber);
    if (numbers == 0)
        return true;
    if (numbers == static_cast<std::ptrdiff_t>(first.size()))
        return false;
    const auto& second = rows.size() > 1 ? rows[1].fields : first;
    for (std::size_t c = 0; c < first.size(); ++c)
        if (isNumber(first[c]) != isNumber(second[c])) {
            const std::size_t text = static_cast<std::size_t>(
                std::find_if_not(first.begin(), first.end(), isNumber) - first.begin());
            return Error{"line " + std::to_string(rows.front().line),
                         "Column " + std::to_string(text + 1) + " holds " + inQuotes(first[text])
                             + " but other columns hold numbers; the first line must be all names "
                               "(a header) or all numbers."};
        }
    return false;
}

Result<Table> tableFromCsv(std::string_view text)
{
    if (auto checked = checkUtf8(text); !checked)
        return checked.error();
    if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos)
        return Error{"",
                     "The file is not text, it has a zero byte at " + std::to_string(zero)
                         + "; points are read from CSV text or NPY files."};
    auto rows = parseCsv(text);
    if (!rows)
        return rows.error();
    if (rows->empty())
        return Error{"", "The file is empty; at least 2 points are needed."};
    const auto& first = rows->front().fields;
    if (first.size() == 1 && first.front().find_first_of(";\t") != std::string::npos)
        return Error{"line 1",
                     "No comma is found in " + inQuotes(first.front())
                         + "; columns must be separated by commas."};
    auto header = firstLineIsHeader(*rows);
    if (!header)
        return header.error();
    Table table;
    for (std::size_t c = 0; c < first.size(); ++c) {
        const bool named = *header && !first[c].empty();
        table.names.push_back(named ? first[c] : "x" + std::to_string(c + 1));
    }
    if (*header)
        rows->erase(rows->begin());
    table.rows = std::move(*rows);
    return table;
}

/// By name, or by number from 1.
Result<std::size_t> findColumn(const std::vector<std::string>& names, const std::string& wanted)
{
    const auto found = std::find(names.begin(), names.end(), wanted);
    if (found != names.end())
        return static_cast<std::size_t>(found - names.begin());
    const auto number = parseNumber(wanted);
    if (number && *number >= 1 && *number <= static_cast<double>(names.size())
        && *number == std::floor(*number))
        return static_cast<std::size_t>(*number) - 1;
    const std::string near = nearestWord(wanted, names);
    return Error{"",
                 "There is no column " + inQuotes(wanted)
                     + (near.empty() ? "" : " (did you mean " + inQuotes(near) + "?)")
                     + "; columns are given by name or by number from 1 to "
                     + std::to_string(names.size()) + "."};
}

/// The only column that is no number in the first row, if any.
Result<std::optional<std::size_t>> findTextColumn(const Table& table)
{
    std::optional<std::size_t> found;
    if (table.rows.empty())
        return found;
    const auto& fields = table.rows.front().fields;
    for (std::size_t c = 0; c < fields.size(); ++c) {
        if (isNumber(fields[c]))
            continue;
        if (found)
            return Error{"line " + std::to_string(table.rows.front().line),
                         "Columns " + std::to_string(*found + 1) + " and " + std::to_string(c + 1)
                             + " both hold text; name the label column, and the columns to use."};
        found = c;
    }
    return found;
}

Result<Selection> selectColumns(const Table& table, const ReadOptions& options)
{
    Selection selection;
    if (options.label == "auto") {
        auto found = findTextColumn(table);
        if (!found)
            return found.error();
        selection.label = *found;
    } else if (!options.label.empty()) {
        auto found = findColumn(table.names, options.label);
        if (!found)
            return found.error();
        selection.label = *found;
    }
    for (const std::string& wanted : options.columns) {
        auto found = findColumn(table.names, wanted);
        if (!found)
            return found.error();
        if (std::find(selection.columns.begin(), selection.columns.end(), *found)
            != selection.columns.end())
            return Error{"", "The column " + inQuotes(wanted) + " is asked for twice."};
        if (selection.label == *found)
            return Error{
                "", "The column " + inQuotes(wanted) + " is asked for as label and as coordinate."};
        selection.columns.push_back(*found);
    }
    if (options.columns.empty())
        for (std::size_t c = 0; c < table.names.size(); ++c)
            if (selection.label != c)
                selection.columns.push_back(c);
    return selection;
}

Status checkSize(std::size_t rows, std::size_t columns)
{
    if (rows < 2)
        return Error{"",
                     "The file holds " + std::to_string(rows) + (rows == 1 ? " point" : " points")
                         + "; at least 2 are needed."};
    if (columns < 1)
        return Error{"", "No column of numbers is left."};
    if (columns > static_cast<std::size_t>(kMaxDimension))
        return Error{"",
                     "The file has " + std::to_string(columns) + " columns of numbers; at most "
                         + std::to_string(kMaxDimension) + " can be used: choose columns."};
    return success();
}

Result<double> numberIn(const CsvRow& row, std::size_t column, const std::string& name)
{
    const std::string& field = row.fields[column];
    const std::string path = "line " + std::to_string(row.line);
    const std::string place = "Column " + std::to_string(column + 1) + " (" + shown(name) + ")";
    if (isMissing(field))
        return Error{path,
                     place + " has a missing value " + inQuotes(field)
                         + "; remove the line or fill it in."};
    const auto value = parseNumber(field);
    if (!value)
        return Error{path,
                     place + " holds " + inQuotes(field)
                         + ", which is no number; choose it as the label column or leave it "
                           "out."};
    if (!std::isfinite(*value))
        return Error{path, place + " holds " + inQuotes(field) + ", which is not finite."};
    if (std::abs(*value) > kLargestCoordinate)
        return Error{path,
                     place + " holds " + inQuotes(field)
                         + "; numbers from -1e+100 to 1e+100 are read."};
    return *value;
}

Status readLabels(const Table& table, std::size_t column, DataSet& data)
{
    std::map<std::string, int> numberOf;
    for (const CsvRow& row : table.rows) {
        const std::string& name = row.fields[column];
        if (name.empty())
            return Error{"line " + std::to_string(row.line),
                         "Column " + std::to_string(column + 1) + " (" + shown(table.names[column])
                             + ") has no label."};
        const auto [entry, isNew] = numberOf.try_emplace(name, static_cast<int>(numberOf.size()));
        if (isNew)
            data.labelNames.push_back(name);
        data.labels.push_back(entry->second);
    }
    return success();
}

Result<DataSet> dataFromTable(const Table& table, const ReadOptions& options)
{
    auto selection = selectColumns(table, options);
    if (!selection)
        return selection.error();
    if (auto checked = checkSize(table.rows.size(), selection->columns.size()); !checked)
        return checked.error();
    DataSet data;
    data.points.resize(static_cast<Eigen::Index>(table.rows.size()),
                       static_cast<Eigen::Index>(selection->columns.size()));
    for (const std::size_t column : selection->columns)
        data.columnNames.push_back(table.names[column]);
    for (std::size_t r = 0; r < table.rows.size(); ++r)
        for (std::size_t c = 0; c < selection->columns.size(); ++c) {
            const std::size_t column = selection->columns[c];
            auto value = numberIn(table.rows[r], column, table.names[column]);
            if (!value)
                return value.error();
            data.points(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(c)) = *value;
        }
    if (selection->label)
        if (auto read = readLabels(table, *selection->label, data); !read)
            return read.error();
    return data;
}

/// NPY arrays go the same way as CSV text: columns "x1", "x2", … and labels by their number.
Result<Table> tableFromNpy(const NpyArray& array)
{
    if (array.shape.size() != 2)
        return Error{"",
                     "The array has " + std::to_string(array.shape.size())
                         + (array.shape.size() == 1 ? " axis" : " axes")
                         + "; points must be an array of shape [n,d]."};
    Table table;
    const std::size_t d = array.shape[1];
    if (array.shape[0] < 2)
        return Error{"",
                     "The array has the shape [" + std::to_string(array.shape[0]) + ", "
                         + std::to_string(d) + "]; at least 2 rows are needed, one per point."};
    constexpr double kFieldBytes = 96; // of a number as text in a row of its own
    if (auto fits = checkMemory("the table of " + std::to_string(array.size()) + " numbers",
                                kFieldBytes * static_cast<double>(array.size()),
                                machineMemory() / 2,
                                "use fewer rows");
        !fits)
        return fits.error();
    for (std::size_t c = 0; c < d; ++c)
        table.names.push_back("x" + std::to_string(c + 1));
    for (std::size_t r = 0; r < array.shape[0]; ++r) {
        CsvRow row{r + 1, {}};
        for (std::size_t c = 0; c < d; ++c)
            row.fields.push_back(formatNumber(array.values[r * d + c]));
        table.rows.push_back(std::move(row));
    }
    return table;
}

Result<Table> readTable(const std::filesystem::path& path)
{
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(), lowerAscii);
    if (extension == ".npy") {
        const auto array = readNpy(path);
        return array ? tableFromNpy(*array) : Result<Table>(array.error());
    }
    if (extension != ".csv")
        return Error{"",
                     "Points are read from .csv and .npy files, not from "
                         + inQuotes(path.extension().string()) + "."};
    const auto text = readFile(path, largestText() / 2); // short fields take twice what JSON does
    return text ? tableFromCsv(*text) : Result<Table>(text.error());
}

/// "points.csv, line 7" in front of what went wrong inside the file; errors of the file itself name
/// it already.
Error inFile(const std::filesystem::path& path, Error error)
{
    const std::string name = path.string();
    if (!error.path.starts_with(name))
        error.path = error.path.empty() ? name : name + ", " + error.path;
    return error;
}

} // namespace

Result<DataSet> dataSetFromCsv(std::string_view text, const ReadOptions& options)
{
    const auto table = tableFromCsv(text);
    return table ? dataFromTable(*table, options) : Result<DataSet>(table.error());
}

Result<DataSet> dataSetFromNpy(const NpyArray& array, const ReadOptions& options)
{
    const auto table = tableFromNpy(array);
    return table ? dataFromTable(*table, options) : Result<DataSet>(table.error());
}

Result<DataSet> readDataSet(const std::filesystem::path& path, const ReadOptions& options)
{
    const auto table = readTable(path);
    if (!table)
        return inFile(path, table.error());
    auto data = dataFromTable(*table, options);
    if (!data)
        return inFile(path, data.error());
    return data;
}

} // namespace scorefield
