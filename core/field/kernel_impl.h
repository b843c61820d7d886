// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Body of the float kernels, compiled once per instruction set. Everything is in the anonymous
// namespace or a template over the xsimd architecture: nothing here may become a function that the
// linker shares between units, or a plain x86-64 machine could be given AVX-512 code. Hence no
// Eigen and nothing from std but integer types.
#include "core/field/kernel.h"
#include "core/field/powers_impl.h"

#include <xsimd/xsimd.hpp>

namespace scorefield {
namespace {

/// How the rows of a level are to be read: see KernelMixture.
template <int D, bool Centred, bool Shared>
struct Row {
    static constexpr int kDimension = D;
    static constexpr int kTriangle = D * (D + 1) / 2;
    static constexpr int kLinear = 1, kA = 1 + D, kOffset = kA + kTriangle, kGain = kOffset + D;
    static constexpr std::ptrdiff_t kSize = kGain + kTriangle;
    static constexpr bool kCentred = Centred, kShared = Shared;
    /// Place of the pair i <= j in a triangle.
    static constexpr int at(int i, int j) { return i * D - i * (i - 1) / 2 + j - i; }
};

/// start + (row i of the upper triangular A) x, triangles row by row. Here and below rows are of
/// entries that convert to B: floats, or B where they are spread over vectors once for many points.
template <int D, int I, class B, class Entry>
[[gnu::always_inline]] inline B upperRow(const Entry* A, const B* x, B start)
{
    constexpr int kFirst = I * D - I * (I - 1) / 2; // place of A_II
    B sum = xsimd::fma(B(A[kFirst]), x[I], start);
    if constexpr (I + 1 < D)
        sum = xsimd::fma(B(A[kFirst + 1]), x[I + 1], sum);
    if constexpr (I + 2 < D)
        sum = xsimd::fma(B(A[kFirst + 2]), x[I + 2], sum);
    return sum;
}

/// Adds G x to `to`, G symmetric.
template <int D, class B, class Entry>
[[gnu::always_inline]] inline void addSymmetric(const Entry* G, const B* x, B* to)
{
    if constexpr (D == 2) {
        to[0] = xsimd::fma(B(G[1]), x[1], xsimd::fma(B(G[0]), x[0], to[0]));
        to[1] = xsimd::fma(B(G[2]), x[1], xsimd::fma(B(G[1]), x[0], to[1]));
    } else {
        to[0] =
            xsimd::fma(B(G[2]), x[2], xsimd::fma(B(G[1]), x[1], xsimd::fma(B(G[0]), x[0], to[0])));
        to[1] =
            xsimd::fma(B(G[4]), x[2], xsimd::fma(B(G[3]), x[1], xsimd::fma(B(G[1]), x[0], to[1])));
        to[2] =
            xsimd::fma(B(G[5]), x[2], xsimd::fma(B(G[4]), x[1], xsimd::fma(B(G[2]), x[0], to[2])));
    }
}

/// What the log-weights of all components have in common at a point: A x if it is shared, the
/// products x_i x_j if they need them.
template <class B, class R>
struct Features {
    B value[R::kTriangle];

    template <class Entry>
    [[gnu::always_inline]] inline void set(const Entry* rows, const B* x)
    {
        if constexpr (R::kCentred && R::kShared) {
            constexpr int D = R::kDimension;
            value[0] = upperRow<D, 0>(rows + R::kA, x, B(0.f));
            value[1] = upperRow<D, 1>(rows + R::kA, x, B(0.f));
            if constexpr (D == 3)
                value[2] = upperRow<D, 2>(rows + R::kA, x, B(0.f));
        } else if constexpr (!R::kCentred && !R::kShared && R::kDimension == 2) {
            value[0] = x[0] * x[0];
            value[1] = x[0] * x[1];
            value[2] = x[1] * x[1];
        } else if constexpr (!R::kCentred && !R::kShared) {
            value[0] = x[0] * x[0];
            value[1] = x[0] * x[1];
            value[2] = x[0] * x[2];
            value[3] = x[1] * x[1];
            value[4] = x[1] * x[2];
            value[5] = x[2] * x[2];
        }
    }
};

template <class B, class R, class Entry>
[[gnu::always_inline]] inline B
logWeight(const Entry* row, const B* x, const Features<B, R>& features)
{
    constexpr int D = R::kDimension;
    B sum = B(row[0]);
    if constexpr (R::kCentred) {
        B z[D];
#pragma GCC unroll 3
        for (int i = 0; i < D; ++i)
            z[i] = B(row[R::kLinear + i]);
        if constexpr (R::kShared) {
#pragma GCC unroll 3
            for (int i = 0; i < D; ++i)
                z[i] += features.value[i];
        } else {
            z[0] = upperRow<D, 0>(row + R::kA, x, z[0]);
            z[1] = upperRow<D, 1>(row + R::kA, x, z[1]);
            if constexpr (D == 3)
                z[2] = upperRow<D, 2>(row + R::kA, x, z[2]);
        }
#pragma GCC unroll 3
        for (int i = 0; i < D; ++i)
            sum = minusProduct(z[i], z[i], sum);
    } else {
#pragma GCC unroll 3
        for (int i = 0; i < D; ++i)
            sum = xsimd::fma(B(row[R::kLinear + i]), x[i], sum);
        if constexpr (!R::kShared) {
#pragma GCC unroll 6
            for (int i = 0; i < R::kTriangle; ++i)
                sum = xsimd::fma(B(row[R::kA + i]), features.value[i], sum);
        }
    }
    return sum;
}

/// Weighted sums over components: of 1, of offsets and of gains.
template <class B, class R>
struct Sums {
    static constexpr int kParts = R::kShared ? R::kDimension : R::kDimension + R::kTriangle;
    B total = B(0.f);
    B part[kParts] = {};

    template <class Entry>
    [[gnu::always_inline]] inline void set(const Entry* row, B weight)
    {
        total = weight;
#pragma GCC unroll 9
        for (int i = 0; i < kParts; ++i)
            part[i] = weight * B(row[R::kOffset + i]);
    }
    template <class Entry>
    [[gnu::always_inline]] inline void add(const Entry* row, B weight)
    {
        total += weight;
#pragma GCC unroll 9
        for (int i = 0; i < kParts; ++i)
            part[i] = xsimd::fma(weight, B(row[R::kOffset + i]), part[i]);
    }
    [[gnu::always_inline]] inline void add(const Sums& other)
    {
        total += other.total;
#pragma GCC unroll 9
        for (int i = 0; i < kParts; ++i)
            part[i] += other.part[i];
    }
    [[gnu::always_inline]] inline void scale(B factor)
    {
        total *= factor;
#pragma GCC unroll 9
        for (int i = 0; i < kParts; ++i)
            part[i] *= factor;
    }
    /// total times the posterior mean, but for the shared gain's part.
    [[gnu::always_inline]] inline void moment(const B* x, B* out) const
    {
        constexpr int D = R::kDimension;
#pragma GCC unroll 3
        for (int i = 0; i < D; ++i)
            out[i] = part[i];
        if constexpr (!R::kShared)
            addSymmetric<D>(part + D, x, out);
    }
    /// The posterior mean, but for the shared gain's part.
    [[gnu::always_inline]] inline void mean(const B* x, B* out) const
    {
        const B factor = B(1.f) / total;
        moment(x, out);
#pragma GCC unroll 3
        for (int i = 0; i < R::kDimension; ++i)
            out[i] *= factor;
    }
};

/// Adds the shared gain times x, if there is one, to a mean.
template <class B, class R, class Entry>
[[gnu::always_inline]] inline void addSharedGain(const Entry* rows, const B* x, B* mean)
{
    if constexpr (R::kShared)
        addSymmetric<R::kDimension>(rows + R::kGain, x, mean);
}

// Log-weights wait in the first cache for their maximum; more components than this are rescaled.
constexpr int kChunk = 64;

/// Sums of a group of components, with the largest log-weight as the unit.
template <class B, class R>
struct Group {
    B maximum = B(-3.0e38f); // below every log-weight; not -inf, so that rescaling is 2^-large = 0
    Sums<B, R> sums;

    [[gnu::always_inline]] inline void
    add(const float* rows, int count, const B* x, const Features<B, R>& features)
    {
        B waiting[kChunk];
        for (int begin = 0; begin < count; begin += kChunk) {
            const int size = count - begin < kChunk ? count - begin : kChunk;
            const float* chunk = rows + begin * R::kSize;
            B largest = maximum;
#pragma GCC unroll 4
            for (int k = 0; k < size; ++k) {
                waiting[k] = logWeight<B, R>(chunk + k * R::kSize, x, features);
                largest = xsimd::max(largest, waiting[k]);
            }
            if (begin > 0)
                sums.scale(exp2NonPositive(maximum - largest));
            maximum = largest;
#pragma GCC unroll 2
            for (int k = 0; k < size; ++k)
                sums.add(chunk + k * R::kSize, exp2NonPositive(waiting[k] - largest));
        }
    }
};

/// D_c and D_u but for the shared gain, each group with its own maximum, so that D_c stays exact
/// where the class has no weight at all; and 1 - p(c|x).
template <class B, class R>
struct TwoGroups {
    Group<B, R> members, others;
    B otherShare;

    [[gnu::always_inline]] inline void
    set(const KernelMixture& mixture, const B* x, const Features<B, R>& features)
    {
        members.add(mixture.rows, mixture.members, x, features);
        others.add(mixture.rows + mixture.members * R::kSize, mixture.others, x, features);
    }
    /// Leaves the sums of all in `all`. Neither group's weight is 0: the difference of the means
    /// keeps its direction where one of them has all the weight.
    void unite(Sums<B, R>& all)
    {
        const B least(-100.f);
        const B maximum = xsimd::max(members.maximum, others.maximum);
        all = members.sums;
        all.scale(exp2NonPositive(xsimd::max(members.maximum - maximum, least)));
        Sums<B, R> rest = others.sums;
        rest.scale(exp2NonPositive(xsimd::max(others.maximum - maximum, least)));
        all.add(rest);
        otherShare = rest.total / all.total;
    }
};

/// D_c, D_u and their difference, each [D], one after the other.
template <class B, class R>
[[gnu::always_inline]] inline void splitVector(const KernelMixture& mixture, const B* x, B* out)
{
    constexpr int D = R::kDimension;
    Features<B, R> features;
    features.set(mixture.rows, x);
    TwoGroups<B, R> groups;
    groups.set(mixture, x, features);
    Sums<B, R> all;
    groups.unite(all);
    B ofOthers[D];
    groups.members.sums.mean(x, out);
    all.mean(x, out + D);
    groups.others.sums.mean(x, ofOthers);
    for (int i = 0; i < D; ++i)
        out[2 * D + i] = groups.otherShare * (out[i] - ofOthers[i]);
    addSharedGain<B, R>(mixture.rows, x, out);
    addSharedGain<B, R>(mixture.rows, x, out + D);
}

template <class Arch, class R>
[[gnu::always_inline]] inline void splitPoints(const KernelMixture& mixture,
                                               const float* x,
                                               const SplitMeans& means,
                                               std::size_t n,
                                               std::size_t stride)
{
    using B = xsimd::batch<float, Arch>;
    constexpr std::size_t kWidth = B::size, D = R::kDimension;
    float* const to[3] = {means.conditional, means.unconditional, means.difference};
    B point[D], out[3 * D];
    float lanes[kWidth];
    for (std::size_t p = 0; p < n; p += kWidth) {
        const std::size_t count = n - p < kWidth ? n - p : kWidth;
        for (std::size_t i = 0; i < D; ++i) {
            for (std::size_t lane = 0; lane < kWidth; ++lane)
                lanes[lane] = lane < count ? x[i * stride + p + lane] : 0.f;
            point[i] = B::load_unaligned(lanes);
        }
        splitVector<B, R>(mixture, point, out);
        for (std::size_t part = 0; part < 3; ++part)
            for (std::size_t i = 0; i < D; ++i) {
                out[part * D + i].store_unaligned(lanes);
                for (std::size_t lane = 0; lane < count; ++lane)
                    to[part][i * stride + p + lane] = lanes[lane];
            }
    }
}

template <class Arch, int D>
void split(const KernelMixture& mixture,
           const float* x,
           const SplitMeans& means,
           std::size_t n,
           std::size_t stride)
{
    if (mixture.centred)
        splitPoints<Arch, Row<D, true, false>>(mixture, x, means, n, stride);
    else
        splitPoints<Arch, Row<D, false, false>>(mixture, x, means, n, stride);
}

} // namespace
} // namespace scorefield
