// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/plane_kernel_impl.h"

namespace scorefield {

using Arch = xsimd::sse2;
const PlaneKernels kSse2PlaneKernels{planeMoments<Arch, false>, planeMoments<Arch, true>};

} // namespace scorefield
