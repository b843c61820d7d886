// SPDX-License-Identifier: GPL-3.0-or-later
// DPM-Solver++(2M) and (3M): an exponential integrator in X = x/alpha and lambda = log(alpha/sigma)
// that takes the derivatives of the posterior mean from the last steps:
// X' = r X + h (phi_1 D + phi_2 hD' + phi_3 h^2 D''/2), phi_k = phi_k(-h), r = e^{-h}.
// The exact Taylor term is phi_3 h^2 D''; the published third-order method has half of it.
#include "core/sampler/exponential_functions.h"
#include "core/sampler/multistep.h"
#include "core/sampler/sampler_parameters.h"

namespace scorefield {

namespace {

template <class Real, int Order>
class DpmppMultistep : public Stepper<Real> {
public:
    explicit DpmppMultistep(const ParameterValues& values)
        : m_lowerFinal(values.at("lower_order_final") != 0)
        , m_heun(values.at("variant") != 0)
    {
    }

    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        if (leavePureNoise(context, x, m_denoised, m_scratch))
            return;
        const PathCoefficients &from = context.from, &to = context.to;
        if (denoiseOrFinish(context, x, m_history.push(from.lambda())))
            return;
        const int order = multistepOrder(context, Order, m_history.size(), m_lowerFinal);
        const double h = to.lambda() - from.lambda();
        const PhiFunctions phi = phiFunctions(-h);
        const double slope = order == 2 && !m_heun ? phi.one / 2 : phi.two;
        const double scale = to.alpha * h;
        applyWeights(to.sigma / from.sigma,
                     differenceWeights(
                         m_history, order, h, scale * phi.one, scale * slope, scale * phi.three),
                     order,
                     m_history,
                     x);
    }

private:
    bool m_lowerFinal, m_heun;
    History<Real, Order> m_history;
    Block<Real> m_denoised, m_scratch; // of a first step from pure noise
};

template <class Real>
class Dpmpp2m final : public DpmppMultistep<Real, 2> {
    using DpmppMultistep<Real, 2>::DpmppMultistep;
};

template <class Real>
class Dpmpp3m final : public DpmppMultistep<Real, 3> {
    using DpmppMultistep<Real, 3>::DpmppMultistep;
};

} // namespace

SamplerKind dpmpp2mSampler()
{
    SamplerKind kind{};
    kind.info = {
        "dpmpp-2m",
        "DPM-Solver++(2M)",
        "X′ = rX + (1 − r)[x̂₀ + (x̂₀ − x̂₀₋₁)/2q],  q = h₋₁/h,  h = log(σ̃/σ̃′),  r = e^{−h}",
        "Second order at one evaluation per step: the change of the posterior mean comes from the "
        "step "
        "before. In X = x/α, so processes at equal σ̃ give the same x/α.",
        "Lu et al. 2022, arXiv:2211.01095, algorithm 2; k-diffusion, sample_dpmpp_2m; diffusers, "
        "DPMSolverMultistepScheduler with solver_order 2",
        {secondOrderVariantParameter(),
         lowerOrderFinalParameter("with K < 15, the last step is first order. k-diffusion has no "
                                  "such rule; a step to σ = 0 "
                                  "always is the posterior mean.")}};
    kind.info.group = "DPM-Solver++";
    kind.order = 2;
    kind.evaluationsPerStep = 1;
    setFactoriesWithValues<Dpmpp2m>(kind);
    return kind;
}

SamplerKind dpmpp3mSampler()
{
    SamplerKind kind{};
    kind.info = {
        "dpmpp-3m",
        "DPM-Solver++(3M)",
        "X′ = rX + h[φ₁x̂₀ + φ₂hx̂₀′ + φ₃h²x̂₀″/2],  φₖ = φₖ(−h),  h = log(σ̃/σ̃′),  r = e^{−h}",
        "The quadratic through the posterior means of three steps, one evaluation per step. As "
        "published, its second-derivative term is half the Taylor term φ₃h²x̂₀″, so it converges "
        "with "
        "order 2, with a small constant.",
        "Lu et al. 2022, arXiv:2211.01095; diffusers, DPMSolverMultistepScheduler with "
        "solver_order 3",
        {secondOrderVariantParameter(),
         lowerOrderFinalParameter("with K < 15, the last step is first order and the one before it "
                                  "second order.")}};
    kind.info.group = "DPM-Solver++";
    kind.order = 2;
    kind.evaluationsPerStep = 1;
    setFactoriesWithValues<Dpmpp3m>(kind);
    return kind;
}

} // namespace scorefield
