// SPDX-License-Identifier: GPL-3.0-or-later
// The cosine schedule in continuous time: alpha = cos u / cos u0, sigma^2 = 1 - alpha^2, with u =
// (pi/2)(t + s)/(1 + s) and u0 = u(0). Pure noise at t = 1; `clip` ends the run at lambda = clip.
#include "core/process/process_parts.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace scorefield {

namespace {

class VariancePreservingCosine final : public ForwardProcess {
public:
    VariancePreservingCosine(double horizon, double stop, double s)
        : ForwardProcess(horizon, stop)
        , m_rate(rate(s))
        , m_angle0(rate(s) * s)
        , m_sin0(std::sin(m_angle0))
        , m_cos0(std::cos(m_angle0))
    {
    }

    PathCoefficients at(double t) const override
    {
        // Angles from whichever end they are small at, so neither cancels; at t = 1 alpha is 0.
        const double passed = m_rate * t;
        const double cosU = std::sin(m_rate * (1 - t)), sinU = std::sin(passed + m_angle0);
        const double alpha = cosU / m_cos0;
        // cos^2 u0 - cos^2 u = sin(u - u0) sin(u + u0)
        const double sinSum = sinU * m_cos0 + cosU * m_sin0;
        const double sigma = std::sqrt(std::sin(passed) * sinSum) / m_cos0;
        const double dAlpha = -m_rate * sinU / m_cos0;
        return {t, alpha, sigma, dAlpha, -alpha * dAlpha / sigma};
    }

    /// From cos u = cos u0/sqrt(1 + sigma~^2), as the angle u - u0 by its tangent.
    double timeAt(double sigmaTilde) const override
    {
        if (std::isinf(sigmaTilde))
            return 1;
        const double root = std::hypot(m_sin0, sigmaTilde);
        const double sine = m_cos0 * sigmaTilde * (sigmaTilde / (root + m_sin0));
        return std::atan2(sine, m_cos0 * m_cos0 + m_sin0 * root) / m_rate;
    }

    static double rate(double s) { return std::numbers::pi / 2 / (1 + s); }

private:
    double m_rate, m_angle0, m_sin0, m_cos0;
};

} // namespace

ProcessKind vpCosineProcess()
{
    ProcessKind kind{};
    kind.info = {
        "vp-cosine",
        "Variance preserving, cosine",
        "α = cos u/cos u₀,  σ² = 1 − α²,  u = (π/2)(t + s)/(1 + s)",
        "The cosine schedule: noise comes more slowly at both ends than with a linear rate. "
        "β = (π/(1 + s)) tan u diverges at t = 1.",
        "Nichol and Dhariwal 2021, arXiv:2102.09672",
        {{.key = "horizon",
          .symbol = "T",
          .label = "Horizon",
          .minimum = 0.6,
          .maximum = 1,
          .defaultValue = 1,
          .help = "Time at which the reverse run starts; 1 is pure noise. The clip may end it "
                  "earlier. Nichol and Dhariwal 2021, arXiv:2102.09672."},
         earlyStopParameter(
             "Time at which the run ends; the result is the data blurred with σ² = 1 "
             "− α². Nichol and Dhariwal 2021, arXiv:2102.09672."),
         {.key = "s",
          .symbol = "s",
          .label = "Offset",
          .minimum = 1e-4,
          .maximum = 0.1,
          .defaultValue = 0.008,
          .scale = Scale::Logarithmic,
          .help = "Keeps the noise rate above 0 at the data: u = (π/2)(t + s)/(1 + s). Nichol and "
                  "Dhariwal 2021, arXiv:2102.09672."},
         {.key = "clip",
          .symbol = "λ₀",
          .label = "Smallest log-SNR",
          .minimum = -20,
          .maximum = -1,
          .defaultValue = -5.1,
          .help = "The run starts no later than where λ = log(α/σ) has this value. Lu et al. 2022 "
                  "(DPM-Solver), arXiv:2206.00927."}}};
    kind.info.group = kVariancePreservingGroup;
    kind.make = [](const Choice& choice) -> ProcessResult {
        const ParameterValues& values = choice.values;
        const double stop = values.at("stop"), s = values.at("s");
        const double clipped =
            VariancePreservingCosine(1, stop, s).timeAt(std::exp(-values.at("clip")));
        return processOf<VariancePreservingCosine>(
            std::min(values.at("horizon"), clipped), stop, s);
    };
    return kind;
}

} // namespace scorefield
