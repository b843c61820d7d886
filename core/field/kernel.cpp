// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/kernel.h"

#include "core/base/system.h"
#include "core/field/score_field.h"

#include <string_view>

namespace scorefield {

const FieldKernels* fieldKernels(const char* instructionSet)
{
    const std::string_view name = instructionSet;
    // Each condition lists what core/CMakeLists.txt lets the compiler use in that unit.
    if (name == "sse2")
        return &kSse2Kernels;
    if (name == "avx2" && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return &kAvx2Kernels;
    if (name == "avx512" && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("fma"))
        return &kAvx512Kernels;
    return nullptr;
}

const FieldKernels& bestFieldKernels()
{
    static const FieldKernels& best = []() -> const FieldKernels& {
        const char* limit = environmentVariable("SCOREFIELD_SIMD");
        bool allowed = limit == nullptr;
        for (const char* name : {"avx512", "avx2"}) {
            allowed = allowed || std::string_view(limit) == name;
            if (const FieldKernels* kernels = fieldKernels(name); allowed && kernels != nullptr)
                return *kernels;
        }
        return kSse2Kernels;
    }();
    return best;
}

const char* kernelInstructionSet()
{
    return bestFieldKernels().name;
}

} // namespace scorefield
