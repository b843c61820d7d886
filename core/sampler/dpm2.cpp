// SPDX-License-Identifier: GPL-3.0-or-later
// DPM2: the midpoint rule for dX/dsigma~ = (X - D)/sigma~ with the middle on a log scale.
#include "core/sampler/multistep.h"

namespace scorefield {

namespace {

template <class Real>
class Dpm2 final : public Stepper<Real> {
public:
    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        if (leavePureNoise(context, x, m_denoised, m_middle)
            || denoiseOrFinish(context, x, m_denoised))
            return;
        const PathCoefficients &from = context.from, &to = context.to;
        const PathCoefficients middle = noiseLevel(std::sqrt(from.sigmaTilde() * to.sigmaTilde()));
        m_middle = x;
        apply(renoised(from, middle, middle.sigma), m_denoised, m_middle);
        context.field.denoise(middle, m_middle, m_denoised);
        const double h = to.sigmaTilde() - from.sigmaTilde();
        x = static_cast<Real>(to.alpha / from.alpha) * x
            + static_cast<Real>(to.alpha * h / middle.sigma) * (m_middle - m_denoised);
    }

private:
    Block<Real> m_denoised, m_middle;
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
