// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/plane_kernel.h"

#include "core/base/system.h"

#include <string_view>

namespace scorefield {

const PlaneKernels& bestPlaneKernels()
{
    static const PlaneKernels& best = []() -> const PlaneKernels& {
        const char* limit = environmentVariable("SCOREFIELD_SIMD");
        const std::string_view most = limit == nullptr ? "avx512" : limit;
        // Each condition lists what core/CMakeLists.txt lets the compiler use in that unit.
        const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
        const bool avx512 =
            avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd")
            && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
        if (avx512 && most == "avx512")
            return kAvx512PlaneKernels;
        if (avx2 && (most == "avx512" || most == "avx2"))
            return kAvx2PlaneKernels;
        return kSse2PlaneKernels;
    }();
    return best;
}

} // namespace scorefield
