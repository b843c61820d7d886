// SPDX-License-Identifier: GPL-3.0-or-later
// Euler's method for the probability-flow ODE in the process's own time: x' = x + (t' - t) v(x, t).
#include "core/sampler/stepper_parts.h"

namespace scorefield {

namespace {

template <class Real>
class Euler final : public AffineStepper<Real> {
    AffineStep map(const StepFacts& facts) const override
    {
        if (!(facts.to.sigma > 0))
            return toData(facts);
        const double h = facts.to.t - facts.from.t;
        const Affine v = velocity(facts.from);
        return oneStage(facts, {1 + h * v.x, h * v.denoised});
    }
};

} // namespace

SamplerKind eulerSampler()
{
    SamplerKind kind{};
    kind.info = {"euler",
                 "Euler",
                 "x′ = x + (t′ − t)v(x, t)",
                 "Euler's method for the probability-flow ODE in the process's own time. For "
                 "rectified flow and EDM time this is DDIM.",
                 "Song et al. 2021, arXiv:2011.13456",
                 {}};
    kind.info.group = "Euler and Runge–Kutta";
    kind.order = 1;
    kind.evaluationsPerStep = 1;
    setFactories<Euler>(kind);
    return kind;
}

} // namespace scorefield
