// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The step of a sampler in one pass over the particles: posterior means, the affine update, the
// stored state. The rules of kernel_impl.h hold: internal linkage only.
#include "core/field/kernel_impl.h"

namespace scorefield {
namespace {

/// Every component of a small mixture at once: K > 0 of them, known to the compiler, whose
/// log-weights stay in registers; K = 0: any number.
template <class B, class R, int K>
[[gnu::always_inline]] inline void denoiseAll(const float* rows, int count, const B* x, B* out)
{
    Features<B, R> features;
    features.set(rows, x);
    if constexpr (K == 0) {
        Group<B, R> group;
        group.add(rows, count, x, features);
        group.sums.mean(x, out);
    } else if constexpr (K == 1) {
        Sums<B, R> sums;
        sums.add(rows, B(1.f));
        sums.mean(x, out);
    } else {
        B value[K];
#pragma GCC unroll 8
        for (int k = 0; k < K; ++k)
            value[k] = logWeight<B, R>(rows + k * R::kSize, x, features);
        B largest = value[0];
#pragma GCC unroll 8
        for (int k = 1; k < K; ++k)
            largest = xsimd::max(largest, value[k]);
        Sums<B, R> sums;
#pragma GCC unroll 8
        for (int k = 0; k < K; ++k)
            sums.add(rows + k * R::kSize, exp2NonPositive(value[k] - largest));
        sums.mean(x, out);
    }
    addSharedGain<B, R>(rows, x, out);
}

// Members this many powers of two below the rest are still summed to full precision in the unit of
// the largest log-weight of all: a quarter of what floats leave for those that are smaller still.
constexpr float kSafeGap = 60.f;

/// Where the class has next to no weight: D_c with a unit of its own.
template <class B, class R>
[[gnu::noinline]] void denoiseMembers(const KernelMixture& mixture, const B* x, B* out)
{
    Features<B, R> features;
    features.set(mixture.rows, x);
    Group<B, R> group;
    group.add(mixture.rows, mixture.members, x, features);
    group.sums.mean(x, out);
}

template <class B, class R, int K>
[[gnu::always_inline]] inline void
denoiseGuided(const KernelMixture& mixture, B weight, const B* x, B* out)
{
    constexpr int D = R::kDimension;
    constexpr int kLimit = K > 0 ? K : kChunk;
    const int count = K > 0 ? K : mixture.members + mixture.others;
    const float* rows = mixture.rows;
    Features<B, R> features;
    features.set(rows, x);
    B conditional[D], unconditional[D];
    if (K == 0 && count > kLimit) {
        TwoGroups<B, R> groups;
        groups.set(mixture, x, features);
        Sums<B, R> all;
        groups.unite(all);
        groups.members.sums.mean(x, conditional);
        all.mean(x, unconditional);
    } else {
        // One unit for both groups: the largest log-weight of all.
        B value[kLimit];
        B ofMembers(-3.0e38f), largest(-3.0e38f);
#pragma GCC unroll 4
        for (int k = 0; k < count; ++k) {
            value[k] = logWeight<B, R>(rows + k * R::kSize, x, features);
            if (k < mixture.members)
                ofMembers = xsimd::max(ofMembers, value[k]);
            else
                largest = xsimd::max(largest, value[k]);
        }
        largest = xsimd::max(largest, ofMembers);
        Sums<B, R> members, all;
#pragma GCC unroll 4
        for (int k = 0; k < count; ++k) {
            const B share = exp2NonPositive(value[k] - largest);
            if (k < mixture.members)
                members.add(rows + k * R::kSize, share);
            else
                all.add(rows + k * R::kSize, share);
        }
        all.add(members);
        members.mean(x, conditional);
        all.mean(x, unconditional);
        const auto unsafe = ofMembers < largest - B(kSafeGap);
        if (xsimd::any(unsafe)) {
            B exact[D];
            denoiseMembers<B, R>(mixture, x, exact);
            for (int i = 0; i < D; ++i)
                conditional[i] = xsimd::select(unsafe, exact[i], conditional[i]);
        }
    }
#pragma GCC unroll 3
    for (int i = 0; i < D; ++i)
        out[i] = xsimd::fma(weight, conditional[i] - unconditional[i], unconditional[i]);
    addSharedGain<B, R>(rows, x, out);
}

/// The coefficients of an update in registers.
template <class B>
struct Coefficients {
    B state, denoised, noise, kept, keepState, keepDenoised;
    explicit Coefficients(const AffineUpdate& update)
        : state(update.state)
        , denoised(update.denoised)
        , noise(update.noise)
        , kept(update.kept)
        , keepState(update.keepState)
        , keepDenoised(update.keepDenoised)
    {
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
template <class B, std::size_t D>
[[gnu::always_inline]] inline void finish(
    const Coefficients<B>& by, const AffineArrays& arrays, std::size_t p, const B* x, const B* mean)
{
#pragma GCC unroll 3
    for (std::size_t i = 0; i < D; ++i) {
        const std::size_t at = i * arrays.stride + p;
        B next = xsimd::fma(by.denoised, mean[i], by.state * x[i]);
        if (arrays.z != nullptr)
            next = xsimd::fma(by.noise, B::load_unaligned(arrays.z + at), next);
        if (arrays.keep != nullptr) {
            next = xsimd::fma(by.kept, B::load_unaligned(arrays.keep + at), next);
            xsimd::fma(by.keepDenoised, mean[i], by.keepState * x[i])
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

/// n must be a multiple of the vector's width.
template <class Arch, class R, int K, bool Guided>
void update(const KernelMixture& mixture,
            float weight,
            const AffineUpdate& affine,
            const AffineArrays& arrays)
{
    using B = xsimd::batch<float, Arch>;
    constexpr std::size_t D = R::kDimension;
    // Copies, which no store through a pointer can change.
    const Coefficients<B> by(affine);
    const KernelMixture components = mixture;
    const AffineArrays to = arrays;
    const B w(weight);
    for (std::size_t p = 0; p < to.n; p += B::size) {
        B x[D], mean[D];
#pragma GCC unroll 3
        for (std::size_t i = 0; i < D; ++i)
            x[i] = B::load_unaligned(to.x + i * to.stride + p);
        if constexpr (Guided)
            denoiseGuided<B, R, K>(components, w, x, mean);
        else
            denoiseAll<B, R, K>(components.rows, K > 0 ? K : components.members, x, mean);
        finish<B, D>(by, to, p, x, mean);
    }
}

template <class Arch, class R, bool Guided>
AffineKernel kernelOf(int components)
{
    if constexpr (R::kDimension == 2) { // in 3-D the bookkeeping matters less
        if (!Guided && components == 1)
            return update<Arch, R, 1, false>;
        if (components == 2)
            return update<Arch, R, 2, Guided>;
        if (components == 3)
            return update<Arch, R, 3, Guided>;
        if (components == 4)
            return update<Arch, R, 4, Guided>;
    }
    return update<Arch, R, 0, Guided>;
}

template <class Arch, int D, bool Guided>
AffineKernel kernelFor(const KernelMixture& mixture)
{
    const int components = Guided ? mixture.members + mixture.others : mixture.members;
    if (mixture.centred)
        return mixture.shared ? kernelOf<Arch, Row<D, true, true>, Guided>(components)
                              : kernelOf<Arch, Row<D, true, false>, Guided>(components);
    return mixture.shared ? kernelOf<Arch, Row<D, false, true>, Guided>(components)
                          : kernelOf<Arch, Row<D, false, false>, Guided>(components);
}

/// The last few points, fewer than a vector, by the same code on a copy.
template <std::size_t D, std::size_t Width>
void updateRest(AffineKernel kernel,
                const KernelMixture& mixture,
                float weight,
                const AffineUpdate& affine,
                const AffineArrays& arrays,
                std::size_t begin)
{
    float x[D * Width] = {}, z[D * Width] = {}, keep[D * Width] = {}, out[D * Width];
    const std::size_t count = arrays.n - begin;
    for (std::size_t i = 0; i < D; ++i)
        for (std::size_t lane = 0; lane < count; ++lane) {
            const std::size_t from = i * arrays.stride + begin + lane, to = i * Width + lane;
            x[to] = arrays.x[from];
            if (arrays.z != nullptr)
                z[to] = arrays.z[from];
            if (arrays.keep != nullptr)
                keep[to] = arrays.keep[from];
        }
    AffineArrays copy{.x = x, .out = out, .n = Width, .stride = Width};
    copy.z = arrays.z != nullptr ? z : nullptr;
    copy.keep = arrays.keep != nullptr ? keep : nullptr;
    kernel(mixture, weight, affine, copy);
    for (std::size_t i = 0; i < D; ++i)
        for (std::size_t lane = 0; lane < count; ++lane) {
            const std::size_t to = i * arrays.stride + begin + lane, from = i * Width + lane;
            arrays.out[to] = out[from];
            if (arrays.keep != nullptr)
                arrays.keep[to] = keep[from];
            if (arrays.stored != nullptr && begin + lane < arrays.storedCount)
                arrays.stored[i * arrays.storedStride + begin + lane] = out[from];
        }
}

template <class Arch, int D>
void affine(const KernelMixture& mixture,
            float weight,
            const AffineUpdate& update,
            const AffineArrays& arrays)
{
    constexpr std::size_t kWidth = xsimd::batch<float, Arch>::size;
    KernelMixture wanted = mixture;
    const bool guided = mixture.others > 0 && weight != 0.f && weight != 1.f;
    if (!guided) {
        if (weight == 0.f) // all components alike
            wanted.members += mixture.others;
        wanted.others = 0;
    }
    const AffineKernel kernel =
        guided ? kernelFor<Arch, D, true>(wanted) : kernelFor<Arch, D, false>(wanted);
    AffineArrays whole = arrays;
    whole.n = arrays.n / kWidth * kWidth;
    // Past the cache only in whole, aligned vectors.
    whole.stream =
        arrays.stream && arrays.stored != nullptr && arrays.storedCount >= whole.n
        && reinterpret_cast<std::uintptr_t>(arrays.stored) % (kWidth * sizeof(float)) == 0
        && arrays.storedStride % kWidth == 0;
    kernel(wanted, weight, update, whole);
    if (whole.stream)
        _mm_sfence(); // other threads read what was stored
    if (whole.n < arrays.n)
        updateRest<D, kWidth>(kernel, wanted, weight, update, arrays, whole.n);
}

template <class Arch, int D>
void denoise(const KernelMixture& mixture,
             float weight,
             const float* x,
             float* denoised,
             std::size_t n,
             std::size_t stride)
{
    affine<Arch, D>(mixture, weight, {}, {.x = x, .out = denoised, .n = n, .stride = stride});
}

} // namespace
} // namespace scorefield
