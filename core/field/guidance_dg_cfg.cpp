// SPDX-License-Identifier: GPL-3.0-or-later
// DG-CFG: w - 1 in proportion to f = (1 - a) sqrt(a)/beta, where a = alpha^2/(alpha^2 + sigma^2)
// and beta = -d log a/dt in the time of the run, with the same integral as a constant weight.
#include "core/field/guidance_parts.h"

#include <cmath>

namespace scorefield {

namespace {

/// f without a division by alpha or sigma: sigma alpha^2/(2 sqrt(alpha^2 + sigma^2) (sigma' alpha -
/// sigma alpha')); 0 at both ends of the path.
double profile(const PathCoefficients& level)
{
    const double growth = level.dSigma * level.alpha - level.sigma * level.dAlpha;
    const double value = level.sigma * level.alpha * level.alpha
                         / (2 * std::hypot(level.alpha, level.sigma) * growth);
    return std::isfinite(value) ? value : 0;
}

class DynamicGuidance {
public:
    DynamicGuidance(const Choice& choice, RunProgress run)
        : m_run(std::move(run))
        , m_excess(choice.values.at("w") - 1)
    {
        for (const PathCoefficients& level : m_run.levels())
            m_profile.push_back(profile(level));
        const std::vector<double> shares = m_run.timeShares();
        double mean = 0;
        for (std::size_t k = 0; k < shares.size(); ++k)
            mean += shares[k] * (m_profile[k] + m_profile[k + 1]) / 2;
        for (double& value : m_profile)
            value = mean > 0 ? value / mean : 1; // one step from pure noise to data: constant
    }
    double weight(double sigmaTilde) const
    {
        return 1 + m_excess * m_run.interpolate(m_profile, sigmaTilde);
    }

private:
    RunProgress m_run;
    double m_excess;
    std::vector<double> m_profile; // f at each level over its mean in time
};

} // namespace

GuidanceKind dgGuidance()
{
    GuidanceKind kind;
    kind.info = {"dg-cfg",
                 "DG-CFG",
                 "w(t) = 1 + C(w̄ − 1)(1 − ᾱ)√ᾱ/β, C: ∫(w − 1)dt = (w̄ − 1)T",
                 "Puts the guidance where it costs the least density; ᾱ = 1/(1 + σ̃²) and β = "
                 "−d log ᾱ/dt are those of the lane's levels.",
                 "arXiv:2607.19725",
                 {guidanceWeight(3,
                                 "Mean w̄ of the weight over the time of the run. "
                                 "arXiv:2607.19725."),
                  guidanceTarget()},
                 kScheduledGuidanceGroup};
    kind.make = makeRunRule<DynamicGuidance>;
    return kind;
}

} // namespace scorefield
