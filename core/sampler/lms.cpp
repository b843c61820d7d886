// SPDX-License-Identifier: GPL-3.0-or-later
// Linear multistep (Adams–Bashforth on uneven levels): dX/dsigma~ = eps^ is a polynomial in sigma~
// through the last steps, integrated exactly. X = x/alpha.
#include "core/sampler/lms_weights.h"
#include "core/sampler/multistep.h"
#include "core/sampler/sampler_parameters.h"

namespace scorefield {

namespace {

int orderOf(const ParameterValues& values)
{
    return static_cast<int>(values.at("order"));
}

template <class Real>
class LinearMultistep final : public Stepper<Real> {
public:
    explicit LinearMultistep(const ParameterValues& values) : m_order(orderOf(values)) {}

    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        if (leavePureNoise(context, x, m_denoised, m_scratch))
            return;
        const PathCoefficients &from = context.from, &to = context.to;
        if (denoiseOrFinish(context, x, m_denoised))
            return;
        m_history.push(from.lambda()) = static_cast<Real>(1 / from.sigma) * x
                                        - static_cast<Real>(from.alpha / from.sigma) * m_denoised;
        std::rotate(m_noise.begin(), m_noise.end() - 1, m_noise.end());
        m_noise[0] = from.sigmaTilde();
        const auto order = static_cast<std::size_t>(std::min(m_order, m_history.size()));
        const auto weights = lmsWeights({m_noise.data(), order}, to.sigmaTilde());
        x *= static_cast<Real>(to.alpha / from.alpha);
        for (std::size_t k = 0; k < order; ++k)
            x += static_cast<Real>(to.alpha * weights[k]) * m_history.value(k);
    }

private:
    int m_order;
    History<Real, kLargestLmsOrder> m_history; // of eps^
    std::array<double, kLargestLmsOrder> m_noise{}; // its noise levels sigma~
    Block<Real> m_denoised, m_scratch;
};

} // namespace

SamplerKind lmsSampler()
{
    SamplerKind kind{};
    kind.info = {"lms",
                 "Linear multistep",
                 "X′ = X + Σⱼ cⱼε̂₋ⱼ,  cⱼ = ∫ ℓⱼ(σ̃) dσ̃ from σ̃ to σ̃′,  ℓⱼ the Lagrange basis of the last levels",
                 "Extrapolates the slope dX/dσ̃ = ε̂ as a polynomial in σ̃ through the last steps "
                 "(Adams–Bashforth on uneven levels). One evaluation per step.",
                 "k-diffusion, sample_lms; Hairer, Nørsett and Wanner, Solving Ordinary Differential "
                 "Equations I, III.5",
                 {orderParameter(1, 4, 4, "Number of evaluations that the polynomial goes through.")}};
    kind.info.group = "Multistep";
    kind.order = 4;
    kind.orderOf = orderOf;
    kind.evaluationsPerStep = 1;
    setFactoriesWithValues<LinearMultistep>(kind);
    return kind;
}

} // namespace scorefield
