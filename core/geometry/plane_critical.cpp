// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/plane_ridge.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

/// A rectangle in which both components of the score change sign between corners.
struct Suspect {
    double left, bottom, width, height;
    std::array<bool, 4> up0, up1; ///< signs of the score at the corners, counter-clockwise
};

bool changes(const std::array<bool, 4>& signs)
{
    return signs[0] != signs[1] || signs[0] != signs[2] || signs[0] != signs[3];
}

bool isSuspect(const Suspect& suspect)
{
    return changes(suspect.up0) && changes(suspect.up1);
}

std::vector<Suspect> suspectCells(const PlaneGrid& grid, const std::vector<GridNode>& nodes)
{
    const auto stride = static_cast<std::size_t>(grid.columns) + 1;
    std::vector<Suspect> suspects;
    for (int row = 0; row < grid.rows; ++row)
        for (int column = 0; column < grid.columns; ++column) {
            const GridNode* n = nodes.data() + static_cast<std::size_t>(row) * stride + column;
            const Suspect cell{
                grid.x(column),
                grid.y(row),
                grid.width,
                grid.height,
                {n[0].s0 >= 0, n[1].s0 >= 0, n[stride + 1].s0 >= 0, n[stride].s0 >= 0},
                {n[0].s1 >= 0, n[1].s1 >= 0, n[stride + 1].s1 >= 0, n[stride].s1 >= 0}};
            if (isSuspect(cell))
                suspects.push_back(cell);
        }
    return suspects;
}

/// The quarters of a suspect that are suspects.
void addQuarters(const RidgeField& field, const Suspect& whole, std::vector<Suspect>& quarters)
{
    const double w = whole.width / 2, h = whole.height / 2;
    std::array<double, 9> x0, x1;
    std::array<GridNode, 9> n;
    for (std::size_t i = 0; i < 9; ++i) {
        x0[i] = whole.left + static_cast<double>(i % 3) * w;
        x1[i] = whole.bottom + static_cast<double>(i / 3) * h;
    }
    evaluateGridNodes(field, x0.data(), x1.data(), 9, n.data());
    for (const std::size_t low : {0U, 1U, 3U, 4U}) {
        const std::array<std::size_t, 4> at{low, low + 1, low + 4, low + 3};
        Suspect quarter{x0[low], x1[low], w, h, {}, {}};
        for (std::size_t i = 0; i < 4; ++i) {
            quarter.up0[i] = n[at[i]].s0 >= 0;
            quarter.up1[i] = n[at[i]].s1 >= 0;
        }
        if (isSuspect(quarter))
            quarters.push_back(quarter);
    }
}

/// A curvature below this is rounding: the place is on a whole curve of zeros, as of a ring.
constexpr double kFlat = 1e-8;

/// Newton's steps to where the score vanishes; nothing if they leave the distance `reach`.
std::optional<PlanePoint> settled(const RidgeField& field, double x0, double x1, double reach)
{
    PlanePoint point;
    point.x0 = x0;
    point.x1 = x1;
    const double enough = 1e-12 * field.scale();
    for (int step = 0; step < 40; ++step) { // linear near a bifurcation
        evaluatePlane(field, &point, 1);
        const double determinant = point.h00 * point.h11 - point.h01 * point.h01;
        const double d0 = (point.h01 * point.frame.s1 - point.h11 * point.frame.s0) / determinant;
        const double d1 = (point.h01 * point.frame.s0 - point.h00 * point.frame.s1) / determinant;
        if (!std::isfinite(d0) || !std::isfinite(d1))
            return std::nullopt;
        if (std::hypot(d0, d1) <= enough)
            return std::abs(point.frame.kappa1) > kFlat && std::abs(point.frame.kappa2) > kFlat
                       ? std::optional(point)
                       : std::nullopt;
        point.x0 += d0;
        point.x1 += d1;
        if (std::hypot(point.x0 - x0, point.x1 - x1) > reach)
            return std::nullopt;
    }
    return std::nullopt;
}

/// Quarters a suspect cell until Newton's steps settle inside; at least twice, for there may be
/// more than one.
std::vector<PlanePoint> criticalIn(const RidgeField& field, const Suspect& cell)
{
    std::vector<PlanePoint> found;
    std::vector<Suspect> suspects{cell};
    // 2^-20 of a cell: where sigma~^2/distance is less, the modes are deltas to double precision.
    for (int depth = 0; depth <= 20 && !suspects.empty(); ++depth) {
        std::vector<Suspect> open;
        for (const Suspect& s : suspects) {
            const double reach = .8 * std::hypot(s.width, s.height);
            const auto point = settled(field, s.left + s.width / 2, s.bottom + s.height / 2, reach);
            if (point)
                found.push_back(*point);
            if (!point || depth < 2)
                addQuarters(field, s, open);
        }
        suspects = std::move(open);
        if (depth >= 3 && suspects.size() > 8) // a whole curve of zeros, which only symmetry makes
            break;
    }
    return found;
}

CriticalKind kindOf(const PlanePoint& point)
{
    if (point.frame.kappa1 <= 0)
        return CriticalKind::Mode;
    return point.frame.kappa2 > 0 ? CriticalKind::Minimum : CriticalKind::Saddle;
}

} // namespace

std::vector<CriticalPoint> planeCriticalPoints(const RidgeField& field,
                                               const PlaneGrid& grid,
                                               const std::vector<GridNode>& nodes,
                                               WorkerPool& pool,
                                               const std::stop_token& stop)
{
    const std::vector<Suspect> suspects = suspectCells(grid, nodes);
    const auto& components = field.mixture().components();
    // Means find modes that share a cell.
    std::vector<std::vector<PlanePoint>> found(suspects.size() + components.size());
    pool.parallelFor(found.size(), [&](std::size_t i) {
        if (stop.stop_requested())
            return;
        if (i < suspects.size()) {
            found[i] = criticalIn(field, suspects[i]);
            return;
        }
        const Eigen::VectorXd& mean = components[i - suspects.size()].mean;
        if (const auto point = settled(field, mean(0), mean(1), 2 * field.noise()))
            found[i].push_back(*point);
    });
    std::vector<CriticalPoint> critical;
    const double same = 1e-7 * std::max(grid.box.width, grid.box.height);
    for (const auto& some : found)
        for (const PlanePoint& point : some) {
            const Eigen::Vector2d place(point.x0, point.x1);
            const bool known = std::any_of(critical.begin(), critical.end(), [&](const auto& c) {
                return (c.place - place).norm() <= same;
            });
            if (!known && grid.contains(place(0), place(1)))
                critical.push_back({place, place, kindOf(point), field.frame(place).logDensity});
        }
    return critical;
}

} // namespace scorefield
