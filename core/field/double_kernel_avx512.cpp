// SPDX-License-Identifier: GPL-3.0-or-later
// GCC 12 takes the deliberately undefined operand of its own AVX-512 intrinsics for a mistake (GCC
// bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"

#include "core/field/double_kernel_impl.h"
#include "core/field/double_normals_impl.h"

namespace scorefield {

using Arch = xsimd::avx512dq;
const DoubleKernels kAvx512DoubleKernels{
    "avx512", denoise<Arch>, split<Arch>, normals<Arch>, exponentials<Arch>};

} // namespace scorefield
