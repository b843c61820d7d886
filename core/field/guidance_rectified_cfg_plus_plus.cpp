// SPDX-License-Identifier: GPL-3.0-or-later
// Rectified-CFG++: the conditional velocity, corrected by the difference of both velocities half a
// conditional Euler step ahead. Written as a posterior mean of the place it is asked at: velocities
// v = alpha' D + sigma' eps^ differ by (alpha' - alpha sigma'/sigma) times what their means do.
#include "core/field/guidance_parts.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

class RectifiedPlusPlus {
public:
    RectifiedPlusPlus(const Choice& choice, const RunFacts& run)
        : m_strength(choice.values.at("lambda"))
        , m_power(choice.values.at("gamma"))
        , m_asInCode(choice.values.at("variant") == 1)
        , m_run(run.levels)
        , m_process(run.process)
    {
    }

    double weight(double sigmaTilde) const { return 1 + correction(sigmaTilde); }

    void denoise(const PathCoefficients& level,
                 const Block<double>& x,
                 const MeanSource& means,
                 RuleMemory*,
                 Block<double>& denoised) const
    {
        MeanSource::Means at;
        means.split(level, x, at);
        denoised = at.conditional;
        const double sigma = level.sigmaTilde(), strength = correction(sigma);
        const auto k = std::min(static_cast<std::size_t>(std::floor(m_run.position(sigma))),
                                m_run.levels().size() - 2);
        const PathCoefficients here = native(k, sigma);
        const PathCoefficients ahead = aheadOf(k, here);
        if (strength == 0 || !(ahead.sigma > 0)) // at the data both velocities agree
            return;
        // The run's own coordinates: methods in x/alpha ask with alpha = 1.
        const double scale = level.alpha > 0 ? here.alpha / level.alpha : here.sigma / level.sigma;
        const Block<double> place = scale * x;
        const Block<double> velocity =
            here.dAlpha * denoised + here.dSigma / here.sigma * (place - here.alpha * denoised);
        const Block<double> predicted = place + (ahead.t - here.t) * velocity;
        means.split(ahead, predicted, at);
        denoised += strength * slope(ahead) / slope(here) * at.difference;
    }

private:
    /// alpha(t) = lambda (1 - t)^gamma with the time of rectified flow, 1 - t = alpha/(alpha +
    /// sigma).
    double correction(double sigmaTilde) const
    {
        return m_asInCode ? m_strength : m_strength * std::pow(1 / (1 + sigmaTilde), m_power);
    }
    /// Of the velocity in the posterior mean.
    static double slope(const PathCoefficients& level)
    {
        return level.dAlpha - level.alpha * level.dSigma / level.sigma;
    }

    /// The coefficients of the process at this noise, in step k; without a process those on the
    /// straight line between the levels of the step, as time its share.
    PathCoefficients native(std::size_t k, double sigmaTilde) const
    {
        if (m_process != nullptr)
            return m_process->at(m_process->timeAt(sigmaTilde));
        const PathCoefficients& from = m_run.levels()[k];
        const PathCoefficients& to = m_run.levels()[k + 1];
        const double dAlpha = to.alpha - from.alpha, dSigma = to.sigma - from.sigma;
        const double share = std::isfinite(sigmaTilde) ? (sigmaTilde * from.alpha - from.sigma)
                                                             / (dSigma - sigmaTilde * dAlpha)
                                                       : 0;
        return along(k, std::clamp(share, 0.0, 1.0));
    }
    PathCoefficients along(std::size_t k, double share) const
    {
        const PathCoefficients& from = m_run.levels()[k];
        const PathCoefficients& to = m_run.levels()[k + 1];
        const double dAlpha = to.alpha - from.alpha, dSigma = to.sigma - from.sigma;
        return {share, from.alpha + share * dAlpha, from.sigma + share * dSigma, dAlpha, dSigma};
    }
    /// Half of what is left of step k, or all of it.
    PathCoefficients aheadOf(std::size_t k, const PathCoefficients& here) const
    {
        const double part = m_asInCode ? 1 : 0.5;
        if (m_process == nullptr)
            return along(k, here.t + part * (1 - here.t));
        const double end = m_process->timeAt(m_run.levels()[k + 1].sigmaTilde());
        return m_process->at(here.t + part * (std::min(end, here.t) - here.t));
    }

    double m_strength, m_power;
    bool m_asInCode;
    RunProgress m_run;
    std::shared_ptr<const ForwardProcess> m_process;
};

constexpr const char* kPlusPlusSource = " Saini et al. 2025, arXiv:2510.07631.";

} // namespace

GuidanceKind rectifiedPlusPlusGuidance()
{
    GuidanceKind kind;
    kind.info = {
        "rectified-cfg++",
        "Rectified-CFG++",
        "v = v_c(x) + λ(1 − t)^γ [v_c − v_u](x̃, t − Δt/2),  x̃ = x − ½Δt v_c",
        "Follows the conditional velocity and takes the correction half a conditional step ahead, "
        "near the paths of the class. Made for rectified flow; elsewhere velocities and steps are "
        "those of the lane's own time, and 1 − t = α/(α + σ).",
        "Saini et al. 2025, arXiv:2510.07631",
        {{.key = "lambda",
          .symbol = "λ",
          .label = "Strength",
          .maximum = 1000,
          .defaultValue = 2,
          .sliderMaximum = 50,
          .step = 0.1,
          .help = std::string("λ_max of the correction, w − 1 in the limit of many steps: 0 is "
                              "conditional.")
                  + kPlusPlusSource},
         {.key = "gamma",
          .symbol = "γ",
          .label = "Decay",
          .maximum = 10,
          .defaultValue = 1,
          .help = std::string("Power of 1 − t: with 0 the correction is the same at all times, the "
                              "larger γ the later it acts.")
                  + kPlusPlusSource},
         {.key = "variant",
          .label = "Variant",
          .type = ParameterType::Choice,
          .maximum = 1,
          .choices = {{"paper", "As in the paper", "half a step ahead, λ(1 − t)^γ"},
                      {"code", "As in the code", "a whole step ahead, constant λ"}},
          .help = std::string("The published algorithm and the authors' program differ.")
                  + kPlusPlusSource},
         guidanceTarget()},
        "",
        {},
        {}};
    kind.make = makeRunRule<RectifiedPlusPlus>;
    return kind;
}

} // namespace scorefield
