// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/plane_kernel_impl.h"

namespace scorefield {

using Arch = xsimd::fma3<xsimd::avx2>;
const PlaneKernels kAvx2PlaneKernels{planeMoments<Arch, false>, planeMoments<Arch, true>};

} // namespace scorefield
