// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// An order of points in which neighbours are near each other: along a space-filling curve.
#include <cstddef>
#include <cstdint>
#include <vector>

namespace scorefield {

class SpatialOrder {
public:
    /// The order of n points in 2 or 3 dimensions, coordinate i at x + i*stride. Any order is as
    /// right as any other: points that are not finite go anywhere. No allocation once it has seen
    /// n.
    const std::vector<std::uint32_t>&
    of(const float* x, std::size_t n, std::size_t stride, int dimension);

private:
    std::vector<std::uint32_t> m_order, m_other;
    std::vector<std::uint16_t> m_cells;
};

} // namespace scorefield
