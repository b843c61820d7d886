// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The cells of a map: where they are, and how threads share them out.
#include "core/metric/field_map.h"

#include <algorithm>
#include <limits>

namespace scorefield {

inline constexpr std::size_t kMapBlock =
    128; // points a thread takes at a time: cancelled within a moment

inline PlaneGrid gridFor(const MapSubject& subject, PlaneGrid grid)
{
    if (subject.axes.cols() == 1)
        grid.rows = 1;
    return grid;
}

inline std::size_t cellsOf(const PlaneGrid& grid)
{
    return static_cast<std::size_t>(grid.columns) * static_cast<std::size_t>(grid.rows);
}

/// A constant weight hides nothing between the solver's steps: they may be as long as it likes.
GuidedOde withLongSteps(GuidedOde ode);

/// The place of a cell's middle in the coordinates of a level. [d]
inline void placeOf(const MapSubject& subject,
                    const PlaneGrid& grid,
                    double alpha,
                    std::size_t cell,
                    Eigen::VectorXd& x)
{
    const auto columns = static_cast<std::size_t>(grid.columns);
    x = alpha * subject.origin;
    x += subject.axes.col(0)
         * (grid.left + (static_cast<double>(cell % columns) + 0.5) * grid.width / grid.columns);
    if (subject.axes.cols() > 1)
        x +=
            subject.axes.col(1)
            * (grid.bottom + (static_cast<double>(cell / columns) + 0.5) * grid.height / grid.rows);
}

/// Calls fill(first cell, number of cells, values) for all blocks of the grid.
template <class Fill>
FieldMap inBlocks(const PlaneGrid& grid, WorkerPool& pool, const std::stop_token& stop, Fill fill)
{
    const std::size_t cells = cellsOf(grid);
    FieldMap map{grid, std::vector<float>(cells, std::numeric_limits<float>::quiet_NaN())};
    pool.parallelFor((cells + kMapBlock - 1) / kMapBlock, [&](std::size_t block) {
        const std::size_t first = block * kMapBlock;
        if (!stop.stop_requested())
            fill(first, std::min(kMapBlock, cells - first), map.values.data() + first);
    });
    return map;
}

} // namespace scorefield
