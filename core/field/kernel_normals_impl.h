// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Vectorised Philox4x32-10 and Box–Muller, the float counterpart of core/base/philox.h. The rules
// of kernel_impl.h hold: internal linkage only. Source: Salmon et al. 2011 (Philox); log and sincos
// after the Cephes single-precision polynomials (S. Moshier).
#include "core/base/philox_lanes_impl.h"
#include "core/field/kernel.h"

#include <xsimd/xsimd.hpp>

namespace scorefield {
namespace {

/// The low halves of the 64-bit lanes of `even` and `odd`, by turns.
inline __m128i interleave(__m128i even, __m128i odd)
{
    return _mm_or_si128(_mm_and_si128(even, _mm_set1_epi64x(0xffffffff)), _mm_slli_epi64(odd, 32));
}
#ifdef __AVX2__
inline __m256i interleave(__m256i even, __m256i odd)
{
    return _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
}
#endif
#ifdef __AVX512F__
inline __m512i interleave(__m512i even, __m512i odd)
{
    return _mm512_mask_shuffle_epi32(even, 0xAAAA, odd, _MM_PERM_CCAA);
}
#endif

template <class U>
struct PhiloxWords {
    U word[4];
};

/// Particles with even and with odd lanes by themselves, then by turns again.
template <class U>
inline PhiloxWords<U>
philoxWords(U particle, uint32_t coordinatePair, const NormalsRequest& request)
{
    using Wide = xsimd::batch<uint64_t, typename U::arch_type>;
    const Wide both = xsimd::bitwise_cast<Wide>(particle);
    const Wide particles[2] = {both, both >> 32};
    Wide word[4][2];
    philoxLanes<2>(
        particles, {request.seed, coordinatePair, request.stepPair, request.stream}, word);
    return {{U(interleave(word[0][0], word[0][1])),
             U(interleave(word[1][0], word[1][1])),
             U(interleave(word[2][0], word[2][1])),
             U(interleave(word[3][0], word[3][1]))}};
}

/// w + 1/2 in float, correctly rounded but for one rounding: 16 bits at a time where the conversion
/// is signed.
template <class B, class U>
inline B toFloatPlusHalf(U w)
{
#ifdef __AVX512F__
    return B(_mm512_cvtepu32_ps(w)) + B(0.5f);
#else
    using Int = xsimd::batch<int32_t, typename B::arch_type>;
    const B high = xsimd::to_float(xsimd::bitwise_cast<Int>(w >> 16));
    const B low = xsimd::to_float(xsimd::bitwise_cast<Int>(w & U(0xffffu)));
    return xsimd::fma(high, B(65536.f), low + B(0.5f));
#endif
}

/// sqrt(-2 log u), u = (w + 1/2)/2^32. Near u = 1 the logarithm is taken of 1 - (2^32 - 1 - w +
/// 1/2)/2^32, which loses nothing.
template <class B, class U>
inline B radius(U w)
{
    using Int = xsimd::batch<int32_t, typename B::arch_type>;
    const B scale(2.3283064365386963e-10f); // 2^-32
    const B u = toFloatPlusHalf<B>(w) * scale;
    // u = m 2^e with m in [1/sqrt2, sqrt2)
    const Int bits = xsimd::bitwise_cast<Int>(u);
    const Int offset = bits - Int(0x3f3504f3);
    const Int e = offset >> 23;
    const B m = xsimd::bitwise_cast<B>(bits - (e << 23));
    const B exponent = xsimd::to_float(e);
    const B f = xsimd::select(u > B(0.75f), B(0.f) - toFloatPlusHalf<B>(~w) * scale, m - B(1.f));
    B p = B(7.0376836292e-2f);
    p = xsimd::fma(p, f, B(-1.1514610310e-1f));
    p = xsimd::fma(p, f, B(1.1676998740e-1f));
    p = xsimd::fma(p, f, B(-1.2420140846e-1f));
    p = xsimd::fma(p, f, B(1.4249322787e-1f));
    p = xsimd::fma(p, f, B(-1.6668057665e-1f));
    p = xsimd::fma(p, f, B(2.0000714765e-1f));
    p = xsimd::fma(p, f, B(-2.4999993993e-1f));
    p = xsimd::fma(p, f, B(3.3333331174e-1f));
    const B square = f * f;
    const B tail = xsimd::fma(square * f, p, B(-0.5f) * square);
    const B logarithm = xsimd::fma(exponent, B(0.693147181f), f + tail);
    return xsimd::sqrt(B(-2.f) * logarithm);
}

/// cos and sin of 2 pi (w + 1/2)/2^32: the quadrant comes off in whole numbers, so no accuracy is
/// lost.
template <class B, class U>
inline void circle(U w, B& cosine, B& sine)
{
    using Int = xsimd::batch<int32_t, typename B::arch_type>;
    const U quadrant = (w + U(0x20000000u)) >> 30;
    const Int rest = xsimd::bitwise_cast<Int>(w - (quadrant << 30)); // in [-2^29, 2^29)
    const B angle = (xsimd::to_float(rest) + B(0.5f)) * B(1.4629180792671596e-9f); // 2 pi / 2^32
    const B square = angle * angle;
    B s = B(-1.9515295891e-4f);
    s = xsimd::fma(s, square, B(8.3321608736e-3f));
    s = xsimd::fma(s, square, B(-1.6666654611e-1f));
    s = xsimd::fma(s * square, angle, angle);
    B c = B(2.443315711809948e-5f);
    c = xsimd::fma(c, square, B(-1.388731625493765e-3f));
    c = xsimd::fma(c, square, B(4.166664568298827e-2f));
    c = xsimd::fma(c * square, square, xsimd::fma(B(-0.5f), square, B(1.f)));
    // Quadrants 1 and 3 exchange the two; the sign of the cosine is that of quadrants 1 and 2, of
    // the sine 2 and 3.
    const B exchange = xsimd::to_float(xsimd::bitwise_cast<Int>(quadrant & U(1u)));
    const auto exchanged = exchange > B(0.5f);
    const U cosineSign = ((quadrant + U(1u)) & U(2u)) << 30;
    const U sineSign = (quadrant & U(2u)) << 30;
    cosine =
        xsimd::bitwise_cast<B>(xsimd::bitwise_cast<U>(xsimd::select(exchanged, s, c)) ^ cosineSign);
    sine =
        xsimd::bitwise_cast<B>(xsimd::bitwise_cast<U>(xsimd::select(exchanged, c, s)) ^ sineSign);
}

template <class Arch>
void normals(const NormalsRequest& request)
{
    using B = xsimd::batch<float, Arch>;
    using U = xsimd::batch<uint32_t, Arch>;
    constexpr std::size_t kWidth = B::size;
    uint32_t lanes[kWidth];
    for (uint32_t i = 0; i < kWidth; ++i)
        lanes[i] = i;
    const U lane = U::load_unaligned(lanes);
    for (std::size_t p = 0; p < request.n; p += kWidth) {
        const U particle = lane + U(request.firstParticle + static_cast<uint32_t>(p));
        for (int pair = 0; 2 * pair < request.dimension; ++pair) {
            const auto words = philoxWords(particle, static_cast<uint32_t>(pair), request);
            const std::size_t first = static_cast<std::size_t>(2 * pair) * request.stride + p;
            for (int half = 0; half < 2; ++half) {
                float* block = half == 0 ? request.even : request.odd;
                if (block == nullptr)
                    continue;
                float* out = block + first;
                const B r = radius<B>(words.word[2 * half]);
                B cosine, sine;
                circle(words.word[2 * half + 1], cosine, sine);
                (r * cosine).store_unaligned(out);
                if (2 * pair + 1 < request.dimension)
                    (r * sine).store_unaligned(out + request.stride);
            }
        }
    }
}

} // namespace
} // namespace scorefield
