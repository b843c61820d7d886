// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Body of the kernels of many components, compiled once per instruction set. As in kernel_impl.h,
// everything is in the anonymous namespace or a template over the xsimd architecture.
//
// What a particle gets may not depend on the particles beside it. So its sum is defined by itself:
// a node's Gaussian stands for the node where the particle is within the node's reach and no node
// above it already does, components stand for themselves elsewhere; of these terms those count that
// are within the threshold of the largest one, in the order of the tree. The walk of a group of
// particles may weigh more terms than one of them needs: they count as exact zeros. Thousands of
// terms are summed in parts, one per stretch of the tree, so that roundings do not add up.
#include "core/field/culled_kernel.h"

#include <xsimd/xsimd.hpp>

namespace scorefield {
namespace {

/// No log-weight is below it, so that all comparisons hold for every finite x.
constexpr float kLowest = -1e38f;

/// e^x for -87 <= x <= 0: 2^n e^r with |r| <= log(2)/2, polynomial after Cephes expf (relative
/// error below 1e-7).
template <class B>
inline B expOfSmall(B x)
{
    using Int = xsimd::batch<int32_t, typename B::arch_type>;
    // 1.5 2^23: the whole part falls into the low bits
    const B shifted = xsimd::fma(x, B(1.44269504f), B(12582912.f));
    const B n = shifted - B(12582912.f);
    const B r =
        xsimd::fma(n,
                   B(2.12194440e-4f),
                   xsimd::fma(n, B(-0.693359375f), x)); // log 2 in two parts, the first exact
    B p = B(1.9875691500e-4f);
    p = xsimd::fma(p, r, B(1.3981999507e-3f));
    p = xsimd::fma(p, r, B(8.3334519073e-3f));
    p = xsimd::fma(p, r, B(4.1665795894e-2f));
    p = xsimd::fma(p, r, B(1.6666665459e-1f));
    p = xsimd::fma(p, r, B(5.0000001201e-1f));
    p = xsimd::fma(p, r * r, r + B(1.f));
    const Int exponent = xsimd::bitwise_cast<Int>(shifted) << 23; // only n is left of the bits
    return xsimd::bitwise_cast<B>(xsimd::bitwise_cast<Int>(p) + exponent);
}

template <class B, int D>
struct Point {
    B x[D];
};

/// A row as core/field/kernel.h describes it.
template <class B, int D, bool Centred>
struct TreeRow {
    static constexpr int kTriangle = D * (D + 1) / 2;
    static constexpr int kSize = 1 + 2 * D + 2 * kTriangle;

    static inline void offset(const float* row, const Point<B, D>& point, B* y)
    {
        for (int i = 0; i < D; ++i)
            y[i] = Centred ? point.x[i] - B(row[1 + i]) : point.x[i];
    }

    static inline B logWeight(const float* row, const Point<B, D>& point)
    {
        B y[D];
        offset(row, point, y);
        B value = B(row[0]);
        const float* a = row + 1 + D;
        if constexpr (Centred) {
            for (int i = 0; i < D; ++i) {
                B z = B(*a++) * y[i];
                for (int j = i + 1; j < D; ++j)
                    z = xsimd::fma(B(*a++), y[j], z);
                value = xsimd::fnma(z, z, value);
            }
        } else {
            for (int i = 0; i < D; ++i)
                value = xsimd::fma(B(row[1 + i]), y[i], value);
            for (int i = 0; i < D; ++i) {
                B z = B(*a++) * y[i];
                for (int j = i + 1; j < D; ++j, ++a)
                    z = xsimd::fma(B(*a + *a), y[j], z);
                value = xsimd::fnma(z, y[i], value);
            }
        }
        return xsimd::max(value, B(kLowest));
    }

    static inline void addMean(const float* row, const Point<B, D>& point, B weight, B* weighted)
    {
        B y[D];
        offset(row, point, y);
        const float* m = row + 1 + D + kTriangle;
        const float* g = m + D;
        const int index[2][3][3] = {{{0, 1, 0}, {1, 2, 0}, {0, 0, 0}},
                                    {{0, 1, 2}, {1, 3, 4}, {2, 4, 5}}};
        for (int i = 0; i < D; ++i) {
            B mean = B(m[i]);
            for (int j = 0; j < D; ++j)
                mean = xsimd::fma(B(g[index[D - 2][i][j]]), y[j], mean);
            weighted[i] = xsimd::fma(weight, mean, weighted[i]);
        }
    }
};

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
template <class Arch, int D, bool Centred, int V>
class TreeWalk {
    using B = xsimd::batch<float, Arch>;
    using Mask = xsimd::batch_bool<float, Arch>;
    using Row = TreeRow<B, D, Centred>;
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
        }
        if constexpr (Centred)
            descend(group);
        for (int v = 0; v < V; ++v)
            m_best[v] = B(2 * kLowest);
        collect(group);
        for (int v = 0; v < V; ++v)
            add(v, sums[v]);
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
                m_best[v] =
                    xsimd::max(m_best[v], Row::logWeight(group.rows + k * Row::kSize, points[v]));
        raiseFloor();
    }

    static float distance(const TreeGroup& group, int node, const float* place)
    {
        const float* centre = group.nodes + node * treeNodeSize(D);
        float sum = 0;
        for (int i = 0; i < D; ++i)
            sum += (place[i] - centre[i]) * (place[i] - centre[i]);
        return sum;
    }

    /// What is below the floor cannot count. A component may exceed the Gaussian that stands for it
    /// by less than the 0.01.
    void raiseFloor()
    {
        for (int v = 0; v < V; ++v)
            m_floor[v] = xsimd::max(m_floor[v], m_best[v] - B(m_threshold + .01f));
    }

    void collect(const TreeGroup& group)
    {
        B resume[V]; // the node from which a particle takes part again
        for (int v = 0; v < V; ++v)
            resume[v] = B(0.f);
        for (int i = 0; i < group.nodeCount;) {
            const float* node = group.nodes + i * treeNodeSize(D);
            const TreeLink link = group.links[i];
            Mask accepts[V], rest[V];
            bool anyAccepts = false, anyRest = false;
            for (int v = 0; v < V; ++v) {
                B whole(0.f), outside(0.f);
                for (int a = 0; a < D; ++a) {
                    const B y = points[v].x[a] - B(node[a]);
                    whole = xsimd::fma(y, y, whole);
                    if constexpr (Centred) {
                        const B gap = xsimd::max(xsimd::abs(y) - B(node[D + a]), B(0.f));
                        outside = xsimd::fma(gap, gap, outside);
                    }
                }
                Mask active = B(static_cast<float>(i)) >= resume[v];
                if constexpr (Centred) {
                    const B bound = xsimd::max(
                        xsimd::fnma(B(node[2 * D + 1]), outside, B(node[2 * D])), B(kLowest));
                    active = active & (bound >= m_floor[v]);
                }
                const Mask within = whole <= B(node[2 * D + 2]);
                accepts[v] = active & within;
                rest[v] = active & !within;
                anyAccepts = anyAccepts | xsimd::any(accepts[v]);
                anyRest = anyRest | xsimd::any(rest[v]);
            }
            if (anyAccepts) {
                weigh<true>(i, node + 2 * D + 3, accepts);
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
                weigh<false>(node, row, lanes);
            else
                weigh<true>(node, row, lanes);
        raiseFloor();
    }

    template <bool Some>
    void weigh(int node, const float* row, const Mask* lanes)
    {
        float* to = m_scratch.logWeights
                    + static_cast<std::ptrdiff_t>(m_count) * static_cast<int>(kTreeGroupWidth);
        for (int v = 0; v < V; ++v) {
            B value = Row::logWeight(row, points[v]);
            if constexpr (Some)
                value = xsimd::select(lanes[v], value, B(2 * kLowest));
            m_best[v] = xsimd::max(m_best[v], value);
            value.store_unaligned(to + v * kWidth);
        }
        m_scratch.terms[m_count++] = {row, node / kStretch};
    }

    void add(int v, TreeSum<B, D>& sum)
    {
        sum = {};
        sum.maximum = m_best[v];
        TreeSum<B, D> part;
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
            const B weight = xsimd::select(counts, expOfSmall(value - sum.maximum), B(0.f));
            part.total += weight;
            Row::addMean(term.row, points[v], weight, part.weighted);
        }
        sum.add(part);
        weighed += static_cast<std::uint64_t>(m_count) * static_cast<std::uint64_t>(kWidth);
    }

    float m_threshold;
    TreeScratch m_scratch;
    int m_count = 0;
    B m_best[V], m_floor[V];
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
    const B memberScale = expOfSmall(xsimd::max(members.maximum - maximum, B(-87.f)));
    const B otherScale = expOfSmall(xsimd::max(others.maximum - maximum, B(-87.f)));
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

template <class Arch, int D, bool Centred, int V>
inline std::uint64_t walkPoints(const TreeRequest& request)
{
    using B = xsimd::batch<float, Arch>;
    const TreeMixture& mixture = *request.mixture;
    constexpr std::size_t kGroup = V * B::size;
    TreeWalk<Arch, D, Centred, V> walk(mixture.threshold, request.scratch);
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
    return request.mixture->centred ? walkPoints<Arch, D, true, V>(request)
                                    : walkPoints<Arch, D, false, V>(request);
}

} // namespace
} // namespace scorefield
