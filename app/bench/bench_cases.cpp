// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/bench.h"

namespace scorefield::app {

// One line per case; each is defined in the file of its name, those of whole runs in
// bench_runs.cpp.
Result<std::vector<BenchFigure>> benchCeilings(BenchContext& context);
Result<std::vector<BenchFigure>> benchEuler(BenchContext& context);
Result<std::vector<BenchFigure>> benchMaruyama(BenchContext& context);
Result<std::vector<BenchFigure>> benchMixture25(BenchContext& context);
Result<std::vector<BenchFigure>> benchGuided(BenchContext& context);
Result<std::vector<BenchFigure>> benchTree(BenchContext& context);
Result<std::vector<BenchFigure>> benchGrowth(BenchContext& context);
Result<std::vector<BenchFigure>> benchDouble(BenchContext& context);
Result<std::vector<BenchFigure>> benchGpu(BenchContext& context);
Result<std::vector<BenchFigure>> benchWindow(BenchContext& context);
Result<std::vector<BenchFigure>> benchStart(BenchContext& context);
Result<std::vector<BenchFigure>> benchMemory(BenchContext& context);
Result<std::vector<BenchFigure>> benchFrame(BenchContext& context);

const std::vector<BenchCase>& benchCases()
{
    static const std::vector<BenchCase> cases = {
        {"ceilings", "what the machine can do: exponentials, memory", benchCeilings, true},
        {"euler", "3 components in 2-D, Euler ODE, float", benchEuler, true},
        {"maruyama", "the same with fresh normals in every step", benchMaruyama, true},
        {"mixture25", "25 components with full covariances, Euler-Maruyama", benchMixture25, true},
        {"guided", "what guidance costs, 3 components", benchGuided, true},
        {"tree", "a tree of 1016 components, Heun", benchTree, true},
        {"growth", "64 to 4096 components on a circle", benchGrowth, true},
        {"double", "runs in double, in 2 to 64 dimensions", benchDouble, true},
        {"gpu", "the samplers as a compute shader, where there is OpenGL 4.3", benchGpu},
        {"window", "from a slider to its simulation, in the window", benchWindow},
        {"start", "from the start of the program to its first frame", benchStart},
        {"memory", "resident memory, with and without the window", benchMemory},
        {"frame", "a frame of two lanes without a display, moving and at rest", benchFrame},
    };
    return cases;
}

} // namespace scorefield::app
