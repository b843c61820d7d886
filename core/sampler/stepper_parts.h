// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the samplers share. With the posterior mean D, eps^ = (x - alpha D)/sigma and the score
// (alpha D - x)/sigma^2 are affine in x and D; so is the velocity v = alpha' D + sigma' eps^ of the
// probability-flow ODE, without a division by alpha.
#include "core/sampler/stepper.h"

#include <cmath>

namespace scorefield {

/// a x + b D.
struct Affine {
    double x = 0, denoised = 0;
};

/// v = dx/dt = alpha' D + sigma' (x - alpha D)/sigma; sigma > 0.
inline Affine velocity(const PathCoefficients& level)
{
    const double ratio = level.dSigma / level.sigma;
    return {ratio, level.dAlpha - ratio * level.alpha};
}

/// x' = alpha' D + size * eps^, the point at another level with noise of this size.
inline Affine renoised(const PathCoefficients& from, const PathCoefficients& to, double size)
{
    const double ratio = size / from.sigma;
    return {ratio, to.alpha - ratio * from.alpha};
}

/// x <- a x + b D.
template <class Real>
void apply(const Affine& map, const Block<Real>& denoised, Block<Real>& x)
{
    x = static_cast<Real>(map.x) * x + static_cast<Real>(map.denoised) * denoised;
}

/// Evaluates D at (x, from). If the step ends at sigma = 0 it also ends the step there, at alpha D,
/// and says so.
template <class Real>
bool denoiseOrFinish(const StepContext<Real>& context, Block<Real>& x, Block<Real>& denoised)
{
    denoised.resizeLike(x);
    context.field.denoise(context.from, x, denoised);
    if (context.to.sigma > 0)
        return false;
    x = static_cast<Real>(context.to.alpha) * denoised;
    return true;
}

/// The factories of a method that has no parameters of its own.
template <template <class> class Method>
void setFactories(SamplerKind& kind)
{
    kind.makeFloat = [](const ParameterValues&) -> std::unique_ptr<Stepper<float>> {
        return std::make_unique<Method<float>>();
    };
    kind.makeDouble = [](const ParameterValues&) -> std::unique_ptr<Stepper<double>> {
        return std::make_unique<Method<double>>();
    };
}

} // namespace scorefield
