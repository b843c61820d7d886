// SPDX-License-Identifier: GPL-3.0-or-later
// Predictor–corrector sampling of score_sde: at every level Langevin steps at that level
// (corrector), then a reverse-diffusion step to the next (predictor), in X = x/alpha:
//   corrector X <- X + e s + sqrt(2e) z,  e = 2 (snr |z|/|s|)^2 with norms averaged over all
//   particles, predictor X' = X + (sigma~^2 - sigma~'^2) s + sqrt(sigma~^2 - sigma~'^2) z.
#include "core/sampler/stepper_parts.h"

#include <limits>

namespace scorefield {

namespace {

template <class Real>
class Langevin final : public Stepper<Real> {
public:
    explicit Langevin(const ParameterValues& values)
        : m_snr(values.at("snr"))
        , m_correctorSteps(static_cast<int>(values.at("corrector_steps")))
    {
    }

    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        for (int j = 0; j < m_correctorSteps; ++j)
            correct(context, x);
        if (denoiseOrFinish(context, x, m_denoised))
            return;
        const PathCoefficients &from = context.from, &to = context.to;
        drawStep(context, x, m_noise);
        if (from.alpha == 0) { // sigma~ is infinite: all noise is drawn anew (our choice)
            x = static_cast<Real>(to.alpha) * m_denoised + static_cast<Real>(to.sigma) * m_noise;
            return;
        }
        const double r = to.sigmaTilde() / from.sigmaTilde();
        const double pull = 1 - r * r; // (sigma~^2 - sigma~'^2) s = pull (D - X)
        apply({to.alpha / from.alpha * (1 - pull), to.alpha * pull}, m_denoised, x);
        x += static_cast<Real>(to.alpha * from.sigmaTilde() * std::sqrt(pull)) * m_noise;
    }

private:
    /// In native coordinates, where e is alpha^2 times that of X: the same step, also at alpha = 0.
    void correct(const StepContext<Real>& context, Block<Real>& x)
    {
        const PathCoefficients& level = context.from;
        m_denoised.resizeLike(x);
        m_noise.resizeLike(x);
        context.field.denoise(level, x, m_denoised);
        context.noise.independent(m_noise);
        m_denoised = (static_cast<Real>(level.alpha) * m_denoised - x)
                     / static_cast<Real>(level.sigma * level.sigma); // the score
        const double scoreNorm = meanNorm(m_denoised, context.particles);
        if (!(scoreNorm > 0)) // no direction to go, and no scale for the noise
            return;
        const double ratio = m_snr * meanNorm(m_noise, context.particles) / scoreNorm;
        const double e = 2 * ratio * ratio;
        x += static_cast<Real>(e) * m_denoised + static_cast<Real>(std::sqrt(2 * e)) * m_noise;
    }

    /// Of the rows that are particles.
    static double meanNorm(const Block<Real>& block, Eigen::Index particles)
    {
        const auto rows = block.topRows(particles).template cast<double>();
        return rows.square().rowwise().sum().sqrt().mean();
    }

    double m_snr;
    int m_correctorSteps;
    Block<Real> m_denoised, m_noise;
};

} // namespace

SamplerKind langevinSampler()
{
    SamplerKind kind{};
    kind.info = {
        "langevin",
        "Predictor–corrector",
        "X ← X + εs + √(2ε) z,  ε = 2(snr·|z|/|s|)²;  X′ = X + (σ̃² − σ̃′²)s + √(σ̃² − σ̃′²) z",
        "Langevin steps at each noise level, sized by norms averaged over all particles, then a "
        "reverse-diffusion step to the next. Written in X = x/α, the VE form, so every process at "
        "equal σ̃ takes the same steps; a step from pure noise draws all noise anew. It is η = 1 by "
        "construction and wants many steps.",
        "Song et al. 2021, arXiv:2011.13456, algorithms 2 and 4; diffusers, ScoreSdeVeScheduler",
        {{.key = "snr",
          .symbol = "snr",
          .label = "Signal-to-noise ratio",
          .minimum = 0.001,
          .maximum = 1,
          .defaultValue = 0.16,
          .scale = Scale::Logarithmic,
          .help = "Size of a corrector step: ε = 2(snr·|z|/|s|)². Song et al. 2021, "
                  "arXiv:2011.13456, §4.2."},
         {.key = "corrector_steps",
          .label = "Corrector steps",
          .type = ParameterType::Integer,
          .minimum = 0,
          .maximum = 10,
          .defaultValue = 1,
          .help = "Langevin steps at each level before the predictor; 0 is the predictor alone, "
                  "the ancestral sampler of score_sde. Each costs an evaluation and a draw. Song "
                  "et al. 2021, arXiv:2011.13456, algorithm 1."}}};
    kind.info.group = "Langevin";
    kind.order = 1;
    kind.evaluationsPerStep = 2;
    kind.drawsPerStep = 11; // corrector_steps + 1 at most
    kind.evaluationsOf = [](const ParameterValues& values) {
        return 1 + static_cast<int>(values.at("corrector_steps"));
    };
    kind.followedEta = [](const ParameterValues&) {
        return std::numeric_limits<double>::quiet_NaN();
    };
    kind.etaNote = "The predictor is the reverse SDE: η = 1 by construction.";
    kind.wholeRun = true;
    setFactoriesWithValues<Langevin>(kind);
    return kind;
}

} // namespace scorefield
