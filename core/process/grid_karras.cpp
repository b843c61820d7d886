// SPDX-License-Identifier: GPL-3.0-or-later
// The grid of EDM: equal steps in sigma~^{1/rho}. rho = 1 is uniform in sigma~, rho -> inf uniform
// in log sigma~.
#include "core/process/grid_parts.h"

#include <cmath>

namespace scorefield {

GridKind karrasGrid()
{
    GridKind kind{};
    kind.info = {
        "karras",
        "Karras ρ",
        "σ̃_k = (σ̃_T^(1/ρ) + (k/K)(σ̃_δ^(1/ρ) − σ̃_T^(1/ρ)))^ρ",
        "Equal steps in σ̃^(1/ρ): a larger ρ puts more of the steps at low noise.",
        "Karras et al. 2022, arXiv:2206.00364, eq. 5",
        {stepsParameter(),
         finalParameter(),
         sigmaMaxParameter(),
         {.key = "rho",
          .symbol = "ρ",
          .label = "Exponent",
          .minimum = 1,
          .maximum = 20,
          .defaultValue = 7,
          .scale = Scale::Logarithmic,
          .help =
              "Exponent of σ̃_k = (σ̃_T^(1/ρ) + (k/K)(σ̃_δ^(1/ρ) − σ̃_T^(1/ρ)))^ρ; 1 is uniform in σ̃, "
              "∞ uniform in log σ̃. Karras et al. 2022, arXiv:2206.00364, eq. 5."}}};
    kind.info.group = kNoiseGroup;
    kind.times = [](const ForwardProcess& process,
                    const Choice& grid) -> Result<std::vector<double>> {
        const ParameterValues& values = grid.values;
        const double rho = values.at("rho");
        return timesOnNoiseCurve(process, values, [rho](double p, double high, double low) {
            const double from = std::pow(high, 1 / rho);
            return std::pow(from + p * (std::pow(low, 1 / rho) - from), rho);
        });
    };
    return kind;
}

} // namespace scorefield
