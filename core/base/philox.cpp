// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/philox.h"

#include <cmath>
#include <numbers>

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

/// The two uniforms of a coordinate pair at a step.
std::array<double, 2> uniforms(std::uint64_t seed,
                               Stream stream,
                               std::uint32_t particle,
                               std::uint32_t step,
                               std::uint32_t coordinate)
{
    const auto words =
        philoxWords({particle, coordinate / 2, step / 2, static_cast<std::uint32_t>(stream)}, seed);
    const std::size_t first = 2 * (step % 2);
    const double scale = 0x1p-32;
    return {(words[first] + 0.5) * scale, (words[first + 1] + 0.5) * scale};
}

} // namespace

double philoxNormal(std::uint64_t seed,
                    Stream stream,
                    std::uint32_t particle,
                    std::uint32_t step,
                    std::uint32_t coordinate)
{
    const auto u = uniforms(seed, stream, particle, step, coordinate);
    const double radius = std::sqrt(-2 * std::log(u[0]));
    const double angle = 2 * std::numbers::pi * u[1];
    return coordinate % 2 == 0 ? radius * std::cos(angle) : radius * std::sin(angle);
}

double philoxUniform(std::uint64_t seed,
                     Stream stream,
                     std::uint32_t particle,
                     std::uint32_t step,
                     std::uint32_t coordinate)
{
    return uniforms(seed, stream, particle, step, coordinate)[coordinate % 2];
}

} // namespace scorefield
