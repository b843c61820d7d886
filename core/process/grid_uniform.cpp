// SPDX-License-Identifier: GPL-3.0-or-later
// Equal steps in the process's own time.
#include "core/process/grid_parts.h"

namespace scorefield {

GridKind uniformGrid()
{
    GridKind kind;
    kind.info = {"uniform",
                 "Uniform in time",
                 "t_k = T + (δ − T)k/K",
                 "Equal steps in the process's own time. What this means in noise level differs "
                 "from process to process.",
                 "Song et al. 2021, arXiv:2011.13456",
                 {stepsParameter(), finalParameter()}};
    kind.times = [](const ForwardProcess& process,
                    const Choice& grid) -> Result<std::vector<double>> {
        const ParameterValues& values = grid.values;
        const auto steps = static_cast<int>(values.at("steps"));
        std::vector<double> times;
        for (int k = 0; k < steps; ++k)
            times.push_back(process.horizon() + (process.stop() - process.horizon()) * k / steps);
        times.push_back(process.stop());
        return times;
    };
    return kind;
}

} // namespace scorefield
