// SPDX-License-Identifier: GPL-3.0-or-later
// DPM-Solver++ SDE, the two-stage ancestral solver of k-diffusion: with U a DDIM(eta) step to m =
// sqrt(sigma~ sigma~'), the step itself is DDIM(eta) with D(U, m) in the place of D, in X =
// x/alpha.
#include "core/sampler/ancestral.h"

namespace scorefield {

namespace {

template <class Real>
class DpmppSde final : public Stepper<Real> {
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
        const PathCoefficients middle = noiseLevel(std::sqrt(sigma * to.sigmaTilde()));
        const AncestralSplit half(sigma, middle.sigma, context.eta);
        m_middle = x;
        apply(inNative(from, middle, {half.down / sigma, 1 - half.down / sigma}),
              m_denoised,
              m_middle);
        if (half.up > 0) {
            m_noise.resizeLike(x);
            context.noise.between(sigma, middle.sigma, m_noise);
            m_middle += static_cast<Real>(half.up) * m_noise;
        }
        context.field.denoise(middle, m_middle, m_denoised);

        const AncestralSplit split(sigma, to.sigmaTilde(), context.eta);
        apply(inNative(from, to, {split.down / sigma, 1 - split.down / sigma}), m_denoised, x);
        addStepNoise(context, to.alpha * split.up, x, m_noise);
    }

private:
    Block<Real> m_denoised, m_middle, m_noise;
};

} // namespace

SamplerKind dpmppSdeSampler()
{
    SamplerKind kind{};
    kind.info = {
        "dpmpp-sde",
        "DPM++ SDE",
        "U = (m↓/σ̃)X + (1 − m↓/σ̃)x̂₀ + m↑z₁,  X′ = (σ↓/σ̃)X + (1 − σ↓/σ̃)D(U, m) + σ↑z₂,  m = √(σ̃σ̃′)",
        "Two stages, each an ancestral step in X = x/α with ↑ and ↓ as in Euler ancestral; the "
        "second uses the posterior mean in the middle. Two draws per step; as η → 0 it is "
        "DPM++ 2S.",
        "Lu et al. 2022, arXiv:2211.01095; k-diffusion, sample_dpmpp_sde with r = 1/2",
        {}};
    kind.info.group = "DPM-Solver++";
    kind.order = 2;
    kind.evaluationsPerStep = 2;
    kind.usesEta = true;
    kind.drawsPerStep = 2;
    setFactories<DpmppSde>(kind);
    return kind;
}

} // namespace scorefield
