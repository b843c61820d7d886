// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/study_bars.h"

#include "ui/plots/chart_bars.h"
#include "ui/plots/study_columns.h"
#include "ui/plots/study_series.h"
#include "ui/render/typeset.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace scorefield::plots {

namespace {

QString translated(const char* text)
{
    return QCoreApplication::translate("StudyBars", text);
}

const Column* partOf(const Table& table, const std::string& quantity, int lane, const char* part)
{
    const auto at = std::find_if(table.columns.begin(), table.columns.end(), [&](const Column& c) {
        return c.role == ColumnRole::Part && c.lane == lane
               && c.id == "lanes." + std::to_string(lane) + "." + quantity + "." + part;
    });
    return at == table.columns.end() || !hasNumber(*at) ? nullptr : &*at;
}

/// Below the rounding of two runs in double it is none.
constexpr double kRounding = 1e-9;

QString signedNumber(double value)
{
    if (std::abs(value) < kRounding)
        return QStringLiteral("0");
    return (value < 0 ? QStringLiteral("\u2212") : QStringLiteral("+"))
           + render::prettyNumber(std::abs(value), 2);
}

} // namespace

std::optional<ChartSpec>
waterfallChart(const Table& table, const Column& over, const std::string& quantity)
{
    if (over.words.empty() || distinct(over).size() != table.rows())
        return std::nullopt;
    ChartSpec spec;
    spec.title = text(table.title);
    spec.x = parameterAxis(over);
    const double end = *std::max_element(over.values.begin(), over.values.end()) + 1;
    int place = 0, lanes = 0;
    for (const int lane : lanesOf(table))
        lanes += partOf(table, quantity, lane, "contribution") != nullptr ? 1 : 0;
    for (const int lane : lanesOf(table)) {
        const Column* measured = laneColumn(table, quantity, lane);
        const Column* step = partOf(table, quantity, lane, "contribution");
        const Column* alone = partOf(table, quantity, lane, "alone");
        if (measured == nullptr || step == nullptr)
            continue;
        spec.y = {axisLabel(*measured), false};
        spec.y.help = text(measured->help);
        double whole = 0;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            const double to = measured->values[row], by = step->values[row];
            spec.bars.push_back({over.values[row], to - by, to, lane, signedNumber(by)});
            if (alone != nullptr && row > 0 && std::isfinite(alone->values[row]))
                spec.bars.push_back({over.values[row], 0, alone->values[row], lane, {}, true});
            // A series each: points that no line joins. They name the lane, and the pointer reads
            // them.
            Series point;
            point.label = measuredName(laneName(table, lane));
            point.lane = lane;
            point.x = {over.values[row] + barOffset(place, lanes, alone != nullptr && row > 0)};
            point.y = {to};
            if (!measured->errors.empty())
                point.errors = {measured->errors[row]};
            spec.series.push_back(std::move(point));
            whole = to;
        }
        ++place;
        spec.bars.push_back({end, 0, whole, lane, render::prettyNumber(whole, 2), false, true});
    }
    if (spec.bars.empty())
        return std::nullopt;
    spec.x.words.emplace_back(end, translated("all"));
    spec.y.low = spec.y.high = 0;
    for (const Bar& bar : spec.bars)
        for (const double reach : {bar.from, 1.08 * bar.to}) { // with room for its number
            if (!std::isfinite(reach))
                continue;
            spec.y.low = std::min(*spec.y.low, reach);
            spec.y.high = std::max(*spec.y.high, reach);
        }
    spec.x.low = -0.5;
    spec.x.high = end + 0.5;
    spec.note = translated(
        "Marks: the gap, measured, ± one standard error. Bars: what un-matching this part adds to "
        "it after those before it, hatched where it takes away; they sum to the last bar. "
        "Outlined: "
        "what it adds alone.");
    return spec;
}

} // namespace scorefield::plots
