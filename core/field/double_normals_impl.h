// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Blocks of the normals of core/base/philox_normals_impl.h, whose rules hold here.
#include "core/base/philox_normals_impl.h"
#include "core/field/double_kernel.h"

namespace scorefield {
namespace {

/// The first `count` lanes to `out`.
template <class B>
inline void storeLanes(B value, double* out, std::size_t count)
{
    if (count == B::size) {
        value.store_unaligned(out);
        return;
    }
    double lanes[B::size];
    value.store_unaligned(lanes);
    for (std::size_t lane = 0; lane < count; ++lane)
        out[lane] = lanes[lane];
}

template <class Arch>
void normals(const DoubleNormalsRequest& request)
{
    using B = xsimd::batch<double, Arch>;
    using U = LaneWords<B>;
    uint64_t numbers[B::size];
    for (std::size_t i = 0; i < B::size; ++i)
        numbers[i] = i;
    const U lane = U::load_unaligned(numbers), low(uint64_t{0xffffffffu});
    for (int first = 0; first < request.dimension; first += 2) {
        const PhiloxCounter counter{
            request.seed, static_cast<uint32_t>(first) / 2, request.stepPair, request.stream};
        const bool pair = first + 1 < request.dimension;
        for (std::size_t p = 0; p < request.n; p += B::size) {
            const U particle = lane + U(uint64_t{request.firstParticle} + p);
            U word[4][1];
            philoxLanes<1>(&particle, counter, word);
            const std::size_t count = request.n - p < B::size ? request.n - p : B::size;
            for (int half = 0; half < 2; ++half) {
                double* out = half == 0 ? request.even : request.odd;
                if (out == nullptr)
                    continue;
                out += static_cast<std::size_t>(first) * request.stride + p;
                const B radius = normalRadius<B>(word[2 * half][0] & low);
                B cosine, sine;
                normalDirection(word[2 * half + 1][0] & low, cosine, sine);
                storeLanes(radius * cosine, out, count);
                if (pair)
                    storeLanes(radius * sine, out + request.stride, count);
            }
        }
    }
}

} // namespace
} // namespace scorefield
