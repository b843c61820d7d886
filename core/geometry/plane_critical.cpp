// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/plane_index.h"
#include "core/geometry/plane_ridge.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

namespace scorefield {

namespace {

/// A rectangle that may hold a zero of the score, with the frames at its corners,
/// counter-clockwise.
struct Suspect {
    double left, bottom, width, height;
    std::array<GridNode, 4> corners;
    bool quarter = true; ///< where Newton's steps fail
};

/// Weak: worth Newton's steps, but not quartering.
enum class Suspicion { None, Weak, Strong };

bool changes(const std::array<double, 4>& values)
{
    return std::any_of(values.begin(), values.end(), [&](double value) {
        return (value >= 0) != (values[0] >= 0);
    });
}

/// Both components of the score change sign between the corners: along the axes or, where one frame
/// speaks for the cell, along the frame. There a tangential part that is rounding everywhere is
/// that of a ridge along which the density does not change, as of a ring.
Suspicion suspicion(const Suspect& suspect, double rounding)
{
    std::array<double, 4> first, second;
    for (std::size_t i = 0; i < 4; ++i) {
        first[i] = suspect.corners[i].s0;
        second[i] = suspect.corners[i].s1;
    }
    const GridNode& reference = suspect.corners[0];
    double least = 1, largest = 0;
    std::array<double, 4> along, across;
    for (std::size_t i = 0; i < 4; ++i) {
        const GridNode& node = suspect.corners[i];
        const double dot = node.v0 * reference.v0 + node.v1 * reference.v1;
        const double sign = dot < 0 ? -1 : 1;
        least = std::min(least, std::abs(dot));
        along[i] = sign * (node.v0 * node.s0 + node.v1 * node.s1);
        across[i] = sign * (-node.v1 * node.s0 + node.v0 * node.s1);
        largest = std::max(largest, std::abs(along[i]));
    }
    const bool axes = changes(first) && changes(second);
    if (least < .8) // 37 degrees
        return axes ? Suspicion::Strong : Suspicion::None;
    if (largest <= rounding)
        return Suspicion::None;
    if (changes(along) && changes(across))
        return Suspicion::Strong;
    if (!axes)
        return Suspicion::None;
    return least < .95 ? Suspicion::Strong : Suspicion::Weak; // 18 degrees
}

void addIfSuspect(Suspect& cell, double rounding, std::vector<Suspect>& suspects)
{
    const Suspicion how = suspicion(cell, rounding);
    cell.quarter = how == Suspicion::Strong;
    if (how != Suspicion::None)
        suspects.push_back(cell);
}

/// A tangential score below this is rounding.
double roundingOf(const PlaneLaw& law)
{
    return 1e-9 * law.scale() / (law.noise() * law.noise());
}

std::vector<Suspect>
suspectCells(const PlaneLaw& law, const RidgeGrid& grid, const std::vector<GridNode>& nodes)
{
    const auto stride = static_cast<std::size_t>(grid.columns) + 1;
    const double rounding = roundingOf(law);
    std::vector<Suspect> suspects;
    for (int row = 0; row < grid.rows; ++row)
        for (int column = 0; column < grid.columns; ++column) {
            const GridNode* n = nodes.data() + static_cast<std::size_t>(row) * stride + column;
            Suspect cell{grid.x(column),
                         grid.y(row),
                         grid.width,
                         grid.height,
                         {n[0], n[1], n[stride + 1], n[stride]}};
            addIfSuspect(cell, rounding, suspects);
        }
    return suspects;
}

/// The quarters of a suspect that are suspects.
void addQuarters(const PlaneLaw& law, const Suspect& whole, std::vector<Suspect>& quarters)
{
    const double w = whole.width / 2, h = whole.height / 2;
    std::array<double, 9> x0, x1;
    std::array<GridNode, 9> n;
    for (std::size_t i = 0; i < 9; ++i) {
        x0[i] = whole.left + static_cast<double>(i % 3) * w;
        x1[i] = whole.bottom + static_cast<double>(i / 3) * h;
    }
    evaluateGridNodes(law, x0.data(), x1.data(), 9, n.data());
    for (const std::size_t low : {0U, 1U, 3U, 4U}) {
        Suspect quarter{x0[low], x1[low], w, h, {n[low], n[low + 1], n[low + 4], n[low + 3]}};
        addIfSuspect(quarter, roundingOf(law), quarters);
    }
}

/// A curvature below this is rounding: the place is on a whole curve of zeros, as of a ring.
constexpr double kFlat = 1e-6;

/// Newton's steps to where the score vanishes; nothing if they leave the distance `reach`.
std::optional<PlanePoint> settled(const PlaneLaw& law, double x0, double x1, double reach)
{
    PlanePoint point;
    point.x0 = x0;
    point.x1 = x1;
    for (int step = 0; step < 40; ++step) { // linear near a bifurcation
        evaluatePlane(law, &point, 1);
        const double determinant = point.h00 * point.h11 - point.h01 * point.h01;
        const double d0 = (point.h01 * point.frame.s1 - point.h11 * point.frame.s0) / determinant;
        const double d1 = (point.h01 * point.frame.s0 - point.h00 * point.frame.s1) / determinant;
        if (!std::isfinite(d0) || !std::isfinite(d1))
            return std::nullopt;
        const double curvature =
            std::min(std::abs(point.frame.kappa1), std::abs(point.frame.kappa2));
        // a step of rounding is longer where the density is flat
        if (std::hypot(d0, d1) <= std::max(1e-12, 1e-15 / curvature) * law.scale())
            return curvature > kFlat ? std::optional(point) : std::nullopt;
        point.x0 += d0;
        point.x1 += d1;
        if (std::hypot(point.x0 - x0, point.x1 - x1) > reach)
            return std::nullopt;
    }
    return std::nullopt;
}

/// Quarters a suspect cell until Newton's steps settle inside; at least twice, for there may be
/// more than one.
std::vector<PlanePoint> criticalIn(const PlaneLaw& law, const Suspect& cell)
{
    std::vector<PlanePoint> found;
    std::vector<Suspect> suspects{cell};
    // 2^-20 of a cell: where sigma~^2/distance is less, the modes are deltas to double precision.
    for (int depth = 0; depth <= 20 && !suspects.empty(); ++depth) {
        std::vector<Suspect> open;
        for (const Suspect& s : suspects) {
            const double reach = .8 * std::hypot(s.width, s.height);
            const auto point = settled(law, s.left + s.width / 2, s.bottom + s.height / 2, reach);
            if (point)
                found.push_back(*point);
            if (s.quarter && (!point || depth < 2))
                addQuarters(law, s, open);
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

/// The critical points of a box, each once.
class CriticalSet {
public:
    explicit CriticalSet(const RidgeGrid& grid)
        : m_grid(grid)
        , m_same(1e-7 * std::max(grid.box.width, grid.box.height))
    {
    }
    void add(const std::vector<PlanePoint>& some)
    {
        for (const PlanePoint& point : some) {
            const Eigen::Vector2d place(point.x0, point.x1);
            const bool known = std::any_of(m_points.begin(), m_points.end(), [&](const auto& c) {
                return (c.place - place).norm() <= m_same;
            });
            if (known || !m_grid.contains(place(0), place(1)))
                continue;
            m_points.push_back({place, place, kindOf(point), point.logDensity});
            m_steepness.push_back(std::abs(point.frame.kappa1 * point.frame.kappa2));
        }
    }
    const std::vector<CriticalPoint>& points() const { return m_points; }
    /// The n points with the least |kappa_1 kappa_2|, or all.
    std::vector<Eigen::Vector2d> flattest(std::size_t n) const
    {
        std::vector<std::size_t> order(m_points.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return m_steepness[a] < m_steepness[b];
        });
        order.resize(std::min(n, order.size()));
        std::vector<Eigen::Vector2d> places;
        for (const std::size_t i : order)
            places.push_back(m_points[i].place);
        return places;
    }

private:
    const RidgeGrid& m_grid;
    double m_same; ///< nearer than this they are one
    std::vector<CriticalPoint> m_points;
    std::vector<double> m_steepness;
};

/// Near a bifurcation points are closer to each other than corners of cells can tell. From a ring
/// around them Newton's steps contract towards them at a constant rate, from each direction to the
/// next of them; to one that the others surround they lead from the middle of these.
std::vector<Eigen::Vector2d> startsAround(const std::vector<Eigen::Vector2d>& places, double reach)
{
    constexpr int kDirections = 24;
    std::vector<Eigen::Vector2d> starts;
    for (const Eigen::Vector2d& place : places) {
        Eigen::Vector2d middle = Eigen::Vector2d::Zero();
        double count = 0;
        for (const Eigen::Vector2d& other : places)
            if ((other - place).norm() <= reach) {
                middle += other;
                ++count;
                starts.push_back((place + other) / 2);
            }
        starts.push_back(middle / count);
        for (int i = 0; i < kDirections; ++i) {
            const double angle = 2 * std::numbers::pi * (i + .5) / kDirections;
            starts.push_back(place + reach / 2 * Eigen::Vector2d(std::cos(angle), std::sin(angle)));
        }
    }
    return starts;
}

/// Searches around the flattest points until there are as many as the score's turns along the
/// border say; new ones show where others may be.
void addNeighbours(const PlaneLaw& law, const RidgeGrid& grid, int turns, CriticalSet& critical)
{
    constexpr std::size_t kPlaces = 8;
    constexpr int kRounds = 3;
    for (int round = 0; round < kRounds && indexOf(critical.points()) != turns; ++round) {
        std::vector<PlanePoint> found;
        for (const Eigen::Vector2d& start :
             startsAround(critical.flattest(kPlaces), grid.diagonal()))
            if (const auto point = settled(law, start(0), start(1), grid.diagonal()))
                found.push_back(*point);
        critical.add(found);
    }
}

} // namespace

std::vector<CriticalPoint> planeCriticalPoints(const PlaneLaw& law,
                                               const RidgeGrid& grid,
                                               const std::vector<GridNode>& nodes,
                                               WorkerPool& pool,
                                               const std::stop_token& stop)
{
    const std::vector<Suspect> suspects = suspectCells(law, grid, nodes);
    const auto& components = law.mixture().components();
    // Means find modes that share a cell.
    std::vector<std::vector<PlanePoint>> found(suspects.size() + components.size());
    pool.parallelFor(found.size(), [&](std::size_t i) {
        if (stop.stop_requested())
            return;
        if (i < suspects.size()) {
            found[i] = criticalIn(law, suspects[i]);
            return;
        }
        const Eigen::VectorXd& mean = components[i - suspects.size()].mean;
        if (const auto point = settled(law, mean(0), mean(1), 2 * law.noise()))
            found[i].push_back(*point);
    });
    CriticalSet critical(grid);
    for (const auto& some : found)
        critical.add(some);
    const auto turns = turnsOfScore(grid, nodes);
    if (turns && !stop.stop_requested())
        addNeighbours(law, grid, *turns, critical);
    return critical.points();
}

} // namespace scorefield
