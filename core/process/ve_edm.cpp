// SPDX-License-Identifier: GPL-3.0-or-later
// Variance exploding in the time of EDM: dX = sqrt(2t) dB, so alpha = 1 and sigma = sigma~ = t.
#include "core/process/process_parts.h"

namespace scorefield {

namespace {

class VarianceExplodingEdm final : public ForwardProcess {
public:
    VarianceExplodingEdm(double horizon, double stop) : ForwardProcess(horizon, stop) {}
    PathCoefficients at(double t) const override { return {t, 1, t, 0, 1}; }
    double timeAt(double sigmaTilde) const override { return sigmaTilde; }
};

} // namespace

ProcessKind veEdmProcess()
{
    ProcessKind kind{};
    kind.info = {
        "ve-edm",
        "Variance exploding (EDM)",
        "dX = √(2t) dB,  α = 1,  σ = t",
        "The signal keeps its size and noise is added until it drowns; time is the noise level "
        "itself.",
        "Karras et al. 2022, arXiv:2206.00364",
        {{.key = "horizon",
          .symbol = "T",
          .label = "Horizon",
          .minimum = 2,
          .maximum = 1000,
          .defaultValue = 80,
          .scale = Scale::Logarithmic,
          .help = "Noise level σ = T at which the reverse run starts; the prior N(0, T²I) differs "
                  "from the exact "
                  "law by about (data scale/T). Karras et al. 2022, arXiv:2206.00364."},
         {.key = "stop",
          .symbol = "δ",
          .label = "Early stop",
          .minimum = 1e-5,
          .maximum = 1,
          .defaultValue = 0.002,
          .scale = Scale::Logarithmic,
          .help =
              "Noise level σ = δ at which the run ends. Karras et al. 2022, arXiv:2206.00364."}}};
    kind.info.group = kVarianceExplodingGroup;
    kind.make = [](const Choice& choice) -> ProcessResult {
        const ParameterValues& values = choice.values;
        return processOf<VarianceExplodingEdm>(values.at("horizon"), values.at("stop"));
    };
    return kind;
}

} // namespace scorefield
