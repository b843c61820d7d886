// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the samplers with fresh noise in x/alpha share: the ancestral split of a step, the noise of
// the reverse SDE, and the way back to native coordinates.
#include "core/sampler/stepper_parts.h"

namespace scorefield {

/// A step from noise level `high` to `low`: a deterministic part down to `down`, then fresh noise of
/// size `up`, with down^2 + up^2 = low^2; up = eta low sqrt(1 - (low/high)^2), at most low. The rule
/// get_ancestral_step of k-diffusion; eta = 1 is the posterior variance of DDPM (Ho et al. 2020,
/// arXiv:2006.11239). high may be infinite.
struct AncestralSplit {
    AncestralSplit(double high, double low, double eta)
    {
        const double ratio = low / high;
        up = std::min(low, eta * low * std::sqrt(1 - ratio * ratio));
        down = std::sqrt(low * low - up * up);
    }
    double down, up;
};

/// The map X' = a X + b D of X = x/alpha as a map of x; from.alpha > 0.
inline Affine inNative(const PathCoefficients& from, const PathCoefficients& to, const Affine& map)
{
    return {map.x * to.alpha / from.alpha, map.denoised * to.alpha};
}

/// The size of the noise that the reverse SDE of stochasticity eta adds over a step of length h =
/// log(sigma~/sigma~') with its own contraction: sigma' sqrt(1 - e^{-2 eta^2 h}).
inline double reverseNoise(const PathCoefficients& to, double eta, double h)
{
    return to.sigma * std::sqrt(-std::expm1(-2 * eta * eta * h));
}

/// x <- x + size z with the normals of the whole step; draws nothing for size 0.
template <class Real>
void addStepNoise(const StepContext<Real>& context, double size, Block<Real>& x, Block<Real>& scratch)
{
    if (!(size > 0))
        return;
    drawStep(context, x, scratch);
    x += static_cast<Real>(size) * scratch;
}

} // namespace scorefield
