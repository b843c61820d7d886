// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/study_chart.h"

#include "ui/plots/study_cells.h"
#include "ui/plots/study_columns.h"
#include "ui/render/typeset.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace scorefield::plots {

namespace {

constexpr std::size_t kMostVariants = 8; ///< lines of one lane; more would be a thicket
constexpr std::size_t kLeastCells = 4;   ///< values of both sweeps from which on cells are drawn

std::vector<const Column*> parameters(const Table& table)
{
    std::vector<const Column*> all;
    for (const Column& column : table.columns)
        if (column.role == ColumnRole::Parameter)
            all.push_back(&column);
    return all;
}

/// The swept columns that are not functions of `over`: "lanes.*." sweeps set several alike.
std::vector<const Column*> otherSweeps(const Table& table, const Column* over)
{
    std::vector<const Column*> others;
    for (const Column* column : parameters(table)) {
        const auto alike = [&](const Column* known) {
            std::map<double, double> of;
            for (std::size_t row = 0; row < table.rows(); ++row) {
                const auto [at, isNew] = of.emplace(known->values[row], column->values[row]);
                if (!isNew && at->second != column->values[row])
                    return false;
            }
            return true;
        };
        const bool known =
            (over && alike(over)) || std::any_of(others.begin(), others.end(), alike);
        if (!known && distinct(*column).size() > 1)
            others.push_back(column);
    }
    return others;
}

QString valueText(const Column& column, std::size_t row)
{
    return row < column.words.size() && !column.words[row].empty()
               ? text(column.words[row])
               : render::prettyNumber(column.values[row], 3);
}

/// Rows that share their place in all other sweeps: one line each.
struct Line {
    QString name; ///< the other sweeps' values; empty without any
    std::vector<std::size_t> rows;
};
std::vector<Line> linesOf(const Table& table, const std::vector<const Column*>& others)
{
    std::map<std::vector<double>, std::size_t> known;
    std::vector<Line> lines;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        std::vector<double> place;
        QStringList name;
        for (const Column* other : others) {
            place.push_back(other->values[row]);
            name << text(other->label) + QStringLiteral(" ") + valueText(*other, row);
        }
        const auto [at, isNew] = known.emplace(place, lines.size());
        if (isNew)
            lines.push_back({name.join(QStringLiteral(", ")), {}});
        lines[at->second].rows.push_back(row);
    }
    if (lines.size() > kMostVariants)
        lines.resize(kMostVariants);
    return lines;
}

SeriesRole roleOf(ColumnRole role)
{
    switch (role) {
    case ColumnRole::Curve:
        return SeriesRole::Curve;
    case ColumnRole::Bound:
        return SeriesRole::Bound;
    case ColumnRole::Floor:
        return SeriesRole::Floor;
    default:
        return SeriesRole::Measured;
    }
}

/// One column over another, for the rows of a line, along the sweep `order`.
Series seriesOf(
    const Column& column, const Column& over, const Column& order, const Line& line, int variant)
{
    Series series;
    series.role = roleOf(column.role);
    series.lane = column.lane;
    series.variant = variant;
    series.label = series.role == SeriesRole::Measured ? laneName(column.lane) : text(column.label);
    if (series.role == SeriesRole::Measured && !line.name.isEmpty())
        series.label += (series.label.isEmpty() ? QString() : QStringLiteral(", ")) + line.name;
    if (series.label.isEmpty())
        series.label = text(column.label);
    std::vector<std::size_t> rows = line.rows;
    std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
        return order.values[a] < order.values[b];
    });
    for (const std::size_t row : rows) {
        series.x.push_back(over.values[row]);
        series.y.push_back(column.values[row]);
        if (!column.errors.empty())
            series.errors.push_back(column.errors[row]);
    }
    return series;
}

/// What is drawn over what, of one table.
struct Plan {
    const Column* parameter = nullptr; ///< along which sweep lines go
    std::string quantity;              ///< drawn over it instead of the sweep; or empty
    std::vector<const Column*> others;
};

Result<Plan> planOf(const Table& table, const std::string& over)
{
    Plan plan;
    const auto swept = parameters(table);
    std::string names;
    for (const Column* column : swept)
        names += (names.empty() ? "" : ", ") + column->id;
    for (const std::string& quantity : measuredQuantities(table))
        names += (names.empty() ? "" : ", ") + quantity;
    for (const Column* column : swept)
        if (!over.empty() && (column->id == over || withoutLane(column->id) == over)
            && !plan.parameter)
            plan.parameter = column;
    if (!over.empty() && !plan.parameter) {
        const auto measured = measuredQuantities(table);
        if (std::find(measured.begin(), measured.end(), over) == measured.end())
            return Error{"", "there is no '" + over + "' to draw over; there are " + names};
        plan.quantity = over;
    }
    const bool isChosen = plan.parameter != nullptr;
    for (const Column* column : swept)
        if (!isChosen
            && (!plan.parameter || distinct(*column).size() > distinct(*plan.parameter).size()))
            plan.parameter = column;
    if (!plan.parameter)
        return Error{"", "the table has no swept parameter to draw over"};
    plan.others = otherSweeps(table, plan.parameter);
    return plan;
}

void addAttached(ChartSpec& spec,
                 const Table& table,
                 const std::string& quantity,
                 const Column& over,
                 const Column& order,
                 const Line& line,
                 int lane,
                 int variant)
{
    for (const Column& column : table.columns) {
        const bool belongs = column.role != ColumnRole::Parameter
                             && column.role != ColumnRole::Measured && column.lane == lane
                             && withoutLane(column.of) == quantity && hasNumber(column);
        if (!belongs)
            continue;
        Series series = seriesOf(column, over, order, line, variant);
        // Lanes mostly share their bound: then it is nobody's.
        if (series.role == SeriesRole::Bound) {
            const auto same =
                std::find_if(spec.series.begin(), spec.series.end(), [&](const Series& other) {
                    return other.role == SeriesRole::Bound && other.y == series.y;
                });
            if (same != spec.series.end()) {
                same->lane = -1;
                continue;
            }
        }
        spec.series.push_back(std::move(series));
    }
}

ChartSpec lineChart(const Table& table, const Plan& plan, const std::string& quantity)
{
    ChartSpec spec;
    spec.title = text(table.title);
    const std::vector<Line> lines = linesOf(table, plan.others);
    for (const int lane : lanesOf(table)) {
        const Column* column = laneColumn(table, quantity, lane);
        const Column* over =
            plan.quantity.empty() ? plan.parameter : laneColumn(table, plan.quantity, lane);
        if (!column || !over || !hasNumber(*column))
            continue;
        if (spec.y.label.isEmpty()) {
            spec.y = {axisLabel(*column), column->logarithmic};
            spec.x = plan.quantity.empty() ? parameterAxis(*over)
                                           : ChartAxis{axisLabel(*over), over->logarithmic};
        }
        int variant = 0;
        for (const Line& line : lines) {
            spec.series.push_back(seriesOf(*column, *over, *plan.parameter, line, variant));
            // What a study itself is drawn over is exact: theory and floors stand over it, too.
            if (plan.quantity.empty() || plan.quantity == table.over)
                addAttached(spec, table, quantity, *over, *plan.parameter, line, lane, variant);
            ++variant;
        }
    }
    return spec;
}

} // namespace

std::vector<std::string> measuredQuantities(const Table& table)
{
    std::vector<std::string> ids;
    for (const Column& column : table.columns) {
        const std::string id = withoutLane(column.id);
        if (column.role == ColumnRole::Measured
            && std::find(ids.begin(), ids.end(), id) == ids.end())
            ids.push_back(id);
    }
    return ids;
}

Result<std::vector<ChartSpec>> studyCharts(const Table& table, const ChartStyle& style)
{
    const auto plan = planOf(table, style.over.empty() ? table.over : style.over);
    if (!plan)
        return plan.error();
    const std::vector<std::string> known = measuredQuantities(table);
    const std::vector<std::string>& wanted = style.quantities.empty() ? known : style.quantities;
    std::vector<ChartSpec> charts;
    for (const std::string& quantity : wanted) {
        if (std::find(known.begin(), known.end(), quantity) == known.end()) {
            std::string names;
            for (const std::string& each : known)
                names += (names.empty() ? "" : ", ") + each;
            return Error{"", "there is no quantity '" + quantity + "'; there are " + names};
        }
        if (quantity == plan->quantity)
            continue; // over itself
        const bool isGrid = plan->quantity.empty() && plan->others.size() == 1
                            && distinct(*plan->parameter).size() >= kLeastCells
                            && distinct(*plan->others.front()).size() >= kLeastCells;
        if (isGrid) {
            addCells(charts, table, {*plan->parameter, *plan->others.front()}, quantity);
            continue;
        }
        ChartSpec spec = lineChart(table, *plan, quantity);
        if (!spec.series.empty())
            charts.push_back(std::move(spec));
    }
    return charts;
}

} // namespace scorefield::plots
