// SPDX-License-Identifier: GPL-3.0-or-later
// Euler–Maruyama for the reverse dynamics of stochasticity eta: dY = [-f Y + (1 + eta^2)/2 g^2 s]
// ds + eta g dB. Because f x - g^2 s/2 = v, a step of length h back in time is Y' = Y - h v + h
// eta^2/2 g^2 s + eta g sqrt(h) z.
#include "core/sampler/stepper_parts.h"

namespace scorefield {

namespace {

template <class Real>
class EulerMaruyama final : public AffineStepper<Real> {
    AffineStep map(const StepFacts& facts) const override
    {
        const PathCoefficients &from = facts.from, &to = facts.to;
        if (!(to.sigma > 0))
            return toData(facts);
        if (from.alpha == 0) // g^2 is infinite in pure noise: the first step is the deterministic
                             // one of DDIM (our choice)
            return oneStage(facts, renoised(from, to, to.sigma));
        const double h = from.t - to.t, eta = facts.eta;
        const double g2 = from.diffusionSquared();
        const double pull =
            h * eta * eta / 2 * g2 / (from.sigma * from.sigma); // times alpha D - x: the score
        const Affine v = velocity(from);
        return oneStage(facts,
                        {1 - h * v.x - pull, -h * v.denoised + pull * from.alpha},
                        eta * std::sqrt(g2 * h));
    }
};

} // namespace

SamplerKind eulerMaruyamaSampler()
{
    SamplerKind kind{};
    kind.info = {"euler-maruyama",
                 "Euler–Maruyama",
                 "Y′ = Y + h[−fY + ½(1 + η²)g²s] + ηg√h z",
                 "The reverse SDE in the process's own time; η = 0 is Euler, η = 1 the time "
                 "reversal. A first step from pure noise, "
                 "where g² is infinite (rectified flow at t = 1), is the deterministic DDIM step.",
                 "Song et al. 2021, arXiv:2011.13456; Karras et al. 2022, arXiv:2206.00364",
                 {}};
    kind.info.group = "Euler and Runge–Kutta";
    kind.order = 1;
    kind.evaluationsPerStep = 1;
    kind.usesEta = true;
    kind.drawsPerStep = 1;
    setFactories<EulerMaruyama>(kind);
    return kind;
}

} // namespace scorefield
