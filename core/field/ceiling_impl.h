// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Body of the ceilings, compiled once per instruction set under the rules of kernel_impl.h.
#include "core/field/ceiling.h"
#include "core/field/kernel_impl.h"

namespace scorefield {
namespace {

/// Eight vectors that do not wait for each other hide the latency of the multiplications.
template <class Arch, bool General>
void expRounds(float* values, std::size_t rounds)
{
    using B = xsimd::batch<float, Arch>;
    constexpr std::size_t kChains = 8;
    static_assert(kCeilingValues % (kChains * B::size) == 0);
    for (std::size_t first = 0; first < kCeilingValues; first += kChains * B::size) {
        B x[kChains];
        for (std::size_t j = 0; j < kChains; ++j)
            x[j] = B::load_unaligned(values + first + j * B::size);
        for (std::size_t round = 0; round < rounds; ++round)
            for (std::size_t j = 0; j < kChains; ++j) {
                if constexpr (General)
                    x[j] = -xsimd::exp(x[j]);
                else
                    x[j] = -exp2NonPositive(x[j]);
            }
        for (std::size_t j = 0; j < kChains; ++j)
            x[j].store_unaligned(values + first + j * B::size);
    }
}

} // namespace
} // namespace scorefield
