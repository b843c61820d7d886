// SPDX-License-Identifier: GPL-3.0-or-later
// Drifted variance exploding: a weak pull to the origin, dX = -(beta/tau) X dt + sqrt(2 beta) dB.
// With B the integral of beta: alpha = e^{-B/tau}, sigma^2 = tau (1 - e^{-2B/tau}), sigma~^2 = tau
// (e^{2B/tau} - 1).
#include "core/base/text.h"
#include "core/process/process_parts.h"

#include <cmath>

namespace scorefield {

namespace {

class DriftedVarianceExploding final : public ForwardProcess {
public:
    DriftedVarianceExploding(double horizon, double stop, bool aggressive, double tau)
        : ForwardProcess(horizon, stop)
        , m_aggressive(aggressive)
        , m_tau(tau)
    {
    }

    PathCoefficients at(double t) const override
    {
        const double beta = m_aggressive ? t * t : t;
        const double B = m_aggressive ? t * t * t / 3 : t * t / 2;
        const double alpha = std::exp(-B / m_tau);
        const double sigma = std::sqrt(-m_tau * std::expm1(-2 * B / m_tau));
        return {t, alpha, sigma, -beta / m_tau * alpha, beta * alpha * alpha / sigma};
    }

    double timeAt(double sigmaTilde) const override
    {
        const double B = m_tau / 2 * std::log1p(sigmaTilde * sigmaTilde / m_tau);
        return m_aggressive ? std::cbrt(3 * B) : std::sqrt(2 * B);
    }

private:
    bool m_aggressive;
    double m_tau;
};

ProcessResult makeDrifted(const Choice& choice)
{
    const ParameterValues& values = choice.values;
    const double horizon = values.at("horizon"), factor = values.at("tau");
    const bool aggressive = values.at("rate") == 1;
    const DriftedVarianceExploding process(
        horizon, values.at("stop"), aggressive, factor * horizon * horizon);
    // x/alpha, with which most samplers work, still has its place in single precision.
    if (process.at(horizon).alpha < 1e-15)
        return Error{"tau",
                     "is " + formatNumber(factor) + " with T = " + formatNumber(horizon)
                         + ": less than 1e-15 of the data is left at T, raise τ or lower T"};
    return processOf<DriftedVarianceExploding>(process);
}

} // namespace

ProcessKind veDriftProcess()
{
    ProcessKind kind{};
    kind.info = {
        "ve-drift",
        "Variance exploding with drift",
        "dX = −(β/τ)X dt + √(2β) dB,  α = e^(−B/τ),  σ² = τ(1 − e^(−2B/τ)),  B = ∫β",
        "Variance exploding with a weak pull to the origin, which lets the prior be forgotten "
        "faster. After the abstract of Yang, Wang, Jiang and Li; their text was not available, so "
        "the details (β, τ = T²) are from memory.",
        "Yang, Wang, Jiang and Li (drifted VE; abstract only, details unconfirmed)",
        {{.key = "horizon",
          .symbol = "T",
          .label = "Horizon",
          .minimum = 2,
          .maximum = 1000,
          .defaultValue = 80,
          .scale = Scale::Logarithmic,
          .help = "Time at which the reverse run starts; it also sets τ. Drifted VE, details "
                  "unconfirmed."},
         {.key = "stop",
          .symbol = "δ",
          .label = "Early stop",
          .minimum = 1e-5,
          .maximum = 1,
          .defaultValue = 0.002,
          .scale = Scale::Logarithmic,
          .help = "Time at which the run ends; near the data σ² ≈ 2B(δ). Drifted VE, details "
                  "unconfirmed."},
         {.key = "rate",
          .symbol = "β",
          .label = "Rate",
          .type = ParameterType::Choice,
          .maximum = 1,
          .choices = {{"conservative", "Conservative, β = t", "as EDM near the data: σ ≈ t"},
                      {"aggressive", "Aggressive, β = t²", "faster at high noise: σ² ≈ ⅔t³"}},
          .help = "How fast noise is added: β(t) = t or t². Drifted VE, details unconfirmed."},
         {.key = "tau",
          .symbol = "τ/T²",
          .label = "Drift time over T²",
          .minimum = 0.01,
          .maximum = 1e4,
          .defaultValue = 1,
          .scale = Scale::Logarithmic,
          .help = "τ as a multiple of T²: the pull to the origin is β/τ; large values give pure "
                  "variance exploding. Drifted VE has 1; details unconfirmed."}}};
    kind.info.group = kVarianceExplodingGroup;
    kind.make = makeDrifted;
    return kind;
}

} // namespace scorefield
