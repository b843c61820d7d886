// SPDX-License-Identifier: GPL-3.0-or-later
// beta-CFG, in the space of the predicted noise: eps_u + w B(tau) Delta/|Delta|^gamma with Delta =
// eps_c - eps_u and B the density of Beta(2, 2).
#include "core/field/guidance_parts.h"

#include <cmath>

namespace scorefield {

namespace {

class BetaNormalised {
public:
    BetaNormalised(const Choice& choice, RunProgress run)
        : m_run(std::move(run))
        , m_over(progressOverOf(choice))
        , m_weight(choice.values.at("w"))
        , m_gamma(choice.values.at("gamma"))
    {
    }

    double weight(double sigmaTilde) const
    {
        const double tau = m_run.progress(m_over, sigmaTilde);
        return m_weight * 6 * tau * (1 - tau);
    }

    void
    combine(const PathCoefficients& level, const GuidedMeans& means, Block<double>& denoised) const
    {
        const double w = weight(level.sigmaTilde());
        const double toEps = level.alpha / level.sigma; // |eps_c - eps_u| = alpha/sigma |D_c - D_u|
        for (Eigen::Index i = 0; i < denoised.rows(); ++i) {
            const auto difference = means.difference.row(i);
            const double length = difference.matrix().stableNorm();
            // No direction where both fields are the same, nor at alpha = 0. First the direction,
            // then |Delta|^(1 - gamma): a difference of 1e-310 has no finite inverse.
            if (!(length > 0 && toEps > 0)) {
                denoised.row(i) = means.unconditional.row(i);
                continue;
            }
            const double size = w * std::pow(toEps * length, 1 - m_gamma) / toEps;
            denoised.row(i) = means.unconditional.row(i) + size * (difference / length);
        }
    }

private:
    RunProgress m_run;
    ProgressOver m_over;
    double m_weight, m_gamma;
};

} // namespace

GuidanceKind betaGuidance()
{
    GuidanceKind kind;
    kind.info = {"beta-cfg",
                 "β-CFG",
                 "ε̂ = ε_u + w·6τ(1 − τ) Δ/‖Δ‖^γ, Δ = ε_c − ε_u",
                 "Normalises the difference in the space of the predicted noise and weighs it by "
                 "the density of Beta(2, 2) over the progress: nothing at both ends of the run.",
                 "arXiv:2502.10574",
                 {guidanceWeight(3,
                                 "Weight of w·6τ(1 − τ) Δ/‖Δ‖^γ: 0 is unconditional; there is no w "
                                 "that is conditional. arXiv:2502.10574."),
                  {.key = "gamma",
                   .symbol = "γ",
                   .label = "Normalisation",
                   .maximum = 1,
                   .defaultValue = 1,
                   .help = "Exponent of ‖ε_c − ε_u‖: 0 leaves the difference as it is, 1 (as "
                           "published) keeps its direction only. arXiv:2502.10574."},
                  progressOver(ProgressOver::Steps),
                  guidanceTarget()},
                 kNonLinearGuidanceGroup,
                 {},
                 {kDependsOnSpace}};
    kind.make = makeRunRule<BetaNormalised>;
    return kind;
}

} // namespace scorefield
