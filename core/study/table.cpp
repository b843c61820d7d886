// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/table.h"

#include "core/base/text.h"
#include "core/session/json_document.h"

#include <cmath>

namespace scorefield {

namespace {

json::Json numbers(const std::vector<double>& values)
{
    json::Json list = json::Json::array();
    for (const double value : values)
        list.push_back(std::isfinite(value) ? json::number(value) : json::Json());
    return list;
}

json::Json columnToJson(const Column& column)
{
    json::Json object;
    object["id"] = column.id;
    object["label"] = column.label;
    if (!column.unit.empty())
        object["unit"] = column.unit;
    object["role"] = roleName(column.role);
    if (!column.of.empty())
        object["of"] = column.of;
    if (column.lane >= 0)
        object["lane"] = column.lane;
    if (column.role == ColumnRole::Bound)
        object["hidden_constant"] = column.hiddenConstant;
    object["scale"] = column.logarithmic ? "logarithmic" : "linear";
    if (!column.help.empty())
        object["help"] = column.help;
    object["values"] = column.words.empty() ? numbers(column.values) : json::Json(column.words);
    if (!column.current.empty())
        object["current"] = numbers(column.current);
    if (!column.errors.empty())
        object["standard_errors"] = numbers(column.errors);
    return object;
}

json::Json slopeToJson(const SlopeFit& fit)
{
    json::Json object;
    object["column"] = fit.column;
    object["over"] = fit.over;
    object["slope"] = json::number(fit.slope);
    object["standard_error"] = std::isfinite(fit.error) ? json::number(fit.error) : json::Json();
    object["factor"] = json::number(fit.factor);
    object["rows"] = fit.rows;
    return object;
}

std::string field(double value)
{
    return std::isnan(value) ? std::string() : formatNumber(value);
}

} // namespace

const Column* Table::find(const std::string& id) const
{
    for (const Column& column : columns)
        if (column.id == id)
            return &column;
    return nullptr;
}

Column* Table::find(const std::string& id)
{
    for (Column& column : columns)
        if (column.id == id)
            return &column;
    return nullptr;
}

std::string roleName(ColumnRole role)
{
    switch (role) {
    case ColumnRole::Parameter:
        return "parameter";
    case ColumnRole::Measured:
        return "measured";
    case ColumnRole::Part:
        return "part";
    case ColumnRole::Curve:
        return "curve";
    case ColumnRole::Bound:
        return "bound";
    case ColumnRole::Floor:
        return "floor";
    }
    return {};
}

std::string tableToCsv(const Table& table)
{
    std::string text;
    const auto append = [&text](const std::string& word, bool first) {
        text += (first ? "" : ",") + word; // ids and numbers need no quotes
    };
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
        const Column& column = table.columns[j];
        append(column.id, j == 0);
        if (!column.errors.empty())
            append(column.id + ".standard_error", false);
    }
    text += '\n';
    for (std::size_t row = 0; row < table.rows(); ++row) {
        for (std::size_t j = 0; j < table.columns.size(); ++j) {
            const Column& column = table.columns[j];
            append(column.words.empty() ? field(column.values[row]) : column.words[row], j == 0);
            if (!column.errors.empty())
                append(field(column.errors[row]), false);
        }
        text += '\n';
    }
    return text;
}

std::string tableToJson(const Table& table)
{
    json::Json object;
    object["study"] = table.study;
    object["title"] = table.title;
    object["source"] = table.source;
    object["rows"] = table.rows();
    if (!table.lanes.empty())
        object["lanes"] = table.lanes;
    json::Json columns = json::Json::array();
    for (const Column& column : table.columns)
        columns.push_back(columnToJson(column));
    object["columns"] = std::move(columns);
    json::Json slopes = json::Json::array();
    for (const SlopeFit& fit : table.slopes)
        slopes.push_back(slopeToJson(fit));
    object["slopes"] = std::move(slopes);
    object["notes"] = table.notes;
    return json::layout(object);
}

} // namespace scorefield
