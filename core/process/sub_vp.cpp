// SPDX-License-Identifier: GPL-3.0-or-later
// Sub-VP: the mean of the linear-rate VP process with less noise, sigma = 1 - e^{-B}, B(t) = beta0
// t
// + (beta1 - beta0) t^2/2; so sigma~ = 2 sinh(B/2).
#include "core/process/linear_rate.h"

#include <cmath>

namespace scorefield {

namespace {

class SubVariancePreserving final : public ForwardProcess {
public:
    SubVariancePreserving(double horizon, double stop, double beta0, double beta1)
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
        return {t, alpha, -std::expm1(-B), -beta / 2 * alpha, beta * alpha * alpha};
    }

    /// The root of B(t) = 2 asinh(sigma~/2), in the form without cancellation.
    double timeAt(double sigmaTilde) const override
    {
        const double B = 2 * std::asinh(sigmaTilde / 2);
        if (std::isinf(B))
            return B;
        return 2 * B / (m_beta0 + std::sqrt(m_beta0 * m_beta0 + 2 * m_slope * B));
    }

private:
    double m_beta0, m_slope;
};

} // namespace

ProcessKind subVpProcess()
{
    ProcessKind kind{};
    kind.info = {"sub-vp",
                 "Sub-VP",
                 "dX = −½βX dt + √(β(1 − e^(−2B))) dB,  α = e^(−B/2),  σ = 1 − e^(−B)",
                 "The mean of the linear-β process with a smaller variance everywhere, made for "
                 "likelihoods.",
                 "Song et al. 2021, arXiv:2011.13456",
                 linearRateParameters("σ = 1 − e^(−B(δ))")};
    kind.info.group = kVariancePreservingGroup;
    kind.make = [](const Choice& choice) -> ProcessResult {
        const ParameterValues& values = choice.values;
        return processOf<SubVariancePreserving>(
            values.at("horizon"), values.at("stop"), values.at("beta_min"), values.at("beta_max"));
    };
    return kind;
}

} // namespace scorefield
