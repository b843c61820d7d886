// SPDX-License-Identifier: GPL-3.0-or-later
// The trigonometric interpolant: alpha = cos(pi t/2), sigma = sin(pi t/2), a quarter circle at
// constant speed; pure noise at t = 1.
#include "core/process/process_parts.h"

#include <cmath>
#include <numbers>

namespace scorefield {

namespace {

constexpr double kQuarter = std::numbers::pi / 2;

class Trigonometric final : public ForwardProcess {
public:
    Trigonometric(double horizon, double stop) : ForwardProcess(horizon, stop) {}

    PathCoefficients at(double t) const override
    {
        // sin(pi (1 - t)/2): exactly 0 at t = 1, where the cosine of a rounded pi/2 is not.
        const double alpha = std::sin(kQuarter * (1 - t)), sigma = std::sin(kQuarter * t);
        return {t, alpha, sigma, -kQuarter * sigma, kQuarter * alpha};
    }

    double timeAt(double sigmaTilde) const override { return std::atan(sigmaTilde) / kQuarter; }
};

} // namespace

ProcessKind trigonometricProcess()
{
    ProcessKind kind{};
    kind.info = {
        "trigonometric",
        "Trigonometric interpolant",
        "x = cos(πt/2)x₀ + sin(πt/2)ε",
        "A quarter circle between data and noise: variance preserving, with the exact prior at t = "
        "1. As an SDE, g² = π tan(πt/2) diverges there.",
        "Albergo and Vanden-Eijnden 2022, arXiv:2209.15571",
        {{.key = "horizon",
          .symbol = "T",
          .label = "Horizon",
          .minimum = 0.6,
          .maximum = 1,
          .defaultValue = 1,
          .help = "Time at which the reverse run starts; 1 is pure noise, below it the prior N(0, "
                  "σ_T²I) is an approximation. Albergo and Vanden-Eijnden 2022, arXiv:2209.15571."},
         earlyStopParameter(
             "Time at which the run ends: cos(πδ/2) times the data, blurred with σ = "
             "sin(πδ/2). Albergo and Vanden-Eijnden 2022, arXiv:2209.15571.")}};
    kind.info.group = kInterpolantGroup;
    kind.make = [](const Choice& choice) -> ProcessResult {
        const ParameterValues& values = choice.values;
        return processOf<Trigonometric>(values.at("horizon"), values.at("stop"));
    };
    return kind;
}

} // namespace scorefield
