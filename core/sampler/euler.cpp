// SPDX-License-Identifier: GPL-3.0-or-later
// Euler's method for the probability-flow ODE in the process's own time: x' = x + (t' - t) v(x, t).
#include "core/sampler/stepper_parts.h"

namespace scorefield {

namespace {

template <class Real>
class Euler final : public Stepper<Real> {
public:
    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        if (denoiseOrFinish(context, x, m_denoised))
            return;
        const double h = context.to.t - context.from.t;
        const Affine v = velocity(context.from);
        apply(Affine{1 + h * v.x, h * v.denoised}, m_denoised, x);
    }

private:
    Block<Real> m_denoised;
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
