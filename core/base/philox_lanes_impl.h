// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The words of Philox4x32-10, a vector of particles at a time: what the normals in float and in
// double are made of. Each 32-bit word is in a 64-bit lane of its own, so that products need no
// taking apart. Compiled once per instruction set: the rules of core/field/kernel_impl.h hold.
// Source: Salmon et al. 2011.
#include <xsimd/xsimd.hpp>

#include <cstdint>

namespace scorefield {
namespace {

/// What a request for normals must tell the ten rounds.
struct PhiloxCounter {
    uint64_t seed;
    uint32_t coordinatePair, stepPair, stream;
};

// The products of the low halves of 64-bit lanes: the one operation xsimd 8 lacks.
inline __m128i multiplyLow(__m128i a, __m128i b)
{
    return _mm_mul_epu32(a, b);
}
#ifdef __AVX2__
inline __m256i multiplyLow(__m256i a, __m256i b)
{
    return _mm256_mul_epu32(a, b);
}
#endif
#ifdef __AVX512F__
inline __m512i multiplyLow(__m512i a, __m512i b)
{
    return _mm512_mul_epu32(a, b);
}
#endif

/// a ^ b ^ c.
template <class U>
inline U exclusiveOr(U a, U b, U c)
{
    return a ^ b ^ c;
}
#ifdef __AVX512F__
inline xsimd::batch<uint64_t, xsimd::avx512dq>
exclusiveOr(xsimd::batch<uint64_t, xsimd::avx512dq> a,
            xsimd::batch<uint64_t, xsimd::avx512dq> b,
            xsimd::batch<uint64_t, xsimd::avx512dq> c)
{
    return _mm512_ternarylogic_epi64(a, b, c, 0x96);
}
#endif

/// The four words of N vectors of particles into word[0…3], each [N]. Of lanes only the low halves
/// count, in and out. Vectors that do not wait for each other hide the latency of products.
template <int N, class U>
inline void philoxLanes(const U* particles, const PhiloxCounter& counter, U (&word)[4][N])
{
    auto& [c0, c1, c2, c3] = word;
    for (int i = 0; i < N; ++i) {
        c0[i] = particles[i];
        c1[i] = U(uint64_t{counter.coordinatePair});
        c2[i] = U(uint64_t{counter.stepPair});
        c3[i] = U(uint64_t{counter.stream});
    }
    auto key0 = static_cast<uint32_t>(counter.seed),
         key1 = static_cast<uint32_t>(counter.seed >> 32);
    const U factor0(uint64_t{0xD2511F53u}), factor1(uint64_t{0xCD9E8D57u});
#pragma GCC unroll 10
    for (int round = 0; round < 10; ++round) {
#pragma GCC unroll 2
        for (int i = 0; i < N; ++i) {
            const U product0(multiplyLow(c0[i], factor0)), product1(multiplyLow(c2[i], factor1));
            c0[i] = exclusiveOr(product1 >> 32, c1[i], U(uint64_t{key0}));
            c1[i] = product1;
            c2[i] = exclusiveOr(product0 >> 32, c3[i], U(uint64_t{key1}));
            c3[i] = product0;
        }
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
}

} // namespace
} // namespace scorefield
