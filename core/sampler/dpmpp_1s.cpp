// SPDX-License-Identifier: GPL-3.0-or-later
// DPM-Solver++ of first order: the posterior mean is held fixed over a step. In X = x/alpha, X' = r
// X
// + (1 - r) D with r = sigma~'/sigma~, which is DDIM with eta = 0.
#include "core/sampler/stepper_parts.h"

namespace scorefield {

namespace {

template <class Real>
class Dpmpp1s final : public Stepper<Real> {
public:
    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        if (denoiseOrFinish(context, x, m_denoised))
            return;
        apply(renoised(context.from, context.to, context.to.sigma), m_denoised, x);
    }

private:
    Block<Real> m_denoised;
};

} // namespace

SamplerKind dpmpp1sSampler()
{
    SamplerKind kind{};
    kind.info = {
        "dpmpp-1s",
        "DPM-Solver++(1)",
        "X′ = rX + (1 − r)x̂₀,  X = x/α,  r = σ̃′/σ̃",
        "First order: the posterior mean is held fixed over a step and the rest is solved "
        "exactly. The same as DDIM with η = 0.",
        "Lu et al. 2022, arXiv:2211.01095, eq. 9; diffusers, DPMSolverMultistepScheduler with "
        "solver_order 1",
        {}};
    kind.info.group = "DPM-Solver++";
    kind.order = 1;
    kind.evaluationsPerStep = 1;
    setFactories<Dpmpp1s>(kind);
    return kind;
}

} // namespace scorefield
