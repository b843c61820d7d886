// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The most that the float kernels could do: an exponential alone, nothing else in the loop. What
// "scorefield bench" divides measured rates by.
#include <cstddef>

namespace scorefield {

/// Replaces each of kCeilingValues numbers x <= 0 by -e^x or -2^x, `rounds` times, all in
/// registers.
using ExpLoop = void (*)(float* values, std::size_t rounds);
inline constexpr std::size_t kCeilingValues = 128; ///< eight vectors of the widest instruction set

struct ExpLoops {
    ExpLoop general; ///< e^x of every float: that of xsimd, what a vector mathematics library gives
    ExpLoop nonPositive; ///< for x <= 0 alone and to base 2, as kernel_impl.h computes it
};

/// In the instruction set of bestFieldKernels() (core/field/kernel.h).
const ExpLoops& expLoops();

// Defined in ceiling_<name>.cpp.
extern const ExpLoops kSse2ExpLoops;
extern const ExpLoops kAvx2ExpLoops;
extern const ExpLoops kAvx512ExpLoops;

} // namespace scorefield
