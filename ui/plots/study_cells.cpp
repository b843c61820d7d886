// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/study_cells.h"

#include "ui/plots/study_columns.h"
#include "ui/render/typeset.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield::plots {

namespace {

std::optional<CellMap>
cellsOf(const Column& column, const Column& x, const Column& y, std::size_t rows)
{
    CellMap cells;
    cells.x = distinct(x);
    cells.y = distinct(y);
    cells.label = axisLabel(column);
    cells.logarithmic = column.logarithmic;
    cells.values.assign(cells.x.size() * cells.y.size(), std::numeric_limits<double>::quiet_NaN());
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (std::size_t row = 0; row < rows; ++row) {
        const auto at = [&](const std::vector<double>& all, double value) {
            return static_cast<std::size_t>(std::lower_bound(all.begin(), all.end(), value)
                                            - all.begin());
        };
        const double value = column.values[row];
        cells.values[at(cells.y, y.values[row]) * cells.x.size() + at(cells.x, x.values[row])] =
            value;
        if (std::isfinite(value) && (!cells.logarithmic || value > 0)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    }
    if (!(low <= high))
        return std::nullopt;
    cells.low = low;
    cells.high = high;
    return cells;
}

} // namespace

void addCells(std::vector<ChartSpec>& charts,
              const Table& table,
              const CellSweeps& sweeps,
              const std::string& quantity)
{
    const std::size_t first = charts.size();
    for (const int lane : lanesOf(table)) {
        const Column* column = laneColumn(table, quantity, lane);
        if (!column)
            continue;
        auto cells = cellsOf(*column, sweeps.x, sweeps.y, table.rows());
        if (!cells)
            continue;
        ChartSpec spec;
        spec.title = laneName(table, lane);
        spec.lane = lane;
        spec.x = parameterAxis(sweeps.x);
        spec.y = parameterAxis(sweeps.y);
        spec.cells = std::move(cells);
        const auto i = static_cast<std::size_t>(lane);
        const auto &x = sweeps.x.current, &y = sweeps.y.current;
        if (i < x.size() && i < y.size() && std::isfinite(x[i]) && std::isfinite(y[i]))
            spec.marks.push_back({x[i], y[i]});
        charts.push_back(std::move(spec));
    }
    // One scale of colours, or lanes could not be compared.
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (std::size_t i = first; i < charts.size(); ++i) {
        low = std::min(low, charts[i].cells->low);
        high = std::max(high, charts[i].cells->high);
    }
    for (std::size_t i = first; i < charts.size(); ++i) {
        CellMap& cells = *charts[i].cells;
        cells.low = low;
        cells.high = high;
        charts[i].title += QStringLiteral("%1%2, %3 to %4")
                               .arg(charts[i].title.isEmpty() ? QString() : QStringLiteral(": "),
                                    cells.label,
                                    render::prettyNumber(low, 3),
                                    render::prettyNumber(high, 3));
    }
}

} // namespace scorefield::plots
