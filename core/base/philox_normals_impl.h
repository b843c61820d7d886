// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The normals of core/base/philox.h in double, a vector of particles at a time. Compiled once per
// instruction set: templates over the vector type only, as core/field/kernel_impl.h explains, and
// neither fused nor contracted operations, so that every instruction set gives the same bits as
// philoxNormal(), which is one lane of this. Each 32-bit word is in a 64-bit lane of its own.
// Reduction of the logarithm to 2 atanh(f/(2 + f)) after FreeBSD's msun (e_log.c); the polynomials
// are our own Chebyshev fits, relative error below 2e-17. A normal is within 1e-15 of its value.
#include "core/base/philox_lanes_impl.h"

#include <xsimd/xsimd.hpp>

#include <cstddef>
#include <cstdint>

namespace scorefield {
namespace {

template <class B>
using LaneWords = xsimd::batch<uint64_t, typename B::arch_type>;

// 2^52 in bits: what is added below is the fraction of a number in [2^52, 2^53).
inline constexpr uint64_t kWholeBits = 0x4330000000000000u;
inline constexpr double kWhole = 4503599627370496.;

/// sqrt(-2 log u), u = (w + 1/2)/2^32, which is exact in double.
template <class B>
inline B normalRadius(LaneWords<B> w)
{
    using U = LaneWords<B>;
    const B u = (xsimd::bitwise_cast<B>(w | U(kWholeBits)) - B(kWhole - 0.5)) * B(0x1p-32);
    // u = m 2^e with m in [1/sqrt2, sqrt2); e + 64 > 0
    constexpr uint64_t kBias = uint64_t{64} << 52;
    const U bits = xsimd::bitwise_cast<U>(u);
    const U biased = (bits + U(kBias - 0x3fe6a09e667f3bcdu)) >> 52;
    const B m = xsimd::bitwise_cast<B>(bits + U(kBias) - (biased << 52));
    const B e = xsimd::bitwise_cast<B>(biased | U(kWholeBits)) - B(kWhole + 64);
    const B f = m - B(1.);
    const B s = f / (f + B(2.));
    const B z = s * s;
    B p(0.14616585424888623);
    p = p * z + B(0.15331710618210773);
    p = p * z + B(0.18182889455674947);
    p = p * z + B(0.22222211130259878);
    p = p * z + B(0.2857142862600327);
    p = p * z + B(0.39999999999899444);
    p = p * z + B(0.666666666666667);
    const B half = f * f * B(0.5);
    // log 2 in two parts, the first with 42 bits, so that its multiples are exact
    const B small = s * (half + p * z) + e * B(5.497923018708371e-14);
    const B logarithm = e * B(0.6931471805598903) - ((half - small) - f);
    return xsimd::sqrt(logarithm * B(-2.));
}

/// cos and sin of 2 pi (w + 1/2)/2^32: the quadrant comes off in whole numbers, so no accuracy is
/// lost.
template <class B>
inline void normalDirection(LaneWords<B> w, B& cosine, B& sine)
{
    using U = LaneWords<B>;
    const U quadrant = (w + U(uint64_t{0x20000000u})) >> 30;
    const U rest = w + U(uint64_t{0x80000000u}) - (quadrant << 30); // + 2^31: positive
    const B place = xsimd::bitwise_cast<B>(rest | U(kWholeBits)) - B(kWhole + 2147483648.);
    const B angle = (place + B(0.5)) * B(1.4629180792671596e-9); // 2 pi/2^32, in [-pi/4, pi/4)
    const B z = angle * angle;
    B p(1.5918115263265974e-10);
    p = p * z + B(-2.505113165023518e-08);
    p = p * z + B(2.7557316101617874e-06);
    p = p * z + B(-0.00019841269836756774);
    p = p * z + B(0.008333333333330948);
    p = p * z + B(-0.16666666666666666);
    const B s = angle + (p * z) * angle;
    p = B(-1.1382623647474604e-11);
    p = p * z + B(2.087614614655861e-09);
    p = p * z + B(-2.7557317271145144e-07);
    p = p * z + B(2.480158729876456e-05);
    p = p * z + B(-0.0013888888888887398);
    p = p * z + B(0.041666666666666664);
    const B c = (B(1.) - z * B(0.5)) + (p * z) * z;
    // Quadrants 1 and 3 exchange the two; the sign of the cosine is that of quadrants 1 and 2, of
    // the sine 2 and 3.
    const U one(uint64_t{1}), two(uint64_t{2});
    const U exchange = U(uint64_t{0}) - (quadrant & one);
    const U sBits = xsimd::bitwise_cast<U>(s), cBits = xsimd::bitwise_cast<U>(c);
    const U swapped = (sBits ^ cBits) & exchange;
    cosine = xsimd::bitwise_cast<B>((cBits ^ swapped) ^ (((quadrant + one) & two) << 62));
    sine = xsimd::bitwise_cast<B>((sBits ^ swapped) ^ ((quadrant & two) << 62));
}

} // namespace
} // namespace scorefield
