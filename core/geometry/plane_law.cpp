// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/plane_frames.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

/// Bounds of a component's log-weight over a rectangle.
struct Bounds {
    double least, most;
};

Bounds logWeightOver(const double* row, double left, double bottom, double width, double height)
{
    // Nearest and farthest point of the rectangle from the mean.
    const auto near = [](double mean, double low, double size) {
        return mean - std::clamp(mean, low, low + size);
    };
    const auto far = [](double mean, double low, double size) {
        return std::max(std::abs(mean - low), std::abs(mean - low - size));
    };
    const double n0 = near(row[1], left, width), n1 = near(row[2], bottom, height);
    const double f0 = far(row[1], left, width), f1 = far(row[2], bottom, height);
    // Eigenvalues of the precision [3 4; 4 5].
    const double middle = (row[3] + row[5]) / 2;
    const double radius = std::hypot((row[3] - row[5]) / 2, row[4]);
    return {row[0] - (middle + radius) * (f0 * f0 + f1 * f1) / 2,
            row[0] - (middle - radius) * (n0 * n0 + n1 * n1) / 2};
}

} // namespace

PlaneLaw::PlaneLaw(const RidgeField& field, const PlaneBox& box, WorkerPool& pool)
    : m_field(field)
    , m_box(box)
{
    constexpr int least = 40, across = 24; // components worth it; tiles per side
    const PlaneTable& whole = field.planeTable();
    if (whole.components < least)
        return;
    m_rows.resize(across * across);
    m_tables.resize(m_rows.size());
    const double width = box.width / across, height = box.height / across;
    pool.parallelFor(across, [&](std::size_t row) {
        std::vector<Bounds> bounds(static_cast<std::size_t>(whole.components));
        for (std::size_t column = 0; column < across; ++column) {
            double first = -std::numeric_limits<double>::infinity(), second = first;
            for (std::size_t k = 0; k < bounds.size(); ++k) {
                bounds[k] = logWeightOver(whole.rows + k * kPlaneRow,
                                          box.left + width * static_cast<double>(column),
                                          box.bottom + height * static_cast<double>(row),
                                          width,
                                          height);
                second = std::max(second, std::min(first, bounds[k].least));
                first = std::max(first, bounds[k].least);
            }
            // Frames are relative to the second likeliest component; e^-38 of it is rounding.
            const std::size_t tile = row * across + column;
            for (std::size_t k = 0; k < bounds.size(); ++k)
                if (bounds[k].most >= second - 38)
                    m_rows[tile].insert(m_rows[tile].end(),
                                        whole.rows + k * kPlaneRow,
                                        whole.rows + (k + 1) * kPlaneRow);
            m_tables[tile] = {m_rows[tile].data(),
                              static_cast<int>(m_rows[tile].size() / kPlaneRow),
                              whole.common};
        }
    });
    std::size_t kept = 0;
    for (const PlaneTable& table : m_tables)
        kept += static_cast<std::size_t>(table.components);
    // Short runs of places of one tile fill the vectors badly: little gain is none.
    if (kept < m_tables.size() * static_cast<std::size_t>(whole.components) * 2 / 3)
        m_across = across;
}

int PlaneLaw::tileAt(double x0, double x1) const
{
    const double u = (x0 - m_box.left) / m_box.width, v = (x1 - m_box.bottom) / m_box.height;
    if (m_across == 0 || !(u >= 0 && u < 1 && v >= 0 && v < 1))
        return -1;
    return static_cast<int>(v * m_across) * m_across + static_cast<int>(u * m_across);
}

const PlaneTable& PlaneLaw::table(int tile) const
{
    return tile < 0 ? m_field.planeTable() : m_tables[static_cast<std::size_t>(tile)];
}

} // namespace scorefield
