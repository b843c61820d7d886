// SPDX-License-Identifier: GPL-3.0-or-later
// Stochastic Heun for the reverse dynamics of stochasticity eta in the process's own time: the
// trapezoid rule on the drift b = -v + eta^2/2 g^2 s (backwards in time), the same noise in both
// stages.
#include "core/sampler/stepper_parts.h"

namespace scorefield {

namespace {

template <class Real>
class HeunSde final : public Stepper<Real> {
public:
    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        if (denoiseOrFinish(context, x, m_denoised))
            return;
        const PathCoefficients &from = context.from, &to = context.to;
        const double h = from.t - to.t, eta = context.eta;
        if (from.alpha == 0 && eta > 0) { // g^2 is infinite in pure noise
            ddimStep(context, m_denoised, x, m_noise);
            return;
        }
        m_drift = x;
        apply(reverseDrift(from, eta), m_denoised, m_drift); // b(Y, t)
        if (eta > 0) {
            drawStep(context, x, m_noise);
            x += static_cast<Real>(eta * std::sqrt(from.diffusionSquared() * h)) * m_noise;
        }
        m_predicted = x + static_cast<Real>(h) * m_drift;
        context.field.denoise(to, m_predicted, m_denoised);
        apply(reverseDrift(to, eta), m_denoised, m_predicted); // b(Y + h b + noise, t')
        x += static_cast<Real>(h / 2) * (m_drift + m_predicted);
    }

private:
    static Affine reverseDrift(const PathCoefficients& level, double eta)
    {
        Affine drift = velocity(level);
        drift = {-drift.x, -drift.denoised};
        if (eta > 0) { // the score is (alpha D - x)/sigma^2
            const double pull =
                eta * eta / 2 * level.diffusionSquared() / (level.sigma * level.sigma);
            drift.x -= pull;
            drift.denoised += pull * level.alpha;
        }
        return drift;
    }

    Block<Real> m_denoised, m_drift, m_predicted, m_noise;
};

} // namespace

SamplerKind heunSdeSampler()
{
    SamplerKind kind{};
    kind.info = {
        "heun-sde",
        "Stochastic Heun",
        "Ỹ = Y + hb(Y, t) + ηg√h z,  Y′ = Y + ½h(b(Y, t) + b(Ỹ, t′)) + ηg√h z,  b = −fY + ½(1 + "
        "η²)g²s",
        "The trapezoid rule for the reverse SDE in the process's own time, with the same z in both "
        "stages; second order at η = 0, where it is Heun. Explicit, so large η needs small steps; "
        "a first step from pure noise is DDIM(η).",
        "Rümelin 1982, doi:10.1137/0719041; reverse SDE: Song et al. 2021, arXiv:2011.13456",
        {}};
    kind.info.group = "Euler and Runge–Kutta";
    kind.order = 2;
    kind.evaluationsPerStep = 2;
    kind.usesEta = true;
    kind.drawsPerStep = 1;
    setFactories<HeunSde>(kind);
    return kind;
}

} // namespace scorefield
