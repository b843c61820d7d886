// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the samplers share. With the posterior mean D, eps^ = (x - alpha D)/sigma and the score
// (alpha D - x)/sigma^2 are affine in x and D; so is the velocity v = alpha' D + sigma' eps^ of the
// probability-flow ODE, without a division by alpha.
#include "core/sampler/stepper.h"

#include <algorithm>
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

/// A noise level as the process with alpha = 1 has it: x/alpha there.
inline PathCoefficients noiseLevel(double sigmaTilde)
{
    return {sigmaTilde, 1, sigmaTilde, 0, 1};
}

/// The normals of the whole step into z (sized here).
template <class Real>
void drawStep(const StepContext<Real>& context, const Block<Real>& x, Block<Real>& z)
{
    z.resizeLike(x);
    context.noise.between(context.from.sigmaTilde(), context.to.sigmaTilde(), z);
}

/// DDIM(eta): x' = alpha' D + sqrt(sigma'^2 - s^2) eps^ + s z with s = eta sigma' sqrt(1 -
/// (sigma~'/sigma~)^2), at most sigma'. Also the first step of every method in x/alpha that starts
/// in pure noise, where sigma~ is infinite.
template <class Real>
void ddimStep(const StepContext<Real>& context,
              const Block<Real>& denoised,
              Block<Real>& x,
              Block<Real>& scratch)
{
    const PathCoefficients &from = context.from, &to = context.to;
    const double r =
        to.sigma * from.alpha / (from.sigma * to.alpha); // sigma~'/sigma~, 0 from pure noise
    const double fresh = std::min(to.sigma, context.eta * to.sigma * std::sqrt(1 - r * r));
    apply(renoised(from, to, std::sqrt(to.sigma * to.sigma - fresh * fresh)), denoised, x);
    if (fresh > 0) {
        drawStep(context, x, scratch);
        x += static_cast<Real>(fresh) * scratch;
    }
}

/// The factories of a method whose constructor takes its parameter values.
template <template <class> class Method>
void setFactoriesWithValues(SamplerKind& kind)
{
    kind.makeFloat = [](const ParameterValues& values) -> std::unique_ptr<Stepper<float>> {
        return std::make_unique<Method<float>>(values);
    };
    kind.makeDouble = [](const ParameterValues& values) -> std::unique_ptr<Stepper<double>> {
        return std::make_unique<Method<double>>(values);
    };
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
