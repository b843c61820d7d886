// SPDX-License-Identifier: GPL-3.0-or-later
// DPM-Solver++(2M) SDE: the exponential integrator with D extrapolated from the step before. In X =
// x/alpha, with c = 1 + eta^2, E = 1 - e^{-ch} and q = h_before/h:
//   X' = e^{-ch} X + E D + w (D - D_before)/q + sigma~' sqrt(1 - e^{-2 eta^2 h}) z,
// where w = E/2 (midpoint) or 1 - E/(ch), the exact weight of a linear D (heun).
#include "core/sampler/ancestral.h"
#include "core/sampler/multistep.h"
#include "core/sampler/sampler_parameters.h"

namespace scorefield {

namespace {

template <class Real>
class Dpmpp2mSde final : public Stepper<Real> {
public:
    explicit Dpmpp2mSde(const ParameterValues& values)
        : m_heun(values.at("variant") == 1)
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
        const double w = m_heun ? 1 - E / ch : E / 2;
        const int order = multistepOrder(context, 2, m_history.size(), m_lowerFinal);
        applyWeights(to.alpha / from.alpha * (1 - E),
                     differenceWeights(m_history, order, h, to.alpha * E, to.alpha * w, 0),
                     order,
                     m_history,
                     x);
        addStepNoise(context, reverseNoise(to, context.eta, h), x, m_noise);
    }

private:
    bool m_heun, m_lowerFinal;
    History<Real, 2> m_history;
    Block<Real> m_denoised, m_noise;
};

} // namespace

SamplerKind dpmpp2mSdeSampler()
{
    ParameterDescriptor lowerOrder =
        lowerOrderFinalParameter("the last step has order 1 in runs of fewer than 15 steps.");
    lowerOrder.defaultValue = 0; // as k-diffusion
    SamplerKind kind{};
    kind.info = {
        "dpmpp-2m-sde",
        "DPM++ 2M SDE",
        "X′ = e^(−ch)X + E x̂₀ + w(x̂₀ − x̂₀⁻)/q + σ̃′√(1 − e^(−2η²h)) z,  c = 1 + η²,  E = 1 − "
        "e^(−ch),  q = h⁻/h",
        "The exponential integrator with the posterior mean extrapolated from the step before; "
        "w = E/2 or 1 − E/(ch). At η = 0 it is of second order, and with w = E/2 DPM++ 2M.",
        "Lu et al. 2022, arXiv:2211.01095; k-diffusion, sample_dpmpp_2m_sde; diffusers, "
        "DPMSolverMultistepScheduler with sde-dpmsolver++",
        {secondOrderVariantParameter(), lowerOrder}};
    kind.info.group = "DPM-Solver++";
    kind.order = 2;
    kind.evaluationsPerStep = 1;
    kind.usesEta = true;
    kind.drawsPerStep = 1;
    kind.etaNote = "The eta of k-diffusion in this family is η² here.";
    setFactoriesWithValues<Dpmpp2mSde>(kind);
    return kind;
}

} // namespace scorefield
