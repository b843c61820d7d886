// SPDX-License-Identifier: GPL-3.0-or-later
// DDIM(eta) for every process: x' = alpha' D + sqrt(sigma'^2 - s^2) eps^ + s z with s = eta sigma'
// sqrt(1 - (sigma~'/sigma~)^2), at most sigma'. In x/alpha it depends on the noise levels alone, so
// it is the same method on every process. eta = 0 is exponential Euler, eta = 1 the ancestral step.
#include "core/sampler/stepper_parts.h"

namespace scorefield {

namespace {

template <class Real>
class Ddim final : public AffineStepper<Real> {
    AffineStep map(const StepFacts& facts) const override
    {
        return facts.to.sigma > 0 ? ddimMap(facts) : toData(facts);
    }
};

} // namespace

SamplerKind ddimSampler()
{
    SamplerKind kind{};
    kind.info = {"ddim",
                 "DDIM",
                 "x′ = α′x̂₀ + √(σ′² − ς²) ε̂ + ςz,  ς = ησ′√(1 − σ̃′²/σ̃²)",
                 "Keeps the predicted data point and noise over a step. η = 0 is deterministic, η "
                 "= 1 the ancestral sampler of DDPM; "
                 "ς is at most σ′. It depends on the noise levels only, so processes at equal σ̃ "
                 "give the same x/α.",
                 "Song et al. 2021, arXiv:2010.02502",
                 {}};
    kind.info.group = "DDIM and ancestral";
    kind.order = 1;
    kind.evaluationsPerStep = 1;
    kind.usesEta = true;
    kind.drawsPerStep = 1;
    setFactories<Ddim>(kind);
    return kind;
}

} // namespace scorefield
