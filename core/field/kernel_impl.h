// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Body of the float kernels, compiled once per instruction set. Everything is in the anonymous
// namespace or a template over the xsimd architecture: nothing here may become a function that the
// linker shares between units, or a plain x86-64 machine could be given AVX-512 code. Hence no
// Eigen and nothing from std but integer types.
#include "core/field/kernel.h"

#include <xsimd/xsimd.hpp>

namespace scorefield {
namespace {

/// Particles of one group of components seen so far: log-sum-exp with a running maximum.
template <class B, int D>
struct GroupSum {
    B maximum = B(-3.0e38f); // below every log-weight; not -inf, so that the first rescaling is
                             // exp(-large) = 0
    B total = B(0.f);
    B weighted[D] = {};
};

/// y^T A y or |A y|^2: reads the triangle of a row.
template <class B>
inline B quadratic2(const float* a, const B* y, bool squares)
{
    if (squares) {
        const B z0 = xsimd::fma(B(a[1]), y[1], B(a[0]) * y[0]);
        const B z1 = B(a[2]) * y[1];
        return xsimd::fma(z0, z0, z1 * z1);
    }
    const B twice = xsimd::fma(B(a[1] + a[1]), y[1], B(a[0]) * y[0]);
    return xsimd::fma(y[0], twice, B(a[2]) * y[1] * y[1]);
}

template <class B>
inline B quadratic3(const float* a, const B* y, bool squares)
{
    if (squares) {
        const B z0 = xsimd::fma(B(a[2]), y[2], xsimd::fma(B(a[1]), y[1], B(a[0]) * y[0]));
        const B z1 = xsimd::fma(B(a[4]), y[2], B(a[3]) * y[1]);
        const B z2 = B(a[5]) * y[2];
        return xsimd::fma(z0, z0, xsimd::fma(z1, z1, z2 * z2));
    }
    const B first =
        xsimd::fma(B(a[2] + a[2]), y[2], xsimd::fma(B(a[1] + a[1]), y[1], B(a[0]) * y[0]));
    const B second = xsimd::fma(B(a[4] + a[4]), y[2], B(a[3]) * y[1]);
    return xsimd::fma(y[0], first, xsimd::fma(y[1], second, B(a[5]) * y[2] * y[2]));
}

/// e^x for x <= 0: 2^n e^r with |r| <= log(2)/2, polynomial after Cephes expf (relative error below
/// 1e-7); below -87 the smallest normal number.
template <class B>
inline B expNonPositive(B x)
{
    using Int = xsimd::batch<int32_t, typename B::arch_type>;
    x = xsimd::max(x, B(-87.f));
    const B shifted = xsimd::fma(
        x, B(1.44269504f), B(12582912.f)); // 1.5 2^23: the whole part falls into the low bits
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

template <class B, int D, bool Centred>
struct Component {
    static constexpr int kTriangle = D * (D + 1) / 2;
    static constexpr int kRow = 1 + 2 * D + 2 * kTriangle;

    static inline void offset(const float* row, const B* x, B* y)
    {
        for (int i = 0; i < D; ++i)
            y[i] = Centred ? x[i] - B(row[1 + i]) : x[i];
    }

    static inline B logWeight(const float* row, const B* y)
    {
        const float* a = row + 1 + D;
        B value = B(row[0]);
        if constexpr (!Centred)
            for (int i = 0; i < D; ++i)
                value = xsimd::fma(B(row[1 + i]), y[i], value);
        if constexpr (D == 2)
            return value - quadratic2(a, y, Centred);
        else
            return value - quadratic3(a, y, Centred);
    }

    static inline void addMean(const float* row, const B* y, B weight, B* weighted)
    {
        const float* m = row + 1 + D + kTriangle;
        const float* g = m + D;
        if constexpr (D == 2) {
            weighted[0] = xsimd::fma(
                weight, xsimd::fma(B(g[1]), y[1], xsimd::fma(B(g[0]), y[0], B(m[0]))), weighted[0]);
            weighted[1] = xsimd::fma(
                weight, xsimd::fma(B(g[2]), y[1], xsimd::fma(B(g[1]), y[0], B(m[1]))), weighted[1]);
        } else {
            const int index[3][3] = {{0, 1, 2}, {1, 3, 4}, {2, 4, 5}};
            for (int i = 0; i < 3; ++i) {
                B mean = B(m[i]);
                for (int j = 0; j < 3; ++j)
                    mean = xsimd::fma(B(g[index[i][j]]), y[j], mean);
                weighted[i] = xsimd::fma(weight, mean, weighted[i]);
            }
        }
    }
};

/// Adds `count` components to the sum. In chunks, so that log-weights stay in registers or the
/// first cache and there is one rescaling per chunk.
template <class B, int D, bool Centred>
inline void addGroup(GroupSum<B, D>& sum, const float* rows, int count, const B* x)
{
    using C = Component<B, D, Centred>;
    constexpr int kChunk = 8;
    for (int begin = 0; begin < count; begin += kChunk) {
        const int size = count - begin < kChunk ? count - begin : kChunk;
        const float* chunk = rows + static_cast<std::ptrdiff_t>(begin) * C::kRow;
        B logWeight[kChunk];
        B y[D];
        B maximum = sum.maximum;
        for (int k = 0; k < size; ++k) {
            C::offset(chunk + k * C::kRow, x, y);
            logWeight[k] = C::logWeight(chunk + k * C::kRow, y);
            maximum = xsimd::max(maximum, logWeight[k]);
        }
        const B keep = expNonPositive(sum.maximum - maximum);
        sum.maximum = maximum;
        sum.total *= keep;
        for (int i = 0; i < D; ++i)
            sum.weighted[i] *= keep;
        for (int k = 0; k < size; ++k) {
            C::offset(chunk + k * C::kRow, x, y);
            const B weight = expNonPositive(logWeight[k] - maximum);
            sum.total += weight;
            C::addMean(chunk + k * C::kRow, y, weight, sum.weighted);
        }
    }
}

template <class B, int D, bool Centred>
inline void denoiseVector(const KernelMixture& mixture, B guidance, const B* x, B* out)
{
    constexpr int kRow = Component<B, D, Centred>::kRow;
    GroupSum<B, D> members;
    addGroup<B, D, Centred>(members, mixture.rows, mixture.members, x);
    if (mixture.others == 0) {
        for (int i = 0; i < D; ++i)
            out[i] = members.weighted[i] / members.total;
        return;
    }
    GroupSum<B, D> others;
    addGroup<B, D, Centred>(others,
                            mixture.rows + static_cast<std::ptrdiff_t>(mixture.members) * kRow,
                            mixture.others,
                            x);
    // Each group has its own maximum: D_c stays exact where the class has no weight at all.
    const B maximum = xsimd::max(members.maximum, others.maximum);
    const B memberScale = expNonPositive(members.maximum - maximum);
    const B otherScale = expNonPositive(others.maximum - maximum);
    const B total = xsimd::fma(memberScale, members.total, otherScale * others.total);
    for (int i = 0; i < D; ++i) {
        const B conditional = members.weighted[i] / members.total;
        const B unconditional =
            xsimd::fma(memberScale, members.weighted[i], otherScale * others.weighted[i]) / total;
        out[i] = xsimd::fma(guidance, conditional - unconditional, unconditional);
    }
}

template <class Arch, int D, bool Centred>
inline void denoisePoints(const KernelMixture& mixture,
                          float weight,
                          const float* x,
                          float* denoised,
                          std::size_t n,
                          std::size_t stride)
{
    using B = xsimd::batch<float, Arch>;
    constexpr std::size_t kWidth = B::size;
    const B guidance(weight);
    B point[D], out[D];
    std::size_t p = 0;
    for (; p + kWidth <= n; p += kWidth) {
        for (std::size_t i = 0; i < D; ++i)
            point[i] = B::load_unaligned(x + i * stride + p);
        denoiseVector<B, D, Centred>(mixture, guidance, point, out);
        for (std::size_t i = 0; i < D; ++i)
            out[i].store_unaligned(denoised + i * stride + p);
    }
    if (p == n)
        return;
    float tail[kWidth];
    for (std::size_t i = 0; i < D; ++i) {
        for (std::size_t lane = 0; lane < kWidth; ++lane)
            tail[lane] = p + lane < n ? x[i * stride + p + lane] : 0.f;
        point[i] = B::load_unaligned(tail);
    }
    denoiseVector<B, D, Centred>(mixture, guidance, point, out);
    for (std::size_t i = 0; i < D; ++i) {
        out[i].store_unaligned(tail);
        for (std::size_t lane = 0; p + lane < n; ++lane)
            denoised[i * stride + p + lane] = tail[lane];
    }
}

template <class Arch, int D>
void denoise(const KernelMixture& mixture,
             float weight,
             const float* x,
             float* denoised,
             std::size_t n,
             std::size_t stride)
{
    if (mixture.centred)
        denoisePoints<Arch, D, true>(mixture, weight, x, denoised, n, stride);
    else
        denoisePoints<Arch, D, false>(mixture, weight, x, denoised, n, stride);
}

/// D_c, D_u and their difference, each [D], one after the other.
template <class B, int D, bool Centred>
inline void splitVector(const KernelMixture& mixture, const B* x, B* out)
{
    constexpr int kRow = Component<B, D, Centred>::kRow;
    GroupSum<B, D> members, others;
    addGroup<B, D, Centred>(members, mixture.rows, mixture.members, x);
    addGroup<B, D, Centred>(others,
                            mixture.rows + static_cast<std::ptrdiff_t>(mixture.members) * kRow,
                            mixture.others,
                            x);
    const B maximum = xsimd::max(members.maximum, others.maximum);
    const B memberScale = expNonPositive(members.maximum - maximum);
    const B otherScale = expNonPositive(others.maximum - maximum);
    const B total = xsimd::fma(memberScale, members.total, otherScale * others.total);
    const B otherShare = otherScale * others.total / total;
    for (int i = 0; i < D; ++i) {
        out[i] = members.weighted[i] / members.total;
        out[D + i] =
            xsimd::fma(memberScale, members.weighted[i], otherScale * others.weighted[i]) / total;
        out[2 * D + i] = otherShare * (out[i] - others.weighted[i] / others.total);
    }
}

template <class Arch, int D, bool Centred>
inline void splitPoints(const KernelMixture& mixture,
                        const float* x,
                        const SplitMeans& means,
                        std::size_t n,
                        std::size_t stride)
{
    using B = xsimd::batch<float, Arch>;
    constexpr std::size_t kWidth = B::size;
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
        splitVector<B, D, Centred>(mixture, point, out);
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
        splitPoints<Arch, D, true>(mixture, x, means, n, stride);
    else
        splitPoints<Arch, D, false>(mixture, x, means, n, stride);
}

} // namespace
} // namespace scorefield
