// SPDX-License-Identifier: GPL-3.0-or-later
// Variance preserving with a rate that grows linearly: dX = -beta/2 X dt + sqrt(beta) dB, beta =
// beta0 + (beta1 - beta0) t. With B(t) = beta0 t + (beta1 - beta0) t^2/2: alpha = e^{-B/2}, sigma^2
// = 1 - e^{-B}, sigma~^2 = e^B - 1.
#include "core/process/linear_rate.h"

#include <cmath>

namespace scorefield {

namespace {

class VariancePreservingLinear final : public ForwardProcess {
public:
    VariancePreservingLinear(double horizon, double stop, double beta0, double beta1)
        : ForwardProcess(horizon, stop)
        , m_beta0(beta0)
        , m_slope(beta1 - beta0)
    {
    }

    PathCoefficients at(double t) const override
    {
        const double beta = m_beta0 + m_slope * t;
        const double B = t * (m_beta0 + m_slope * t / 2);
        const double alpha = std::exp(-B / 2);
        const double sigma = std::sqrt(-std::expm1(-B));
        return {t, alpha, sigma, -beta / 2 * alpha, beta * alpha * alpha / (2 * sigma)};
    }

    /// The root of B(t) = log(1 + sigma~^2), in the form without cancellation; also right for beta1
    /// = beta0.
    double timeAt(double sigmaTilde) const override
    {
        const double B = std::log1p(sigmaTilde * sigmaTilde);
        if (std::isinf(B))
            return B;
        return 2 * B / (m_beta0 + std::sqrt(m_beta0 * m_beta0 + 2 * m_slope * B));
    }

private:
    double m_beta0, m_slope;
};

} // namespace

ProcessKind vpLinearProcess()
{
    ProcessKind kind{};
    kind.info = {
        "vp-linear",
        "Variance preserving, linear β",
        "dX = −½β(t)X dt + √β(t) dB,  β = β₀ + (β₁ − β₀)t",
        "The schedule of DDPM in continuous time: noise is added ever faster, so that little "
        "happens near the data.",
        "Ho et al. 2020, arXiv:2006.11239; Song et al. 2021, arXiv:2011.13456",
        linearRateParameters("σ² = 1 − e^(−B(δ))")};
    kind.info.group = kVariancePreservingGroup;
    kind.make = [](const Choice& choice) -> ProcessResult {
        const ParameterValues& values = choice.values;
        return processOf<VariancePreservingLinear>(
            values.at("horizon"), values.at("stop"), values.at("beta_min"), values.at("beta_max"));
    };
    return kind;
}

} // namespace scorefield
