// SPDX-License-Identifier: GPL-3.0-or-later
// GCC 12 takes the deliberately undefined operand of its own AVX-512 intrinsics for a mistake (GCC
// bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"

#include "core/field/kernel_affine_impl.h"
#include "core/field/kernel_normals_impl.h"

namespace scorefield {

using Arch = xsimd::avx512dq;
const FieldKernels kAvx512Kernels{"avx512",
                                  denoise<Arch, 2>,
                                  denoise<Arch, 3>,
                                  split<Arch, 2>,
                                  split<Arch, 3>,
                                  normals<Arch>,
                                  affine<Arch, 2>,
                                  affine<Arch, 3>};

} // namespace scorefield
