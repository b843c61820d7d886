// SPDX-License-Identifier: GPL-3.0-or-later
// GCC 12 warns of its own intrinsics header (GCC bug 105593); the warning carries no information.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include "core/geometry/plane_kernel_impl.h"

namespace scorefield {

using Arch = xsimd::avx512dq;
const PlaneKernels kAvx512PlaneKernels{planeMoments<Arch, false>, planeMoments<Arch, true>};

} // namespace scorefield
