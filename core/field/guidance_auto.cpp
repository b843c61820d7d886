// SPDX-License-Identifier: GPL-3.0-or-later
// Autoguidance: away from a weaker model of the same class, D_g + w (D_c - D_g), and mixed with
// classifier-free guidance: D_c + (w_u - 1)(D_c - D_u) + (w_g - 1)(D_c - D_g), w_u - 1 = (1 - a)(w
// - 1), w_g - 1 = a (w - 1).
#include "core/field/guidance_parts.h"
#include "core/field/weaker_mixture.h"

namespace scorefield {

namespace {

enum class Guide { Blurred, Merged, Perturbed, Class };

class Autoguidance {
public:
    Autoguidance(const Choice& choice, const RunFacts& run)
        : m_choice(choice)
        , m_mixture(run.mixture)
    {
    }

    double weight(double) const { return at("w"); }

    Status check(const RunFacts& run) const
    {
        if (guide() != Guide::Class || run.mixture == nullptr
            || run.mixture->classWeight(whole("guide_class")) > 0)
            return success();
        return Error{"guidance",
                     "has a guide class without components: choose another guide class"};
    }

    std::vector<std::shared_ptr<const GaussianMixture>> extraMixtures() const
    {
        if (!isGuided())
            return {};
        return {std::make_shared<const GaussianMixture>(guideMixture())};
    }

    /// Without a mixture there is no guide: D_c.
    void denoise(const PathCoefficients& level,
                 const Block<double>& x,
                 const MeanSource& means,
                 RuleMemory*,
                 Block<double>& denoised) const
    {
        MeanSource::Means split;
        means.split(level, x, split);
        denoised = split.conditional;
        if (!isGuided())
            return;
        const double w = at("w"), a = at("share");
        if (a < 1)
            denoised += (1 - a) * (w - 1) * split.difference;
        if (a > 0) {
            Block<double> ofGuide;
            means.extra(0, level, x, ofGuide);
            denoised += a * (w - 1) * (split.conditional - ofGuide);
        }
    }

private:
    double at(const char* key) const { return m_choice.values.at(key); }
    int whole(const char* key) const { return static_cast<int>(at(key)); }
    Guide guide() const { return static_cast<Guide>(whole("guide")); }
    bool isGuided() const
    {
        return m_mixture != nullptr && m_mixture->classWeight(whole("target")) > 0
               && check({{}, m_mixture}).ok();
    }

    GaussianMixture guideMixture() const
    {
        if (guide() == Guide::Class)
            return m_mixture->conditional(whole("guide_class")).value();
        GaussianMixture conditional = m_mixture->conditional(whole("target")).value();
        switch (guide()) {
        case Guide::Blurred:
            return blurredMixture(conditional, at("blur"));
        case Guide::Merged:
            return mergedMixture(conditional, whole("groups"));
        default:
            return perturbedMixture(
                conditional, at("strength"), static_cast<std::uint64_t>(at("seed")));
        }
    }

    Choice m_choice;
    std::shared_ptr<const GaussianMixture> m_mixture;
};

std::vector<ParameterDescriptor> guideParameters()
{
    ParameterDescriptor guideClass = guidanceTarget();
    guideClass.key = "guide_class";
    guideClass.symbol = "g";
    guideClass.label = "Guide class";
    guideClass.help =
        "The class, or set of classes, whose conditional mixture is the guide g when "
        "it is another class. Any second mixture can be that: as a class of small weight, "
        "which leaves the rest alone. Our stand-in; Karras et al. 2024, "
        "arXiv:2406.02507.";
    return {
        {.key = "guide",
         .symbol = "g",
         .label = "Weaker guide",
         .type = ParameterType::Choice,
         .maximum = 3,
         .choices = {{"blurred", "Blurred", "Σ_k + τ²I for every component of the class"},
                     {"merged", "Merged", "the class in m Gaussians of the same moments"},
                     {"perturbed",
                      "Perturbed",
                      "π_k e^{ρz} and μ_k + ρsz, s² the mean variance of the class"},
                     {"class", "Another class", "the conditional mixture of another class or set"}},
         .help = "What stands for the smaller or less trained network that is moved away from. It "
                 "sees the same class, so one-class data are guided too. Karras et al. 2024, "
                 "arXiv:2406.02507; the stand-ins are ours."},
        {.key = "blur",
         .symbol = "τ",
         .label = "Blur",
         .unit = "data units",
         .maximum = 100,
         .defaultValue = 0.5,
         .sliderMaximum = 5,
         .step = 0.05,
         .help = "Standard deviation τ added to every component: Σ_k + τ²I. 0 is no guidance. Our "
                 "stand-in; Karras et al. 2024, arXiv:2406.02507."},
        {.key = "groups",
         .symbol = "m",
         .label = "Gaussians",
         .type = ParameterType::Integer,
         .minimum = 1,
         .maximum = 64,
         .defaultValue = 1,
         .step = 1,
         .help = "The class's components in m groups of near means, each one Gaussian of the same "
                 "weight, mean and covariance. As many as components: no guidance. Our stand-in; "
                 "Karras et al. 2024, arXiv:2406.02507."},
        {.key = "strength",
         .symbol = "ρ",
         .label = "Error",
         .maximum = 2,
         .defaultValue = 0.2,
         .help = "Relative size ρ of the random errors of log π_k and of μ_k/s. 0 is no guidance. "
                 "Our stand-in; Karras et al. 2024, arXiv:2406.02507."},
        {.key = "seed",
         .label = "Seed",
         .type = ParameterType::Integer,
         .maximum = 9999,
         .step = 1,
         .help = "Another seed is another badly trained guide. Our stand-in; Karras et al. 2024, "
                 "arXiv:2406.02507."},
        guideClass};
}

} // namespace

GuidanceKind autoGuidance()
{
    GuidanceKind kind;
    kind.info = {
        "autoguidance",
        "Autoguidance",
        "D = D_c + (w_u − 1)(D_c − D_u) + (w_g − 1)(D_c − D_g)",
        "Away from a weaker model D_g of the same class instead of from all data: w_g = a(w − 1) + "
        "1, w_u = (1 − a)(w − 1) + 1. With a = 1 it is D_g + w(D_c − D_g). Data of one class are "
        "guided as well, unless the guide has no error.",
        "Karras et al. 2024, arXiv:2406.02507",
        {guidanceWeight(3,
                        "D_g + w(D_c − D_g): 1 is conditional, 0 is the guide, not unconditional. "
                        "Published: 3 (fractal toy). Karras et al. 2024, arXiv:2406.02507.")},
        kNonLinearGuidanceGroup};
    for (ParameterDescriptor& parameter : guideParameters())
        kind.info.parameters.push_back(std::move(parameter));
    kind.info.parameters.push_back(
        {.key = "share",
         .symbol = "a",
         .label = "Share of g",
         .maximum = 1,
         .defaultValue = 1,
         .help = "1: autoguidance alone; 0: classifier-free guidance. Between, both directions at "
                 "w_g = a(w − 1) + 1 and w_u = (1 − a)(w − 1) + 1. Karras et al. 2024, "
                 "arXiv:2406.02507."});
    kind.info.parameters.push_back(guidanceTarget());
    kind.make = makeRunRule<Autoguidance>;
    return kind;
}

} // namespace scorefield
