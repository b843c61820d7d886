// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/plane_ridge.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

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
bool passes(const std::vector<RidgeLine>& lines, const Eigen::Vector2d& place, double reach)
{
    return std::any_of(lines.begin(), lines.end(), [&](const RidgeLine& line) {
        return (line.places.rowwise() - place.transpose()).rowwise().squaredNorm().minCoeff()
               <= reach * reach;
    });
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

/// Ridges around saddles that are shorter than a cell of the grid.
void addShortRidges(const RidgeField& field,
                    const PlaneGrid& grid,
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
        evaluatePlane(field, &seed, 1);
        if (!seed.frame.isRidgelike(thresholds)
            || passes(lines, point.place, 1.5 * grid.diagonal()))
            continue;
        if (auto found = shortRidge(field, seed, thresholds, 2 * grid.diagonal())) {
            lines.push_back(lineOf(found->chain, field.noise()));
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
    const PlaneGrid grid(request.box, request.resolution);
    const auto nodes = evaluateNodes(field, grid, pool, stop);
    if (stop.stop_requested())
        return ridge;
    ridge.plainFrameFails = std::any_of(nodes.begin(), nodes.end(), [](const GridNode& node) {
        return std::isfinite(node.logGap) && node.logGap < kPlainFrameLimit;
    });
    auto critical = planeCriticalPoints(field, grid, nodes, pool, stop);
    auto marched = marchRidge(field, grid, nodes, request.thresholds, pool, stop);
    const double longest =
        1.5 * std::max(request.box.width, request.box.height) / std::max(request.resolution, 1);
    std::vector<std::vector<ClippedChain>> parts(marched.chains.size());
    pool.parallelFor(parts.size(), [&](std::size_t i) {
        if (stop.stop_requested())
            return;
        parts[i] = clipChain(field, marched.chains[i], request.thresholds, grid.diagonal());
        for (ClippedChain& part : parts[i])
            smoothChain(field, part.chain, request.thresholds, longest);
    });
    if (stop.stop_requested())
        return ridge;
    std::vector<ClippedChain> chains;
    for (const auto& some : parts)
        chains.insert(chains.end(), some.begin(), some.end());
    for (const ClippedChain& part : chains)
        ridge.lines.push_back(lineOf(part.chain, field.noise()));
    addShortRidges(field, grid, critical, request.thresholds, chains, ridge.lines);

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
        ridge.lines[i].component = static_cast<int>(i); // lines in the plane do not cross
        ridge.length += ridge.lines[i].length();
    }
    ridge.components = static_cast<int>(ridge.lines.size());
    ridge.critical = std::move(critical);
    ridge.umbilics = std::move(marched.umbilics);
    ridge.junctions = junctionsOf(ridge.umbilics, gapEnds, field.noise());
    return ridge;
}

} // namespace scorefield
