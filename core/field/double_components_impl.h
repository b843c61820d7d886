// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Components of a mixture in double: log-weights, posterior means and their weighted sums, P
// vectors of particles at once. The rules of double_kernel_impl.h hold.
#include "core/field/double_kernel.h"

#include <xsimd/xsimd.hpp>

#include <cstddef>
#include <cstdint>

namespace scorefield {
namespace {

constexpr int kMaxDimensions = 64;

// a b + c and c - a b with one rounding, which xsimd 8 has not for AVX-512; SSE2 rounds twice.
inline __m128d fusedRegister(__m128d a, __m128d b, __m128d c)
{
    return _mm_add_pd(_mm_mul_pd(a, b), c);
}
inline __m128d fusedMinusRegister(__m128d a, __m128d b, __m128d c)
{
    return _mm_sub_pd(c, _mm_mul_pd(a, b));
}
#ifdef __AVX2__
inline __m256d fusedRegister(__m256d a, __m256d b, __m256d c)
{
    return _mm256_fmadd_pd(a, b, c);
}
inline __m256d fusedMinusRegister(__m256d a, __m256d b, __m256d c)
{
    return _mm256_fnmadd_pd(a, b, c);
}
#endif
#ifdef __AVX512F__
inline __m512d fusedRegister(__m512d a, __m512d b, __m512d c)
{
    return _mm512_fmadd_pd(a, b, c);
}
inline __m512d fusedMinusRegister(__m512d a, __m512d b, __m512d c)
{
    return _mm512_fnmadd_pd(a, b, c);
}
#endif

template <class B>
inline B fused(B a, B b, B c)
{
    return B(fusedRegister(a, b, c));
}
template <class B>
inline B fusedMinus(B a, B b, B c)
{
    return B(fusedMinusRegister(a, b, c));
}

/// e^x = p 2^n with n whole and p in [0.7, 1.5): |x - n log 2| <= log(2)/2, relative error of p
/// below 1 unit in the last place. The polynomial is our own Chebyshev fit of (e^r - 1 - r)/r^2.
template <class B>
struct ExpParts {
    B p, n;

    explicit inline ExpParts(B x)
    {
        n = fused(x, B(1.4426950408889634), B(kRound)) - B(kRound);
        // log 2 in two parts, the first with 42 bits, so that n times it is exact
        const B r = fused(n, B(-5.497923018708371e-14), fused(n, B(-0.6931471805598903), x));
        B q(2.5100494788905042e-08);
        q = fused(q, r, B(2.76202305675069e-07));
        q = fused(q, r, B(2.7557268229963227e-06));
        q = fused(q, r, B(2.4801520996825697e-05));
        q = fused(q, r, B(0.00019841269863201828));
        q = fused(q, r, B(0.0013888888917406447));
        q = fused(q, r, B(0.008333333333330032));
        q = fused(q, r, B(0.04166666666662374));
        q = fused(q, r, B(0.16666666666666669));
        q = fused(q, r, B(0.5));
        p = fused(q, r * r, r) + B(1.);
    }

    static constexpr double kRound = 6755399441055744.; // 1.5 2^52: the whole part falls into the
                                                        // low bits
    /// What multiplies a normal number by 2^whole, as an addition to its bits.
    static inline auto shift(B whole)
    {
        using Int = xsimd::batch<int64_t, typename B::arch_type>;
        return xsimd::bitwise_cast<Int>(whole + B(kRound)) << 52;
    }
    static inline B power(B whole)
    {
        using Int = xsimd::batch<int64_t, typename B::arch_type>;
        return xsimd::bitwise_cast<B>(shift(whole) + Int(int64_t{0x3ff} << 52));
    }
};

/// The weight of a component relative to the largest one, x <= 0: e^x, and 0 below e^-60.
/// 4096 of those change no mean by more than 1e-22 of the distances.
template <class B>
inline B relativeWeight(B x)
{
    using Int = xsimd::batch<int64_t, typename B::arch_type>;
    const ExpParts<B> parts(x);
    const B value =
        xsimd::bitwise_cast<B>(xsimd::bitwise_cast<Int>(parts.p) + ExpParts<B>::shift(parts.n));
    return xsimd::select(x > B(-60.), value, B(0.));
}

/// e^x for x <= 0 down to the smallest denormal number: the power of two comes in two steps.
template <class B>
inline B expNonPositive(B x)
{
    const ExpParts<B> parts(xsimd::max(x, B(-800.)));
    const B first = fused(parts.n, B(0.5), B(ExpParts<B>::kRound)) - B(ExpParts<B>::kRound);
    return parts.p * ExpParts<B>::power(first) * ExpParts<B>::power(parts.n - first);
}

/// Log-sum-exp over a group of components with a running maximum: mean = sum e^a m / sum e^a.
template <class B, int P, int D>
struct GroupSum {
    B maximum[P], total[P];
    B weighted[D * P]; // coordinate c of vector v at c*P + v

    explicit inline GroupSum(int d)
    {
        for (int v = 0; v < P; ++v) {
            maximum[v] = B(-1.7e308); // not -inf: differences stay numbers
            total[v] = B(0.);
        }
        for (int i = 0; i < d * P; ++i)
            weighted[i] = B(0.);
    }

    /// Goes over to a larger maximum.
    inline void rescale(const B* larger, int d)
    {
        B keep[P];
        for (int v = 0; v < P; ++v) {
            keep[v] = relativeWeight(maximum[v] - larger[v]);
            maximum[v] = larger[v];
            total[v] = total[v] * keep[v];
        }
        for (int c = 0; c < d; ++c)
            for (int v = 0; v < P; ++v)
                weighted[c * P + v] = weighted[c * P + v] * keep[v];
    }
};

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

/// Adds `count` components to the sum, in chunks: one rescaling for each but the first.
template <class B, int D, DoubleForm Form>
inline void addFixed(GroupSum<B, 1, D>& sum, const double* rows, int count, const B* x)
{
    using Component = FixedComponent<B, D, Form>;
    constexpr int kChunk = 8;
    for (int begin = 0; begin < count; begin += kChunk) {
        const int size = count - begin < kChunk ? count - begin : kChunk;
        const double* chunk = rows + static_cast<std::ptrdiff_t>(begin) * Component::kRow;
        B logWeight[kChunk], y[D];
        B maximum = sum.maximum[0];
        for (int k = 0; k < size; ++k) {
            Component::offset(chunk + k * Component::kRow, x, y);
            logWeight[k] = Component::logWeight(chunk + k * Component::kRow, y);
            maximum = xsimd::max(maximum, logWeight[k]);
        }
        if (begin > 0)
            sum.rescale(&maximum, D);
        sum.maximum[0] = maximum;
        for (int k = 0; k < size; ++k) {
            Component::offset(chunk + k * Component::kRow, x, y);
            const B weight = relativeWeight(logWeight[k] - maximum);
            sum.total[0] = sum.total[0] + weight;
            Component::addMean(chunk + k * Component::kRow, y, weight, sum.weighted);
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

    /// z is left for addMean().
    inline void logWeight(const B* x, B* y, B* z, B* value) const
    {
        B* const offset = rotation != nullptr ? y : z;
        for (int c = 0; c < d; ++c)
            for (int v = 0; v < P; ++v)
                offset[c * P + v] = x[c * P + v] - B(centre[c]);
        if (rotation != nullptr)
            rotate<B, P>(rotation, d, y, z);
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
                .logWeight(scratch.x, scratch.y, scratch.z + k * stored, value);
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
                weight[v] = relativeWeight(scratch.logWeight[k * P + v] - maximum[v]);
                sum.total[v] = sum.total[v] + weight[v];
                counts = counts || xsimd::any(weight[v] > B(0.));
            }
            if (counts)
                AnyComponent<B, P>(mixture, first + begin + k)
                    .addMean(weight, scratch.z + k * stored, sum.weighted);
        }
    }
}

} // namespace
} // namespace scorefield
