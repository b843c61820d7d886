// SPDX-License-Identifier: GPL-3.0-or-later
// Linear multistep (Adams–Bashforth on uneven levels): dX/dsigma~ = eps^ is a polynomial in sigma~
// through the last steps, integrated exactly, also to sigma~ = 0. X = x/alpha.
#include "core/sampler/lms_weights.h"
#include "core/sampler/multistep.h"
#include "core/sampler/sampler_parameters.h"

namespace scorefield {

namespace {

template <class Real>
class LinearMultistep final : public Stepper<Real> {
public:
    explicit LinearMultistep(const ParameterValues& values)
        : m_order(declaredOrder(values))
        , m_lowerFinal(values.at("lower_order_final") != 0)
    {
    }

    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        if (leavePureNoise(context, x, m_denoised, m_scratch))
            return;
        const PathCoefficients &from = context.from, &to = context.to;
        m_denoised.resizeLike(x);
        context.field.denoise(from, x, m_denoised);
        if (m_lowerFinal && !(to.sigma > 0)) {
            x = static_cast<Real>(to.alpha) * m_denoised;
            return;
        }
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
    bool m_lowerFinal;
    History<Real, kLargestLmsOrder> m_history;      // of eps^
    std::array<double, kLargestLmsOrder> m_noise{}; // its noise levels sigma~
    Block<Real> m_denoised, m_scratch;
};

ParameterDescriptor endsOnPosteriorMean()
{
    return {
        .key = "lower_order_final",
        .label = "Lower order at the end",
        .type = ParameterType::Boolean,
        .help =
            "A last step to σ = 0 returns the posterior mean (order 1), as all other methods do. "
            "k-diffusion's sample_lms extrapolates there too."};
}

} // namespace

SamplerKind lmsSampler()
{
    SamplerKind kind{};
    kind.info = {
        "lms",
        "Linear multistep",
        "X′ = X + Σⱼ cⱼε̂₋ⱼ,  cⱼ = ∫ ℓⱼ(σ̃) dσ̃ from σ̃ to σ̃′,  ℓⱼ the Lagrange basis of the last "
        "levels",
        "Extrapolates the slope dX/dσ̃ = ε̂ as a polynomial in σ̃ through the last steps "
        "(Adams–Bashforth on uneven levels), also in a last step to σ = 0. One evaluation per "
        "step.",
        "k-diffusion, sample_lms; Hairer, Nørsett and Wanner, Solving Ordinary Differential "
        "Equations I, III.5",
        {orderParameter(1, 4, 4, "Number of evaluations that the polynomial goes through."),
         endsOnPosteriorMean()}};
    kind.info.group = "Multistep";
    kind.order = 4;
    kind.orderOf = declaredOrder;
    kind.evaluationsPerStep = 1;
    setFactoriesWithValues<LinearMultistep>(kind);
    return kind;
}

} // namespace scorefield
