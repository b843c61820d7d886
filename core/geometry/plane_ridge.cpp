// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/plane_ridge.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <span>

namespace scorefield {

namespace {

constexpr double kVisibleNats = 12; // below the highest mode, as of densities drawn on a log scale

RidgeLine lineOf(const RidgeChain& chain, double noise)
{
    RidgeLine line;
    const auto count = static_cast<Eigen::Index>(chain.points.size());
    line.closed = chain.closed;
    line.places.resize(count, 2);
    line.kappa1.resize(count);
    line.kappa2.resize(count);
    line.logGap.resize(count);
    for (Eigen::Index i = 0; i < count; ++i) {
        const PlanePoint& point = chain.points[static_cast<std::size_t>(i)];
        line.places.row(i) << point.x0, point.x1;
        line.kappa1(i) = point.frame.kappa1;
        line.kappa2(i) = point.frame.kappa2;
        line.logGap(i) = point.frame.logGap(noise);
    }
    line.points = line.places;
    return line;
}

/// Whether a line passes the place within `reach`.
bool passes(std::span<const RidgeLine> lines, const Eigen::Vector2d& place, double reach)
{
    return std::any_of(lines.begin(), lines.end(), [&](const RidgeLine& line) {
        return (line.places.rowwise() - place.transpose()).rowwise().squaredNorm().minCoeff()
               <= reach * reach;
    });
}

/// Those where there is something to see: far from all data the frame is degenerate here and there,
/// which no particle and no reader ever meets.
std::vector<Eigen::Vector2d> visibleUmbilics(const RidgeField& field,
                                             const std::vector<Eigen::Vector2d>& umbilics,
                                             const std::vector<CriticalPoint>& critical)
{
    double top = -std::numeric_limits<double>::infinity();
    for (const CriticalPoint& point : critical)
        top = std::max(top, point.logDensity);
    std::vector<Eigen::Vector2d> visible;
    std::copy_if(umbilics.begin(),
                 umbilics.end(),
                 std::back_inserter(visible),
                 [&](const Eigen::Vector2d& place) {
                     return field.frame(place).logDensity >= top - kVisibleNats;
                 });
    return visible;
}

/// Umbilics around which at least three lines end for want of a gap: there they would meet.
std::vector<Eigen::Vector2d> junctionsOf(const std::vector<Eigen::Vector2d>& umbilics,
                                         const std::vector<Eigen::Vector2d>& gapEnds,
                                         double reach)
{
    std::vector<Eigen::Vector2d> junctions;
    for (const Eigen::Vector2d& umbilic : umbilics)
        if (std::count_if(gapEnds.begin(),
                          gapEnds.end(),
                          [&](const auto& end) { return (end - umbilic).norm() <= reach; })
            >= 3)
            junctions.push_back(umbilic);
    return junctions;
}

/// Whether the line turns sharply at vertex i: there, where symmetry lets lines cross, it went over
/// to the other.
bool turnsSharply(const RidgeLine& line, Eigen::Index i)
{
    if (i == 0 || i + 1 >= line.places.rows())
        return false;
    const Eigen::RowVector2d a = line.places.row(i) - line.places.row(i - 1);
    const Eigen::RowVector2d b = line.places.row(i + 1) - line.places.row(i);
    return a.dot(b) < .7 * a.norm() * b.norm(); // 45 degrees
}

/// Lines that meet at a crossing belong together; numbers the components.
void joinAtCrossings(Ridge& ridge, double reach)
{
    std::vector<int> number(ridge.lines.size());
    std::iota(number.begin(), number.end(), 0);
    for (const RidgeLine& line : ridge.lines)
        for (Eigen::Index i = 0; i < line.places.rows(); ++i) {
            const Eigen::Vector2d place = line.places.row(i).transpose();
            if (!turnsSharply(line, i)
                || std::any_of(ridge.junctions.begin(), ridge.junctions.end(), [&](const auto& j) {
                       return (j - place).norm() <= reach;
                   }))
                continue;
            std::vector<int> meeting;
            for (std::size_t other = 0; other < ridge.lines.size(); ++other)
                if (passes({&ridge.lines[other], 1}, place, reach))
                    meeting.push_back(number[other]);
            if (meeting.size() < 2)
                continue;
            ridge.junctions.push_back(place);
            for (int& n : number)
                if (std::find(meeting.begin(), meeting.end(), n) != meeting.end())
                    n = meeting.front();
        }
    std::vector<int> distinct = number;
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    for (std::size_t l = 0; l < ridge.lines.size(); ++l)
        ridge.lines[l].component = static_cast<int>(
            std::lower_bound(distinct.begin(), distinct.end(), number[l]) - distinct.begin());
    ridge.components = static_cast<int>(distinct.size());
}

/// Ridges around saddles that are shorter than a cell of the grid.
void addShortRidges(const PlaneLaw& law,
                    const RidgeGrid& grid,
                    const std::vector<CriticalPoint>& critical,
                    const RidgeThresholds& thresholds,
                    std::vector<ClippedChain>& chains,
                    std::vector<RidgeLine>& lines)
{
    for (const CriticalPoint& point : critical) {
        if (point.kind == CriticalKind::Minimum)
            continue;
        PlanePoint seed;
        seed.x0 = point.place(0);
        seed.x1 = point.place(1);
        evaluatePlane(law, &seed, 1);
        if (!seed.frame.isRidgelike(thresholds)
            || passes(lines, point.place, 1.5 * grid.diagonal()))
            continue;
        if (auto found = shortRidge(law, seed, thresholds, 2 * grid.diagonal())) {
            lines.push_back(lineOf(found->chain, law.noise()));
            chains.push_back(std::move(*found));
        }
    }
}

} // namespace

Ridge findPlaneRidge(const RidgeField& field,
                     const RidgeRequest& request,
                     WorkerPool& pool,
                     const std::stop_token& stop)
{
    Ridge ridge;
    ridge.request = request;
    const PlaneLaw law(field, request.box, pool);
    const RidgeGrid grid(request.box, request.resolution);
    const auto nodes = evaluateNodes(law, grid, pool, stop);
    if (stop.stop_requested())
        return ridge;
    ridge.plainFrameFails = std::any_of(nodes.begin(), nodes.end(), [](const GridNode& node) {
        return std::isfinite(node.logGap) && node.logGap < kPlainFrameLimit;
    });
    auto critical = planeCriticalPoints(law, grid, nodes, pool, stop);
    auto marched = marchRidge(law, grid, nodes, request.thresholds, pool, stop);
    const double longest =
        1.5 * std::max(request.box.width, request.box.height) / std::max(request.resolution, 1);
    std::vector<std::vector<ClippedChain>> parts(marched.chains.size());
    pool.parallelFor(parts.size(), [&](std::size_t i) {
        if (stop.stop_requested())
            return;
        parts[i] = clipChain(law, marched.chains[i], request.thresholds, grid.diagonal());
        for (ClippedChain& part : parts[i])
            smoothChain(law, part.chain, request.thresholds, longest);
    });
    if (stop.stop_requested())
        return ridge;
    std::vector<ClippedChain> chains;
    for (const auto& some : parts)
        chains.insert(chains.end(), some.begin(), some.end());
    for (const ClippedChain& part : chains)
        ridge.lines.push_back(lineOf(part.chain, law.noise()));
    addShortRidges(law, grid, critical, request.thresholds, chains, ridge.lines);

    std::vector<Eigen::Vector2d> gapEnds;
    for (std::size_t i = 0; i < chains.size(); ++i) {
        const auto add = [&](const PlanePoint& point) {
            const Eigen::Vector2d place(point.x0, point.x1);
            ridge.ends.push_back(place);
            if (point.frame.kappa2 < -request.thresholds.beta - 1e-6) // not ended by beta
                gapEnds.push_back(place);
        };
        if (chains[i].firstEnds)
            add(chains[i].chain.points.front());
        if (chains[i].lastEnds)
            add(chains[i].chain.points.back());
        ridge.length += ridge.lines[i].length();
    }
    ridge.umbilics = visibleUmbilics(field, marched.umbilics, critical);
    ridge.critical = std::move(critical);
    joinAtCrossings(ridge, grid.diagonal() / 2);
    const auto meetings = junctionsOf(ridge.umbilics, gapEnds, law.noise());
    ridge.junctions.insert(ridge.junctions.end(), meetings.begin(), meetings.end());
    return ridge;
}

} // namespace scorefield
