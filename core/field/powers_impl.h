// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The arithmetic that all float kernels weigh components with. Compiled once per instruction set:
// the rules of kernel_impl.h hold.
#include <xsimd/xsimd.hpp>

namespace scorefield {
namespace {

/// c - a b. (xsimd 8 negates first.)
template <class B>
[[gnu::always_inline]] inline B minusProduct(B a, B b, B c)
{
    return c - a * b;
}
#ifdef __FMA__
[[gnu::always_inline]] inline xsimd::batch<float, xsimd::fma3<xsimd::avx2>>
minusProduct(xsimd::batch<float, xsimd::fma3<xsimd::avx2>> a,
             xsimd::batch<float, xsimd::fma3<xsimd::avx2>> b,
             xsimd::batch<float, xsimd::fma3<xsimd::avx2>> c)
{
    return _mm256_fnmadd_ps(a, b, c);
}
#endif
#ifdef __AVX512F__
[[gnu::always_inline]] inline xsimd::batch<float, xsimd::avx512dq>
minusProduct(xsimd::batch<float, xsimd::avx512dq> a,
             xsimd::batch<float, xsimd::avx512dq> b,
             xsimd::batch<float, xsimd::avx512dq> c)
{
    return _mm512_fnmadd_ps(a, b, c);
}
#endif

/// 2^x for x <= 0, relative error below 1.5e-7 (the polynomial's own 7.5e-8 and its rounding; by
/// Remez exchange, ours). Below -100 it is at most 2^-100: next to the largest weight, nothing.
template <class B>
[[gnu::always_inline]] inline B exp2NonPositive(B x)
{
    using Int = xsimd::batch<int32_t, typename B::arch_type>;
    x = xsimd::max(x, B(-100.f));
    const B shifted = x + B(12582912.f);       // 1.5 2^23: the whole part falls into the low bits
    const B r = x - (shifted - B(12582912.f)); // exact, in [-1/2, 1/2]
    B p = B(1.327647198e-3f);
    p = xsimd::fma(p, r, B(9.675541334e-3f));
    p = xsimd::fma(p, r, B(5.550713274e-2f));
    p = xsimd::fma(p, r, B(2.402211972e-1f));
    p = xsimd::fma(p, r, B(6.931469671e-1f));
    p = xsimd::fma(p, r, B(1.000000072f));
    const Int exponent = xsimd::bitwise_cast<Int>(shifted) << 23; // only the whole part is left
    return xsimd::bitwise_cast<B>(xsimd::bitwise_cast<Int>(p) + exponent);
}

#ifdef __AVX512DQ__
/// The machine splits off the whole part (rounded down, so r is in [0, 1)) and puts it back.
[[gnu::always_inline]] inline xsimd::batch<float, xsimd::avx512dq>
exp2NonPositive(xsimd::batch<float, xsimd::avx512dq> x)
{
    using B = xsimd::batch<float, xsimd::avx512dq>;
    const B r = _mm512_reduce_ps(x, 0x09);
    B p = B(1.877576673e-3f);
    p = xsimd::fma(p, r, B(8.989340095e-3f));
    p = xsimd::fma(p, r, B(5.582631805e-2f));
    p = xsimd::fma(p, r, B(2.40153617e-1f));
    p = xsimd::fma(p, r, B(6.931530732e-1f));
    p = xsimd::fma(p, r, B(9.999999251e-1f));
    return _mm512_scalef_ps(p, x);
}
#endif

} // namespace
} // namespace scorefield
