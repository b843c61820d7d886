// SPDX-License-Identifier: GPL-3.0-or-later
// Adaptive projected guidance in posterior means: the difference D_c - D_u, with a momentum over
// the evaluations, is shortened to a radius, and its part along D_c weakened.
#include "core/field/guidance_parts.h"

#include <limits>

namespace scorefield {

namespace {

class AdaptiveProjected {
public:
    AdaptiveProjected(const Choice& choice, const RunProgress&)
        : m_weight(choice.values.at("w"))
        , m_radius(choice.values.at("radius"))
        , m_parallel(choice.values.at("parallel"))
        , m_momentum(choice.values.at("momentum"))
    {
    }

    double weight(double) const { return m_weight; }

    /// Null without momentum, so that adaptive samplers can follow the rule.
    std::unique_ptr<RuleMemory> newMemory(Eigen::Index rows, Eigen::Index d) const
    {
        return m_momentum == 0 ? nullptr : std::make_unique<Momentum>(rows, d);
    }

    void denoise(const PathCoefficients& level,
                 const Block<double>& x,
                 const MeanSource& means,
                 RuleMemory* memory,
                 Block<double>& denoised) const
    {
        MeanSource::Means at;
        means.split(level, x, at);
        if (auto* momentum = static_cast<Momentum*>(memory); momentum != nullptr) {
            at.difference += m_momentum * momentum->difference;
            momentum->difference = at.difference;
        }
        combine(level, {x, at.conditional, at.unconditional, at.difference}, denoised);
    }

    void combine(const PathCoefficients&, const GuidedMeans& means, Block<double>& denoised) const
    {
        // Lengths of what was divided by its largest coordinate: they neither vanish nor overflow.
        const auto& [x, conditional, unconditional, difference] = means;
        const Eigen::ArrayXd largest =
            difference.abs().rowwise().maxCoeff().max(std::numeric_limits<double>::min());
        const Eigen::ArrayXd length =
            (difference.colwise() / largest).square().rowwise().sum().sqrt() * largest;
        const Eigen::ArrayXd shorter = (length > m_radius).select(m_radius / length, 1.0);
        const Eigen::ArrayXd square = conditional.square().rowwise().sum();
        const Eigen::ArrayXd along =
            (square > 0).select((difference * conditional).rowwise().sum() / square, 0.0);
        denoised = conditional
                   + (difference - conditional.colwise() * ((1 - m_parallel) * along)).colwise()
                         * ((m_weight - 1) * shorter);
    }

private:
    struct Momentum final : RuleMemory {
        Momentum(Eigen::Index rows, Eigen::Index d) : difference(Block<double>::Zero(rows, d)) {}
        Block<double> difference; // of the evaluation before, with its own momentum
    };

    double m_weight, m_radius, m_parallel, m_momentum;
};

} // namespace

GuidanceKind apgGuidance()
{
    GuidanceKind kind;
    kind.info = {
        "apg",
        "Adaptive projected",
        "D = D_c + (w − 1)(g_⊥ + η g_∥), g ← Δ + βg, then g·min(1, r/‖g‖)",
        "Shortens Δ = D_c − D_u, with its momentum, to a radius and weakens its part along D_c, "
        "which saturates images. In posterior means.",
        "Sadat et al. 2024, arXiv:2410.02416",
        {guidanceWeight(4,
                        "w − 1 is the factor of the projected difference: 1 is conditional, 0 is "
                        "not unconditional. Sadat et al. 2024, arXiv:2410.02416."),
         {.key = "radius",
          .symbol = "r",
          .label = "Radius",
          .unit = "data units",
          .minimum = 0.01,
          .maximum = 1000,
          .defaultValue = 2.5,
          .scale = Scale::Logarithmic,
          .help = "Longer differences are shortened to r. Published: 2.5 (EDM2-S, w = 4), 15 "
                  "(SD-XL, w = 15). Sadat et al. 2024, arXiv:2410.02416."},
         {.key = "parallel",
          .symbol = "η",
          .label = "Parallel part",
          .maximum = 1,
          .defaultValue = 0,
          .help = "Weight of the part of the difference along D_c: 0 as published, 1 keeps all of "
                  "it. Sadat et al. 2024, arXiv:2410.02416."},
         {.key = "momentum",
          .symbol = "β",
          .label = "Momentum",
          .minimum = -0.95,
          .maximum = 0.95,
          .defaultValue = 0,
          .help = "What the difference of the evaluation before adds, with its own momentum: "
                  "g ← Δ + βg, 0 at the start. It counts evaluations, not time. Published: −0.5 "
                  "(SD-XL), −0.75 (EDM2-S). Not with adaptive samplers, which reject evaluations. "
                  "Sadat et al. 2024, arXiv:2410.02416."},
         guidanceTarget()},
        kNonLinearGuidanceGroup,
        {},
        {kDependsOnOrigin, kDependsOnSpace}};
    kind.make = makeRunRule<AdaptiveProjected>;
    return kind;
}

} // namespace scorefield
