// SPDX-License-Identifier: GPL-3.0-or-later
// Stochastic Heun for the reverse dynamics of stochasticity eta in the process's own time: the
// trapezoid rule on the drift b = -v + eta^2/2 g^2 s (backwards in time), the same noise in both
// stages.
#include "core/sampler/stepper_parts.h"

namespace scorefield {

namespace {

template <class Real>
class HeunSde final : public AffineStepper<Real> {
    AffineStep map(const StepFacts& facts) const override
    {
        const PathCoefficients &from = facts.from, &to = facts.to;
        const double h = from.t - to.t, eta = facts.eta;
        if (!(to.sigma > 0))
            return toData(facts);
        if (from.alpha == 0 && eta > 0) // g^2 is infinite in pure noise
            return ddimMap(facts);
        const Affine first = reverseDrift(from, eta), second = reverseDrift(to, eta);
        // The noise is part of the point Y + h b + noise, so the end is written as that point, with
        // h/2 (b' - b) added.
        return {{{.level = from,
                  .state = 1 + h * first.x,
                  .denoised = h * first.denoised,
                  .noise = eta > 0 ? eta * std::sqrt(from.diffusionSquared() * h) : 0,
                  .keepState = -h / 2 * first.x,
                  .keepDenoised = -h / 2 * first.denoised},
                 {.level = to,
                  .state = 1 + h / 2 * second.x,
                  .denoised = h / 2 * second.denoised,
                  .kept = 1}},
                2};
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
