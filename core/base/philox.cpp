// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/philox.h"

#include "core/base/philox_normals_impl.h"

// Random123 carries compiler-specific macros that -Wpedantic and -Wconversion dislike.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <Random123/philox.h>
#pragma GCC diagnostic pop

namespace scorefield {

std::array<std::uint32_t, 4> philoxWords(std::array<std::uint32_t, 4> counter, std::uint64_t seed)
{
    const r123::Philox4x32::ctr_type c = {{counter[0], counter[1], counter[2], counter[3]}};
    const r123::Philox4x32::key_type k = {
        {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
    const r123::Philox4x32::ctr_type words = r123::Philox4x32()(c, k);
    return {words[0], words[1], words[2], words[3]};
}

namespace {

/// The two words of a coordinate pair at a step.
std::array<std::uint32_t, 2> wordPair(std::uint64_t seed,
                                      Stream stream,
                                      std::uint32_t particle,
                                      std::uint32_t step,
                                      std::uint32_t coordinate)
{
    const auto words =
        philoxWords({particle, coordinate / 2, step / 2, static_cast<std::uint32_t>(stream)}, seed);
    const std::size_t first = 2 * (step % 2);
    return {words[first], words[first + 1]};
}

} // namespace

double philoxNormal(std::uint64_t seed,
                    Stream stream,
                    std::uint32_t particle,
                    std::uint32_t step,
                    std::uint32_t coordinate)
{
    using B = xsimd::batch<double, xsimd::sse2>;
    const auto words = wordPair(seed, stream, particle, step, coordinate);
    B cosine, sine;
    normalDirection(LaneWords<B>(std::uint64_t{words[1]}), cosine, sine);
    const B radius = normalRadius<B>(LaneWords<B>(std::uint64_t{words[0]}));
    return (radius * (coordinate % 2 == 0 ? cosine : sine)).get(0);
}

double philoxUniform(std::uint64_t seed,
                     Stream stream,
                     std::uint32_t particle,
                     std::uint32_t step,
                     std::uint32_t coordinate)
{
    return (wordPair(seed, stream, particle, step, coordinate)[coordinate % 2] + 0.5) * 0x1p-32;
}

} // namespace scorefield
