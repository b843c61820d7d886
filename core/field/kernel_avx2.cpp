// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/kernel_affine_impl.h"
#include "core/field/kernel_normals_impl.h"

namespace scorefield {

using Arch = xsimd::fma3<xsimd::avx2>;
const FieldKernels kAvx2Kernels{"avx2",
                                denoise<Arch, 2>,
                                denoise<Arch, 3>,
                                split<Arch, 2>,
                                split<Arch, 3>,
                                normals<Arch>,
                                affine<Arch, 2>,
                                affine<Arch, 3>};

} // namespace scorefield
