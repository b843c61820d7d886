// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/bench.h"

namespace scorefield::app {

// One line per case; each is defined in the file of its name (bench_<id>.cpp).

const std::vector<BenchCase>& benchCases()
{
    static const std::vector<BenchCase> cases = {};
    return cases;
}

} // namespace scorefield::app
