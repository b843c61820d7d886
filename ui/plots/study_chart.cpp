// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/study_chart.h"

#include "ui/plots/study_bars.h"
#include "ui/plots/study_cells.h"
#include "ui/plots/study_columns.h"
#include "ui/plots/study_series.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <map>

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

/// As many lines as can be told apart, from the first to the last.
std::vector<Line> drawnLines(const Table& table, const Plan& plan, QString& note)
{
    std::vector<Line> all = linesOf(table, plan.others);
    if (all.size() <= kMostVariants)
        return all;
    std::vector<Line> some;
    for (std::size_t i = 0; i < kMostVariants; ++i)
        some.push_back(all[i * (all.size() - 1) / (kMostVariants - 1)]);
    note = QCoreApplication::translate("StudyChart", "%1 of %2 lines are drawn.")
               .arg(kMostVariants)
               .arg(all.size());
    return some;
}

ChartSpec lineChart(const Table& table, const Plan& plan, const std::string& quantity)
{
    ChartSpec spec;
    spec.title = text(table.title);
    QString omitted;
    const std::vector<Line> lines = drawnLines(table, plan, omitted);
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
            spec.x.help = text(over->help);
            spec.y.help = text(column->help);
        }
        // What a study itself is drawn over is exact: theory and floors stand over it, too.
        const bool hasTheory =
            plan.quantity.empty() || plan.quantity == table.over || over->errors.empty();
        addSubject(spec, {table, *column, *over, *plan.parameter, hasTheory}, lines);
    }
    spec.note = omitted.isEmpty() ? noteOf(spec) : noteOf(spec) + QLatin1Char(' ') + omitted;
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
    const auto unknown = std::find_if(wanted.begin(), wanted.end(), [&](const auto& quantity) {
        return std::find(known.begin(), known.end(), quantity) == known.end();
    });
    if (unknown != wanted.end()) {
        std::string names;
        for (const std::string& each : known)
            names.append(names.empty() ? "" : ", ").append(each);
        return Error{"", "there is no quantity '" + *unknown + "'; there are " + names};
    }
    for (const std::string& quantity : wanted) {
        if (quantity == plan->quantity)
            continue; // over itself
        const bool isGrid = plan->quantity.empty() && plan->others.size() == 1
                            && distinct(*plan->parameter).size() >= kLeastCells
                            && plan->others.front()->words.empty()
                            && distinct(*plan->others.front()).size() >= kLeastCells;
        if (isGrid) {
            addCells(charts, table, {*plan->parameter, *plan->others.front()}, quantity);
            continue;
        }
        if (auto bars = waterfallChart(table, *plan->parameter, quantity)) {
            charts.push_back(std::move(*bars));
            continue;
        }
        ChartSpec spec = lineChart(table, *plan, quantity);
        if (!spec.series.empty())
            charts.push_back(std::move(spec));
    }
    return charts;
}

} // namespace scorefield::plots
