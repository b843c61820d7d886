// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/study_columns.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace scorefield::plots {

QString text(const std::string& words)
{
    return QString::fromStdString(words);
}

std::string withoutLane(const std::string& id)
{
    if (!id.starts_with("lanes."))
        return id;
    const auto dot = id.find('.', std::string("lanes.").size());
    return dot == std::string::npos ? id : id.substr(dot + 1);
}

QString axisLabel(const Column& column)
{
    return column.unit.empty()
               ? text(column.label)
               : QStringLiteral("%1 (%2)").arg(text(column.label), text(column.unit));
}

bool hasNumber(const Column& column)
{
    return std::any_of(column.values.begin(), column.values.end(), [](double value) {
        return std::isfinite(value);
    });
}

std::vector<double> distinct(const Column& column)
{
    const std::set<double> values(column.values.begin(), column.values.end());
    return {values.begin(), values.end()};
}

const Column* laneColumn(const Table& table, const std::string& quantity, int lane)
{
    const auto at = std::find_if(table.columns.begin(), table.columns.end(), [&](const Column& c) {
        return c.role != ColumnRole::Parameter && c.lane == lane && withoutLane(c.id) == quantity;
    });
    return at == table.columns.end() ? nullptr : &*at;
}

std::vector<int> lanesOf(const Table& table)
{
    std::set<int> lanes;
    for (const Column& column : table.columns)
        if (column.role != ColumnRole::Parameter)
            lanes.insert(column.lane);
    return {lanes.begin(), lanes.end()};
}

QString laneName(const Table& table, int lane)
{
    if (lane < 0)
        return {};
    const auto i = static_cast<std::size_t>(lane);
    return i < table.lanes.size() ? text(table.lanes[i]) : QStringLiteral("lane %1").arg(lane + 1);
}

ChartAxis parameterAxis(const Column& column)
{
    ChartAxis axis{axisLabel(column), column.logarithmic};
    axis.key = column.id;
    for (std::size_t row = 0; row < column.words.size(); ++row)
        if (!column.words[row].empty())
            axis.words.emplace_back(column.values[row], text(column.words[row]));
    std::sort(axis.words.begin(), axis.words.end());
    axis.words.erase(std::unique(axis.words.begin(), axis.words.end()), axis.words.end());
    return axis;
}

} // namespace scorefield::plots
