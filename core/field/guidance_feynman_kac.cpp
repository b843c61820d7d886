// SPDX-License-Identifier: GPL-3.0-or-later
// Feynman-Kac corrected guidance. Followed with constant w, the guided reverse dynamics (any eta)
// misses the tilt rho_t = p_c^w p_u^(1-w) by a known rate: d log W = 1/2 w(w - 1) g^2 |s_c - s_u|^2
// dt in backward time. Particles that carry this weight, and are exchanged by it, follow the tilt
// at every level. In X = x/alpha: d log W = 1/2 w(w - 1) |D_c - D_u|^2/sigma~^4 d(sigma~^2).
#include "core/field/guidance_parts.h"
#include "core/mixture/noised_mixture.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace scorefield {

namespace {

/// [n] how often each particle continues: systematic resampling by weights that sum to 1, with one
/// uniform in [0, 1) for all.
std::vector<int> systematicCounts(const std::vector<double>& weights, double uniform)
{
    const auto n = weights.size();
    std::vector<int> counts(n, 0);
    double sum = 0;
    std::size_t drawn = 0;
    for (std::size_t i = 0; i < n; ++i) {
        sum += weights[i];
        const bool last = i + 1 == n; // whatever rounding has lost
        while (drawn < n
               && (last || (static_cast<double>(drawn) + uniform) < sum * static_cast<double>(n))) {
            ++counts[i];
            ++drawn;
        }
    }
    return counts;
}

/// Row by row whose path continues there: survivors stay, copies fill the places of the others.
std::vector<int> ancestorsOf(const std::vector<int>& counts)
{
    std::vector<int> ancestors(counts.size());
    std::size_t from = 0;
    int left = counts.empty() ? 0 : counts[0] - 1;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] > 0) {
            ancestors[i] = static_cast<int>(i);
            continue;
        }
        while (left <= 0)
            left = counts[++from] - 1;
        ancestors[i] = static_cast<int>(from);
        --left;
    }
    return ancestors;
}

class Population final : public StepCorrector {
public:
    Population(double w,
               double threshold,
               std::shared_ptr<const GaussianMixture> mixture,
               int target)
        : m_weight(w)
        , m_threshold(threshold)
        , m_mixture(std::move(mixture))
        , m_target(target)
    {
    }

    double evaluationsPerStep() const override { return 1; }
    std::span<const int> ancestors() const override { return m_ancestors; }
    std::span<const double> logWeights() const override { return m_logWeights; }

    void afterStep(const Context& context, const Block<double>& before, Block<double>& x) override
    {
        const Eigen::Index n = context.particles;
        m_ancestors.clear();
        if (context.step == 0)
            weighStart(context, before);
        if (m_known != std::pair(context.from.alpha, context.from.sigma))
            m_push = pushAt(context, context.from, before);
        addPenalty(context, x);
        std::vector<double> shares = normalise();
        if (shares.empty()) // something is not finite: the run says so
            return;
        const double square = std::inner_product(shares.begin(), shares.end(), shares.begin(), 0.0);
        const bool last = context.step + 1 == context.steps;
        if (!last && 1 / square >= m_threshold * static_cast<double>(n))
            return;
        exchange(systematicCounts(shares, context.uniform), x);
        if (!last)
            std::fill(m_logWeights.begin(), m_logWeights.end(), 0.0);
    }

private:
    /// log rho_T - log of the law the run started in.
    void weighStart(const Context& context, const Block<double>& x)
    {
        m_logWeights.assign(static_cast<std::size_t>(context.particles), 0.0);
        const PathCoefficients& level = context.from;
        const auto ofClass =
            m_mixture ? m_mixture->conditional(m_target) : Result<GaussianMixture>(Error{});
        if (!ofClass || level.alpha <= 0)
            return;
        const NoisedMixture conditional(*ofClass, level.alpha, level.sigma);
        const NoisedMixture whole(*m_mixture, level.alpha, level.sigma);
        for (std::size_t i = 0; i < m_logWeights.size(); ++i) {
            const Eigen::VectorXd at = x.row(static_cast<Eigen::Index>(i)).transpose();
            const double c = conditional.logDensity(at), u = whole.logDensity(at);
            const double start =
                context.exactStart ? c : -at.squaredNorm() / (2 * level.sigma * level.sigma);
            m_logWeights[i] = u + m_weight * (c - u) - start;
        }
    }

    /// |D_c - D_u|^2/sigma~^2 [n]; at infinite noise |D_c - D_u|^2.
    Eigen::ArrayXd
    pushAt(const Context& context, const PathCoefficients& level, const Block<double>& x)
    {
        context.means.split(level, x, m_means);
        const double sigma = level.sigmaTilde();
        return m_means.difference.topRows(context.particles).square().rowwise().sum()
               / (std::isfinite(sigma) ? sigma * sigma : 1);
    }

    /// The integral over the step by the trapezoidal rule in log sigma~^2, where the integrand is a
    /// smooth hump that vanishes at both ends: |D_c - D_u|^2 is constant at large and proportional
    /// to sigma~^4 at small noise.
    void addPenalty(const Context& context, const Block<double>& x)
    {
        const double high = context.from.sigmaTilde(), low = context.to.sigmaTilde();
        Eigen::ArrayXd integral = m_push; // to the data
        if (low > 0) {
            Eigen::ArrayXd next = pushAt(context, context.to, x);
            integral = std::isfinite(high) ? std::log(high / low) * (m_push + next) : next;
            m_push = std::move(next);
            m_known = {context.to.alpha, context.to.sigma};
        }
        for (std::size_t i = 0; i < m_logWeights.size(); ++i)
            m_logWeights[i] +=
                m_weight * (m_weight - 1) / 2 * integral(static_cast<Eigen::Index>(i));
    }

    /// Shares that sum to 1; the log-weights are then those of a mean weight of 1.
    std::vector<double> normalise()
    {
        const double maximum = *std::max_element(m_logWeights.begin(), m_logWeights.end());
        std::vector<double> shares;
        double sum = 0;
        for (const double value : m_logWeights) {
            shares.push_back(std::exp(value - maximum));
            sum += shares.back();
        }
        if (!std::isfinite(sum) || !(sum > 0))
            return {};
        for (double& share : shares)
            share /= sum;
        const double shift = maximum + std::log(sum / static_cast<double>(shares.size()));
        for (double& value : m_logWeights)
            value -= shift;
        return shares;
    }

    void exchange(const std::vector<int>& counts, Block<double>& x)
    {
        m_ancestors = ancestorsOf(counts);
        const Block<double> places = x;
        const Eigen::ArrayXd push = m_push;
        for (std::size_t i = 0; i < m_ancestors.size(); ++i) {
            const auto to = static_cast<Eigen::Index>(i);
            x.row(to) = places.row(m_ancestors[i]);
            m_push(to) = push(m_ancestors[i]);
        }
    }

    double m_weight, m_threshold;
    std::shared_ptr<const GaussianMixture> m_mixture;
    int m_target;
    std::vector<double> m_logWeights; // [n]
    std::vector<int> m_ancestors;
    Eigen::ArrayXd m_push;                     // at the level of m_known, [n]
    std::pair<double, double> m_known{-1, -1}; // alpha, sigma
    MeanSource::Means m_means;
};

class FeynmanKac {
public:
    static constexpr bool kCouplesParticles = true;

    FeynmanKac(const Choice& choice, const RunFacts& run)
        : m_weight(choice.values.at("w"))
        , m_threshold(choice.values.at("threshold"))
        , m_target(static_cast<int>(choice.values.at("target")))
        , m_mixture(run.mixture)
    {
    }
    double weight(double) const { return m_weight; }
    std::unique_ptr<StepCorrector> newCorrector(Eigen::Index, Eigen::Index) const
    {
        return std::make_unique<Population>(m_weight, m_threshold, m_mixture, m_target);
    }

private:
    double m_weight, m_threshold;
    int m_target;
    std::shared_ptr<const GaussianMixture> m_mixture;
};

} // namespace

GuidanceKind feynmanKacGuidance()
{
    GuidanceKind kind;
    kind.info = {
        "feynman-kac",
        "Feynman–Kac corrected",
        "CFG, d log W = ½g²w(w − 1)‖s_c − s_u‖² dt, exchange by W",
        "Particles carry the weight that plain guidance misses and are exchanged when few of them "
        "matter, so that the cloud follows the tilt p_c^w p_u^(1 − w). Copies separate only with "
        "noise: take η > 0. The cloud shown at the end weighs all alike.",
        "Skreta et al. 2025, arXiv:2503.02819",
        {guidanceWeight(3,
                        "w of the tilt p_c^w p_u^(1 − w): 1 is conditional, 0 is unconditional, "
                        "both without weights. Skreta et al. 2025, arXiv:2503.02819."),
         {.key = "threshold",
          .symbol = "θ",
          .label = "Exchange below",
          .unit = "of the particles",
          .maximum = 1,
          .defaultValue = 0.5,
          .help = "Particles are exchanged (systematic resampling) after a step that leaves the "
                  "effective sample size (ΣW)²/ΣW² below this share, and at the end: 0 only at the "
                  "end, 1 after every step. Published: one half. Skreta et al. 2025, "
                  "arXiv:2503.02819."},
         guidanceTarget()},
        "",
        {},
        {}};
    kind.make = makeRunRule<FeynmanKac>;
    return kind;
}

} // namespace scorefield
