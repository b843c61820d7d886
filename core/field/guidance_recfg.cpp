// SPDX-License-Identifier: GPL-3.0-or-later
// Rectified classifier-free guidance: eps = w eps_c + g_0 eps_u with g_0 = (1 - w)
// E[eps_c]/E[eps_u] per coordinate, E over the noised class q_t(x|c). There E[eps_c] = -sigma
// E[grad log q_t(x|c)] is exactly 0, so the exact ratio is 0 wherever E[eps_u] is not. Practice
// estimates both by draws, and where the two nearly agree at every draw, at high noise, the
// estimated ratio is nearly 1.
#include "core/field/guidance_parts.h"
#include "core/field/score_field.h"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace scorefield {

namespace {

class Rectified {
public:
    Rectified(const Choice& choice, const RunFacts& run)
        : m_weight(choice.values.at("w"))
        , m_draws(choice.values.at("estimate") == 1 ? static_cast<int>(choice.values.at("draws"))
                                                    : 0)
        , m_seed(static_cast<std::uint64_t>(choice.values.at("seed")))
        , m_target(static_cast<int>(choice.values.at("target")))
        , m_mixture(run.mixture)
        , m_progress(run.levels)
        , m_table(std::make_shared<Table>())
    {
    }

    double weight(double) const { return m_weight; }

    /// x/alpha - (sigma/alpha) eps, around D_c: with eps_c = (x/alpha - D_c) alpha/sigma. In x, so
    /// that alpha may be 0 where both ratios are 1.
    void
    combine(const PathCoefficients& level, const GuidedMeans& means, Block<double>& denoised) const
    {
        const Eigen::RowVectorXd ratio = ratios(level, means.x.cols());
        denoised = means.conditional + (m_weight - 1) * means.difference;
        for (Eigen::Index c = 0; c < denoised.cols(); ++c)
            if (ratio(c) != 1)
                denoised.col(c) -= (m_weight - 1) * (1 - ratio(c))
                                   * (means.x.col(c) / level.alpha - means.unconditional.col(c));
    }

private:
    struct Table {
        std::once_flag made;
        std::vector<std::vector<double>> ratios; // per coordinate, per level
    };

    /// E[eps_c]/E[eps_u] of every coordinate. 0/0 counts as 1, which is plain guidance: at alpha =
    /// 0, where x tells nothing of the class.
    Eigen::RowVectorXd ratios(const PathCoefficients& level, Eigen::Index d) const
    {
        Eigen::RowVectorXd ratio = Eigen::RowVectorXd::Zero(d);
        if (level.alpha <= 0)
            ratio.setOnes();
        if (level.alpha <= 0 || m_draws == 0 || m_mixture == nullptr)
            return ratio;
        std::call_once(m_table->made, [this] { estimate(); });
        for (Eigen::Index c = 0; c < d; ++c)
            ratio(c) = m_progress.interpolate(m_table->ratios[static_cast<std::size_t>(c)],
                                              level.sigmaTilde());
        return ratio;
    }

    void estimate() const
    {
        const GaussianMixture conditional = m_mixture->conditional(m_target).value();
        const auto ofClass = makeExactField<double>(
            std::make_shared<const GaussianMixture>(conditional), makeUnguided(), {});
        const auto ofAll = makeExactField<double>(m_mixture, makeUnguided(), {});
        const Eigen::Index d = conditional.dimension();
        m_table->ratios.resize(static_cast<std::size_t>(d));
        Block<double> c(m_draws, d), u(m_draws, d);
        for (const PathCoefficients& level : m_progress.levels()) {
            Eigen::ArrayXd ratio = Eigen::ArrayXd::Ones(d);
            if (level.alpha > 0 && level.sigma > 0) {
                const Block<double> x =
                    conditional.sample(m_seed, Stream::Data, m_draws, level.alpha, level.sigma)
                        .transpose()
                        .array();
                ofClass->denoise(level, x, c);
                ofAll->denoise(level, x, u);
                for (Eigen::Index i = 0; i < d; ++i)
                    ratio(i) = guarded((x.col(i) - level.alpha * c.col(i)).sum(),
                                       (x.col(i) - level.alpha * u.col(i)).sum());
            }
            for (Eigen::Index i = 0; i < d; ++i)
                m_table->ratios[static_cast<std::size_t>(i)].push_back(ratio(i));
        }
    }

    /// Between the exact value 0 and 1, plain guidance: a quotient of two random numbers has no
    /// mean, and outside it would tell of the draws only. Our guard.
    static double guarded(double ofClass, double ofAll)
    {
        return std::abs(ofAll) > 0 ? std::clamp(ofClass / ofAll, 0.0, 1.0) : 1;
    }

    double m_weight;
    int m_draws; // 0: exact
    std::uint64_t m_seed;
    int m_target;
    std::shared_ptr<const GaussianMixture> m_mixture;
    RunProgress m_progress;
    std::shared_ptr<Table> m_table;
};

} // namespace

GuidanceKind rectifiedGuidance()
{
    GuidanceKind kind;
    kind.info = {
        "recfg",
        "Rectified CFG (ReCFG)",
        "ε̂ = wε_c + γ₀ε_u, γ₀ = (1 − w)E[ε_c]/E[ε_u]",
        "Chooses γ₀ per coordinate so that ε̂ has mean 0 on the noised class, as ε_c has. Exactly, "
        "E[ε_c] = 0 and so γ₀ = 0: ε̂ = wε_c forgets the other classes, and in the "
        "probability-flow ODE the variance of a Gaussian class shrinks by (v_0/v_T)^{w−1}. "
        "Practice estimates the ratio by draws.",
        "Xia et al. 2024, arXiv:2410.18737",
        {guidanceWeight(1.5,
                        "w is the coefficient of ε_c: 1 is conditional, 0 is not unconditional. "
                        "Large weights of the exact rule need small steps: a step contracts w "
                        "times as fast. Xia et al. 2024, arXiv:2410.18737."),
         {.key = "estimate",
          .symbol = "γ₀",
          .label = "Expectations",
          .type = ParameterType::Choice,
          .maximum = 1,
          .choices = {{"exact", "Exact", "E[ε_c] = 0, so γ₀ = 0 at every finite noise level"},
                      {"samples",
                       "Of draws",
                       "both means over the same n draws of the noised class, as in practice"}},
          .help = "With draws the ratio is near 1, plain guidance, where noise hides the class, "
                  "σ̃² ≫ n, and falls to 0 with the noise. It is kept between these two, which is "
                  "our guard: a quotient of two estimates has no mean. Per coordinate: it depends "
                  "on the axes. Xia et al. 2024, arXiv:2410.18737."},
         {.key = "draws",
          .symbol = "n",
          .label = "Draws",
          .type = ParameterType::Integer,
          .minimum = 10,
          .maximum = 2000,
          .defaultValue = 500,
          .scale = Scale::Logarithmic,
          .step = 10,
          .help = "Draws of the noised class per noise level. Published: 500. Xia et al. 2024, "
                  "arXiv:2410.18737."},
         {.key = "seed",
          .label = "Seed",
          .type = ParameterType::Integer,
          .maximum = 9999,
          .defaultValue = 0,
          .step = 1,
          .help = "Another seed is another table of ratios: how much the field changes is the "
                  "error of the estimate. Our parameter."},
         guidanceTarget()},
        kNonLinearGuidanceGroup,
        {},
        {kDependsOnSpace}};
    kind.make = makeRunRule<Rectified>;
    return kind;
}

} // namespace scorefield
