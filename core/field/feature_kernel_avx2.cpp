// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/feature_kernel_impl.h"

namespace scorefield {

using Arch = xsimd::fma3<xsimd::avx2>;
const FeatureKernels kAvx2FeatureKernels{
    "avx2", features<Arch>, gram<Arch>, network<Arch, 2>, network<Arch, 3>};

} // namespace scorefield
