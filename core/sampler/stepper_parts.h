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

/// x' = (map of x and D at `from`) + size z.
inline AffineStep oneStage(const StepFacts& facts, const Affine& map, double size = 0)
{
    return {{{facts.from, map.x, map.denoised, size}}, 1};
}

/// A step that ends at sigma = 0: x' = alpha' D(x, from).
inline AffineStep toData(const StepFacts& facts)
{
    return oneStage(facts, {0, facts.to.alpha});
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
inline AffineStep ddimMap(const StepFacts& facts)
{
    const PathCoefficients &from = facts.from, &to = facts.to;
    const double r =
        to.sigma * from.alpha / (from.sigma * to.alpha); // sigma~'/sigma~, 0 from pure noise
    const double fresh = std::min(to.sigma, facts.eta * to.sigma * std::sqrt(1 - r * r));
    return oneStage(
        facts, renoised(from, to, std::sqrt(to.sigma * to.sigma - fresh * fresh)), fresh);
}

/// Two slopes along a path of its own, from `start` to `end` (their t is what the slopes refer to):
/// D at x and `start`, D_2 at `second`, where the first slope leads; the second slope counts
/// `weight`.
struct TwoSlopes {
    Affine second;   ///< the point at `second`
    Affine end;      ///< what x and D contribute to the end
    double denoised; ///< what D_2 contributes
};
inline TwoSlopes twoSlopes(const PathCoefficients& start,
                           const PathCoefficients& second,
                           const PathCoefficients& end,
                           double weight)
{
    const Affine first = velocity(start), other = velocity(second);
    const double h = end.t - start.t, stage = second.t - start.t;
    const Affine at{1 + stage * first.x, stage * first.denoised};
    return {at,
            {1 + h * ((1 - weight) * first.x + weight * other.x * at.x),
             h * ((1 - weight) * first.denoised + weight * other.x * at.denoised)},
            h * weight * other.denoised};
}

/// Two evaluations: at x, and at the point (map of x and D) at `level`; the end is (map of x and
/// D) + last D_2.
inline AffineStep twoStages(const PathCoefficients& from,
                            const Affine& point,
                            const PathCoefficients& level,
                            const Affine& end,
                            double last)
{
    return {{{.level = from,
              .state = point.x,
              .denoised = point.denoised,
              .keepState = end.x,
              .keepDenoised = end.denoised},
             {.level = level, .denoised = last, .kept = 1}},
            2};
}

/// The end of a stage whose D is known: Y' in place of Y in x.
template <class Real>
void finishStage(const StepContext<Real>& context,
                 const AffineStage& stage,
                 const Block<Real>& denoised,
                 Block<Real>& x,
                 Block<Real>& scratch)
{
    if (stage.state != 0)
        apply(Affine{stage.state, stage.denoised}, denoised, x);
    else
        x = static_cast<Real>(stage.denoised) * denoised;
    if (stage.noise > 0) {
        drawStep(context, x, scratch);
        x += static_cast<Real>(stage.noise) * scratch;
    }
}

/// The step ddimMap where D is known.
template <class Real>
void ddimStep(const StepContext<Real>& context,
              const Block<Real>& denoised,
              Block<Real>& x,
              Block<Real>& scratch)
{
    finishStage(context, ddimMap(context).stages[0], denoised, x, scratch);
}

/// Takes affine steps as they read; keeps what they need.
template <class Real>
class AffineSteps {
public:
    void take(const StepContext<Real>& context, const AffineStep& step, Block<Real>& x)
    {
        for (int i = 0; i < step.count; ++i) {
            const AffineStage& stage = step.stages[i];
            m_denoised.resizeLike(x);
            context.field.denoise(stage.level, x, m_denoised);
            m_kept.swap(m_before);
            if (stage.keepState != 0 || stage.keepDenoised != 0)
                m_kept = static_cast<Real>(stage.keepState) * x
                         + static_cast<Real>(stage.keepDenoised) * m_denoised;
            finishStage(context, stage, m_denoised, x, m_noise);
            if (stage.kept != 0)
                x += static_cast<Real>(stage.kept) * m_before;
        }
    }

private:
    Block<Real> m_denoised, m_noise, m_kept, m_before;
};

/// A sampler all of whose steps are affine: what it declares is the whole method.
template <class Real>
class AffineStepper : public Stepper<Real> {
public:
    void step(const StepContext<Real>& context, Block<Real>& x) final
    {
        m_steps.take(context, map(context), x);
    }
    std::optional<AffineStep> affine(const StepFacts& facts) const final { return map(facts); }

protected:
    virtual AffineStep map(const StepFacts& facts) const = 0;

private:
    AffineSteps<Real> m_steps;
};

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
