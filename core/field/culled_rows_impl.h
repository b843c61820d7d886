// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the kernels of many components read: rows of components and of the Gaussians that stand for
// several. Compiled once per instruction set, as culled_kernel_impl.h says.
#include "core/field/culled_kernel.h"
#include "core/field/powers_impl.h"

#include <xsimd/xsimd.hpp>

namespace scorefield {
namespace {

/// No log-weight is below it, so that all comparisons hold for every finite x.
constexpr float kLowest = -1e38f;

template <class B, int D>
struct Point {
    B x[D];
};

/// A row as core/field/noised_row.h describes it, with log-weights to base 2.
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
                value = minusProduct(z, z, value);
            }
        } else {
            for (int i = 0; i < D; ++i)
                value = xsimd::fma(B(row[1 + i]), y[i], value);
            for (int i = 0; i < D; ++i) {
                B z = B(*a++) * y[i];
                for (int j = i + 1; j < D; ++j, ++a)
                    z = xsimd::fma(B(*a + *a), y[j], z);
                value = minusProduct(z, y[i], value);
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

/// A row of a component where all have the covariance s^2 I: constant - precision |x - centre|^2,
/// posterior mean = mean + gain x. Rows are of the same size; the precision stands where A does.
template <class B, int D>
struct EvenRow {
    static constexpr int kSize = TreeRow<B, D, true>::kSize;

    static inline B logWeight(const float* row, const Point<B, D>& point)
    {
        B square(0.f);
        for (int i = 0; i < D; ++i) {
            const B y = point.x[i] - B(row[1 + i]);
            square = xsimd::fma(y, y, square);
        }
        return xsimd::max(minusProduct(B(row[1 + D]), square, B(row[0])), B(kLowest));
    }

    /// All but the gain, which is added once for all.
    static inline void addMean(const float* row, B weight, B* weighted)
    {
        const float* m = row + 1 + D + D * (D + 1) / 2;
        for (int i = 0; i < D; ++i)
            weighted[i] = xsimd::fma(weight, B(m[i]), weighted[i]);
    }
};

} // namespace
} // namespace scorefield
