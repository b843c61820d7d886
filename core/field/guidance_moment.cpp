// SPDX-License-Identifier: GPL-3.0-or-later
// Moment steering: the guidance of the Gaussians that have the means and covariances of the class
// and of the whole mixture, added to the exact conditional mean while the noise is high.
#include "core/field/guidance_parts.h"

namespace scorefield {

namespace {

/// The one Gaussian with the moments of the mixture.
std::shared_ptr<const GaussianMixture> momentMatched(const GaussianMixture& mixture)
{
    MixtureSpec spec;
    spec.dimension = mixture.dimension();
    spec.components = {{1, mixture.mean(), mixture.covariance(), 0}};
    return std::make_shared<const GaussianMixture>(GaussianMixture::create(spec).value());
}

class MomentSteering {
public:
    MomentSteering(const Choice& choice, const RunFacts& run)
        : m_weight(choice.values.at("w"))
        , m_switch(choice.values.at("switch"))
        , m_target(static_cast<int>(choice.values.at("target")))
        , m_mixture(run.mixture)
    {
    }

    double weight(double sigmaTilde) const { return sigmaTilde > m_switch ? m_weight : 1; }

    std::vector<std::shared_ptr<const GaussianMixture>> extraMixtures() const
    {
        if (m_mixture == nullptr || m_mixture->classWeight(m_target) <= 0)
            return {};
        return {momentMatched(m_mixture->conditional(m_target).value()), momentMatched(*m_mixture)};
    }

    /// Without a mixture there are no moments: D_c.
    void denoise(const PathCoefficients& level,
                 const Block<double>& x,
                 const MeanSource& means,
                 RuleMemory*,
                 Block<double>& denoised) const
    {
        MeanSource::Means at;
        means.split(level, x, at);
        denoised = at.conditional;
        if (m_mixture == nullptr || weight(level.sigmaTilde()) == 1)
            return;
        Block<double> ofClass, ofAll;
        means.extra(0, level, x, ofClass);
        means.extra(1, level, x, ofAll);
        denoised += (m_weight - 1) * (ofClass - ofAll);
    }

private:
    double m_weight, m_switch;
    int m_target;
    std::shared_ptr<const GaussianMixture> m_mixture;
};

} // namespace

GuidanceKind momentGuidance()
{
    GuidanceKind kind;
    kind.info = {
        "moment-steering",
        "Moment steering",
        "D = D_c + (w − 1)(D_c^G − D_u^G) while σ̃ > σ̃_s, else D_c",
        "D^G are the posterior means of the two Gaussians with the moments of the class and of the "
        "whole mixture: their difference is what guidance of linear models is, a shift of the mean "
        "and a contrast of covariances. Below the switch level the class is followed unguided. Our "
        "definition, after the linear analysis of classifier-free guidance.",
        "our definition; Li, Wang, Qu 2025, arXiv:2505.19210",
        {guidanceWeight(3,
                        "w − 1 is the factor of the difference of the two Gaussians' means: 1 is "
                        "conditional, 0 is not unconditional. Our definition, after Li, Wang, Qu "
                        "2025, arXiv:2505.19210."),
         {.key = "switch",
          .symbol = "σ̃_s",
          .label = "Down to noise",
          .minimum = 0.001,
          .maximum = 1000,
          .defaultValue = 1,
          .scale = Scale::Logarithmic,
          .help = "The noise level σ̃ = σ/α at which the steering ends. Over high noise a linear "
                  "model guides like the real one. Our definition, after Li, Wang, Qu 2025, "
                  "arXiv:2505.19210."},
         guidanceTarget()},
        kNonLinearGuidanceGroup};
    kind.make = makeRunRule<MomentSteering>;
    return kind;
}

} // namespace scorefield
