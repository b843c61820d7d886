// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Randomness as a function: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as
// 1, 2, 3"; Random123) keyed by the seed, with (particle, coordinate pair, step pair, stream) as
// the counter. No state, so results depend neither on the number of threads nor on the number of
// particles.
//   key     = (seed low, seed high)
//   counter = (particle, coordinate/2, step/2, stream)
//   words (2b, 2b+1), b = step mod 2, give by Box–Muller the normals of coordinates (2c, 2c+1):
//   u = (w + 0.5)/2^32;  r = sqrt(-2 log u_0);  (r cos 2πu_1, r sin 2πu_1)
#include <array>
#include <cstdint>

namespace scorefield {

/// Independent sequences of one seed.
enum class Stream : std::uint32_t {
    Initial = 0,
    Steps = 1,
    Prior = 2,
    Data = 3,
    Fit = 4,
    Path = 5,
    Resampling = 6
};

/// The four words of Philox4x32-10 for this counter and key (the Random123 reference).
std::array<std::uint32_t, 4> philoxWords(std::array<std::uint32_t, 4> counter, std::uint64_t seed);

/// The standard normal of (seed, stream, particle, step, coordinate), double precision.
double philoxNormal(std::uint64_t seed,
                    Stream stream,
                    std::uint32_t particle,
                    std::uint32_t step,
                    std::uint32_t coordinate);

/// The uniform in (0, 1) of the same counter: (w + 0.5)/2^32 with w = word `2b + coordinate%2`.
double philoxUniform(std::uint64_t seed,
                     Stream stream,
                     std::uint32_t particle,
                     std::uint32_t step,
                     std::uint32_t coordinate);

} // namespace scorefield
