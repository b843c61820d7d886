// SPDX-License-Identifier: GPL-3.0-or-later
// The classical Runge–Kutta method for the probability-flow ODE in the process's own time.
#include "core/sampler/stepper_parts.h"

namespace scorefield {

namespace {

template <class Real>
class RungeKutta4 final : public Stepper<Real> {
public:
    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        if (denoiseOrFinish(context, x, m_denoised))
            return;
        const PathCoefficients &from = context.from, &to = context.to;
        const auto h = static_cast<Real>(to.t - from.t);
        const PathCoefficients middle = context.process->at((from.t + to.t) / 2);
        m_slope = x;
        apply(velocity(from), m_denoised, m_slope); // k1
        m_sum = m_slope;
        addSlope(context, middle, x, h / 2, 2); // k2
        addSlope(context, middle, x, h / 2, 2); // k3
        addSlope(context, to, x, h, 1);         // k4
        x += h / 6 * m_sum;
    }

private:
    /// The slope at (x + h slope, level) replaces the slope and enters the sum with this weight.
    void addSlope(const StepContext<Real>& context,
                  const PathCoefficients& level,
                  const Block<Real>& x,
                  Real h,
                  Real weight)
    {
        m_slope = x + h * m_slope;
        context.field.denoise(level, m_slope, m_denoised);
        apply(velocity(level), m_denoised, m_slope);
        m_sum += weight * m_slope;
    }

    Block<Real> m_denoised, m_slope, m_sum;
};

} // namespace

SamplerKind rk4Sampler()
{
    SamplerKind kind{};
    kind.info = {
        "rk4",
        "Runge–Kutta 4",
        "x′ = x + h(k₁ + 2k₂ + 2k₃ + k₄)/6",
        "The classical fourth-order method for the probability-flow ODE in the process's own "
        "time. A step to σ = 0 returns the posterior mean.",
        "Kutta 1901; Hairer, Nørsett and Wanner, Solving Ordinary Differential Equations I, "
        "table II.1.2",
        {}};
    kind.info.group = "Euler and Runge–Kutta";
    kind.order = 4;
    kind.evaluationsPerStep = 4;
    kind.needsProcess = true;
    setFactories<RungeKutta4>(kind);
    return kind;
}

} // namespace scorefield
