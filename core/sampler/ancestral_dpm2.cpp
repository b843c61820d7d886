// SPDX-License-Identifier: GPL-3.0-or-later
// DPM2 ancestral: the midpoint rule in the noise level, with the middle between sigma~ and
// sigma_down on a log scale, then fresh noise sigma_up, in X = x/alpha.
#include "core/sampler/ancestral.h"

namespace scorefield {

namespace {

template <class Real>
class AncestralDpm2 final : public Stepper<Real> {
public:
    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        if (denoiseOrFinish(context, x, m_denoised))
            return;
        const PathCoefficients &from = context.from, &to = context.to;
        if (from.alpha == 0) {
            ddimStep(context, m_denoised, x, m_noise);
            return;
        }
        const double sigma = from.sigmaTilde();
        const AncestralSplit split(sigma, to.sigmaTilde(), context.eta);
        x *= static_cast<Real>(1 / from.alpha); // X
        if (split.down == 0) // all noise is drawn anew: nothing is left to go to but D
            x = m_denoised;
        else
            midpoint(context.field, sigma, split.down, x);
        x *= static_cast<Real>(to.alpha);
        addStepNoise(context, to.alpha * split.up, x, m_noise);
    }

private:
    /// X + (sigma' - sigma) (U - D(U))/mid, where U is the Euler step to mid = sqrt(sigma sigma').
    void midpoint(const ScoreField<Real>& field, double sigma, double next, Block<Real>& X)
    {
        const double mid = std::sqrt(sigma * next);
        const double slope = (mid - sigma) / sigma;
        m_middle = X;
        apply(Affine{1 + slope, -slope}, m_denoised, m_middle);
        field.denoise(noiseLevel(mid), m_middle, m_denoised);
        X += static_cast<Real>((next - sigma) / mid) * (m_middle - m_denoised);
    }

    Block<Real> m_denoised, m_middle, m_noise;
};

} // namespace

SamplerKind ancestralDpm2Sampler()
{
    SamplerKind kind{};
    kind.info = {
        "ancestral-dpm2",
        "DPM2 ancestral",
        "X′ = X + (σ↓ − σ̃)(U − D(U, m))/m + σ↑z,  m = √(σ̃σ↓),  U = X + (m − σ̃)(X − x̂₀)/σ̃",
        "The midpoint rule in X = x/α from σ̃ to σ↓, then fresh noise σ↑ = min(σ̃′, ησ̃′√(1 − "
        "σ̃′²/σ̃²)) up to σ̃′ = √(σ↓² + σ↑²). Where σ↓ = 0 the step is x̂₀ + σ̃′z.",
        "k-diffusion, sample_dpm_2_ancestral; Karras et al. 2022, arXiv:2206.00364",
        {}};
    kind.info.group = "DDIM and ancestral";
    kind.order = 2;
    kind.evaluationsPerStep = 2;
    kind.usesEta = true;
    kind.drawsPerStep = 1;
    setFactories<AncestralDpm2>(kind);
    return kind;
}

} // namespace scorefield
