// SPDX-License-Identifier: GPL-3.0-or-later
// Euler ancestral: an Euler step in the noise level to sigma_down, then fresh noise sigma_up, in X
// = x/alpha. The same law and the same algebra as DDIM(eta), in the words of k-diffusion.
#include "core/sampler/ancestral.h"

namespace scorefield {

namespace {

template <class Real>
class AncestralEuler final : public AffineStepper<Real> {
    AffineStep map(const StepFacts& facts) const override
    {
        const PathCoefficients &from = facts.from, &to = facts.to;
        if (!(to.sigma > 0))
            return toData(facts);
        if (from.alpha == 0)
            return ddimMap(facts);
        const double sigma = from.sigmaTilde();
        const AncestralSplit split(sigma, to.sigmaTilde(), facts.eta);
        const double slope = (split.down - sigma) / sigma; // X + (down - sigma) (X - D)/sigma
        return oneStage(facts, inNative(from, to, {1 + slope, -slope}), to.alpha * split.up);
    }
};

} // namespace

SamplerKind ancestralEulerSampler()
{
    SamplerKind kind{};
    kind.info = {
        "ancestral-euler",
        "Euler ancestral",
        "X′ = X + (σ↓ − σ̃)(X − x̂₀)/σ̃ + σ↑z,  σ↑ = min(σ̃′, ησ̃′√(1 − σ̃′²/σ̃²)),  σ↓² = σ̃′² − σ↑²",
        "An Euler step in X = x/α to a lower noise level σ↓, then fresh noise σ↑ up to the next "
        "one. The same map as DDIM(η), written as k-diffusion and diffusers do.",
        "k-diffusion, sample_euler_ancestral; diffusers, EulerAncestralDiscreteScheduler; Song "
        "et al. 2021, arXiv:2010.02502, eq. 16",
        {}};
    kind.info.group = "DDIM and ancestral";
    kind.order = 1;
    kind.evaluationsPerStep = 1;
    kind.usesEta = true;
    kind.drawsPerStep = 1;
    setFactories<AncestralEuler>(kind);
    return kind;
}

} // namespace scorefield
