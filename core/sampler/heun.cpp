// SPDX-License-Identifier: GPL-3.0-or-later
// Heun's method (explicit trapezoid) for the probability-flow ODE in the process's own time.
#include "core/sampler/stepper_parts.h"

namespace scorefield {

namespace {

template <class Real>
class Heun final : public Stepper<Real> {
public:
    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        if (denoiseOrFinish(context, x, m_denoised))
            return;
        const auto h = static_cast<Real>(context.to.t - context.from.t);
        m_slope = x;
        apply(velocity(context.from), m_denoised, m_slope); // v(x, t)
        m_predicted = x + h * m_slope;
        context.field.denoise(context.to, m_predicted, m_denoised);
        apply(velocity(context.to), m_denoised, m_predicted); // v(x + h v, t')
        x += h / 2 * (m_slope + m_predicted);
    }

private:
    Block<Real> m_denoised, m_slope, m_predicted;
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
