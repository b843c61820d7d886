// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/feature_kernel_impl.h"

namespace scorefield {

using Arch = xsimd::sse2;
const FeatureKernels kSse2FeatureKernels{
    "sse2", features<Arch>, gram<Arch>, network<Arch, 2>, network<Arch, 3>};

} // namespace scorefield
