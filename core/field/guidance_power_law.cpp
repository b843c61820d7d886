// SPDX-License-Identifier: GPL-3.0-or-later
// Power-law guidance, in the score of x/alpha, s = (D - x/alpha)/sigma~^2: s_c + (w - 1) |s_c -
// s_u|^a (s_c - s_u).
#include "core/field/guidance_parts.h"

#include <cmath>

namespace scorefield {

namespace {

class PowerLaw {
public:
    PowerLaw(const Choice& choice, const RunProgress&)
        : m_weight(choice.values.at("w"))
        , m_power(choice.values.at("power"))
    {
    }

    double weight(double) const { return m_weight; }

    void
    combine(const PathCoefficients& level, const GuidedMeans& means, Block<double>& denoised) const
    {
        const double toScore = level.alpha * level.alpha / (level.sigma * level.sigma);
        for (Eigen::Index i = 0; i < denoised.rows(); ++i) {
            const double length = toScore * means.difference.row(i).matrix().stableNorm();
            denoised.row(i) =
                means.conditional.row(i)
                + (m_weight - 1) * std::pow(length, m_power) * means.difference.row(i);
        }
    }

private:
    double m_weight, m_power;
};

} // namespace

GuidanceKind powerLawGuidance()
{
    GuidanceKind kind;
    kind.info = {
        "power-law",
        "Power law",
        "ŝ = s_c + (w − 1)‖s_c − s_u‖^a (s_c − s_u)",
        "Guides where the two scores differ much and leaves the rest alone. The scores are those "
        "of x/α, so that the rule is the same on every process at equal σ̃.",
        "Pavasovic et al. 2025, arXiv:2502.07849",
        {guidanceWeight(3,
                        "w − 1 is the factor of ‖s_c − s_u‖^a (s_c − s_u): 1 is conditional, 0 is "
                        "not unconditional unless a = 0. Pavasovic et al. 2025, "
                        "arXiv:2502.07849."),
         {.key = "power",
          .symbol = "a",
          .label = "Exponent",
          .maximum = 2,
          .defaultValue = 0.9,
          .help = "Exponent of ‖s_c − s_u‖: 0 is classifier-free guidance, 0.9 the published one. "
                  "Pavasovic et al. 2025, arXiv:2502.07849."},
         guidanceTarget()},
        kNonLinearGuidanceGroup,
        {},
        {kDependsOnSpace}};
    kind.make = makeRunRule<PowerLaw>;
    return kind;
}

} // namespace scorefield
