// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a sampler's update makes of a vector of particles and their posterior means. The rules of
// kernel_impl.h hold: internal linkage only.
#include "core/field/kernel_impl.h"

namespace scorefield {
namespace {

/// A posterior mean as the update takes it: scale times `part`, and the shared gain's part.
template <class B, int D>
struct Mean {
    B part[D];
    B scale = B(1.f);
};

/// The coefficients of an update in registers. Where all components share a gain G, it belongs to
/// what the update does to the state: state x + denoised G x is one symmetric matrix times x.
template <class B, class R>
struct Coefficients {
    static constexpr int kDimension = R::kDimension, kTriangle = R::kTriangle;
    B matrix[kTriangle], keepMatrix[kTriangle];
    B denoised, noise, kept, keepDenoised;

    Coefficients(const AffineUpdate& update, const float* rows)
        : denoised(update.denoised)
        , noise(update.noise)
        , kept(update.kept)
        , keepDenoised(update.keepDenoised)
    {
        for (int i = 0; i < kDimension; ++i)
            for (int j = i; j < kDimension; ++j) {
                const int at = R::at(i, j);
                const double gain = R::kShared ? rows[R::kGain + at] : 0.f;
                const double state = i == j ? update.state : 0.f;
                const double keepState = i == j ? update.keepState : 0.f;
                matrix[at] = B(static_cast<float>(state + update.denoised * gain));
                keepMatrix[at] = B(static_cast<float>(keepState + update.keepDenoised * gain));
            }
    }

    /// `by` x.
    [[gnu::always_inline]] inline static void multiply(const B* by, const B* x, B* out)
    {
        if constexpr (R::kShared) {
#pragma GCC unroll 3
            for (int i = 0; i < kDimension; ++i)
                out[i] = B(0.f);
            addSymmetric<kDimension>(by, x, out);
        } else {
#pragma GCC unroll 3
            for (int i = 0; i < kDimension; ++i)
                out[i] = by[R::at(i, i)] * x[i];
        }
    }
};

[[gnu::always_inline]] inline void streamTo(float* to, xsimd::batch<float, xsimd::sse2> value)
{
    _mm_stream_ps(to, value);
}
#ifdef __AVX2__
[[gnu::always_inline]] inline void streamTo(float* to,
                                            xsimd::batch<float, xsimd::fma3<xsimd::avx2>> value)
{
    _mm256_stream_ps(to, value);
}
#endif
#ifdef __AVX512F__
[[gnu::always_inline]] inline void streamTo(float* to, xsimd::batch<float, xsimd::avx512dq> value)
{
    _mm512_stream_ps(to, value);
}
#endif

/// What becomes of vector p, whose posterior mean is `mean`.
template <class B, class R>
[[gnu::always_inline]] inline void finish(const Coefficients<B, R>& by,
                                          const AffineArrays& arrays,
                                          std::size_t p,
                                          const B* x,
                                          const Mean<B, R::kDimension>& mean)
{
    constexpr std::size_t D = R::kDimension;
    B moved[D], keeps[D];
    by.multiply(by.matrix, x, moved);
    if (arrays.keep != nullptr)
        by.multiply(by.keepMatrix, x, keeps);
    const B denoised = by.denoised * mean.scale;
#pragma GCC unroll 3
    for (std::size_t i = 0; i < D; ++i) {
        const std::size_t at = i * arrays.stride + p;
        B next = xsimd::fma(denoised, mean.part[i], moved[i]);
        if (arrays.z != nullptr)
            next = xsimd::fma(by.noise, B::load_unaligned(arrays.z + at), next);
        if (arrays.keep != nullptr) {
            next = xsimd::fma(by.kept, B::load_unaligned(arrays.keep + at), next);
            xsimd::fma(by.keepDenoised * mean.scale, mean.part[i], keeps[i])
                .store_unaligned(arrays.keep + at);
        }
        next.store_unaligned(arrays.out + at);
        if (arrays.stored != nullptr) {
            float* to = arrays.stored + i * arrays.storedStride + p;
            if (arrays.stream)
                streamTo(to, next);
            else if (p + B::size <= arrays.storedCount)
                next.store_unaligned(to);
            else
                for (std::size_t lane = 0; p + lane < arrays.storedCount; ++lane)
                    to[lane] = arrays.out[at + lane];
        }
    }
}

} // namespace
} // namespace scorefield
