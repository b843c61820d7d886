// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Body of the double kernels, compiled once per instruction set; the rules of kernel_impl.h hold:
// internal linkage or templates over the vector type only. Operations are fused where fma() says so
// and nowhere else (core/CMakeLists.txt), so that a particle's bits do not depend on how many
// vectors the compiler works on at once.
#include "core/field/double_components_impl.h"

namespace scorefield {
namespace {

/// What is wanted of both groups: D_u + w (D_c - D_u) into out[0], or D_c, D_u and their difference
/// into all three. Coordinate c at c*stride.
struct Wanted {
    bool parts;
    double weight;
    double* out[3];
    std::size_t stride;
};

/// The lanes of P vectors that are in the block: `count` of them, from point `p` on.
template <class B, int P>
struct Lanes {
    std::size_t p, count;

    inline void load(const double* from, B* to) const
    {
        if (count == P * B::size) {
            for (std::size_t v = 0; v < P; ++v)
                to[v] = B::load_unaligned(from + p + v * B::size);
            return;
        }
        double lanes[P * B::size];
        for (std::size_t lane = 0; lane < P * B::size; ++lane)
            lanes[lane] = lane < count ? from[p + lane] : 0.;
        for (std::size_t v = 0; v < P; ++v)
            to[v] = B::load_unaligned(lanes + v * B::size);
    }

    inline void store(const B* from, double* to) const
    {
        if (count == P * B::size) {
            for (std::size_t v = 0; v < P; ++v)
                from[v].store_unaligned(to + p + v * B::size);
            return;
        }
        double lanes[P * B::size];
        for (std::size_t v = 0; v < P; ++v)
            from[v].store_unaligned(lanes + v * B::size);
        for (std::size_t lane = 0; lane < count; ++lane)
            to[p + lane] = lanes[lane];
    }
};

/// The mean of one group.
template <class B, int P, int D>
inline void
finishOne(const GroupSum<B, P, D>& members, int d, const Lanes<B, P>& lanes, const Wanted& wanted)
{
    B inverse[P], mean[P];
    for (int v = 0; v < P; ++v)
        inverse[v] = B(1.) / members.total[v];
    for (int c = 0; c < d; ++c) {
        for (int v = 0; v < P; ++v)
            mean[v] = members.weighted[c * P + v] * inverse[v];
        lanes.store(mean, wanted.out[0] + static_cast<std::size_t>(c) * wanted.stride);
    }
}

/// Both groups, each with its own maximum: D_c is exact where the class has no weight at all, and
/// D_c - D_u = (1 - p(c|x)) (D_c - D_o), D_o the mean of the others, does not cancel where it has
/// all of it.
template <class B, int P, int D>
inline void finishBoth(const GroupSum<B, P, D>& members,
                       const GroupSum<B, P, D>& others,
                       int d,
                       const Lanes<B, P>& lanes,
                       const Wanted& wanted)
{
    B ofMembers[P], ofOthers[P], memberShare[P], otherShare[P];
    for (int v = 0; v < P; ++v) {
        const B lead = members.maximum[v] - others.maximum[v];
        const auto leads = lead >= B(0.);
        const B less = expNonPositive(select(leads, B(0.) - lead, lead));
        memberShare[v] = select(leads, B(1.), less) * members.total[v];
        otherShare[v] = select(leads, less, B(1.)) * others.total[v];
        const B inverse = B(1.) / (memberShare[v] + otherShare[v]);
        memberShare[v] = memberShare[v] * inverse;
        otherShare[v] = otherShare[v] * inverse;
        ofMembers[v] = B(1.) / members.total[v];
        ofOthers[v] = B(1.) / others.total[v];
    }
    const B weight(wanted.weight);
    for (int c = 0; c < d; ++c) {
        B conditional[P], unconditional[P], difference[P];
        for (int v = 0; v < P; ++v) {
            conditional[v] = members.weighted[c * P + v] * ofMembers[v];
            const B other = others.weighted[c * P + v] * ofOthers[v];
            unconditional[v] = fused(conditional[v], memberShare[v], other * otherShare[v]);
            difference[v] = (conditional[v] - other) * otherShare[v];
        }
        const std::size_t at = static_cast<std::size_t>(c) * wanted.stride;
        if (wanted.parts) {
            lanes.store(conditional, wanted.out[0] + at);
            lanes.store(unconditional, wanted.out[1] + at);
            lanes.store(difference, wanted.out[2] + at);
            continue;
        }
        for (int v = 0; v < P; ++v)
            unconditional[v] = fused(weight, difference[v], unconditional[v]);
        lanes.store(unconditional, wanted.out[0] + at);
    }
}

template <class B, int D, DoubleForm Form>
inline void
fixedPoints(const DoubleMixture& mixture, const double* x, const Wanted& wanted, std::size_t n)
{
    using Component = FixedComponent<B, D, Form>;
    for (std::size_t p = 0; p < n; p += B::size) {
        const Lanes<B, 1> lanes{p, n - p < B::size ? n - p : B::size};
        B point[D];
        for (std::size_t c = 0; c < D; ++c)
            lanes.load(x + c * wanted.stride, point + c);
        GroupSum<B, 1, D> members(D);
        addFixed<B, D, Form>(members, mixture.rows, mixture.members, point);
        if (mixture.others == 0) {
            finishOne(members, D, lanes, wanted);
            continue;
        }
        GroupSum<B, 1, D> others(D);
        const auto skipped = static_cast<std::ptrdiff_t>(mixture.members) * Component::kRow;
        addFixed<B, D, Form>(others, mixture.rows + skipped, mixture.others, point);
        finishBoth(members, others, D, lanes, wanted);
    }
}

template <class B, int P>
inline void anyTile(const DoubleMixture& mixture,
                    const double* x,
                    const Wanted& wanted,
                    const Lanes<B, P>& lanes)
{
    const int d = mixture.dimension;
    TileScratch<B, P> scratch;
    for (int c = 0; c < d; ++c)
        lanes.load(x + static_cast<std::size_t>(c) * wanted.stride, scratch.x + c * P);
    GroupSum<B, P, kMaxDimensions> members(d);
    addAny<B, P>(members, mixture, 0, mixture.members, scratch);
    if (mixture.others == 0) {
        finishOne(members, d, lanes, wanted);
        return;
    }
    GroupSum<B, P, kMaxDimensions> others(d);
    addAny<B, P>(others, mixture, mixture.members, mixture.others, scratch);
    finishBoth(members, others, d, lanes, wanted);
}

/// Two vectors at once, so that what is read of a rotation serves both.
template <class B>
void anyPoints(const DoubleMixture& mixture, const double* x, const Wanted& wanted, std::size_t n)
{
    for (std::size_t p = 0; p < n; p += 2 * B::size) {
        const std::size_t count = n - p;
        if (count > B::size)
            anyTile<B, 2>(mixture, x, wanted, {p, count < 2 * B::size ? count : 2 * B::size});
        else
            anyTile<B, 1>(mixture, x, wanted, {p, count});
    }
}

template <class B>
void points(const DoubleMixture& mixture, const double* x, const Wanted& wanted, std::size_t n)
{
    using enum DoubleForm;
    const DoubleForm form = mixture.form;
    if (mixture.dimension == 1)
        fixedPoints<B, 1, Isotropic>(mixture, x, wanted, n);
    else if (mixture.dimension == 2)
        form == Isotropic  ? fixedPoints<B, 2, Isotropic>(mixture, x, wanted, n)
        : form == Diagonal ? fixedPoints<B, 2, Diagonal>(mixture, x, wanted, n)
                           : fixedPoints<B, 2, Full>(mixture, x, wanted, n);
    else if (mixture.dimension == 3)
        form == Isotropic  ? fixedPoints<B, 3, Isotropic>(mixture, x, wanted, n)
        : form == Diagonal ? fixedPoints<B, 3, Diagonal>(mixture, x, wanted, n)
                           : fixedPoints<B, 3, Full>(mixture, x, wanted, n);
    else
        anyPoints<B>(mixture, x, wanted, n);
}

template <class Arch>
void denoise(const DoubleMixture& mixture,
             double weight,
             const double* x,
             double* denoised,
             std::size_t n,
             std::size_t stride)
{
    points<xsimd::batch<double, Arch>>(
        mixture, x, {false, weight, {denoised, nullptr, nullptr}, stride}, n);
}

template <class Arch>
void split(const DoubleMixture& mixture,
           const double* x,
           const DoubleSplitMeans& means,
           std::size_t n,
           std::size_t stride)
{
    points<xsimd::batch<double, Arch>>(
        mixture,
        x,
        {true, 1., {means.conditional, means.unconditional, means.difference}, stride},
        n);
}

template <class Arch>
void exponentials(const double* x, double* out, std::size_t n)
{
    using B = xsimd::batch<double, Arch>;
    for (std::size_t p = 0; p < n; p += B::size) {
        const Lanes<B, 1> lanes{p, n - p < B::size ? n - p : B::size};
        B value;
        lanes.load(x, &value);
        value = expNonPositive(value);
        lanes.store(&value, out);
    }
}

} // namespace
} // namespace scorefield
