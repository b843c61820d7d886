// SPDX-License-Identifier: GPL-3.0-or-later
// The posterior mean under the noised tilt: the run ends in p_c^w p_u^(1-w) itself, which guidance
// by a combination of scores misses. On a grid, in one and two dimensions.
#include "core/field/guidance_parts.h"
#include "core/field/tilt_grid.h"

#include <mutex>

namespace scorefield {

namespace {

class ExactTilt {
public:
    ExactTilt(const Choice& choice, const RunFacts& run)
        : m_weight(choice.values.at("w"))
        , m_target(static_cast<int>(choice.values.at("target")))
        , m_mixture(run.mixture)
    {
    }

    double weight(double) const { return m_weight; }

    Status check(const RunFacts&) const
    {
        const TiltGrid* grid = this->grid();
        if (grid == nullptr || grid->problem().empty())
            return success();
        return Error{"guidance", grid->problem()};
    }

    void denoise(const PathCoefficients& level,
                 const Block<double>& x,
                 const MeanSource& means,
                 RuleMemory*,
                 Block<double>& denoised) const
    {
        const double sigma = level.sigmaTilde();
        const TiltGrid* grid = this->grid();
        if (grid != nullptr && grid->problem().empty() && sigma >= grid->finestNoise()) {
            if (level.alpha > 0)
                grid->denoise(sigma, x / level.alpha, denoised);
            else
                denoised.rowwise() = grid->mean().head(x.cols()).transpose().array();
            return;
        }
        MeanSource::Means at;
        means.split(level, x, at);
        denoised = at.conditional;
        if (m_weight != 1)
            denoised = at.unconditional + m_weight * at.difference;
        if (grid != nullptr && grid->problem().empty())
            addPenalty(level, x, means, denoised);
    }

private:
    /// Within a cell of the grid: the noised tilt is the tilt of the noised times exp(1/2 w(w - 1)
    /// sigma~^2 |s_c - s_u|^2), up to sigma~^4, which adds 1/2 w(w - 1) grad |D_c - D_u|^2 in X.
    void addPenalty(const PathCoefficients& level,
                    const Block<double>& x,
                    const MeanSource& means,
                    Block<double>& denoised) const
    {
        MeanSource::Means at;
        const double step = 0.1; // sigmas: the difference of squares is smooth over one
        Block<double> moved, gradient(x.rows(), x.cols());
        for (Eigen::Index c = 0; c < x.cols(); ++c) {
            for (const double side : {1., -1.}) {
                moved = x;
                moved.col(c) += side * step * level.sigma;
                means.split(level, moved, at);
                const Eigen::ArrayXd square = at.difference.square().rowwise().sum();
                if (side > 0)
                    gradient.col(c) = square;
                else
                    gradient.col(c) -= square;
            }
        }
        const double sigma = level.sigmaTilde();
        gradient *= m_weight * (m_weight - 1) / 2 / (2 * step * sigma);
        // Beyond a noise deviation it is no expansion.
        const Eigen::ArrayXd length = gradient.square().rowwise().sum().sqrt().max(1e-300);
        denoised += gradient.colwise() * (sigma / length).min(1);
    }

    struct Shared {
        std::once_flag once;
        std::unique_ptr<const TiltGrid> grid;
    };

    /// Null where no grid is needed: the tilt is p_u, p_c, or unknown.
    const TiltGrid* grid() const
    {
        if (m_mixture == nullptr || m_weight == 0 || m_weight == 1
            || static_cast<int>(m_mixture->classMembers(m_target).size())
                   == m_mixture->componentCount())
            return nullptr;
        std::call_once(m_shared->once, [this] {
            m_shared->grid = std::make_unique<const TiltGrid>(*m_mixture, m_target, m_weight);
        });
        return m_shared->grid.get();
    }

    double m_weight;
    int m_target;
    std::shared_ptr<const GaussianMixture> m_mixture;
    std::shared_ptr<Shared> m_shared = std::make_shared<Shared>();
};

} // namespace

GuidanceKind exactTiltGuidance()
{
    ParameterDescriptor weight =
        guidanceWeight(3,
                       "w of the tilt p_c^w p_u^(1 − w): 1 is conditional, 0 is unconditional; "
                       "from 0, so that it can be normalised.",
                       0);
    weight.sliderMaximum = 10; // stronger tilts are narrow for a grid
    GuidanceKind kind;
    kind.info = {"exact-tilt",
                 "Exact tilt",
                 "s = ∇ log ∫ p_c^w p_u^(1 − w)(x₀) N(x; αx₀, σ²) dx₀",
                 "The score of the noised tilt, on a grid: what guidance is often said to sample. "
                 "The difference to it is the penalty of combining scores. One and two dimensions.",
                 "our formulation",
                 {weight, guidanceTarget()},
                 "",
                 {},
                 {}};
    kind.make = makeRunRule<ExactTilt>;
    return kind;
}

} // namespace scorefield
