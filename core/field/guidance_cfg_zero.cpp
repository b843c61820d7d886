// SPDX-License-Identifier: GPL-3.0-or-later
// CFG-Zero*, in the velocity of rectified flow, v = eps^ - D, whatever the process: at equal
// sigma~ a point of any process is one of rectified flow, scaled by 1/(alpha + sigma).
#include "core/field/guidance_parts.h"

namespace scorefield {

namespace {

class ZeroStar {
public:
    ZeroStar(const Choice& choice, RunProgress run)
        : m_run(std::move(run))
        , m_weight(choice.values.at("w"))
        , m_zero(choice.values.at("zero"))
    {
    }

    double weight(double) const { return m_weight; }

    void
    combine(const PathCoefficients& level, const GuidedMeans& means, Block<double>& denoised) const
    {
        // v = x/sigma - D (alpha + sigma)/sigma, so D = (x - sigma v)/(alpha + sigma).
        const double sum = level.alpha + level.sigma;
        if (m_run.position(level.sigmaTilde()) < m_zero) {
            denoised = means.x / sum;
            return;
        }
        const double scale = sum / level.sigma;
        for (Eigen::Index i = 0; i < denoised.rows(); ++i) {
            const auto conditional =
                means.x.row(i) / level.sigma - scale * means.conditional.row(i);
            const auto unconditional =
                means.x.row(i) / level.sigma - scale * means.unconditional.row(i);
            const double square = unconditional.square().sum();
            const double s = square > 0 ? (conditional * unconditional).sum() / square : 1;
            // D of v = v_c + (w - 1)(v_c - s v_u): exactly D_c at w = 1.
            denoised.row(i) = means.conditional.row(i)
                              - (m_weight - 1) * (conditional - s * unconditional) / scale;
        }
    }

private:
    RunProgress m_run;
    double m_weight, m_zero;
};

} // namespace

GuidanceKind zeroGuidance()
{
    GuidanceKind kind;
    kind.info = {"cfg-zero",
                 "CFG-Zero*",
                 "v = s*v_u + w(v_c − s*v_u), s* = ⟨v_c, v_u⟩/‖v_u‖²",
                 "Scales the unconditional velocity of rectified flow, ε̂ − D, to fit the "
                 "conditional one, and stands still for the first steps. Other processes use the "
                 "velocity of rectified flow at equal σ̃.",
                 "Fan et al. 2025, arXiv:2503.18886",
                 {guidanceWeight(3,
                                 "Weight of v = s*v_u + w(v_c − s*v_u): 1 is conditional, 0 is not "
                                 "unconditional. Fan et al. 2025, arXiv:2503.18886."),
                  {.key = "zero",
                   .symbol = "K₀",
                   .label = "Steps with zero velocity",
                   .type = ParameterType::Integer,
                   .maximum = 20,
                   .defaultValue = 1,
                   .step = 1,
                   .help = "So many steps at the start have v = 0 in rectified flow: x/(α + σ) "
                           "stays. Published: 1. Fan et al. 2025, arXiv:2503.18886."},
                  guidanceTarget()},
                 kNonLinearGuidanceGroup,
                 {},
                 {kDependsOnOrigin, kDependsOnSpace}};
    kind.make = makeRunRule<ZeroStar>;
    return kind;
}

} // namespace scorefield
