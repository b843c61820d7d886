// SPDX-License-Identifier: GPL-3.0-or-later
// Classifier-free guidance with a constant weight: s_u + w (s_c - s_u), the same in posterior
// means.
#include "core/field/guidance.h"

namespace scorefield {

namespace {

class ClassifierFreeGuidance final : public GuidanceRule {
public:
    ClassifierFreeGuidance(double weight, int target) : m_weight(weight), m_target(target) {}
    double weight(const PathCoefficients&) const override { return m_weight; }
    std::optional<int> target() const override { return m_target; }

private:
    double m_weight;
    int m_target;
};

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
                 {{.key = "w",
                   .symbol = "w",
                   .label = "Guidance weight",
                   .minimum = -5,
                   .maximum = 50,
                   .defaultValue = 1,
                   .step = 0.1,
                   .help = "Weight of ŝ = s_u + w(s_c − s_u): 0 is unconditional, 1 conditional, "
                           "more pushes towards the class. "
                           "Some papers write w − 1. Ho and Salimans 2022, arXiv:2207.12598."},
                  {.key = "target",
                   .symbol = "c",
                   .label = "Target class",
                   .type = ParameterType::Integer,
                   .minimum = 0,
                   .maximum = 4095,
                   .defaultValue = 0,
                   .step = 1,
                   .help = "The class c whose conditional mixture Σ π_k/π_c N(μ_k, Σ_k) gives s_c. "
                           "Ho and Salimans 2022, "
                           "arXiv:2207.12598."}}};
    kind.make = [](const ParameterValues& values) -> std::shared_ptr<const GuidanceRule> {
        return std::make_shared<ClassifierFreeGuidance>(values.at("w"),
                                                        static_cast<int>(values.at("target")));
    };
    return kind;
}

} // namespace scorefield
