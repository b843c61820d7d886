// SPDX-License-Identifier: GPL-3.0-or-later
// Rectified gradient guidance: the difference of the means is weighted by how the conditional mean
// answers to x, J = I + sigma^2 H_c = alpha dD_c/dx, the same matrix in x and in x/alpha.
#include "core/field/guidance_parts.h"
#include "core/field/mean_jacobian.h"

namespace scorefield {

namespace {

class RectifiedGradient {
public:
    RectifiedGradient(const Choice& choice, const RunFacts& run)
        : m_weight(choice.values.at("w"))
        , m_exact(choice.values.at("variant") == 1)
    {
        if (run.mixture == nullptr)
            return;
        auto conditional = run.mixture->conditional(static_cast<int>(choice.values.at("target")));
        if (conditional.ok())
            m_jacobian.emplace(std::move(conditional).value());
    }

    double weight(double) const { return m_weight; }

    /// Without a mixture J is unknown, and I.
    void
    combine(const PathCoefficients& level, const GuidedMeans& means, Block<double>& denoised) const
    {
        Block<double> turned = means.difference;
        if (m_jacobian && m_exact) {
            m_jacobian->along(level, means.x, means.difference, means.conditional, turned);
        } else if (m_jacobian) {
            const Block<double> ones = Block<double>::Ones(means.x.rows(), means.x.cols());
            m_jacobian->along(level, means.x, ones, means.conditional, turned);
            turned *= means.difference;
        }
        denoised = means.conditional + (m_weight - 1) * turned;
    }

private:
    double m_weight;
    bool m_exact;
    std::optional<MeanJacobian> m_jacobian;
};

} // namespace

GuidanceKind rectifiedGradientGuidance()
{
    GuidanceKind kind;
    kind.info = {
        "reg",
        "Rectified gradient (REG)",
        "ε̂ = ε_c + (w − 1)(1 − σ∇(1ᵀε_c)) ⊙ (ε_c − ε_u)",
        "Guides less along what the conditional mean no longer answers to: the factor is "
        "(I + σ²H_c)1, H_c the Hessian of log q_t(x|c), in closed form. It has no unit, so the "
        "space and the scale of x do not matter; the published product by coordinates depends on "
        "the axes.",
        "Gao et al. 2025, arXiv:2501.18865",
        {guidanceWeight(3,
                        "w − 1 is the factor of the rectified difference: 1 is conditional, 0 is "
                        "not unconditional. Gao et al. 2025, arXiv:2501.18865."),
         {.key = "variant",
          .symbol = "J",
          .label = "Gradient",
          .type = ParameterType::Choice,
          .maximum = 1,
          .choices =
              {{"published",
                "Row sums",
                "(J1) ⊙ (ε_c − ε_u), as published: one gradient for all coordinates"},
               {"exact", "Whole matrix", "J(ε_c − ε_u), the same in every coordinate system"}},
          .help = "J = I + σ²H_c = α∂D_c/∂x. The published rule takes its row sums, which one "
                  "backward pass gives; here the whole matrix is as cheap. Gao et al. 2025, "
                  "arXiv:2501.18865; the whole matrix is our variant."},
         guidanceTarget()},
        kNonLinearGuidanceGroup};
    kind.make = makeRunRule<RectifiedGradient>;
    return kind;
}

} // namespace scorefield
