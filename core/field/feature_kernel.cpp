// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/feature_kernel.h"

#include "core/field/score_field.h"

#include <string_view>

namespace scorefield {

const FeatureKernels& featureKernels(const char* instructionSet)
{
    const std::string_view name = instructionSet;
    if (name == "avx512")
        return kAvx512FeatureKernels;
    return name == "avx2" ? kAvx2FeatureKernels : kSse2FeatureKernels;
}

const FeatureKernels& bestFeatureKernels()
{
    return featureKernels(kernelInstructionSet());
}

} // namespace scorefield
