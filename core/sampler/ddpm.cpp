// SPDX-License-Identifier: GPL-3.0-or-later
// The ancestral sampler of DDPM: x' is drawn from the posterior of the forward process given x and
// x_0 = D, with a choice of variance. In X = x/alpha and r = sigma~'/sigma~ it is
//   X' = r^2 X + (1 - r^2) D + s z,
// s^2 = sigma~'^2 (1 - r^2) (posterior) plus (1 - r^2)^2 V for what D leaves open of x_0: V is 0,
// the posterior variance of unit data (large: beta_t in the VP form of the paper), or its mean over
// q_t.
#include "core/sampler/stepper_parts.h"

namespace scorefield {

namespace {

enum class DdpmVariance { Posterior, Large, Optimal };

template <class Real>
class Ddpm final : public AffineStepper<Real> {
public:
    explicit Ddpm(const ParameterValues& values)
        : m_variance(static_cast<DdpmVariance>(static_cast<int>(values.at("variance"))))
    {
    }

private:
    AffineStep map(const StepFacts& facts) const override
    {
        const PathCoefficients &from = facts.from, &to = facts.to;
        if (!(to.sigma > 0))
            return toData(facts);
        const double r = to.sigma * from.alpha / (from.sigma * to.alpha); // 0 from pure noise
        const double gain = to.alpha * (1 - r * r);                       // of D, native
        const double variance =
            to.sigma * to.sigma * (1 - r * r) + gain * gain * openVariance(facts);
        // alpha' (r^2 X + (1 - r^2) D) + noise
        return oneStage(facts, renoised(from, to, r * to.sigma), std::sqrt(variance));
    }

    /// V, the variance of x_0 around D.
    double openVariance(const StepFacts& facts) const
    {
        if (m_variance == DdpmVariance::Posterior)
            return 0;
        if (m_variance == DdpmVariance::Optimal)
            return facts.posteriorVariance;
        const double a2 = facts.from.alpha * facts.from.alpha,
                     s2 = facts.from.sigma * facts.from.sigma;
        return s2 / (a2 + s2); // of x_0 ~ N(0, 1) given x_t
    }

    DdpmVariance m_variance;
};

} // namespace

SamplerKind ddpmSampler()
{
    SamplerKind kind{};
    kind.info = {
        "ddpm",
        "DDPM",
        "X′ = r²X + (1 − r²)x̂₀ + sz,  s² = σ̃′²(1 − r²) + (1 − r²)²V,  r = σ̃′/σ̃",
        "The ancestral sampler: draws from the posterior of the forward process with x₀ = x̂₀, for "
        "every process through X = x/α. It is η = 1 by construction.",
        "Ho et al. 2020, arXiv:2006.11239; diffusers, DDPMScheduler; Bao et al. 2022, "
        "arXiv:2201.06503",
        {{.key = "variance",
          .label = "Variance",
          .type = ParameterType::Choice,
          .maximum = 2,
          .choices = {{"posterior",
                       "Posterior β̃",
                       "V = 0, exact where x̂₀ is x₀; DDIM with η = 1. fixed_small of diffusers."},
                      {"large",
                       "Large β",
                       "V = σ̃²/(1 + σ̃²), exact for data of unit variance; on variance-preserving "
                       "processes s² = β_t/α′². fixed_large of diffusers."},
                      {"optimal",
                       "Optimal",
                       "V = E tr Cov[x₀|x_t]/d, the best variance that is the same for all x. "
                       "Analytic-DPM, Bao et al. 2022, arXiv:2201.06503."}},
          .help = "How much noise a step adds for what x̂₀ leaves open of x₀. All agree as the "
                  "steps shrink. Ho et al. 2020, arXiv:2006.11239, §3.2."}}};
    kind.info.group = "DDIM and ancestral";
    kind.order = 1;
    kind.evaluationsPerStep = 1;
    kind.drawsPerStep = 1;
    kind.followedEta = [](const ParameterValues&) { return 1.0; };
    kind.etaNote = "DDPM is η = 1 by construction.";
    kind.needsPosteriorVariance = [](const ParameterValues& values) {
        return values.at("variance") == static_cast<double>(DdpmVariance::Optimal);
    };
    setFactoriesWithValues<Ddpm>(kind);
    return kind;
}

} // namespace scorefield
