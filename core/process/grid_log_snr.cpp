// SPDX-License-Identifier: GPL-3.0-or-later
// Equal steps in lambda = log(alpha/sigma) = -log sigma~.
#include "core/process/grid_parts.h"

#include <cmath>

namespace scorefield {

GridKind logSnrGrid()
{
    GridKind kind{};
    kind.info = {"log-snr",
                 "Uniform in log-SNR",
                 "σ̃_k = σ̃_T (σ̃_δ/σ̃_T)^(k/K)",
                 "Equal steps in λ = log(α/σ): every step reduces the noise level by the same "
                 "factor, in every process.",
                 "Lu et al. 2022 (DPM-Solver), arXiv:2206.00927",
                 {stepsParameter(), finalParameter(), sigmaMaxParameter()}};
    kind.info.group = kNoiseGroup;
    kind.times = [](const ForwardProcess& process,
                    const Choice& grid) -> Result<std::vector<double>> {
        const ParameterValues& values = grid.values;
        return timesOnNoiseCurve(process, values, [](double p, double high, double low) {
            return high * std::pow(low / high, p);
        });
    };
    return kind;
}

} // namespace scorefield
