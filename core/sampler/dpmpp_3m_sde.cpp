// SPDX-License-Identifier: GPL-3.0-or-later
// DPM-Solver++(3M) SDE: the exponential integrator with D extrapolated from two steps before. In X
// = x/alpha, with c = 1 + eta^2, p2 = 1 - (1 - e^{-ch})/(ch) and p3 = 1/2 - p2/(ch):
//   X' = e^{-ch} X + (1 - e^{-ch}) D + p2 D1 + p3 D2 + sigma~' sqrt(1 - e^{-2 eta^2 h}) z,
// D1 = h dD/dh and D2 the second divided difference times h^2. As in the published programs p3
// stands once where the expansion has it twice (D2 is half the second derivative): the order is 2.
#include "core/sampler/ancestral.h"
#include "core/sampler/multistep.h"
#include "core/sampler/sampler_parameters.h"

namespace scorefield {

namespace {

template <class Real>
class Dpmpp3mSde final : public Stepper<Real> {
public:
    explicit Dpmpp3mSde(const ParameterValues& values)
        : m_asDiffusers(values.at("variant") != 0)
        , m_midpoint(values.at("variant") == 1)
        , m_lowerFinal(values.at("lower_order_final") == 1)
    {
    }

    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        if (leavePureNoise(context, x, m_denoised, m_noise))
            return;
        const PathCoefficients &from = context.from, &to = context.to;
        if (denoiseOrFinish(context, x, m_history.push(from.lambda())))
            return;
        const double h = to.lambda() - from.lambda();
        const double ch = (1 + context.eta * context.eta) * h, E = -std::expm1(-ch);
        const double p2 = 1 - E / ch, p3 = (m_asDiffusers ? -0.5 : 0.5) - p2 / ch;
        const int order = multistepOrder(context, 3, m_history.size(), m_lowerFinal);
        applyWeights(to.alpha / from.alpha * (1 - E),
                     differenceWeights(m_history,
                                       order,
                                       h,
                                       to.alpha * E,
                                       to.alpha * (order == 2 && m_midpoint ? E / 2 : p2),
                                       to.alpha * p3),
                     order,
                     m_history,
                     x);
        addStepNoise(context, reverseNoise(to, context.eta, h), x, m_noise);
    }

private:
    bool m_asDiffusers, m_midpoint, m_lowerFinal;
    History<Real, 3> m_history;
    Block<Real> m_denoised, m_noise;
};

ParameterDescriptor variant()
{
    return {.key = "variant",
            .label = "Variant",
            .type = ParameterType::Choice,
            .maximum = 2,
            .choices = {{"k-diffusion", "k-diffusion", "φ₃ = ½ − φ₂/(ch): second order."},
                        {"diffusers",
                         "diffusers",
                         "φ₃ = −½ − φ₂/(ch), which does not vanish with the step: first order. The "
                         "second step weighs its difference by (1 − e^(−ch))/2."},
                        {"diffusers-heun",
                         "diffusers, heun",
                         "The same with φ₂ in the second step: solver_type heun."}},
            .help = "The weight of the second difference. The two programs differ in a sign; "
                    "k-diffusion's is that of the expansion."};
}

} // namespace

SamplerKind dpmpp3mSdeSampler()
{
    ParameterDescriptor lowerOrder = lowerOrderFinalParameter(
        "the last step has order 1 and the one before it 2 in runs of fewer than 15 steps.");
    lowerOrder.defaultValue = 0; // as k-diffusion
    SamplerKind kind{};
    kind.info = {
        "dpmpp-3m-sde",
        "DPM++ 3M SDE",
        "X′ = e^(−ch)X + (1 − e^(−ch))x̂₀ + φ₂D₁ + φ₃D₂ + σ̃′√(1 − e^(−2η²h)) z,  c = 1 + η²",
        "The exponential integrator with the posterior mean extrapolated from two steps before. "
        "Three points, yet of second order at η = 0: the published programs, which it follows, "
        "halve the second difference (diffusers also turns a sign of it).",
        "Lu et al. 2022, arXiv:2211.01095; k-diffusion, sample_dpmpp_3m_sde; diffusers, "
        "DPMSolverMultistepScheduler with sde-dpmsolver++ and solver_order 3",
        {variant(), lowerOrder}};
    kind.info.group = "DPM-Solver++";
    kind.order = 2;
    kind.orderOf = [](const ParameterValues& values) { return values.at("variant") == 0 ? 2 : 1; };
    kind.evaluationsPerStep = 1;
    kind.usesEta = true;
    kind.drawsPerStep = 1;
    kind.etaNote = "The eta of k-diffusion in this family is η² here.";
    setFactoriesWithValues<Dpmpp3mSde>(kind);
    return kind;
}

} // namespace scorefield
