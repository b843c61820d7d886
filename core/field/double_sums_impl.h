// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Exponentials in double and sums of weights over a group of components, a vector of particles at a
// time. The rules of double_kernel_impl.h hold.
#include "core/field/double_kernel.h"

#include <xsimd/xsimd.hpp>

#include <cstddef>
#include <cstdint>

namespace scorefield {
namespace {

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

// A component that is this far below the largest counts for nothing: 4096 of e^-60 change no mean
// by more than 1e-22 of the distances.
constexpr double kNegligible = -60;

/// Whether a component with these log-weights, relative to the largest one, counts for any lane.
template <class B>
inline bool countsSomewhere(B relative)
{
    return xsimd::any(relative > B(kNegligible));
}

/// The weight of a component relative to the largest one, x <= 0: e^x, or 0 where it is negligible.
template <class B>
inline B relativeWeight(B x)
{
    using Int = xsimd::batch<int64_t, typename B::arch_type>;
    const ExpParts<B> parts(x);
    const B value =
        xsimd::bitwise_cast<B>(xsimd::bitwise_cast<Int>(parts.p) + ExpParts<B>::shift(parts.n));
    return xsimd::select(x > B(kNegligible), value, B(0.));
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

} // namespace
} // namespace scorefield
