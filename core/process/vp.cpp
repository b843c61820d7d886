// SPDX-License-Identifier: GPL-3.0-or-later
// Variance preserving with constant rate: dX = -X/2 dt + dB, so alpha = e^{-t/2}, sigma^2 = 1 -
// e^{-t} and sigma~^2 = e^t - 1.
#include "core/process/process_parts.h"

#include <cmath>

namespace scorefield {

namespace {

class VariancePreserving final : public ForwardProcess {
public:
    VariancePreserving(double horizon, double stop) : ForwardProcess(horizon, stop) {}

    PathCoefficients at(double t) const override
    {
        const double alpha = std::exp(-t / 2);
        const double sigma = std::sqrt(-std::expm1(-t)); // expm1: no cancellation at small t
        return {t, alpha, sigma, -alpha / 2, alpha * alpha / (2 * sigma)};
    }

    double timeAt(double sigmaTilde) const override { return std::log1p(sigmaTilde * sigmaTilde); }
};

} // namespace

ProcessKind vpProcess()
{
    ProcessKind kind{};
    kind.info = {
        "vp",
        "Variance preserving",
        "dX = −½X dt + dB,  α = e^(−t/2),  σ² = 1 − e^(−t)",
        "Ornstein–Uhlenbeck noise at constant rate: the signal fades as e^(−t/2) while the total "
        "variance stays near 1.",
        "Song et al. 2021, arXiv:2011.13456",
        {{.key = "horizon",
          .symbol = "T",
          .label = "Horizon",
          .minimum = 0.1,
          .maximum = 50,
          .defaultValue = 10,
          .scale = Scale::Logarithmic,
          .help =
              "Time at which the reverse run starts, σ̃² = e^T − 1; what is left of the data there, "
              "α = e^(−T/2), is the prior mismatch. Song et al. 2021, arXiv:2011.13456."},
         earlyStopParameter(
             "Time at which the run ends; the result is the data blurred with σ² = 1 − e^(−δ). "
             "Song et al. 2021, arXiv:2011.13456.")}};
    kind.info.group = kVariancePreservingGroup;
    kind.make = [](const Choice& choice) -> ProcessResult {
        const ParameterValues& values = choice.values;
        return processOf<VariancePreserving>(values.at("horizon"), values.at("stop"));
    };
    return kind;
}

} // namespace scorefield
