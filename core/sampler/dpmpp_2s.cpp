// SPDX-License-Identifier: GPL-3.0-or-later
// DPM-Solver++(2S): the posterior mean at the middle in lambda stands for the whole step, which
// ends at sigma_down; then fresh noise sigma_up. In X = x/alpha, eta = 0 is the deterministic
// method.
#include "core/sampler/ancestral.h"

namespace scorefield {

namespace {

template <class Real>
class Dpmpp2s final : public Stepper<Real> {
public:
    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        if (denoiseOrFinish(context, x, m_denoised))
            return;
        const PathCoefficients &from = context.from, &to = context.to;
        if (from.alpha == 0) {
            ddimStep(context, m_denoised, x, m_scratch);
            return;
        }
        const double sigma = from.sigmaTilde();
        const AncestralSplit split(sigma, to.sigmaTilde(), context.eta);
        if (split.down > 0) {
            const PathCoefficients middle = noiseLevel(std::sqrt(sigma * split.down));
            m_scratch = x;
            apply(renoised(from, middle, middle.sigma), m_denoised, m_scratch);
            context.field.denoise(middle, m_scratch, m_denoised);
        }
        const double r = split.down / sigma;
        apply(inNative(from, to, {r, 1 - r}), m_denoised, x);
        addStepNoise(context, to.alpha * split.up, x, m_scratch);
    }

private:
    Block<Real> m_denoised, m_scratch;
};

} // namespace

SamplerKind dpmpp2sSampler()
{
    SamplerKind kind{};
    kind.info = {
        "dpmpp-2s",
        "DPM-Solver++(2S)",
        "X′ = rX + (1 − r)D(U, m) + σ↑z,  m = √(σ̃σ↓),  U = (m/σ̃)X + (1 − m/σ̃)x̂₀,  r = σ↓/σ̃",
        "Second order with one stage at the middle in λ, in X = x/α. η > 0 ends the step at "
        "σ↓ = √(σ̃′² − σ↑²) and adds fresh noise σ↑ = min(σ̃′, ησ̃′√(1 − σ̃′²/σ̃²)).",
        "Lu et al. 2022, arXiv:2211.01095, algorithm 1; k-diffusion, "
        "sample_dpmpp_2s_ancestral",
        {}};
    kind.info.group = "DPM-Solver++";
    kind.order = 2;
    kind.evaluationsPerStep = 2;
    kind.usesEta = true;
    kind.drawsPerStep = 1;
    setFactories<Dpmpp2s>(kind);
    return kind;
}

} // namespace scorefield
