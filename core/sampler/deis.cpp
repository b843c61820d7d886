// SPDX-License-Identifier: GPL-3.0-or-later
// DEIS in log-rho: the predicted noise is a polynomial in lambda = log(alpha/sigma) through the
// last steps, and X' = X + ∫ eps^ dsigma~ is then exact: with sigma~ = sigma~' e^{(1-u)h}, X' = X -
// sigma~' h (phi_1 eps + phi_2 h eps' + 2 phi_3 h^2 eps''/2), phi_k = phi_k(h).
#include "core/sampler/exponential_functions.h"
#include "core/sampler/multistep.h"
#include "core/sampler/sampler_parameters.h"

namespace scorefield {

namespace {

template <class Real>
class Deis final : public Stepper<Real> {
public:
    explicit Deis(const ParameterValues& values)
        : m_order(declaredOrder(values))
        , m_lowerFinal(values.at("lower_order_final") != 0)
    {
    }

    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        if (leavePureNoise(context, x, m_denoised, m_scratch))
            return;
        const PathCoefficients &from = context.from, &to = context.to;
        if (denoiseOrFinish(context, x, m_denoised))
            return;
        m_history.push(from.lambda()) = static_cast<Real>(1 / from.sigma) * x
                                        - static_cast<Real>(from.alpha / from.sigma) * m_denoised;
        const int order = multistepOrder(context, m_order, m_history.size(), m_lowerFinal);
        const double h = to.lambda() - from.lambda();
        const PhiFunctions phi = phiFunctions(h);
        const double scale = -to.sigma * h;
        applyWeights(
            to.alpha / from.alpha,
            differenceWeights(
                m_history, order, h, scale * phi.one, scale * phi.two, scale * 2 * phi.three),
            order,
            m_history,
            x);
    }

private:
    int m_order;
    bool m_lowerFinal;
    History<Real, 3> m_history; // of eps^
    Block<Real> m_denoised, m_scratch;
};

} // namespace

SamplerKind deisSampler()
{
    SamplerKind kind{};
    kind.info = {
        "deis",
        "DEIS",
        "X′ = X + ∫ ε̂ dσ̃ from σ̃ to σ̃′,  ε̂ a polynomial in log σ̃ through the last steps",
        "Extrapolates the predicted noise as a polynomial in log σ̃ and integrates it exactly; "
        "order 1 "
        "is DDIM. One evaluation per step.",
        "Zhang and Chen 2023, arXiv:2204.13902 (log-ρ, Adams–Bashforth); diffusers, "
        "DEISMultistepScheduler",
        {orderParameter(1, 3, 3, "Number of evaluations that the polynomial goes through."),
         lowerOrderFinalParameter("with K < 15, the last step is first order and the one before it "
                                  "at most second order.")}};
    kind.info.group = "Multistep";
    kind.order = 3;
    kind.orderOf = declaredOrder;
    kind.evaluationsPerStep = 1;
    setFactoriesWithValues<Deis>(kind);
    return kind;
}

} // namespace scorefield
