// SPDX-License-Identifier: GPL-3.0-or-later
// Heun's method (explicit trapezoid) for the probability-flow ODE in the process's own time.
#include "core/sampler/stepper_parts.h"

namespace scorefield {

namespace {

template <class Real>
class Heun final : public AffineStepper<Real> {
    AffineStep map(const StepFacts& facts) const override
    {
        if (!(facts.to.sigma > 0))
            return toData(facts);
        const TwoSlopes slopes = twoSlopes(facts.from, facts.to, facts.to, 0.5);
        return twoStages(facts.from, slopes.second, facts.to, slopes.end, slopes.denoised);
    }
};

} // namespace

SamplerKind heunSampler()
{
    SamplerKind kind{};
    kind.info = {"heun",
                 "Heun",
                 "x̂ = x + hv(x, t),  x′ = x + ½h(v(x, t) + v(x̂, t′))",
                 "The explicit trapezoid rule for the probability-flow ODE in the process's own "
                 "time, second order. "
                 "A step to σ = 0 returns the posterior mean.",
                 "Karras et al. 2022, arXiv:2206.00364, algorithm 1",
                 {}};
    kind.info.group = "Euler and Runge–Kutta";
    kind.order = 2;
    kind.evaluationsPerStep = 2;
    setFactories<Heun>(kind);
    return kind;
}

} // namespace scorefield
