// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/density_tiles.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield::render {
namespace {

constexpr int kSmallest = 16;   // texels along a tile's edge: smaller ones cost more than they save
constexpr std::size_t kFew = 4; // components that are not worth another cut

/// What a component's log term is at most and at least on a rectangle. W's rows are the axes of its
/// ellipse: along each the distance is an interval.
struct Bounds {
    double least, most;
};

Bounds boundsOn(const TexelComponent& c, double x, double y, double halfWidth, double halfHeight)
{
    const double rx = x - c.x, ry = y - c.y;
    const double z1 = std::abs(c.w00 * rx + c.w01 * ry), z2 = std::abs(c.w10 * rx + c.w11 * ry);
    const double r1 = std::abs(c.w00) * halfWidth + std::abs(c.w01) * halfHeight,
                 r2 = std::abs(c.w10) * halfWidth + std::abs(c.w11) * halfHeight;
    const double near1 = std::max(0., z1 - r1), near2 = std::max(0., z2 - r2), far1 = z1 + r1,
                 far2 = z2 + r2;
    return {c.logPeak - 0.5 * (far1 * far1 + far2 * far2),
            c.logPeak - 0.5 * (near1 * near1 + near2 * near2)};
}

class Cutter {
public:
    Cutter(std::span<const TexelComponent> components, const TileRequest& request)
        : m_components(components)
        , m_request(request)
        , m_margin(std::log(static_cast<double>(components.size()) / request.negligible))
    {
    }

    DensityTiles cut()
    {
        const QRect& box = m_request.box;
        if (box.isEmpty() || m_components.empty())
            return {};
        int side = kSmallest;
        while (side < std::max(box.width(), box.height()))
            side *= 2;
        m_columns = (box.width() + kSmallest - 1) / kSmallest;
        m_rows = (box.height() + kSmallest - 1) / kSmallest;
        m_covered.assign(static_cast<std::size_t>(m_columns) * static_cast<std::size_t>(m_rows), 0);
        std::vector<std::uint32_t> all(m_components.size());
        for (std::size_t k = 0; k < all.size(); ++k)
            all[k] = static_cast<std::uint32_t>(k);
        visit(box.left(), box.top(), side, all);
        for (DensityTile& tile : m_out.tiles)
            extend(tile);
        return std::move(m_out);
    }

private:
    void visit(int left, int top, int side, std::span<const std::uint32_t> candidates)
    {
        const QRect area = QRect(left, top, side, side).intersected(m_request.box);
        if (area.isEmpty())
            return;
        const auto kept = contributing(area, candidates);
        if (kept.empty())
            return;
        const double work = static_cast<double>(kept.size()) * area.width() * area.height();
        if (side > kSmallest && kept.size() > kFew && work > m_request.leastWork) {
            const int half = side / 2;
            for (const int y : {top, top + half})
                for (const int x : {left, left + half})
                    visit(x, y, half, kept);
            return;
        }
        m_out.tiles.push_back({area,
                               area,
                               static_cast<std::uint32_t>(m_out.components.size()),
                               static_cast<std::uint32_t>(kept.size())});
        m_out.components.insert(m_out.components.end(), kept.begin(), kept.end());
        for (int row = cellRow(area.top()); row <= cellRow(area.bottom()); ++row)
            for (int column = cellColumn(area.left()); column <= cellColumn(area.right()); ++column)
                m_covered[cell(column, row)] = 1;
    }

    /// The candidates that matter where the tile or what it reads shows anything; none: nothing
    /// shows there.
    std::vector<std::uint32_t> contributing(const QRect& area,
                                            std::span<const std::uint32_t> candidates)
    {
        const double halfWidth = 0.5 * area.width() + m_request.edge,
                     halfHeight = 0.5 * area.height() + m_request.edge;
        const double x = area.left() + 0.5 * area.width(), y = area.top() + 0.5 * area.height();
        double least = -std::numeric_limits<double>::infinity(), most = least;
        m_most.resize(std::max(m_most.size(), candidates.size()));
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            const auto bounds = boundsOn(m_components[candidates[i]], x, y, halfWidth, halfHeight);
            least = std::max(least, bounds.least);
            most = std::max(most, bounds.most);
            m_most[i] = bounds.most;
        }
        std::vector<std::uint32_t> kept;
        if (!(most + std::log(static_cast<double>(candidates.size())) >= m_request.cut))
            return kept;
        const double needed = std::max(least, m_request.cut) - m_margin;
        for (std::size_t i = 0; i < candidates.size(); ++i)
            if (m_most[i] >= needed)
                kept.push_back(candidates[i]);
        return kept;
    }

    /// Over the neighbours' texels that nobody else evaluates.
    void extend(DensityTile& tile) const
    {
        const int left = cellColumn(tile.area.left()) - 1,
                  right = cellColumn(tile.area.right()) + 1;
        const int low = cellRow(tile.area.top()) - 1, high = cellRow(tile.area.bottom()) + 1;
        const auto isCovered = [this](int columns, int toColumn, int rows, int toRow) {
            for (int row = rows; row <= toRow; ++row)
                for (int column = columns; column <= toColumn; ++column)
                    if (row < 0 || column < 0 || row >= m_rows || column >= m_columns
                        || m_covered[cell(column, row)] == 0)
                        return false;
            return true;
        };
        const int edge = m_request.edge;
        tile.reach = tile.area.adjusted(isCovered(left, left, low, high) ? 0 : -edge,
                                        isCovered(left, right, low, low) ? 0 : -edge,
                                        isCovered(right, right, low, high) ? 0 : edge,
                                        isCovered(left, right, high, high) ? 0 : edge);
    }

    int cellColumn(int texel) const { return (texel - m_request.box.left()) / kSmallest; }
    int cellRow(int texel) const { return (texel - m_request.box.top()) / kSmallest; }
    std::size_t cell(int column, int row) const
    {
        return static_cast<std::size_t>(row) * static_cast<std::size_t>(m_columns)
               + static_cast<std::size_t>(column);
    }

    std::span<const TexelComponent> m_components;
    const TileRequest& m_request;
    double m_margin; ///< nats below the density at which a component no longer counts
    int m_columns = 0, m_rows = 0;
    std::vector<char> m_covered; ///< by a tile: the smallest possible squares
    std::vector<double> m_most;
    DensityTiles m_out;
};

} // namespace

double DensityTiles::evaluations() const
{
    double sum = 0;
    for (const auto& tile : tiles)
        sum += static_cast<double>(tile.count) * tile.reach.width() * tile.reach.height();
    return sum;
}

DensityTiles densityTiles(std::span<const TexelComponent> components, const TileRequest& request)
{
    return Cutter(components, request).cut();
}

} // namespace scorefield::render
