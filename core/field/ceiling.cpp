// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/ceiling.h"

#include "core/field/kernel.h"

namespace scorefield {

const ExpLoops& expLoops()
{
    if (&bestFieldKernels() == &kAvx512Kernels)
        return kAvx512ExpLoops;
    return &bestFieldKernels() == &kAvx2Kernels ? kAvx2ExpLoops : kSse2ExpLoops;
}

} // namespace scorefield
