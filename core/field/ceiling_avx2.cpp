// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/ceiling_impl.h"

namespace scorefield {

using Arch = xsimd::fma3<xsimd::avx2>;
const ExpLoops kAvx2ExpLoops{expRounds<Arch, true>, expRounds<Arch, false>};

} // namespace scorefield
