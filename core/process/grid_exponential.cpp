// SPDX-License-Identifier: GPL-3.0-or-later
// k-diffusion's exponential grids: log sigma~ falls as (1 - k/K)^rho; rho = 1 is uniform in
// log-SNR.
#include "core/process/grid_parts.h"

#include <cmath>

namespace scorefield {

namespace {

NoiseCurve polyExponential(double rho)
{
    return [rho](double p, double high, double low) {
        return low * std::pow(high / low, std::pow(1 - p, rho));
    };
}

} // namespace

GridKind exponentialGrid()
{
    GridKind kind{};
    kind.info = {"exponential",
                 "Exponential",
                 "log σ̃_k = log σ̃_T + (k/K)(log σ̃_δ − log σ̃_T)",
                 "The name that k-diffusion gives to the grid uniform in log-SNR; σ_max and σ_min "
                 "are the levels at T and δ.",
                 "k-diffusion, get_sigmas_exponential",
                 {stepsParameter(), finalParameter(), sigmaMaxParameter()},
                 kNoiseGroup};
    kind.times = [](const ForwardProcess& process, const Choice& grid) {
        return timesOnNoiseCurve(process, grid.values, polyExponential(1));
    };
    return kind;
}

GridKind polyExponentialGrid()
{
    GridKind kind{};
    kind.info = {
        "poly-exponential",
        "Poly-exponential",
        "log σ̃_k = log σ̃_δ + (1 − k/K)^ρ (log σ̃_T − log σ̃_δ)",
        "As exponential with a ramp to the power ρ: above 1, more of the steps at low "
        "noise. σ_max and σ_min are the levels at T and δ.",
        "k-diffusion, get_sigmas_polyexponential",
        {stepsParameter(),
         finalParameter(),
         sigmaMaxParameter(),
         {.key = "rho",
          .symbol = "ρ",
          .label = "Exponent",
          .minimum = 0.2,
          .maximum = 4, // beyond, the last of 1000 levels would be equal in double precision
          .defaultValue = 1.5,
          .scale = Scale::Logarithmic,
          .help = "Power of the ramp (1 − k/K)^ρ in log σ̃; 1 is uniform in log-SNR. "
                  "k-diffusion, get_sigmas_polyexponential."}},
        kNoiseGroup};
    kind.times = [](const ForwardProcess& process, const Choice& grid) {
        return timesOnNoiseCurve(process, grid.values, polyExponential(grid.values.at("rho")));
    };
    return kind;
}

} // namespace scorefield
