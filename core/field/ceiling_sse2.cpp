// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/ceiling_impl.h"

namespace scorefield {

using Arch = xsimd::sse2;
const ExpLoops kSse2ExpLoops{expRounds<Arch, true>, expRounds<Arch, false>};

} // namespace scorefield
