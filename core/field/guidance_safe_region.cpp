// SPDX-License-Identifier: GPL-3.0-or-later
// Weights from the bound that keeps particles on their side of the class (our formulation): one per
// step from secants through the class means, or one per particle from the Hessians where it is.
#include "core/field/guidance_parts.h"
#include "core/field/mean_slopes.h"
#include "core/field/safe_weight.h"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace scorefield {

namespace {

constexpr double kLargest = 1e6; // large noise allows any weight

enum class Variant { Safe, Clip, Truncate };

/// The weight that a bound leaves; bound in [1, inf].
class Limit {
public:
    explicit Limit(const Choice& choice)
        : m_variant(static_cast<Variant>(static_cast<int>(choice.values.at("variant"))))
        , m_kappa(choice.values.at("kappa"))
        , m_weight(choice.values.at("w"))
    {
    }
    double nominal() const { return m_weight; }
    double operator()(double bound) const
    {
        if (std::isinf(bound))
            return m_variant == Variant::Safe ? 1 : m_weight;
        const double limit = std::min(1 + m_kappa * (bound - 1), kLargest);
        switch (m_variant) {
        case Variant::Safe:
            return limit;
        case Variant::Clip:
            return std::min(m_weight, limit);
        case Variant::Truncate:
            break;
        }
        return m_weight > limit ? 1 : m_weight;
    }

private:
    Variant m_variant;
    double m_kappa, m_weight;
};

/// One weight per step, found when first asked for.
class Secant {
public:
    Secant(const Choice& choice, const RunFacts& run)
        : m_limit(choice)
        , m_target(static_cast<int>(choice.values.at("target")))
        , m_run(run.levels)
        , m_mixture(run.mixture)
    {
    }

    double weight(double sigmaTilde) const
    {
        if (m_mixture == nullptr)
            return m_limit(std::numeric_limits<double>::infinity());
        std::call_once(m_table->once, [this] {
            m_table->weights = safeWeights(*m_mixture, m_target, m_run.levels());
        });
        const auto k = static_cast<std::size_t>(std::floor(m_run.position(sigmaTilde)));
        return m_limit(m_table->weights[std::min(k, m_table->weights.size() - 1)]);
    }

private:
    struct Table {
        std::once_flag once;
        std::vector<double> weights; // [K]
    };

    Limit m_limit;
    int m_target;
    RunProgress m_run;
    std::shared_ptr<const GaussianMixture> m_mixture;
    std::shared_ptr<Table> m_table = std::make_shared<Table>();
};

/// One weight per particle and step: the largest with r I + (1 - r) dD_w/dX >= 0.
class Curvature {
public:
    Curvature(const Choice& choice, const RunFacts& run) : m_limit(choice), m_run(run.levels)
    {
        if (run.mixture != nullptr)
            m_slopes = std::make_shared<const MeanSlopes>(
                run.mixture, static_cast<int>(choice.values.at("target")));
    }

    double weight(double) const { return m_limit.nominal(); }

    void denoise(const PathCoefficients& level,
                 const Block<double>& x,
                 const MeanSource& means,
                 RuleMemory*,
                 Block<double>& denoised) const
    {
        MeanSource::Means at;
        means.split(level, x, at);
        Eigen::ArrayXd w = Eigen::ArrayXd::Constant(x.rows(), 0);
        const double sigma = level.sigmaTilde();
        const bool known = m_slopes != nullptr && std::isfinite(sigma);
        if (known)
            m_slopes->largestSteps(level, x, share(sigma), w);
        for (Eigen::Index i = 0; i < x.rows(); ++i)
            w(i) = m_limit(known ? 1 + w(i) : std::numeric_limits<double>::infinity());
        denoised = at.unconditional + at.difference.colwise() * w;
    }

private:
    /// sigma~'/sigma~ of the step that evaluates here.
    double share(double sigma) const
    {
        const auto& levels = m_run.levels();
        const auto k = static_cast<std::size_t>(std::floor(m_run.position(sigma)));
        return std::min(1.0, levels[std::min(k + 1, levels.size() - 1)].sigmaTilde() / sigma);
    }

    Limit m_limit;
    RunProgress m_run;
    std::shared_ptr<const MeanSlopes> m_slopes;
};

std::shared_ptr<const GuidanceRule> makeSafeRegion(const Choice& choice)
{
    return choice.values.at("bound") == 0 ? makeRunRule<Secant>(choice)
                                          : makeRunRule<Curvature>(choice);
}

constexpr const char* kOurs = " Our formulation.";

} // namespace

GuidanceKind safeRegionGuidance()
{
    GuidanceKind kind;
    kind.info = {
        "safe-region",
        "Safe region",
        "w ≤ 1 + κρ/(cM) at every step, M = sup −⟨Δs, x − μ_c⟩/‖x − μ_c‖²",
        "As much guidance as keeps every particle of a DDIM step x′ = ρx + c(w − 1)Δs on its side "
        "of the class: no overshoot, no splitting of the class, at any number of steps.",
        "our formulation; the situations: Wu et al. 2024, arXiv:2403.01639",
        {{.key = "variant",
          .label = "Weight",
          .type = ParameterType::Choice,
          .maximum = 2,
          .defaultValue = 1,
          .choices = {{"safe", "The bound", "w = 1 + κ(w_safe − 1) at every level, at most 10⁶"},
                      {"clip", "Clipped", "the smaller of w and the bound"},
                      {"truncate", "Truncated", "w where the bound allows it, else 1"}},
          .help = std::string("How the bound decides the weight. Clipping keeps all guidance that "
                              "is safe, truncating drops it where w is too much.")
                  + kOurs},
         {.key = "bound",
          .label = "Bound",
          .type = ParameterType::Choice,
          .maximum = 1,
          .choices = {{"secant", "One per step", "worst particle: secants through the class means"},
                      {"curvature",
                       "One per particle",
                       "where the particle is: c(w − 1) λ_max(−(H_c − H_u)) ≤ ρ"}},
          .help = std::string("For the worst place, one weight per step; or for the place of the "
                              "particle, from the exact Hessians H of log p.")
                  + kOurs},
         {.key = "kappa",
          .symbol = "κ",
          .label = "Share of the bound",
          .maximum = 10,
          .defaultValue = 1,
          .help = std::string("κ of w = 1 + κ(w_safe − 1): 1 is the border of the convergent "
                              "situation, particles overshoot beyond it and split from about 4.")
                  + kOurs},
         guidanceWeight(20, std::string("The weight where it is safe.") + kOurs),
         guidanceTarget()},
        kScheduledGuidanceGroup,
        {},
        {}};
    kind.make = makeSafeRegion;
    return kind;
}

} // namespace scorefield
