// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/culled_kernel_impl.h"

namespace scorefield {

using Arch = xsimd::fma3<xsimd::avx2>;
const TreeKernels kAvx2TreeKernels{"avx2", walkTree<Arch, 2, 2>, walkTree<Arch, 3, 2>};

} // namespace scorefield
