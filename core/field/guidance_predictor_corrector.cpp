// SPDX-License-Identifier: GPL-3.0-or-later
// Predictor-corrector guidance: steps of the conditional sampler, each followed by Langevin steps
// on the gamma-powered density p_u^(1-gamma) p_c^gamma of its level. With DDIM (eta = 0) and one
// step of the size that the reverse SDE takes, 1/2 g^2 (s_c + s_gamma) = g^2 (s_u + w (s_c - s_u))
// for w = (1 + gamma)/2: CFG with DDPM, in the limit of many steps.
#include "core/field/guidance_parts.h"

#include <cmath>

namespace scorefield {

namespace {

/// Langevin steps dX = 1/2 (D_gamma - X)/sigma~^2 ds + dB of duration s = size (sigma~^2 -
/// sigma~'^2), exact for the D_gamma they start with: stable at any size.
class LangevinSteps final : public StepCorrector {
public:
    LangevinSteps(double gamma, int count, double size)
        : m_gamma(gamma)
        , m_count(count)
        , m_size(size)
    {
    }
    int drawsPerStep() const override { return m_count; }
    double evaluationsPerStep() const override { return m_count; }

    void afterStep(const Context& context, const Block<double>&, Block<double>& x) override
    {
        const double high = context.from.sigmaTilde(), low = context.to.sigmaTilde();
        if (!(low > 0) || m_size == 0)
            return;
        const double duration = m_size * ((high / low) * (high / low) - 1); // over sigma~'^2
        const double forgotten = -std::expm1(-duration / 2);
        const double noise = context.to.sigma * std::sqrt(-std::expm1(-duration));
        m_normals.resize(x.rows(), x.cols());
        for (int i = 0; i < m_count; ++i) {
            context.means.split(context.to, x, m_means);
            context.normals(m_normals);
            x += forgotten
                     * (context.to.alpha * (m_means.unconditional + m_gamma * m_means.difference)
                        - x)
                 + noise * m_normals;
        }
    }

private:
    double m_gamma;
    int m_count;
    double m_size;
    MeanSource::Means m_means;
    Block<double> m_normals;
};

class PredictorCorrector {
public:
    PredictorCorrector(const Choice& choice, const RunProgress&)
        : m_weight(choice.values.at("w"))
        , m_count(static_cast<int>(choice.values.at("count")))
        , m_size(choice.values.at("size"))
    {
    }
    double weight(double) const { return 1; } // the predictor is conditional
    std::unique_ptr<StepCorrector> newCorrector(Eigen::Index, Eigen::Index) const
    {
        return std::make_unique<LangevinSteps>(2 * m_weight - 1, m_count, m_size);
    }

private:
    double m_weight;
    int m_count;
    double m_size;
};

constexpr const char* kCorrectorSource = " Bradley and Nakkiran 2024, arXiv:2408.09000.";

} // namespace

GuidanceKind predictorCorrectorGuidance()
{
    GuidanceKind kind;
    kind.info = {
        "predictor-corrector",
        "Predictor–corrector",
        "D_c, then dX = ½ ∇log(p_u^(1 − γ) p_c^γ) ds + dB,  γ = 2w − 1",
        "The sampler follows the class alone; after each of its steps Langevin steps pull towards "
        "the γ-powered density of that level. With DDIM at η = 0 and one step of size 1 this is "
        "CFG with DDPM in the limit of many steps; more steps sample the powered density.",
        "Bradley and Nakkiran 2024, arXiv:2408.09000",
        {guidanceWeight(3,
                        std::string("The w of CFG with DDPM that it equals: the density is powered "
                                    "by γ = 2w − 1. 1 is conditional.")
                            + kCorrectorSource),
         {.key = "count",
          .label = "Langevin steps",
          .unit = "per step",
          .type = ParameterType::Integer,
          .minimum = 0,
          .maximum = 50,
          .defaultValue = 1,
          .step = 1,
          .help = std::string("After each step of the sampler; 0 is conditional sampling.")
                  + kCorrectorSource},
         {.key = "size",
          .label = "Size",
          .maximum = 10,
          .defaultValue = 1,
          .help = std::string("Duration of each in units of g² over the step, which is what DDPM "
                              "adds: 1.")
                  + kCorrectorSource},
         guidanceTarget()},
        "",
        {},
        {}};
    kind.make = makeRunRule<PredictorCorrector>;
    return kind;
}

} // namespace scorefield
