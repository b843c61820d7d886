// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The step of a sampler in one pass over the particles: posterior means and what the update makes
// of them. The rules of kernel_impl.h hold: internal linkage only.
#include "core/field/kernel_update_impl.h"

namespace scorefield {
namespace {

/// Every component of a small mixture at once: K > 0 of them, known to the compiler, whose
/// log-weights stay in registers; K = 0: any number.
template <class B, class R, int K, class Entry>
[[gnu::always_inline]] inline void
denoiseAll(const Entry* rows, int count, const B* x, Mean<B, R::kDimension>& out)
{
    const auto take = [&](const Sums<B, R>& sums) {
        sums.moment(x, out.part);
        out.scale = B(1.f) / sums.total;
    };
    Features<B, R> features;
    features.set(rows, x);
    if constexpr (K == 0) {
        Group<B, R> group;
        group.add(rows, count, x, features);
        take(group.sums);
    } else if constexpr (K == 1) {
        Sums<B, R> sums;
        sums.set(rows, B(1.f));
        take(sums);
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
        sums.set(rows, exp2NonPositive(value[0] - largest));
#pragma GCC unroll 8
        for (int k = 1; k < K; ++k)
            sums.add(rows + k * R::kSize, exp2NonPositive(value[k] - largest));
        take(sums);
    }
}

// Members that have less than this in the unit of the largest weight of all are summed once more in
// a unit of their own: far below it floats could no longer tell them apart.
constexpr float kSafeTotal = 0x1p-60f;

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

/// The guided means of `members` and `others` in one unit, the largest log-weight of all. Numbers
/// known to the compiler (> 0) stay in registers. With the sums T of weights and P of weighted means
/// of the members (m) and the others (o), and T = T_m + T_o,
///   D_u + w (D_c - D_u) = P_m (1 + v T_o) / T_m - v P_o,  v = (w - 1) / T,
/// where nothing cancels that does not in D_c and D_o themselves.
template <class B, class R, int Members, int Others, class Entry>
[[gnu::always_inline]] inline void denoiseBoth(const KernelMixture& mixture,
                                               const Entry* rows,
                                               B weight,
                                               const B* x,
                                               const Features<B, R>& features,
                                               B* guided)
{
    constexpr int D = R::kDimension;
    constexpr bool isFixed = Members > 0;
    const int memberCount = isFixed ? Members : mixture.members;
    const int count = isFixed ? Members + Others : mixture.members + mixture.others;
    B value[isFixed ? Members + Others : kChunk];
    B largest = value[0] = logWeight<B, R>(rows, x, features);
#pragma GCC unroll 4
    for (int k = 1; k < count; ++k) {
        value[k] = logWeight<B, R>(rows + k * R::kSize, x, features);
        largest = xsimd::max(largest, value[k]);
    }
    const auto weigh = [&](Sums<B, R>& sums, int begin, int end) {
        sums.set(rows + begin * R::kSize, exp2NonPositive(value[begin] - largest));
#pragma GCC unroll 4
        for (int k = begin + 1; k < end; ++k)
            sums.add(rows + k * R::kSize, exp2NonPositive(value[k] - largest));
    };
    Sums<B, R> members, others;
    weigh(members, 0, memberCount);
    weigh(others, memberCount, count);
    const B v = (weight - B(1.f)) / (members.total + others.total);
    const B share = xsimd::fma(v, others.total, B(1.f)) / members.total;
    B ofMembers[D], ofOthers[D];
    members.moment(x, ofMembers);
    others.moment(x, ofOthers);
#pragma GCC unroll 3
    for (int i = 0; i < D; ++i)
        guided[i] = minusProduct(v, ofOthers[i], share * ofMembers[i]);
    const auto unsafe = members.total < B(kSafeTotal);
    if (xsimd::any(unsafe)) { // D_u is that of the others there
        B conditional[D];
        denoiseMembers<B, R>(mixture, x, conditional);
        for (int i = 0; i < D; ++i) {
            const B unconditional = ofOthers[i] / others.total;
            const B exact = xsimd::fma(weight, conditional[i] - unconditional, unconditional);
            guided[i] = xsimd::select(unsafe, exact, guided[i]);
        }
    }
}

template <class B, class R, int Members, int Others, class Entry>
[[gnu::always_inline]] inline void denoiseGuided(const KernelMixture& mixture,
                                                 const Entry* rows,
                                                 B weight,
                                                 const B* x,
                                                 Mean<B, R::kDimension>& out)
{
    constexpr int D = R::kDimension;
    Features<B, R> features;
    features.set(rows, x);
    if (Members == 0 && mixture.members + mixture.others > kChunk) {
        TwoGroups<B, R> groups;
        groups.set(mixture, x, features);
        Sums<B, R> all;
        groups.unite(all);
        B conditional[D], unconditional[D];
        groups.members.sums.mean(x, conditional);
        all.mean(x, unconditional);
        for (int i = 0; i < D; ++i)
            out.part[i] = xsimd::fma(weight, conditional[i] - unconditional[i], unconditional[i]);
    } else {
        denoiseBoth<B, R, Members, Others>(mixture, rows, weight, x, features, out.part);
    }
}

/// How a kernel reads its mixture: with guidance or not, and the numbers of components known to the
/// compiler. 0 members: any numbers.
template <bool Guided, int Members = 0, int Others = 0>
struct Shape {
    static constexpr bool kGuided = Guided;
    static constexpr int kMembers = Members, kOthers = Others, kCount = Members + Others;
};

/// All vectors, of components whose rows are `rows`.
template <class B, class R, class S, class Entry>
[[gnu::always_inline]] inline void updateAll(const KernelMixture& mixture,
                                             const Entry* rows,
                                             B weight,
                                             const Coefficients<B, R>& by,
                                             const AffineArrays& arrays)
{
    constexpr std::size_t D = R::kDimension;
    for (std::size_t p = 0; p < arrays.n; p += B::size) {
        B x[D];
        Mean<B, R::kDimension> mean;
#pragma GCC unroll 3
        for (std::size_t i = 0; i < D; ++i)
            x[i] = B::load_unaligned(arrays.x + i * arrays.stride + p);
        if constexpr (S::kGuided)
            denoiseGuided<B, R, S::kMembers, S::kOthers>(mixture, rows, weight, x, mean);
        else
            denoiseAll<B, R, S::kCount>(rows, S::kCount > 0 ? S::kCount : mixture.members, x, mean);
        finish<B, R>(by, arrays, p, x, mean);
    }
}

/// Whether arithmetic takes one float of memory for all elements of a vector.
template <class Arch>
constexpr bool kBroadcastsFreely = false;
#ifdef __AVX512F__
template <>
constexpr bool kBroadcastsFreely<xsimd::avx512dq> = true;
#endif

/// n must be a multiple of the vector's width.
template <class Arch, class R, class S>
void update(const KernelMixture& mixture,
            float weight,
            const AffineUpdate& affine,
            const AffineArrays& arrays)
{
    using B = xsimd::batch<float, Arch>;
    // Copies, which no store through a pointer can change.
    const Coefficients<B, R> by(affine, mixture.rows);
    const KernelMixture components = mixture;
    const AffineArrays to = arrays;
    const B w(weight);
    if constexpr (S::kCount > 0 && !kBroadcastsFreely<Arch>) {
        // Few enough to be spread once: a vector's arithmetic then reads them without a broadcast.
        B rows[S::kCount * R::kSize];
        for (std::ptrdiff_t i = 0; i < S::kCount * R::kSize; ++i)
            rows[i] = B(components.rows[i]);
        updateAll<B, R, S>(components, rows, w, by, to);
    } else {
        updateAll<B, R, S>(components, components.rows, w, by, to);
    }
}

template <class Arch, class R>
AffineKernel kernelOf(const KernelMixture& mixture)
{
    const int members = mixture.members, others = mixture.others;
    const auto is = [=](int m, int o) { return members == m && others == o; };
    if constexpr (R::kDimension == 2) { // in 3-D the bookkeeping matters less
        if (is(1, 0))
            return update<Arch, R, Shape<false, 1>>;
        if (is(2, 0))
            return update<Arch, R, Shape<false, 2>>;
        if (is(3, 0))
            return update<Arch, R, Shape<false, 3>>;
        if (is(4, 0))
            return update<Arch, R, Shape<false, 4>>;
        if (is(1, 1))
            return update<Arch, R, Shape<true, 1, 1>>;
        if (is(1, 2))
            return update<Arch, R, Shape<true, 1, 2>>;
        if (is(2, 1))
            return update<Arch, R, Shape<true, 2, 1>>;
        if (is(1, 3))
            return update<Arch, R, Shape<true, 1, 3>>;
        if (is(2, 2))
            return update<Arch, R, Shape<true, 2, 2>>;
        if (is(3, 1))
            return update<Arch, R, Shape<true, 3, 1>>;
    }
    return others > 0 ? update<Arch, R, Shape<true>> : update<Arch, R, Shape<false>>;
}

template <class Arch, int D>
AffineKernel kernelFor(const KernelMixture& mixture)
{
    if (mixture.centred)
        return mixture.shared ? kernelOf<Arch, Row<D, true, true>>(mixture)
                              : kernelOf<Arch, Row<D, true, false>>(mixture);
    return mixture.shared ? kernelOf<Arch, Row<D, false, true>>(mixture)
                          : kernelOf<Arch, Row<D, false, false>>(mixture);
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
    const AffineKernel kernel = kernelFor<Arch, D>(wanted);
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
