// SPDX-License-Identifier: GPL-3.0-or-later
// As in kernel_avx512.cpp: GCC bug 105593.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"

#include "core/field/feature_kernel_impl.h"

namespace scorefield {

using Arch = xsimd::avx512dq;
const FeatureKernels kAvx512FeatureKernels{
    "avx512", features<Arch>, gram<Arch>, network<Arch, 2>, network<Arch, 3>};

} // namespace scorefield
