// SPDX-License-Identifier: GPL-3.0-or-later
// CFG++: the DDIM step X' = D_lambda + (sigma~'/sigma~)(X - D_u) renoises with the unconditional
// noise. It is the ordinary DDIM step with w_k = lambda sigma~_k/(sigma~_k - sigma~_{k+1}) (our
// derivation), and as such it goes with every sampler.
#include "core/field/guidance_parts.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

class ManifoldConstrained {
public:
    ManifoldConstrained(const Choice& choice, RunProgress run) : m_run(std::move(run))
    {
        const auto& levels = m_run.levels();
        for (std::size_t k = 0; k + 1 < levels.size(); ++k) {
            const double ratio = levels[k + 1].sigmaTilde() / levels[k].sigmaTilde(); // 0 from inf
            m_weights.push_back(choice.values.at("lambda") / (1 - ratio));
        }
    }
    /// w_k from level k until level k + 1 is reached: a step's stages share one weight.
    double weight(double sigmaTilde) const
    {
        const auto k = static_cast<std::size_t>(std::floor(m_run.position(sigmaTilde)));
        return m_weights[std::min(k, m_weights.size() - 1)];
    }

private:
    RunProgress m_run;
    std::vector<double> m_weights; // [K]
};

} // namespace

GuidanceKind cfgPlusPlusGuidance()
{
    GuidanceKind kind;
    kind.info = {"cfg++",
                 "CFG++",
                 "X′ = D_λ + σ̃′(X − D_u)/σ̃ ⇔ w_k = λσ̃_k/(σ̃_k − σ̃_{k+1})",
                 "Interpolates the posterior mean and renoises with the unconditional noise: "
                 "guidance in proportion to the number of steps, λ on the last one to the data.",
                 "Chung et al. 2024, arXiv:2406.08070",
                 {{.key = "lambda",
                   .symbol = "λ",
                   .label = "Interpolation",
                   .maximum = 1,
                   .defaultValue = 0.6,
                   .help = "λ of D_λ = D_u + λ(D_c − D_u): 0 is unconditional. Chung et al. 2024, "
                           "arXiv:2406.08070."},
                  guidanceTarget()},
                 kScheduledGuidanceGroup,
                 {},
                 {kNoContinuousLimit}};
    kind.make = makeRunRule<ManifoldConstrained>;
    return kind;
}

} // namespace scorefield
