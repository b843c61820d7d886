// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/culled_kernel_impl.h"

namespace scorefield {

using Arch = xsimd::sse2;
const TreeKernels kSse2TreeKernels{"sse2", walkTree<Arch, 2, 2>, walkTree<Arch, 3, 2>};

} // namespace scorefield
