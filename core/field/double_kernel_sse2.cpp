// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/double_kernel_impl.h"
#include "core/field/double_normals_impl.h"

namespace scorefield {

using Arch = xsimd::sse2;
const DoubleKernels kSse2DoubleKernels{
    "sse2", denoise<Arch>, split<Arch>, normals<Arch>, exponentials<Arch>};

} // namespace scorefield
