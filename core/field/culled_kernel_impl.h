// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Body of the kernels of many components, compiled once per instruction set. As in kernel_impl.h,
// everything is in the anonymous namespace or a template over the xsimd architecture.
//
// What a particle gets may not depend on the particles beside it. So its sum is defined by itself:
// a node's Gaussian stands for the node where the node's numbers say so and no node above it
// already does, components stand for themselves elsewhere; of these terms those count that are
// within the threshold of the largest one, in the order of the tree. What all components weigh at
// least is known from the node that says most, which is the same in every order. The walk of a
// group of particles may weigh more terms than one of them needs: they count as exact zeros.
// Thousands of terms are summed in parts, one per stretch of the tree, so that roundings do not add
// up.
#include "core/field/culled_rows_impl.h"

#include <type_traits>

namespace scorefield {
namespace {

template <class B, int D>
struct TreeSum {
    B maximum = B(0.f), total = B(0.f), weighted[D] = {};

    void add(const TreeSum& part)
    {
        total += part.total;
        for (int i = 0; i < D; ++i)
            weighted[i] += part.weighted[i];
    }
};

/// A group of particles, V vectors of them, and what it meets on its way through a tree.
/// Even: components have rows as EvenRow has them; the Gaussians of nodes have rows of their own.
template <class Arch, int D, bool Centred, bool Even, int V>
class TreeWalk {
    using B = xsimd::batch<float, Arch>;
    using Mask = xsimd::batch_bool<float, Arch>;
    using Row = TreeRow<B, D, Centred>;
    using LeafRow = std::conditional_t<Even, EvenRow<B, D>, Row>;
    using At = TreeNodeLayout<D>;
    static constexpr int kWidth = static_cast<int>(B::size);
    static constexpr int kStretch = 8; // nodes, of which every other is a leaf

public:
    TreeWalk(float threshold, const TreeScratch& scratch)
        : m_threshold(threshold)
        , m_scratch(scratch)
    {
    }

    Point<B, D> points[V];

    /// Sums over the components of one tree.
    void sum(const TreeGroup& group, TreeSum<B, D>* sums)
    {
        m_count = 0;
        for (int v = 0; v < V; ++v) {
            m_best[v] = B(2 * kLowest);
            m_floor[v] = B(2 * kLowest);
            m_least[v] = B(2 * kLowest);
        }
        if constexpr (Centred) {
            descend(group);
            if (group.shares)
                raiseLeast(group);
        }
        for (int v = 0; v < V; ++v)
            m_best[v] = B(2 * kLowest);
        collect(group);
        for (int v = 0; v < V; ++v)
            add(v, group.gain, sums[v]);
    }

    std::uint64_t weighed = 0; ///< rows, summed over particles

private:
    /// A lower bound of every particle's largest term: from the components nearest to one of them.
    void descend(const TreeGroup& group)
    {
        float place[D];
        for (int i = 0; i < D; ++i)
            place[i] = points[V / 2].x[i].get(kWidth / 2);
        int node = 0;
        while (group.links[node].count == 0) {
            const int left = node + 1, right = group.links[left].skip;
            node = distance(group, left, place) <= distance(group, right, place) ? left : right;
        }
        const TreeLink& leaf = group.links[node];
        for (int k = leaf.first; k < leaf.first + leaf.count; ++k)
            for (int v = 0; v < V; ++v)
                m_best[v] = xsimd::max(m_best[v],
                                       LeafRow::logWeight(group.rows + k * Row::kSize, points[v]));
        raiseFloor();
    }

    static float distance(const TreeGroup& group, int node, const float* place)
    {
        const float* centre = group.nodes + node * At::kSize;
        float sum = 0;
        for (int i = 0; i < D; ++i)
            sum += (place[i] - centre[i]) * (place[i] - centre[i]);
        return sum;
    }

    /// What is below the floor cannot count. A component may exceed the Gaussian that stands for it
    /// by less than the 0.02.
    void raiseFloor()
    {
        for (int v = 0; v < V; ++v)
            m_floor[v] = xsimd::max(m_floor[v], m_best[v] - B(m_threshold + .02f));
    }

    /// A particle's distances from a node, squared: from the centre, and from the box.
    struct Distance {
        B centre, box;
    };
    static Distance distanceFrom(const float* node, const Point<B, D>& point)
    {
        Distance distance{B(0.f), B(0.f)};
        for (int a = 0; a < D; ++a) {
            const B y = point.x[a] - B(node[a]);
            distance.centre = xsimd::fma(y, y, distance.centre);
            if constexpr (Centred) {
                const B gap = xsimd::max(xsimd::abs(y) - B(node[At::kHalf + a]), B(0.f));
                distance.box = xsimd::fma(gap, gap, distance.box);
            }
        }
        return distance;
    }

    static B boundOf(const float* node, const Distance& distance)
    {
        return xsimd::max(minusProduct(B(node[At::kDecay]), distance.box, B(node[At::kBound])),
                          B(kLowest));
    }

    /// A lower bound of what all components weigh together: the largest over all nodes.
    void raiseLeast(const TreeGroup& group)
    {
        for (int i = 0; i < group.nodeCount;) {
            const float* node = group.nodes + i * At::kSize;
            bool mayHaveMore = false;
            for (int v = 0; v < V; ++v) {
                const Distance distance = distanceFrom(node, points[v]);
                m_least[v] = xsimd::max(
                    m_least[v],
                    minusProduct(B(node[At::kFall]), distance.centre, B(node[At::kLeast])));
                mayHaveMore = mayHaveMore | xsimd::any(boundOf(node, distance) > m_least[v]);
            }
            i = mayHaveMore ? i + 1 : group.links[i].skip;
        }
    }

    void collect(const TreeGroup& group)
    {
        B resume[V]; // the node from which a particle takes part again
        for (int v = 0; v < V; ++v)
            resume[v] = B(0.f);
        for (int i = 0; i < group.nodeCount;) {
            const float* node = group.nodes + i * At::kSize;
            const TreeLink link = group.links[i];
            Mask accepts[V], rest[V];
            bool anyAccepts = false, anyRest = false;
            for (int v = 0; v < V; ++v) {
                const Distance distance = distanceFrom(node, points[v]);
                Mask active = B(static_cast<float>(i)) >= resume[v];
                Mask stands = distance.centre <= B(node[At::kReach]);
                if constexpr (Centred) {
                    const B bound = boundOf(node, distance);
                    active = active & (bound >= m_floor[v]);
                    const B need =
                        xsimd::fma(B(node[At::kSlope]), distance.centre, B(node[At::kNeed]));
                    stands =
                        stands
                        | ((distance.centre <= B(node[At::kFar])) & (m_least[v] - bound >= need));
                }
                accepts[v] = active & stands;
                rest[v] = active & !stands;
                anyAccepts = anyAccepts | xsimd::any(accepts[v]);
                anyRest = anyRest | xsimd::any(rest[v]);
            }
            if (anyAccepts) {
                weigh<Row, true>(i, node + At::kRow, accepts);
                for (int v = 0; v < V; ++v)
                    resume[v] =
                        xsimd::select(accepts[v], B(static_cast<float>(link.skip)), resume[v]);
                raiseFloor();
            }
            if (!anyRest) {
                i = link.skip;
            } else if (link.count == 0) {
                ++i;
            } else {
                weighLeaf(i, group, link, rest);
                i = link.skip;
            }
        }
    }

    void weighLeaf(int node, const TreeGroup& group, const TreeLink& leaf, const Mask* lanes)
    {
        bool everybody = true;
        for (int v = 0; v < V; ++v)
            everybody = everybody & xsimd::all(lanes[v]);
        const float* row = group.rows + leaf.first * Row::kSize;
        for (int k = 0; k < leaf.count; ++k, row += Row::kSize)
            if (everybody)
                weigh<LeafRow, false>(node, row, lanes);
            else
                weigh<LeafRow, true>(node, row, lanes);
        raiseFloor();
    }

    template <class Kind, bool Some>
    void weigh(int node, const float* row, const Mask* lanes)
    {
        float* to = m_scratch.logWeights
                    + static_cast<std::ptrdiff_t>(m_count) * static_cast<int>(kTreeGroupWidth);
        for (int v = 0; v < V; ++v) {
            B value = Kind::logWeight(row, points[v]);
            if constexpr (Some)
                value = xsimd::select(lanes[v], value, B(2 * kLowest));
            m_best[v] = xsimd::max(m_best[v], value);
            value.store_unaligned(to + v * kWidth);
        }
        m_scratch.terms[m_count++] = {row, node / kStretch, std::is_same_v<Kind, LeafRow>};
    }

    void add(int v, float gain, TreeSum<B, D>& sum)
    {
        sum = {};
        sum.maximum = m_best[v];
        TreeSum<B, D> part;
        B even(0.f); // of the terms that are components
        int stretch = 0;
        const B least = sum.maximum - B(m_threshold);
        const float* values = m_scratch.logWeights + v * kWidth;
        for (int c = 0; c < m_count; ++c, values += kTreeGroupWidth) {
            const B value = B::load_unaligned(values);
            const Mask counts = value >= least;
            if (!xsimd::any(counts))
                continue;
            const TreeTerm& term = m_scratch.terms[c];
            if (term.stretch != stretch) {
                sum.add(part);
                part = {};
                stretch = term.stretch;
            }
            const B weight = xsimd::select(counts, exp2NonPositive(value - sum.maximum), B(0.f));
            part.total += weight;
            if constexpr (Even) {
                if (term.isComponent) {
                    EvenRow<B, D>::addMean(term.row, weight, part.weighted);
                    even += weight;
                    continue;
                }
            }
            Row::addMean(term.row, points[v], weight, part.weighted);
        }
        sum.add(part);
        if constexpr (Even)
            for (int i = 0; i < D; ++i)
                sum.weighted[i] = xsimd::fma(even * B(gain), points[v].x[i], sum.weighted[i]);
        weighed += static_cast<std::uint64_t>(m_count) * static_cast<std::uint64_t>(kWidth);
    }

    float m_threshold;
    TreeScratch m_scratch;
    int m_count = 0;
    B m_best[V], m_floor[V];
    B m_least[V]; // of the logarithm of the sum of all terms
};

/// The guided mean, or its parts, of the points from `at`, from the sums over both groups.
template <class B, int D>
inline void storeGuided(const TreeSum<B, D>& members,
                        const TreeSum<B, D>& others,
                        const TreeRequest& request,
                        std::size_t at)
{
    // Each group has its own maximum: D_c stays exact where the class has no weight at all.
    const B maximum = xsimd::max(members.maximum, others.maximum);
    const B memberScale = exp2NonPositive(xsimd::max(members.maximum - maximum, B(-100.f)));
    const B otherScale = exp2NonPositive(xsimd::max(others.maximum - maximum, B(-100.f)));
    const B total = xsimd::fma(memberScale, members.total, otherScale * others.total);
    const B otherShare = otherScale * others.total / total;
    for (std::size_t i = 0; i < D; ++i, at += request.stride) {
        const B conditional = members.weighted[i] / members.total;
        const B unconditional =
            xsimd::fma(memberScale, members.weighted[i], otherScale * others.weighted[i]) / total;
        if (!request.split) {
            xsimd::fma(B(request.weight), conditional - unconditional, unconditional)
                .store_unaligned(request.out[0] + at);
            continue;
        }
        conditional.store_unaligned(request.out[0] + at);
        unconditional.store_unaligned(request.out[1] + at);
        (otherShare * (conditional - others.weighted[i] / others.total))
            .store_unaligned(request.out[2] + at);
    }
}

template <class Arch, int D, bool Centred, bool Even, int V>
inline std::uint64_t walkPoints(const TreeRequest& request)
{
    using B = xsimd::batch<float, Arch>;
    const TreeMixture& mixture = *request.mixture;
    constexpr std::size_t kGroup = V * B::size;
    TreeWalk<Arch, D, Centred, Even, V> walk(mixture.threshold, request.scratch);
    for (std::size_t p = 0; p < request.n; p += kGroup) {
        for (std::size_t v = 0; v < V; ++v)
            for (std::size_t i = 0; i < D; ++i)
                walk.points[v].x[i] =
                    B::load_unaligned(request.x + i * request.stride + p + v * B::size);
        TreeSum<B, D> members[V], others[V];
        walk.sum(mixture.members, members);
        if (mixture.others.nodeCount > 0)
            walk.sum(mixture.others, others);
        for (std::size_t v = 0; v < V; ++v) {
            const std::size_t at = p + v * B::size;
            if (mixture.others.nodeCount == 0)
                for (std::size_t i = 0; i < D; ++i)
                    (members[v].weighted[i] / members[v].total)
                        .store_unaligned(request.out[0] + i * request.stride + at);
            else
                storeGuided<B, D>(members[v], others[v], request, at);
        }
    }
    return walk.weighed;
}

template <class Arch, int D, int V>
std::uint64_t walkTree(const TreeRequest& request)
{
    if (request.mixture->even)
        return walkPoints<Arch, D, true, true, V>(request);
    return request.mixture->centred ? walkPoints<Arch, D, true, false, V>(request)
                                    : walkPoints<Arch, D, false, false, V>(request);
}

} // namespace
} // namespace scorefield
