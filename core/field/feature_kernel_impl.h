// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Body of the feature kernels, compiled once per instruction set. As in core/field/kernel_impl.h
// nothing here may become a function that the linker shares between units.
#include "core/field/feature_kernel.h"

#include <xsimd/xsimd.hpp>

namespace scorefield {
namespace {

template <class Arch>
void features(const FeatureBatch& batch, const double* weights, const double* bias, double* panel)
{
    using B = xsimd::batch<double, Arch>;
    constexpr std::size_t width = B::size;
    const auto d = static_cast<std::size_t>(batch.dimension);
    for (std::size_t s = 0; s < batch.count; ++s) {
        const double* x = batch.samples + s * d;
        for (std::size_t i = 0; i < kFeaturePanel; i += width) {
            B sum = B::load_unaligned(bias + i);
            for (std::size_t c = 0; c < d; ++c)
                sum = xsimd::fma(B::load_unaligned(weights + c * kFeaturePanel + i), B(x[c]), sum);
            (B(batch.scale[s]) * xsimd::max(sum, B(0.)))
                .store_unaligned(panel + s * kFeaturePanel + i);
        }
    }
}

/// Rows R … of the tile: eight accumulators hide the latency of the multiply-adds.
template <class B, std::size_t Rows, std::size_t Vectors>
inline void gramRows(const double* a, const double* b, std::size_t count, double* sums)
{
    B total[Rows][Vectors];
    for (std::size_t r = 0; r < Rows; ++r)
        for (std::size_t v = 0; v < Vectors; ++v)
            total[r][v] = B::load_unaligned(sums + r * kFeaturePanel + v * B::size);
    for (std::size_t s = 0; s < count; ++s) {
        B right[Vectors];
#pragma GCC unroll 8
        for (std::size_t v = 0; v < Vectors; ++v)
            right[v] = B::load_unaligned(b + s * kFeaturePanel + v * B::size);
#pragma GCC unroll 8
        for (std::size_t r = 0; r < Rows; ++r) {
            const B left(a[s * kFeaturePanel + r]);
#pragma GCC unroll 8
            for (std::size_t v = 0; v < Vectors; ++v)
                total[r][v] = xsimd::fma(left, right[v], total[r][v]);
        }
    }
    for (std::size_t r = 0; r < Rows; ++r)
        for (std::size_t v = 0; v < Vectors; ++v)
            total[r][v].store_unaligned(sums + r * kFeaturePanel + v * B::size);
}

template <class Arch>
void gram(const double* a, const double* b, std::size_t count, double* sums)
{
    using B = xsimd::batch<double, Arch>;
    constexpr std::size_t vectors = kFeaturePanel / B::size, rows = kFeaturePanel / vectors;
    for (std::size_t r = 0; r < kFeaturePanel; r += rows)
        gramRows<B, rows, vectors>(a + r, b, count, sums + r * kFeaturePanel);
}

/// `Groups` vectors of points side by side, so that a row of the table is read once for all.
template <class B, int D, int Groups>
inline void networkPoints(const NetworkTable& table, const float* x, float* out, std::size_t stride)
{
    B place[Groups][D], sum[Groups][D];
    for (int g = 0; g < Groups; ++g)
        for (int c = 0; c < D; ++c) {
            const auto at =
                static_cast<std::size_t>(c) * stride + static_cast<std::size_t>(g) * B::size;
            place[g][c] = B::load_unaligned(x + at) * B(table.inScale);
            sum[g][c] = B(0.f);
        }
    const float* row = table.rows;
    for (std::size_t j = 0; j < table.width; ++j, row += 2 * D) {
        const B bias(table.bias[j]);
#pragma GCC unroll 4
        for (int g = 0; g < Groups; ++g) {
            B h = bias;
#pragma GCC unroll 3
            for (int c = 0; c < D; ++c)
                h = xsimd::fma(B(row[c]), place[g][c], h);
            h = xsimd::max(h, B(0.f));
#pragma GCC unroll 3
            for (int c = 0; c < D; ++c)
                sum[g][c] = xsimd::fma(B(row[D + c]), h, sum[g][c]);
        }
    }
    for (int g = 0; g < Groups; ++g)
        for (int c = 0; c < D; ++c)
            (sum[g][c] * B(table.outScale))
                .store_unaligned(out + static_cast<std::size_t>(c) * stride
                                 + static_cast<std::size_t>(g) * B::size);
}

template <class Arch, int D>
void network(
    const NetworkTable& table, const float* x, float* out, std::size_t n, std::size_t stride)
{
    using B = xsimd::batch<float, Arch>;
    constexpr std::size_t width = B::size;
    std::size_t i = 0;
    for (; i + 2 * width <= n; i += 2 * width)
        networkPoints<B, D, 2>(table, x + i, out + i, stride);
    for (; i + width <= n; i += width)
        networkPoints<B, D, 1>(table, x + i, out + i, stride);
    if (i == n)
        return;
    float padded[D * width] = {}, results[D * width];
    for (std::size_t c = 0; c < D; ++c)
        for (std::size_t k = i; k < n; ++k)
            padded[c * width + k - i] = x[c * stride + k];
    networkPoints<B, D, 1>(table, padded, results, width);
    for (std::size_t c = 0; c < D; ++c)
        for (std::size_t k = i; k < n; ++k)
            out[c * stride + k] = results[c * width + k - i];
}

} // namespace
} // namespace scorefield
