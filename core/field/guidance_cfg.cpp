// SPDX-License-Identifier: GPL-3.0-or-later
// A constant weight: classifier-free guidance, s_u + w (s_c - s_u), the same in posterior means,
// and classifier guidance, which exact scores make the same.
#include "core/field/guidance_parts.h"

namespace scorefield {

namespace {

class ConstantWeight final : public GuidanceRule {
public:
    ConstantWeight(double weight, int target) : m_weight(weight), m_target(target) {}
    double weight(const PathCoefficients&) const override { return m_weight; }
    std::optional<int> target() const override { return m_target; }

private:
    double m_weight;
    int m_target;
};

std::shared_ptr<const GuidanceRule> constantWeight(double weight, const Choice& choice)
{
    return std::make_shared<ConstantWeight>(weight, static_cast<int>(choice.values.at("target")));
}

} // namespace

GuidanceKind classifierFreeGuidance()
{
    GuidanceKind kind;
    kind.info = {"cfg",
                 "Classifier-free",
                 "ŝ = s_u + w(s_c − s_u)",
                 "Extrapolates from the unconditional to the conditional score. For w ≠ 0, 1 no "
                 "diffusion of any distribution "
                 "has this score: the result is neither p_c nor p_c^w p_u^(1−w).",
                 "Ho and Salimans 2022, arXiv:2207.12598",
                 {guidanceWeight(1,
                                 "Weight of ŝ = s_u + w(s_c − s_u): 0 is unconditional, 1 "
                                 "conditional, more pushes towards the class. "
                                 "Some papers write w − 1. Ho and Salimans 2022, "
                                 "arXiv:2207.12598."),
                  guidanceTarget()},
                 kConstantGuidanceGroup};
    kind.make = [](const Choice& choice) { return constantWeight(choice.values.at("w"), choice); };
    return kind;
}

GuidanceKind classifierGuidance()
{
    GuidanceKind kind;
    kind.info = {
        "classifier",
        "Classifier",
        "ŝ = s_u + w∇log p_t(c|x)",
        "Adds the gradient of a classifier of noisy points. The exact one is s_c − s_u, so this is "
        "classifier-free guidance with the same weight.",
        "Dhariwal and Nichol 2021, arXiv:2105.05233",
        {guidanceWeight(1,
                        "Weight of ∇log p_t(c|x); added to s_c it counts from the conditional "
                        "score, that is w + 1 from the unconditional one. Dhariwal and Nichol "
                        "2021, arXiv:2105.05233."),
         {.key = "base",
          .symbol = "s",
          .label = "Added to",
          .type = ParameterType::Choice,
          .maximum = 1,
          .choices = {{"unconditional", "s_u", "ŝ = s_u + w∇log p_t(c|x)"},
                      {"conditional", "s_c", "ŝ = s_c + w∇log p_t(c|x)"}},
          .help = "The score that the classifier corrects; both conventions are in use. Dhariwal "
                  "and Nichol 2021, arXiv:2105.05233."},
         guidanceTarget()},
        kConstantGuidanceGroup};
    kind.make = [](const Choice& choice) {
        return constantWeight(choice.values.at("w") + choice.values.at("base"), choice);
    };
    return kind;
}

} // namespace scorefield
