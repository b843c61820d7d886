// SPDX-License-Identifier: GPL-3.0-or-later
// Feedback guidance: each particle estimates from its own path how sure the class is, and is guided
// the more the less sure. With the transition X' ~ N(m, v) of the reverse chain, m = r^2 X + (1 -
// r^2) D, v = sigma~'^2 (1 - r^2), r = sigma~'/sigma~:
//   L' = L - tau/(2 v) (|X' - m_c|^2 - |X' - m_u|^2) + delta,   w = e^L/(e^L - (1 - pi)).
#include "core/field/guidance_parts.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

// As published: the weight that t0 refers to, the share of the offset that t1 balances, and the
// largest log-posterior.
constexpr double kReferenceWeight = 3, kBalance = 10, kLargestPosterior = 3;

/// Of a block: the log-posterior of each particle, and the last two places it was seen at.
struct Path final : RuleMemory {
    struct Place {
        double sigmaTilde = -1;                // below 0: none yet
        Eigen::ArrayXd posterior;              // L [n]
        Block<double> drift, mean, difference; // r^2 X without sigma~'^2, D_u, D_c - D_u [n,d]
    };
    Place previous, current;
};

class Feedback {
public:
    Feedback(const Choice& choice, const RunFacts& run) : m_rest(1 - choice.values.at("pi"))
    {
        const double most = choice.values.at("w_max");
        m_lowest = std::log(m_rest * most / (most - 1));
        m_highest = std::max(kLargestPosterior, m_lowest); // no weight is above w_max
        const auto steps = static_cast<double>(run.levels.size() - 1);
        m_offset = std::log(m_rest * kReferenceWeight / (kReferenceWeight - 1))
                   / ((1 - choice.values.at("t0")) * steps);
        m_temperature =
            std::abs(2 * m_offset * varianceAt(run.levels, choice.values.at("t1")) / kBalance);
    }

    /// At the start, before a particle knows anything.
    double weight(double) const { return weightOf(0); }

    std::unique_ptr<RuleMemory> newMemory(Eigen::Index, Eigen::Index) const
    {
        return std::make_unique<Path>();
    }

    void denoise(const PathCoefficients& level,
                 const Block<double>& x,
                 const MeanSource& means,
                 RuleMemory* memory,
                 Block<double>& denoised) const
    {
        MeanSource::Means at;
        means.split(level, x, at);
        Eigen::ArrayXd w = Eigen::ArrayXd::Constant(x.rows(), weightOf(0));
        if (memory != nullptr) {
            Path& path = static_cast<Path&>(*memory);
            arrive(path, level, x, at);
            w = path.current.posterior.unaryExpr([this](double L) { return weightOf(L); });
        }
        denoised = at.unconditional + at.difference.colwise() * w;
    }

private:
    double weightOf(double posterior) const
    {
        return 1 / (1 - m_rest * std::exp(-std::clamp(posterior, m_lowest, m_highest)));
    }

    /// Evaluations at one level replace each other (the second stage of a step and the first of the
    /// next one); one at lower noise is a transition from the last.
    void arrive(Path& path,
                const PathCoefficients& level,
                const Block<double>& x,
                const MeanSource::Means& at) const
    {
        const double sigma = level.sigmaTilde();
        if (path.current.sigmaTilde >= 0 && sigma < path.current.sigmaTilde)
            path.previous = std::move(path.current);
        path.current.sigmaTilde = sigma;
        if (path.previous.sigmaTilde > sigma)
            path.current.posterior = posteriorAfter(path.previous, level, x);
        else if (path.current.posterior.size() != x.rows())
            path.current.posterior.setZero(x.rows());
        path.current.drift = level.alpha / (level.sigma * level.sigma) * x;
        path.current.mean = at.unconditional;
        path.current.difference = at.difference;
    }

    Eigen::ArrayXd posteriorAfter(const Path::Place& from,
                                  const PathCoefficients& level,
                                  const Block<double>& x) const
    {
        const double noise = level.sigmaTilde() * level.sigmaTilde();
        const double share = 1 - noise / (from.sigmaTilde * from.sigmaTilde); // 1 - r^2
        const Block<double> step = share * from.difference;
        const Block<double> offset = x / level.alpha - noise * from.drift - share * from.mean;
        const Eigen::ArrayXd closer = (step * (step - 2 * offset)).rowwise().sum();
        return (from.posterior - m_temperature / (2 * noise * share) * closer + m_offset)
            .max(m_lowest)
            .min(m_highest);
    }

    /// Variance of the transition at a share of the steps, counted from the data, interpolated.
    static double varianceAt(const std::vector<PathCoefficients>& levels, double share)
    {
        const auto steps = levels.size() - 1;
        const auto variance = [&](std::size_t fromData) {
            const std::size_t k = steps - 1 - std::min(fromData, steps - 1);
            const double high = levels[k].sigmaTilde(), low = levels[k + 1].sigmaTilde();
            return low * low * (1 - low * low / (high * high));
        };
        const double position = share * static_cast<double>(steps);
        const auto below = static_cast<std::size_t>(std::floor(position));
        const double part = position - static_cast<double>(below);
        return (1 - part) * variance(below) + part * variance(below + 1);
    }

    double m_rest;                  // 1 - pi
    double m_lowest = 0, m_highest; // log-posterior
    double m_offset, m_temperature;
};

constexpr const char* kFeedbackSource = " Koulischer et al. 2025, arXiv:2506.06085.";

} // namespace

GuidanceKind feedbackGuidance()
{
    GuidanceKind kind;
    kind.info = {
        "feedback",
        "Feedback",
        "w = e^L/(e^L − (1 − π)),  L′ = L − τ/(2v)(‖X′ − m_c‖² − ‖X′ − m_u‖²) + δ",
        "Every particle has a weight of its own: strong while the steps it took say little about "
        "the class, weak once they say it belongs to it. Made for the ancestral sampler (DDIM with "
        "η = 1); other samplers count every evaluation at lower noise as a step.",
        "Koulischer et al. 2025, arXiv:2506.06085",
        {{.key = "pi",
          .symbol = "π",
          .label = "Trust in the class",
          .minimum = 0.34,
          .maximum = 0.9999,
          .defaultValue = 0.95,
          .help = std::string("How far the conditional model is trusted: it is taken as π of the "
                              "class and 1 − π of everything. w = 1/π at the start; δ is negative "
                              "above 1/3.")
                  + kFeedbackSource},
         {.key = "w_max",
          .symbol = "w_max",
          .label = "Largest weight",
          .minimum = 1.01,
          .maximum = 1000,
          .defaultValue = 10,
          .scale = Scale::Logarithmic,
          .help =
              std::string("No particle is guided more strongly. Published: 10.") + kFeedbackSource},
         {.key = "t0",
          .symbol = "t₀",
          .label = "Reaches 3 at",
          .unit = "of the steps, from the data",
          .maximum = 0.95,
          .defaultValue = 0.5,
          .help = std::string("Without information from the path w grows to 3 when this share of "
                              "the steps is left: δ = log(3(1 − π)/2)/((1 − t₀)K). Published: 0.5.")
                  + kFeedbackSource},
         {.key = "t1",
          .symbol = "t₁",
          .label = "Turns at",
          .unit = "of the steps, from the data",
          .minimum = 0.02,
          .maximum = 0.95,
          .defaultValue = 0.4,
          .help = std::string("Where the path begins to outweigh the offset: τ = |2v(t₁)δ|/10 with "
                              "the variance v of the step there. Published: 0.35 to 0.4.")
                  + kFeedbackSource},
         guidanceTarget()},
        "",
        {},
        {kNoContinuousLimit}};
    kind.make = makeRunRule<Feedback>;
    return kind;
}

} // namespace scorefield
