// SPDX-License-Identifier: GPL-3.0-or-later
// The Ornstein–Uhlenbeck process of the theory papers: dX = -X dt + sqrt(2) dB, so alpha = e^{-t},
// sigma^2 = 1 - e^{-2t}. Its time is half of that of `vp`.
#include "core/process/process_parts.h"

#include <cmath>

namespace scorefield {

namespace {

class OrnsteinUhlenbeck final : public ForwardProcess {
public:
    OrnsteinUhlenbeck(double horizon, double stop) : ForwardProcess(horizon, stop) {}

    PathCoefficients at(double t) const override
    {
        const double alpha = std::exp(-t);
        const double sigma = std::sqrt(-std::expm1(-2 * t)); // expm1: no cancellation at small t
        return {t, alpha, sigma, -alpha, alpha * alpha / sigma};
    }

    double timeAt(double sigmaTilde) const override
    {
        return std::log1p(sigmaTilde * sigmaTilde) / 2;
    }
};

} // namespace

ProcessKind ouProcess()
{
    ProcessKind kind{};
    kind.info = {
        "ou",
        "Ornstein–Uhlenbeck",
        "dX = −X dt + √2 dB,  α = e^(−t),  σ² = 1 − e^(−2t)",
        "The convention of most convergence proofs; the same path as `vp` in half its time.",
        "Wu et al. 2024, arXiv:2403.01639; Chidambaram et al. 2024, arXiv:2409.13074",
        {{.key = "horizon",
          .symbol = "T",
          .label = "Horizon",
          .minimum = 0.05,
          .maximum = 25,
          .defaultValue = 5,
          .scale = Scale::Logarithmic,
          .help = "Time at which the reverse run starts, σ̃² = e^(2T) − 1; what is left of the data "
                  "there, α = e^(−T), is the prior mismatch. Wu et al. 2024, arXiv:2403.01639."},
         earlyStopParameter("Time at which the run ends; the result is the data blurred with σ² = "
                            "1 − e^(−2δ). Wu et al. 2024, arXiv:2403.01639.")}};
    kind.info.group = kVariancePreservingGroup;
    kind.make = [](const Choice& choice) -> ProcessResult {
        const ParameterValues& values = choice.values;
        return processOf<OrnsteinUhlenbeck>(values.at("horizon"), values.at("stop"));
    };
    return kind;
}

} // namespace scorefield
