// SPDX-License-Identifier: GPL-3.0-or-later
// Equal steps in the process's own time.
#include "core/process/grid_parts.h"

namespace scorefield {

GridKind uniformGrid()
{
    GridKind kind{};
    kind.info = {"uniform",
                 "Uniform in time",
                 "t_k = T + (δ − T)k/K",
                 "Equal steps in the process's own time. What this means in noise level differs "
                 "from process to process.",
                 "Song et al. 2021, arXiv:2011.13456",
                 {stepsParameter(), finalParameter()}};
    kind.info.group = kTimeGroup;
    kind.times = [](const ForwardProcess& process,
                    const Choice& grid) -> Result<std::vector<double>> {
        const int steps = stepsOf(grid.values);
        const double T = process.horizon(), delta = process.stop();
        std::vector<double> times{T};
        for (int k = 1; k < steps; ++k)
            times.push_back(T + (delta - T) * k / steps);
        if (steps > 0)
            times.push_back(delta);
        return times;
    };
    return kind;
}

} // namespace scorefield
