// SPDX-License-Identifier: GPL-3.0-or-later
// Multistep sampling of consistency models: predict the data point, add all of the next level's
// noise anew: x' = alpha' D + sigma' z.
#include "core/sampler/stepper_parts.h"

#include <limits>

namespace scorefield {

namespace {

template <class Real>
class Renoise final : public AffineStepper<Real> {
    AffineStep map(const StepFacts& facts) const override
    {
        return facts.to.sigma > 0 ? oneStage(facts, {0, facts.to.alpha}, facts.to.sigma)
                                  : toData(facts);
    }
};

} // namespace

SamplerKind renoiseSampler()
{
    SamplerKind kind{};
    kind.info = {
        "renoise",
        "Re-noising",
        "x′ = α′x̂₀ + σ′z",
        "Forgets the noise after every step. Made for consistency models, whose x̂₀ is the end "
        "point of the flow; with the posterior mean, as here, the law does not approach the "
        "data's as K grows, which is the point of showing it.",
        "Song et al. 2023, arXiv:2303.01469, algorithm 1; diffusers, "
        "FlowMatchEulerDiscreteScheduler with stochastic_sampling",
        {}};
    kind.info.group = "DDIM and ancestral";
    kind.order = 0;
    kind.evaluationsPerStep = 1;
    kind.drawsPerStep = 1;
    kind.followedEta = [](const ParameterValues&) {
        return std::numeric_limits<double>::quiet_NaN();
    };
    kind.etaNote = "All noise is drawn anew at every step, whatever η.";
    setFactories<Renoise>(kind);
    return kind;
}

} // namespace scorefield
