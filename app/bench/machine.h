// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where and with what a figure was measured.
#include <string>
#include <vector>

namespace scorefield::app {

struct BenchMachine {
    std::string processor; ///< "AMD EPYC 9354"
    int processors = 0;    ///< that this process may use
    double memoryGib = 0;
    std::string system; ///< "Debian GNU/Linux 12 (bookworm), Linux 6.1.0"
    std::string build;  ///< "Release, GCC 12.2.0"
    bool isOptimised = false;
};
BenchMachine thisMachine();

/// What draws without a display: the name and version of OpenGL, or why there is none.
struct GlDriver {
    std::string renderer; ///< "llvmpipe (LLVM 15.0.6, 256 bits)"; empty: none
    std::string version;  ///< "4.5 (Core Profile) Mesa 22.3.6"
    std::string reason;   ///< one sentence where there is none
};
GlDriver glDriver();

/// Those whose kernels this machine can run and SCOREFIELD_SIMD allows, the widest first.
std::vector<std::string> instructionSets();

} // namespace scorefield::app
