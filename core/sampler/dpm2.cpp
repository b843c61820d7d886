// SPDX-License-Identifier: GPL-3.0-or-later
// DPM2: the midpoint rule for dX/dsigma~ = (X - D)/sigma~ with the middle on a log scale.
#include "core/sampler/stepper_parts.h"

namespace scorefield {

namespace {

template <class Real>
class Dpm2 final : public AffineStepper<Real> {
    AffineStep map(const StepFacts& facts) const override
    {
        const PathCoefficients &from = facts.from, &to = facts.to;
        if (!(to.sigma > 0))
            return toData(facts);
        if (from.alpha == 0)
            return ddimMap(facts);
        const PathCoefficients middle = noiseLevel(std::sqrt(from.sigmaTilde() * to.sigmaTilde()));
        const Affine point = renoised(from, middle, middle.sigma); // X
        const double share = to.alpha * (to.sigmaTilde() - from.sigmaTilde()) / middle.sigma;
        return twoStages(from,
                         point,
                         middle,
                         {to.alpha / from.alpha + share * point.x, share * point.denoised},
                         -share);
    }
};

} // namespace

SamplerKind dpm2Sampler()
{
    SamplerKind kind{};
    kind.info = {
        "dpm2",
        "DPM2",
        "X′ = X + (σ̃′ − σ̃)(U − D(U, m))/m,  m = √(σ̃σ̃′),  U = X + (m − σ̃)(X − x̂₀)/σ̃",
        "The midpoint rule in the noise level with the middle on a log scale, in X = x/α. A step "
        "to σ = 0 returns the posterior mean.",
        "k-diffusion, sample_dpm_2 with s_churn 0 (with churn: edm, solver dpm2); Karras et al. "
        "2022, arXiv:2206.00364",
        {}};
    kind.info.group = "DPM-Solver";
    kind.order = 2;
    kind.evaluationsPerStep = 2;
    setFactories<Dpm2>(kind);
    return kind;
}

} // namespace scorefield
