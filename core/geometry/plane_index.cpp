// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/plane_index.h"

#include <cmath>
#include <numbers>

namespace scorefield {

namespace {

/// The nodes of the border in their order; the first is also the last.
std::vector<const GridNode*> borderNodes(const RidgeGrid& grid, const std::vector<GridNode>& nodes)
{
    const auto at = [&](int column, int row) {
        return &nodes[static_cast<std::size_t>(row) * (static_cast<std::size_t>(grid.columns) + 1)
                      + static_cast<std::size_t>(column)];
    };
    std::vector<const GridNode*> border;
    for (int column = 0; column < grid.columns; ++column)
        border.push_back(at(column, 0));
    for (int row = 0; row < grid.rows; ++row)
        border.push_back(at(grid.columns, row));
    for (int column = grid.columns; column > 0; --column)
        border.push_back(at(column, grid.rows));
    for (int row = grid.rows; row >= 0; --row)
        border.push_back(at(0, row));
    return border;
}

} // namespace

std::optional<int> turnsOfScore(const RidgeGrid& grid, const std::vector<GridNode>& nodes)
{
    const std::vector<const GridNode*> border = borderNodes(grid, nodes);
    double angle = 0;
    for (std::size_t i = 0; i + 1 < border.size(); ++i) {
        const GridNode &a = *border[i], &b = *border[i + 1];
        const double along = a.s0 * b.s0 + a.s1 * b.s1;
        if (!(along > 0)) // a NaN fails too
            return std::nullopt;
        angle += std::atan2(a.s0 * b.s1 - a.s1 * b.s0, along);
    }
    return static_cast<int>(std::lround(angle / (2 * std::numbers::pi)));
}

int indexOf(const std::vector<CriticalPoint>& critical)
{
    int index = 0;
    for (const CriticalPoint& point : critical)
        index += point.kind == CriticalKind::Saddle ? -1 : 1;
    return index;
}

} // namespace scorefield
