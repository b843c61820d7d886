// SPDX-License-Identifier: GPL-3.0-or-later
// Rectified flow: the straight line from data to noise, alpha = 1 - t, sigma = t; pure noise at t =
// 1, where g^2 = 2t/(1-t) diverges.
#include "core/process/process_parts.h"

#include <cmath>

namespace scorefield {

namespace {

class RectifiedFlow final : public ForwardProcess {
public:
    RectifiedFlow(double horizon, double stop) : ForwardProcess(horizon, stop) {}
    PathCoefficients at(double t) const override { return {t, 1 - t, t, -1, 1}; }
    double timeAt(double sigmaTilde) const override
    {
        return std::isinf(sigmaTilde) ? 1 : sigmaTilde / (1 + sigmaTilde);
    }
};

} // namespace

ProcessKind rfProcess()
{
    ProcessKind kind{};
    kind.info = {
        "rf",
        "Rectified flow",
        "x = (1 − t)x₀ + tε,  v = ε̂ − x̂₀",
        "The straight line between data and noise; at t = 1 the prior is exact. As an SDE, g² = "
        "2t/(1 − t) diverges there.",
        "Liu et al. 2022, arXiv:2209.03003; Lipman et al. 2022, arXiv:2210.02747",
        {{.key = "horizon",
          .symbol = "T",
          .label = "Horizon",
          .minimum = 0.6,
          .maximum = 1,
          .defaultValue = 1,
          .help = "Time at which the reverse run starts; 1 is pure noise, below it the prior N(0, "
                  "T²I) is an "
                  "approximation. Liu et al. 2022, arXiv:2209.03003."},
         earlyStopParameter(
             "Time at which the run ends: (1 − δ) times the data, blurred with σ = δ. "
             "Liu et al. 2022, arXiv:2209.03003.")}};
    kind.info.group = kInterpolantGroup;
    kind.make = [](const Choice& choice) -> ProcessResult {
        const ParameterValues& values = choice.values;
        return processOf<RectifiedFlow>(values.at("horizon"), values.at("stop"));
    };
    return kind;
}

} // namespace scorefield
