// SPDX-License-Identifier: GPL-3.0-or-later
// Variance exploding at constant rate: dX = dB, so alpha = 1 and sigma^2 = t.
#include "core/process/process_parts.h"

#include <cmath>

namespace scorefield {

namespace {

class VarianceExplodingSmld final : public ForwardProcess {
public:
    VarianceExplodingSmld(double horizon, double stop) : ForwardProcess(horizon, stop) {}

    PathCoefficients at(double t) const override
    {
        const double sigma = std::sqrt(t);
        return {t, 1, sigma, 0, 0.5 / sigma};
    }

    double timeAt(double sigmaTilde) const override { return sigmaTilde * sigmaTilde; }
};

} // namespace

ProcessKind veSmldProcess()
{
    ProcessKind kind{};
    kind.info = {
        "ve-smld",
        "Variance exploding (SMLD)",
        "dX = dB,  α = 1,  σ² = t",
        "Pure Brownian motion: time is the variance of the noise.",
        "Song and Ermon 2019, arXiv:1907.05600; Song et al. 2021, arXiv:2011.13456",
        {{.key = "horizon",
          .symbol = "T",
          .label = "Horizon",
          .minimum = 4,
          .maximum = 1e6,
          .defaultValue = 6400,
          .scale = Scale::Logarithmic,
          .help = "Noise variance σ² = T at which the reverse run starts; the prior is N(0, TI). "
                  "Song et al. 2021, arXiv:2011.13456."},
         {.key = "stop",
          .symbol = "δ",
          .label = "Early stop",
          .minimum = 1e-10,
          .maximum = 1,
          .defaultValue = 1e-4,
          .scale = Scale::Logarithmic,
          .help = "Noise variance σ² = δ at which the run ends. Song et al. 2021, "
                  "arXiv:2011.13456."}}};
    kind.info.group = kVarianceExplodingGroup;
    kind.make = [](const Choice& choice) -> ProcessResult {
        const ParameterValues& values = choice.values;
        return processOf<VarianceExplodingSmld>(values.at("horizon"), values.at("stop"));
    };
    return kind;
}

} // namespace scorefield
