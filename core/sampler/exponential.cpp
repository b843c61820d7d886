// SPDX-License-Identifier: GPL-3.0-or-later
// The exponential integrator of the reverse SDE of stochasticity eta. In X = x/alpha and h =
// log(sigma~/sigma~') it is dX = (1 + eta^2)(D - X) dh + eta sigma~ sqrt(2) dB; with D frozen over
// the step the rest is solved exactly.
#include "core/sampler/ancestral.h"

namespace scorefield {

namespace {

template <class Real>
class Exponential final : public AffineStepper<Real> {
    AffineStep map(const StepFacts& facts) const override
    {
        const PathCoefficients &from = facts.from, &to = facts.to;
        if (!(to.sigma > 0))
            return toData(facts);
        if (from.alpha == 0)
            return ddimMap(facts);
        const double h = std::log(from.sigmaTilde() / to.sigmaTilde());
        const double rate = 1 + facts.eta * facts.eta;
        return oneStage(facts,
                        inNative(from, to, {std::exp(-rate * h), -std::expm1(-rate * h)}),
                        reverseNoise(to, facts.eta, h));
    }
};

} // namespace

SamplerKind exponentialSampler()
{
    SamplerKind kind{};
    kind.info = {
        "exponential",
        "Exponential integrator",
        "X′ = re^(−η²h)X + (1 − e^(−(1+η²)h))x̂₀ + σ̃′√(1 − e^(−2η²h)) z,  r = σ̃′/σ̃,  h = −log r",
        "Solves the reverse SDE of stochasticity η exactly in X = x/α with the posterior mean "
        "held fixed over a step. η = 0 is DDIM; a first step from pure noise is DDIM(η).",
        "Lu et al. 2022, arXiv:2211.01095 (SDE-DPM-Solver++1 at η = 1); diffusers, "
        "DPMSolverMultistepScheduler with sde-dpmsolver++ and solver_order 1; for any η our own "
        "form",
        {}};
    kind.info.group = "Exponential";
    kind.order = 1;
    kind.evaluationsPerStep = 1;
    kind.usesEta = true;
    kind.drawsPerStep = 1;
    kind.etaNote = "The eta of k-diffusion in this family is η² here.";
    setFactories<Exponential>(kind);
    return kind;
}

} // namespace scorefield
