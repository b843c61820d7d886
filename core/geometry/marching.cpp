// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/marching.h"

#include "core/geometry/weld.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace scorefield {

namespace {

using Corners = std::array<GridNode, 4>; ///< counter-clockwise from the lower left

/// The top eigenvalue of sum n n^T over the corners is at least this share of its trace, or the
/// frame turns too fast for one normal to speak for the cell.
constexpr double kCoherence = .85;

/// Walks through the cells of some rows; a cell whose frame turns too fast, or that f = 0 crosses
/// twice, is quartered.
class CellWalk {
public:
    CellWalk(const PlaneLaw& law, const RidgeGrid& grid, const RidgeThresholds& thresholds)
        : m_law(law)
        , m_grid(grid)
        , m_beta(thresholds.beta)
        , m_logGamma(std::log10(std::max(thresholds.gamma, 1e-300)))
    {
    }

    void visit(const Corners& corners, LatticePlace low, int size);

    std::vector<RidgeSegment> segments;
    struct UmbilicStart {
        double x0, x1;
        int size; ///< of the cell around it
    };
    std::vector<UmbilicStart> umbilicStarts;

private:
    bool mayHoldRidge(const Corners& corners, int size) const;
    void quarter(const Corners& corners, LatticePlace low, int size);
    double x(int lattice) const { return m_grid.box.left + m_grid.width * lattice / kLatticeCell; }
    double y(int lattice) const
    {
        return m_grid.box.bottom + m_grid.height * lattice / kLatticeCell;
    }

    const PlaneLaw& m_law;
    const RidgeGrid& m_grid;
    double m_beta, m_logGamma;
};

/// Whether the thresholds can be kept somewhere in the cell: log(gap) rises at most as fast as the
/// likelihood of the next component does, and with it the frame's curvatures change.
bool CellWalk::mayHoldRidge(const Corners& corners, int size) const
{
    const double diagonal = m_grid.diagonal() * size / kLatticeCell;
    bool gap = false, concave = false;
    for (const GridNode& node : corners) {
        if (!std::isfinite(node.logGap))
            continue;
        const double rise = diagonal * node.steepness;
        gap = gap || node.logGap + rise * std::numbers::log10e >= m_logGamma;
        concave = concave || node.kappa2 - rise * (node.kappa1 - node.kappa2) <= -m_beta;
    }
    return gap && concave;
}

/// How often the field of lines v_1 turns around the cell, in half turns.
int halfTurns(const Corners& corners)
{
    double angle = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const GridNode &a = corners[i], &b = corners[(i + 1) % 4];
        const double cross = a.v0 * b.v1 - a.v1 * b.v0, dot = a.v0 * b.v0 + a.v1 * b.v1;
        angle += std::atan2(dot < 0 ? -cross : cross, std::abs(dot));
    }
    return static_cast<int>(std::lround(angle / std::numbers::pi));
}

void CellWalk::visit(const Corners& corners, LatticePlace low, int size)
{
    double cosine = 0, sine = 0; // of twice the normals' angles
    for (const GridNode& node : corners) {
        cosine += node.v1 * node.v1 - node.v0 * node.v0;
        sine += -2 * node.v0 * node.v1;
    }
    const double length = std::sqrt(cosine * cosine + sine * sine);
    const bool coherent = (4 + length) / 2 >= 4 * kCoherence;
    const bool quartered = !coherent && size > 1 && mayHoldRidge(corners, size);
    if (quartered) {
        quarter(corners, low, size);
    } else if (!coherent && halfTurns(corners) != 0) {
        umbilicStarts.push_back(
            {(x(low.x) + x(low.x + size)) / 2, (y(low.y) + y(low.y + size)) / 2, size});
    }
    if (!coherent || !mayHoldRidge(corners, size))
        return;
    const double half = std::atan2(sine, cosine) / 2;
    const double r0 = std::cos(half), r1 = std::sin(half); // the reference normal
    std::array<double, 4> f;
    for (std::size_t i = 0; i < 4; ++i) {
        const GridNode& node = corners[i];
        double value = -node.v1 * node.s0 + node.v0 * node.s1;
        // A node on the ridge lies on the side of its own normal: all its cells agree on that.
        if (value == 0)
            value = 1e-300;
        f[i] = -node.v1 * r0 + node.v0 * r1 < 0 ? -value : value;
    }
    const std::array<LatticePlace, 4> at{{{low.x, low.y},
                                          {low.x + size, low.y},
                                          {low.x + size, low.y + size},
                                          {low.x, low.y + size}}};
    std::array<RidgeSegment::End, 4> ends;
    std::size_t crossings = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const std::size_t j = (i + 1) % 4;
        if ((f[i] < 0) == (f[j] < 0))
            continue;
        const double t = f[i] / (f[i] - f[j]);
        const double x0 = x(at[i].x), y0 = y(at[i].y);
        ends[crossings++] = {{at[i].x + at[j].x, at[i].y + at[j].y},
                             x0 + t * (x(at[j].x) - x0),
                             y0 + t * (y(at[j].y) - y0)};
    }
    if (crossings == 4 && size > 1)
        return quarter(corners, low, size);
    for (std::size_t i = 0; i + 1 < crossings; i += 2)
        segments.push_back({ends[i], ends[i + 1]});
}

void CellWalk::quarter(const Corners& corners, LatticePlace low, int size)
{
    const int half = size / 2;
    const double left = x(low.x), middle = x(low.x + half), right = x(low.x + size);
    const double bottom = y(low.y), centre = y(low.y + half), top = y(low.y + size);
    const std::array<double, 5> x0{middle, right, middle, left, middle};
    const std::array<double, 5> x1{bottom, centre, top, centre, centre};
    std::array<GridNode, 5> n; // below, right, above, left, centre
    evaluateGridNodes(m_law, x0.data(), x1.data(), 5, n.data());
    visit({corners[0], n[0], n[4], n[3]}, low, half);
    visit({n[0], corners[1], n[1], n[4]}, {low.x + half, low.y}, half);
    visit({n[4], n[1], corners[2], n[2]}, {low.x + half, low.y + half}, half);
    visit({n[3], n[4], n[2], corners[3]}, {low.x, low.y + half}, half);
}

/// Newton steps to where the traceless part of H vanishes; nothing if they leave the cell.
std::optional<Eigen::Vector2d>
settledUmbilic(const PlaneLaw& law, double start0, double start1, double reach)
{
    PlanePoint point;
    point.x0 = start0;
    point.x1 = start1;
    for (int step = 0; step < 30; ++step) {
        evaluatePlane(law, &point, 1);
        const double determinant = point.u0 * point.w1 - point.u1 * point.w0;
        const double d0 = (point.u1 * point.w - point.w1 * point.u) / determinant;
        const double d1 = (point.w0 * point.u - point.u0 * point.w) / determinant;
        if (!std::isfinite(d0) || !std::isfinite(d1))
            return std::nullopt;
        point.x0 += d0;
        point.x1 += d1;
        if (std::hypot(point.x0 - start0, point.x1 - start1) > reach)
            return std::nullopt;
        if (std::hypot(d0, d1) < 1e-10 * reach)
            return Eigen::Vector2d(point.x0, point.x1);
    }
    return std::nullopt;
}

std::vector<Eigen::Vector2d> umbilicsOf(const PlaneLaw& law,
                                        const RidgeGrid& grid,
                                        const std::vector<CellWalk>& walks,
                                        WorkerPool& pool)
{
    std::vector<CellWalk::UmbilicStart> starts;
    for (const CellWalk& walk : walks)
        starts.insert(starts.end(), walk.umbilicStarts.begin(), walk.umbilicStarts.end());
    std::vector<std::optional<Eigen::Vector2d>> settled(starts.size());
    const double reach = grid.diagonal();
    pool.parallelFor(starts.size(), [&](std::size_t i) {
        const auto& start = starts[i];
        settled[i] = settledUmbilic(law, start.x0, start.x1, reach);
        // Where the steps fail, the smallest cell around it is the answer. In whole cells a frame
        // that turns fast can look as if it turned around something.
        if (!settled[i] && start.size == 1)
            settled[i] = Eigen::Vector2d(start.x0, start.x1);
    });
    std::vector<Eigen::Vector2d> umbilics;
    for (const auto& place : settled)
        if (place && grid.contains((*place)(0), (*place)(1))
            && std::none_of(umbilics.begin(), umbilics.end(), [&](const auto& u) {
                   return (u - *place).norm() < reach / kLatticeCell;
               }))
            umbilics.push_back(*place);
    return umbilics;
}

} // namespace

MarchedRidge marchRidge(const PlaneLaw& law,
                        const RidgeGrid& grid,
                        const std::vector<GridNode>& nodes,
                        const RidgeThresholds& thresholds,
                        WorkerPool& pool,
                        const std::stop_token& stop)
{
    const auto stride = static_cast<std::size_t>(grid.columns) + 1;
    std::vector<CellWalk> walks(static_cast<std::size_t>(grid.rows),
                                CellWalk(law, grid, thresholds));
    pool.parallelFor(walks.size(), [&](std::size_t row) {
        for (std::size_t column = 0; column + 1 < stride && !stop.stop_requested(); ++column) {
            const GridNode* node = nodes.data() + row * stride + column;
            walks[row].visit(
                {node[0], node[1], node[stride + 1], node[stride]},
                {static_cast<int>(column) * kLatticeCell, static_cast<int>(row) * kLatticeCell},
                kLatticeCell);
        }
    });
    std::vector<RidgeSegment> segments;
    for (const CellWalk& walk : walks)
        segments.insert(segments.end(), walk.segments.begin(), walk.segments.end());
    MarchedRidge marched;
    if (stop.stop_requested())
        return marched;
    marched.chains = weldSegments(law, grid, segments, pool);
    marched.umbilics = umbilicsOf(law, grid, walks, pool);
    return marched;
}

} // namespace scorefield
