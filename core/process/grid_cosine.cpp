// SPDX-License-Identifier: GPL-3.0-or-later
// Equal steps of the cosine schedule's time on any process: there sigma~ = tan of an angle that
// grows evenly.
#include "core/process/grid_parts.h"

#include <cmath>

namespace scorefield {

GridKind cosineGrid()
{
    GridKind kind{};
    kind.info = {
        "cosine",
        "Cosine",
        "σ̃_k = tan(φ_T + (k/K)(φ_δ − φ_T)),  φ = arctan σ̃",
        "Equal steps in time of the cosine schedule (its offset s is taken up by the ends): "
        "most of the steps at moderate noise. Needs no first level where a process starts "
        "in pure noise.",
        "Nichol and Dhariwal 2021, arXiv:2102.09672",
        {stepsParameter(), finalParameter()},
        kNoiseGroup};
    kind.times = [](const ForwardProcess& process,
                    const Choice& grid) -> Result<std::vector<double>> {
        const double from = std::atan(process.at(process.horizon()).sigmaTilde());
        const double to = std::atan(process.at(process.stop()).sigmaTilde());
        return timesBetweenEnds(process, stepsOf(grid.values), [&](double p) {
            return std::tan(from + p * (to - from));
        });
    };
    return kind;
}

} // namespace scorefield
