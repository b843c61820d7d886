// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The parameters of processes whose rate grows linearly, beta = beta0 + (beta1 - beta0) t.
#include "core/process/process_parts.h"

#include <string>
#include <utility>
#include <vector>

namespace scorefield {

/// horizon, stop, beta_min, beta_max; `blur` is sigma at delta as a formula: "σ² = 1 − e^(−B(δ))".
inline std::vector<ParameterDescriptor> linearRateParameters(const std::string& blur)
{
    return {{.key = "horizon",
             .symbol = "T",
             .label = "Horizon",
             .minimum = 0.1,
             .maximum = 2,
             .defaultValue = 1,
             .help = "Time at which the reverse run starts; α = e^(−B/2) with B = β₀T + ½(β₁ − "
                     "β₀)T². Song et al. 2021, arXiv:2011.13456."},
            earlyStopParameter("Time at which the run ends; the result is the data blurred with "
                               + blur + ". Song et al. 2021, arXiv:2011.13456."),
            {.key = "beta_min",
             .symbol = "β₀",
             .label = "Rate at the data",
             .minimum = 1e-3,
             .maximum = 5,
             .defaultValue = 0.1,
             .scale = Scale::Logarithmic,
             .help = "Rate at t = 0: β = β₀ + (β₁ − β₀)t. Ho et al. 2020, arXiv:2006.11239."},
            {.key = "beta_max",
             .symbol = "β₁",
             .label = "Rate at t = 1",
             .minimum = 5,
             .maximum = 50,
             .defaultValue = 20,
             .help = "Rate at t = 1: β = β₀ + (β₁ − β₀)t. Ho et al. 2020, arXiv:2006.11239."}};
}

} // namespace scorefield
