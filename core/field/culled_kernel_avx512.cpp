// SPDX-License-Identifier: GPL-3.0-or-later
// As in kernel_avx512.cpp: GCC bug 105593.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"

#include "core/field/culled_kernel_impl.h"

namespace scorefield {

using Arch = xsimd::avx512dq;
const TreeKernels kAvx512TreeKernels{"avx512", walkTree<Arch, 2, 2>, walkTree<Arch, 3, 2>};

} // namespace scorefield
