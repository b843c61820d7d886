// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/bench.h"

#include <algorithm>
#include <utility>

namespace scorefield::app {

const std::vector<BenchCase>& benchCases()
{
    static const std::vector<BenchCase> cases = {};
    return cases;
}

BenchFigure figureOf(std::string name, std::string unit, std::vector<double> samples)
{
    BenchFigure figure{.name = std::move(name), .unit = std::move(unit)};
    if (samples.empty())
        return figure;
    std::sort(samples.begin(), samples.end());
    const std::size_t middle = samples.size() / 2;
    figure.median =
        samples.size() % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2;
    figure.lowest = samples.front();
    figure.highest = samples.back();
    figure.repetitions = static_cast<int>(samples.size());
    return figure;
}

} // namespace scorefield::app
