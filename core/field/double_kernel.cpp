// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/double_kernel.h"

#include "core/field/score_field.h"

#include <string_view>

namespace scorefield {

const DoubleKernels& doubleKernels(const char* instructionSet)
{
    const std::string_view name = instructionSet;
    if (name == "avx512")
        return kAvx512DoubleKernels;
    return name == "avx2" ? kAvx2DoubleKernels : kSse2DoubleKernels;
}

const DoubleKernels& bestDoubleKernels()
{
    return doubleKernels(kernelInstructionSet());
}

} // namespace scorefield
