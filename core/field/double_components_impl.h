// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Components of a mixture in double: log-weights, posterior means and their weighted sums, P
// vectors of particles at once. The rules of double_kernel_impl.h hold.
#include "core/field/double_sums_impl.h"

namespace scorefield {
namespace {

constexpr int kMaxDimensions = 64;

/// A component in d <= 3; rows as DoubleMixture describes them.
template <class B, int D, DoubleForm Form>
struct FixedComponent {
    static constexpr bool kIsotropic = Form == DoubleForm::Isotropic;
    static constexpr int kShape = kIsotropic ? 1 : Form == DoubleForm::Diagonal ? D : D * D;
    static constexpr int kRow = doubleRowSize(D, Form);

    static inline void offset(const double* row, const B* x, B* y)
    {
        for (int c = 0; c < D; ++c)
            y[c] = x[c] - B(row[1 + c]);
    }

    static inline B logWeight(const double* row, const B* y)
    {
        const double* a = row + 1 + 2 * D;
        if constexpr (Form == DoubleForm::Full) {
            B value(row[0]);
            for (int i = 0; i < D; ++i) {
                B z = B(a[i * D]) * y[0];
                for (int j = 1; j < D; ++j)
                    z = fused(B(a[i * D + j]), y[j], z);
                value = fusedMinus(z, z, value);
            }
            return value;
        } else {
            B sum = kIsotropic ? y[0] * y[0] : y[0] * y[0] * B(a[0]);
            for (int c = 1; c < D; ++c)
                sum =
                    kIsotropic ? fused(y[c], y[c], sum) : fused(y[c] * y[c], B(a[c % kShape]), sum);
            return kIsotropic ? fusedMinus(B(a[0]), sum, B(row[0])) : B(row[0]) - sum;
        }
    }

    static inline void addMean(const double* row, const B* y, B weight, B* weighted)
    {
        const double* mean = row + 1 + D;
        const double* g = mean + D + kShape;
        for (int c = 0; c < D; ++c) {
            B m(mean[c]);
            if constexpr (Form == DoubleForm::Full)
                for (int j = 0; j < D; ++j) {
                    const int low = c < j ? c : j, high = c < j ? j : c;
                    m = fused(B(g[low * D - low * (low + 1) / 2 + high]), y[j], m);
                }
            else
                m = fused(B(g[kIsotropic ? 0 : c]), y[c], m);
            weighted[c] = fused(weight, m, weighted[c]);
        }
    }
};

/// Moves the components that count for some lane to the front and says how many they are.
template <class B>
inline int keepCounting(B* logWeight, const double** row, int size, B maximum)
{
    int kept = 0;
    for (int k = 0; k < size; ++k)
        if (countsSomewhere(logWeight[k] - maximum)) {
            logWeight[kept] = logWeight[k];
            row[kept++] = row[k];
        }
    return kept;
}

/// Adds `count` components to the sum, in chunks: one rescaling for each but the first.
template <class B, int D, DoubleForm Form>
inline void addFixed(GroupSum<B, 1, D>& sum, const double* rows, int count, const B* x)
{
    using Component = FixedComponent<B, D, Form>;
    constexpr int kChunk = 8;
    for (int begin = 0; begin < count; begin += kChunk) {
        int size = count - begin < kChunk ? count - begin : kChunk;
        const double* row[kChunk];
        B logWeight[kChunk], y[D];
        B maximum = sum.maximum[0];
        for (int k = 0; k < size; ++k) {
            row[k] = rows + static_cast<std::ptrdiff_t>(begin + k) * Component::kRow;
            Component::offset(row[k], x, y);
            logWeight[k] = Component::logWeight(row[k], y);
            maximum = xsimd::max(maximum, logWeight[k]);
        }
        if (begin > 0)
            sum.rescale(&maximum, D);
        sum.maximum[0] = maximum;
        if (count > kChunk) // of many, few count
            size = keepCounting(logWeight, row, size, maximum);
        for (int k = 0; k < size; ++k) {
            Component::offset(row[k], x, y);
            const B weight = relativeWeight(logWeight[k] - maximum);
            sum.total[0] = sum.total[0] + weight;
            Component::addMean(row[k], y, weight, sum.weighted);
        }
    }
}

/// What is kept of a tile of P vectors in d > 3; small enough for the second cache, the rotated
/// points of a chunk for the first.
template <class B, int P>
struct TileScratch {
    static constexpr int kStored = 256 * P; // vectors: at least two components of 64 coordinates
    static constexpr int kChunk = 32;
    B x[kMaxDimensions * P], y[kMaxDimensions * P];
    B z[kStored];
    B logWeight[kChunk * P];
};

/// z = Q^T y, four rows at a time: what is read of y serves four, what is read of Q serves P.
template <class B, int P>
inline void rotate(const double* rotation, int d, const B* y, B* z)
{
    for (int i = 0; i < d; i += kRotationRows) {
        B sum[kRotationRows][P];
        for (int r = 0; r < kRotationRows; ++r)
            for (int v = 0; v < P; ++v)
                sum[r][v] = B(0.);
        for (int j = 0; j < d; ++j, rotation += kRotationRows) {
#pragma GCC unroll 4
            for (int r = 0; r < kRotationRows; ++r) {
                const B q(rotation[r]);
#pragma GCC unroll 2
                for (int v = 0; v < P; ++v)
                    sum[r][v] = fused(q, y[j * P + v], sum[r][v]);
            }
        }
        for (int r = 0; r < kRotationRows; ++r)
            for (int v = 0; v < P; ++v)
                z[(i + r) * P + v] = sum[r][v];
    }
}

/// weighted += Q z; groups of rows without gain are zero and left out.
template <class B, int P>
inline void
addRotatedBack(const double* rotation, const double* gain, int d, const B* z, B* weighted)
{
    for (int i = 0; i < d; i += kRotationRows, rotation += d * kRotationRows) {
        if (gain[i] == 0 && gain[i + 1] == 0 && gain[i + 2] == 0 && gain[i + 3] == 0)
            continue;
        const double* q = rotation;
        B s[kRotationRows][P];
        for (int r = 0; r < kRotationRows; ++r)
            for (int v = 0; v < P; ++v)
                s[r][v] = z[(i + r) * P + v];
        for (int j = 0; j < d; ++j, q += kRotationRows)
#pragma GCC unroll 2
            for (int v = 0; v < P; ++v) {
                B sum = weighted[j * P + v];
#pragma GCC unroll 4
                for (int r = 0; r < kRotationRows; ++r)
                    sum = fused(B(q[r]), s[r][v], sum);
                weighted[j * P + v] = sum;
            }
    }
}

/// A component in d > 3.
template <class B, int P>
struct AnyComponent {
    const double *constant, *centre, *mean, *halfPrecision, *gain, *rotation;
    int d, padded;

    inline AnyComponent(const DoubleMixture& mixture, int k)
        : constant(mixture.rows + static_cast<std::ptrdiff_t>(k) * mixture.rowSize)
        , centre(constant + 1)
        , mean(centre + mixture.dimension)
        , halfPrecision(mean + mixture.dimension)
        , rotation(mixture.rotations[k])
        , d(mixture.dimension)
        , padded((d + kRotationRows - 1) / kRotationRows * kRotationRows)
    {
        gain = halfPrecision + padded;
    }

    /// The log-weights into `value` and what addMean() needs into z; only upper bounds where they
    /// are negligible beside `maximum` for all lanes.
    inline void logWeight(const B* x, const B* maximum, B* y, B* z, B* value) const
    {
        B* const offset = rotation != nullptr ? y : z;
        for (int c = 0; c < d; ++c)
            for (int v = 0; v < P; ++v)
                offset[c * P + v] = x[c * P + v] - B(centre[c]);
        if (rotation != nullptr) {
            if (!mayCount(y, maximum, value))
                return;
            rotate<B, P>(rotation, d, y, z);
        }
        B sum[P];
        for (int v = 0; v < P; ++v)
            sum[v] = B(*constant);
        for (int c = 0; c < d; ++c)
            for (int v = 0; v < P; ++v) {
                const B at = z[c * P + v];
                sum[v] = fusedMinus(at * at, B(halfPrecision[c]), sum[v]);
            }
        for (int v = 0; v < P; ++v)
            value[v] = sum[v];
    }

    /// Log-weights are at most constant - |y|^2/(2 v), v the largest variance, the last one.
    inline bool mayCount(const B* y, const B* maximum, B* bound) const
    {
        // A little less of the quadratic form than it is, a little above the bound: rounding is
        // far smaller, so what is left out here has weight 0 where it is computed.
        const B precision(halfPrecision[d - 1] * (1 - 1e-12));
        bool counts = false;
        for (int v = 0; v < P; ++v) {
            B square(0.);
            for (int c = 0; c < d; ++c)
                square = fused(y[c * P + v], y[c * P + v], square);
            bound[v] = fusedMinus(square, precision, B(*constant));
            counts = counts || countsSomewhere(bound[v] - maximum[v] + B(1.));
        }
        return counts;
    }

    inline void addMean(const B* weight, B* z, B* weighted) const
    {
        if (rotation == nullptr) {
            for (int c = 0; c < d; ++c)
                for (int v = 0; v < P; ++v) {
                    const B m = fused(B(gain[c]), z[c * P + v], B(mean[c]));
                    weighted[c * P + v] = fused(weight[v], m, weighted[c * P + v]);
                }
            return;
        }
        for (int c = 0; c < d; ++c)
            for (int v = 0; v < P; ++v)
                weighted[c * P + v] = fused(weight[v], B(mean[c]), weighted[c * P + v]);
        for (int c = 0; c < padded; ++c)
            for (int v = 0; v < P; ++v)
                z[c * P + v] = z[c * P + v] * (weight[v] * B(gain[c]));
        addRotatedBack<B, P>(rotation, gain, d, z, weighted);
    }
};

/// Adds the components first … first+count-1 to the sum, in chunks whose rotated points are kept;
/// a component whose weight is 0 for all lanes costs no second rotation.
template <class B, int P>
inline void addAny(GroupSum<B, P, kMaxDimensions>& sum,
                   const DoubleMixture& mixture,
                   int first,
                   int count,
                   TileScratch<B, P>& scratch)
{
    using Scratch = TileScratch<B, P>;
    const int d = mixture.dimension;
    const int stored = (d + kRotationRows - 1) / kRotationRows * kRotationRows * P;
    const int fitting = Scratch::kStored / stored;
    const int chunk = fitting < Scratch::kChunk ? fitting : Scratch::kChunk;
    for (int begin = 0; begin < count; begin += chunk) {
        const int size = count - begin < chunk ? count - begin : chunk;
        B maximum[P];
        for (int v = 0; v < P; ++v)
            maximum[v] = sum.maximum[v];
        for (int k = 0; k < size; ++k) {
            B* const value = scratch.logWeight + k * P;
            AnyComponent<B, P>(mixture, first + begin + k)
                .logWeight(scratch.x, maximum, scratch.y, scratch.z + k * stored, value);
            for (int v = 0; v < P; ++v)
                maximum[v] = xsimd::max(maximum[v], value[v]);
        }
        if (begin > 0)
            sum.rescale(maximum, d);
        for (int v = 0; v < P; ++v)
            sum.maximum[v] = maximum[v];
        for (int k = 0; k < size; ++k) {
            B weight[P];
            bool counts = false;
            for (int v = 0; v < P; ++v) {
                weight[v] = scratch.logWeight[k * P + v] - maximum[v];
                counts = counts || countsSomewhere(weight[v]);
            }
            if (!counts)
                continue;
            for (int v = 0; v < P; ++v) {
                weight[v] = relativeWeight(weight[v]);
                sum.total[v] = sum.total[v] + weight[v];
            }
            AnyComponent<B, P>(mixture, first + begin + k)
                .addMean(weight, scratch.z + k * stored, sum.weighted);
        }
    }
}

} // namespace
} // namespace scorefield
