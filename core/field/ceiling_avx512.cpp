// SPDX-License-Identifier: GPL-3.0-or-later
// GCC 12 takes the deliberately undefined operand of its own AVX-512 intrinsics for a mistake (GCC
// bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"

#include "core/field/ceiling_impl.h"

namespace scorefield {

using Arch = xsimd::avx512dq;
const ExpLoops kAvx512ExpLoops{expRounds<Arch, true>, expRounds<Arch, false>};

} // namespace scorefield
