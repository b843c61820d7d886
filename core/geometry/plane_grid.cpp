// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/marching.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace scorefield {

RidgeGrid::RidgeGrid(const PlaneBox& rectangle, int resolution) : box(rectangle)
{
    const double cell = std::max(box.width, box.height) / std::max(resolution, 1);
    columns = std::max(1, static_cast<int>(std::lround(box.width / cell)));
    rows = std::max(1, static_cast<int>(std::lround(box.height / cell)));
    width = box.width / columns;
    height = box.height / rows;
}

double RidgeGrid::diagonal() const
{
    return std::hypot(width, height);
}

bool RidgeGrid::contains(double x0, double x1) const
{
    return x0 >= box.left && x0 <= box.left + box.width && x1 >= box.bottom
           && x1 <= box.bottom + box.height;
}

void evaluateGridNodes(
    const PlaneLaw& law, const double* x0, const double* x1, std::size_t n, GridNode* nodes)
{
    using M = PlaneMoment;
    constexpr std::size_t chunk = 64; // moments of so many points stay in the nearest cache
    std::array<double, M::T000 * chunk> moments;
    for (std::size_t first = 0; first < n;) {
        const int tile = law.tileAt(x0[first], x1[first]);
        std::size_t count = 1; // of places of that tile
        while (first + count < n && count < chunk
               && law.tileAt(x0[first + count], x1[first + count]) == tile)
            ++count;
        bestPlaneKernels().frame(
            law.table(tile), x0 + first, x1 + first, count, moments.data(), chunk);
        for (std::size_t i = 0; i < count; ++i) {
            const double* place = moments.data() + i;
            const PlaneFrame frame = planeFrame(place, chunk, law.noise());
            nodes[first + i] = {
                frame.s0,
                frame.s1,
                frame.kappa1,
                frame.kappa2,
                frame.logGap(law.noise()),
                frame.v0,
                frame.v1,
                std::sqrt(std::abs(place[M::G00 * chunk]) + std::abs(place[M::G11 * chunk]))};
        }
        first += count;
    }
}

std::vector<GridNode> evaluateNodes(const PlaneLaw& law,
                                    const RidgeGrid& grid,
                                    WorkerPool& pool,
                                    const std::stop_token& stop)
{
    const auto columns = static_cast<std::size_t>(grid.columns) + 1;
    const auto rows = static_cast<std::size_t>(grid.rows) + 1;
    std::vector<GridNode> nodes(columns * rows);
    std::vector<double> x0(columns);
    for (std::size_t column = 0; column < columns; ++column)
        x0[column] = grid.x(static_cast<int>(column));
    pool.parallelFor(rows, [&](std::size_t row) {
        if (stop.stop_requested())
            return;
        const std::vector<double> x1(columns, grid.y(static_cast<int>(row)));
        evaluateGridNodes(law, x0.data(), x1.data(), columns, nodes.data() + row * columns);
    });
    if (stop.stop_requested())
        nodes.clear();
    return nodes;
}

} // namespace scorefield
