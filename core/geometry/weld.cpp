// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/weld.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <unordered_map>

namespace scorefield {

namespace {

/// Vertices and who follows whom: every vertex has at most two neighbours.
struct Graph {
    std::vector<LatticePlace> edges;
    std::vector<PlanePoint> points;
    std::vector<std::array<int, 2>> neighbours; ///< -1: none

    std::size_t degree(std::size_t vertex) const
    {
        return (neighbours[vertex][0] >= 0 ? 1U : 0U) + (neighbours[vertex][1] >= 0 ? 1U : 0U);
    }
    void link(int a, int b)
    {
        for (const auto& [at, other] : {std::pair{a, b}, std::pair{b, a}}) {
            auto& slots = neighbours[static_cast<std::size_t>(at)];
            slots[slots[0] >= 0 ? 1 : 0] = other;
        }
    }
};

Graph graphOf(const std::vector<RidgeSegment>& segments)
{
    Graph graph;
    std::unordered_map<std::uint64_t, int> known;
    known.reserve(2 * segments.size());
    const auto vertex = [&](const RidgeSegment::End& end) {
        const std::uint64_t key =
            (static_cast<std::uint64_t>(static_cast<std::uint32_t>(end.edge.y)) << 32)
            | static_cast<std::uint32_t>(end.edge.x);
        const auto [place, isNew] = known.try_emplace(key, static_cast<int>(graph.points.size()));
        if (isNew) {
            PlanePoint point;
            point.x0 = end.x0;
            point.x1 = end.x1;
            graph.edges.push_back(end.edge);
            graph.points.push_back(point);
            graph.neighbours.push_back({-1, -1});
        }
        return place->second;
    };
    for (const RidgeSegment& segment : segments)
        graph.link(vertex(segment.from), vertex(segment.to));
    return graph;
}

/// Whether two ends lie on one edge of an unquartered cell: a crossing seen from a whole cell and
/// from a quartered one.
bool onOneEdge(LatticePlace a, LatticePlace b)
{
    constexpr int cell = 2 * kLatticeCell; // edges are sums of two places
    return (a.y == b.y && a.x / cell == b.x / cell) || (a.x == b.x && a.y / cell == b.y / cell);
}

/// Joins loose ends that face each other across cells of unequal size.
void joinLooseEnds(Graph& graph)
{
    std::vector<int> loose;
    for (std::size_t i = 0; i < graph.points.size(); ++i)
        if (graph.degree(i) == 1)
            loose.push_back(static_cast<int>(i));
    for (std::size_t i = 0; i < loose.size(); ++i) {
        const auto a = static_cast<std::size_t>(loose[i]);
        if (graph.degree(a) != 1)
            continue;
        int best = -1;
        double nearest = 0;
        for (std::size_t j = i + 1; j < loose.size(); ++j) {
            const auto b = static_cast<std::size_t>(loose[j]);
            if (graph.degree(b) != 1 || !onOneEdge(graph.edges[a], graph.edges[b]))
                continue;
            const double distance = std::hypot(graph.points[a].x0 - graph.points[b].x0,
                                               graph.points[a].x1 - graph.points[b].x1);
            if (best < 0 || distance < nearest) {
                best = loose[j];
                nearest = distance;
            }
        }
        if (best >= 0)
            graph.link(loose[i], best);
    }
}

/// The vertices from `first` on, along the side away from `before`.
std::vector<int> walk(const Graph& graph, int first, std::vector<bool>& seen)
{
    std::vector<int> chain{first};
    seen[static_cast<std::size_t>(first)] = true;
    for (bool more = true; more;) {
        more = false;
        for (const int next : graph.neighbours[static_cast<std::size_t>(chain.back())])
            if (next >= 0 && !seen[static_cast<std::size_t>(next)]) {
                seen[static_cast<std::size_t>(next)] = true;
                chain.push_back(next);
                more = true;
                break;
            }
    }
    return chain;
}

/// Moves all onto the ridge, tile by tile, for places of one tile are evaluated together.
std::vector<char>
settleVertices(const PlaneLaw& law, std::vector<PlanePoint>& points, double reach, WorkerPool& pool)
{
    const std::size_t count = points.size();
    std::vector<std::pair<int, std::size_t>> order;
    for (std::size_t i = 0; i < count; ++i)
        order.emplace_back(law.tileAt(points[i].x0, points[i].x1), i);
    std::sort(order.begin(), order.end());
    std::vector<PlanePoint> sorted;
    for (const auto& [tile, i] : order)
        sorted.push_back(points[i]);
    const auto flags = std::make_unique<bool[]>(count);
    constexpr std::size_t block = 64;
    pool.parallelFor((count + block - 1) / block, [&](std::size_t b) {
        const std::size_t first = b * block;
        refineOntoRidge(
            law, sorted.data() + first, std::min(block, count - first), reach, flags.get() + first);
    });
    std::vector<char> settled(count);
    for (std::size_t i = 0; i < count; ++i) {
        points[order[i].second] = sorted[i];
        settled[order[i].second] = flags[i];
    }
    return settled;
}

/// Leaves out what is nearer than `least` to its predecessor, but not the two ends.
void thin(RidgeChain& chain, double least)
{
    std::vector<PlanePoint> kept;
    for (const PlanePoint& point : chain.points)
        if (kept.empty() || distance(kept.back(), point) >= least)
            kept.push_back(point);
    if (chain.closed) {
        if (kept.size() > 1 && distance(kept.front(), kept.back()) < least)
            kept.pop_back();
    } else if (distance(kept.back(), chain.points.back()) > 0) {
        if (kept.size() > 1)
            kept.pop_back();
        kept.push_back(chain.points.back());
    }
    chain.points = std::move(kept);
    chain.closed = chain.closed && chain.points.size() > 2;
}

} // namespace

std::vector<RidgeChain> weldSegments(const PlaneLaw& law,
                                     const RidgeGrid& grid,
                                     const std::vector<RidgeSegment>& segments,
                                     WorkerPool& pool)
{
    Graph graph = graphOf(segments);
    joinLooseEnds(graph);
    const std::size_t count = graph.points.size();
    const auto settled = settleVertices(law, graph.points, 1.5 * grid.diagonal(), pool);

    std::vector<RidgeChain> chains;
    std::vector<bool> seen(count, false);
    for (const bool closed : {false, true}) // ends first; what is left are loops
        for (std::size_t i = 0; i < count; ++i) {
            if (seen[i] || (!closed && graph.degree(i) == 2))
                continue;
            RidgeChain chain;
            chain.closed = closed;
            for (const int vertex : walk(graph, static_cast<int>(i), seen))
                if (settled[static_cast<std::size_t>(vertex)])
                    chain.points.push_back(graph.points[static_cast<std::size_t>(vertex)]);
            if (chain.points.size() < 2)
                continue;
            thin(chain,
                 .3 * std::min(grid.width, grid.height)); // uneven steps would look like kinks
            chains.push_back(std::move(chain));
        }
    return chains;
}

} // namespace scorefield
