// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/confidence_ceiling.h"

#include "core/base/linear_algebra.h"
#include "core/mixture/noised_mixture.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace scorefield {

namespace {

constexpr int kMostSteps = 200;
constexpr std::size_t kMostMeans = 256;  // that are looked at
constexpr std::size_t kMostStarts = 16;  // the most promising of them
constexpr int kMostBoundComponents = 64; // beyond, the bound costs more than it tells
constexpr double kFar = 1e3;             // data scales: what is there only the tails decide
constexpr double kUnbounded = -40;       // log odds against: e^-40 is not seen beside 1

double blur(const GaussianMixture& mixture)
{
    for (const auto& component : mixture.components())
        if (component.eigenvalues.minCoeff() <= 0)
            return 1e-6 * mixture.scale();
    return 0;
}

/// The components that `keep` says, with their weights renormalised; `weight` is what they were.
template <class Keep>
GaussianMixture part(const GaussianMixture& mixture, double& weight, const Keep& keep)
{
    MixtureSpec spec;
    spec.dimension = mixture.dimension();
    weight = 0;
    for (std::size_t k = 0; k < mixture.components().size(); ++k) {
        const auto& component = mixture.components()[k];
        if (!keep(k, component))
            continue;
        weight += component.weight;
        spec.components.push_back({component.weight,
                                   component.mean,
                                   component.eigenvectors * component.eigenvalues.asDiagonal()
                                       * component.eigenvectors.transpose(),
                                   0});
    }
    return GaussianMixture::create(spec).value();
}

/// log of (weight of the others q) / (weight of the part p) at x: what is minimised.
class LogOdds {
public:
    LogOdds(const GaussianMixture& others,
            double weightOthers,
            const GaussianMixture& part,
            double weightPart,
            double sigma)
        : m_others(others, 1, sigma)
        , m_part(part, 1, sigma)
        , m_offset(std::log(weightOthers) - std::log(weightPart))
    {
    }

    double value(const Eigen::VectorXd& x) const
    {
        return m_offset + m_others.logDensity(x) - m_part.logDensity(x);
    }
    /// The least value that damped Newton steps from x reach; x moves there.
    double minimise(Eigen::VectorXd& x) const
    {
        double least = value(x), damping = 1e-6;
        const auto identity = Eigen::MatrixXd::Identity(x.size(), x.size());
        for (int step = 0; step < kMostSteps && least > kUnbounded; ++step) {
            const Eigen::VectorXd slope = m_others.score(x) - m_part.score(x);
            const Eigen::MatrixXd H = m_others.hessian(x) - m_part.hessian(x);
            bool better = false;
            for (int attempt = 0; attempt < 40 && !better; ++attempt) {
                if (const auto move = solveCholesky(H + damping * identity, slope)) {
                    const Eigen::VectorXd next = x - *move;
                    const double there = value(next);
                    if (there < least) {
                        better = true;
                        x = next;
                        least = there;
                        damping = std::max(1e-12, damping / 10);
                        break;
                    }
                }
                damping *= 10;
            }
            if (!better)
                break; // at rounding: no shorter step lowers it
        }
        return least;
    }

private:
    NoisedMixture m_others, m_part;
    double m_offset;
};

/// The class's means, the likeliest first, then far points along its longest axes and away from the
/// others.
std::vector<Eigen::VectorXd>
startingPoints(const GaussianMixture& target, const GaussianMixture& others, const LogOdds& odds)
{
    const std::size_t count = target.components().size();
    const std::size_t stride = (count + kMostMeans - 1) / kMostMeans;
    std::vector<std::pair<double, std::size_t>> ranked;
    for (std::size_t k = 0; k < count; k += stride)
        ranked.emplace_back(odds.value(target.components()[k].mean), k);
    std::sort(ranked.begin(), ranked.end());
    std::vector<Eigen::VectorXd> starts;
    for (std::size_t i = 0; i < std::min(ranked.size(), kMostStarts); ++i)
        starts.push_back(target.components()[ranked[i].second].mean);
    const Eigen::VectorXd middle = others.mean();
    const std::size_t near = starts.size();
    for (std::size_t i = 0; i < near; ++i) {
        const Eigen::VectorXd away = starts[i] - middle;
        for (const double factor : {3., kFar})
            starts.push_back(starts[i] + (factor - 1) * away);
    }
    const Eigen::MatrixXd axes = symmetricEigen(target.covariance()).vectors;
    const double reach = std::max(target.scale(), others.scale());
    for (Eigen::Index i = 0; i < axes.cols(); ++i)
        for (const double factor : {-kFar, -10., 10., kFar})
            starts.push_back(starts[0] + factor * reach * axes.col(i));
    return starts;
}

bool dominates(const GaussianMixture::Component& wide, const GaussianMixture::Component& narrow)
{
    const auto covariance = [](const GaussianMixture::Component& component) -> Eigen::MatrixXd {
        return component.eigenvectors * component.eigenvalues.asDiagonal()
               * component.eigenvectors.transpose();
    };
    const Eigen::VectorXd difference = symmetricEigenvalues(covariance(wide) - covariance(narrow));
    // Rounding of equal matrices; the odds at any finite place are not changed by so little.
    return difference.minCoeff() >= -1e-12 * narrow.eigenvalues.maxCoeff();
}

/// 1 unless every component's own problem is convex.
double upperBound(const GaussianMixture& target,
                  double weightTarget,
                  const GaussianMixture& others,
                  double weightOthers,
                  double sigma)
{
    if (target.componentCount() + others.componentCount() > kMostBoundComponents)
        return 1;
    double odds = 0;
    for (std::size_t k = 0; k < target.components().size(); ++k) {
        for (const auto& other : others.components())
            if (!dominates(other, target.components()[k]))
                return 1;
        double share = 0;
        const GaussianMixture alone =
            part(target, share, [k](std::size_t j, const auto&) { return j == k; });
        const LogOdds against(others, weightOthers, alone, weightTarget * share, sigma);
        Eigen::VectorXd x = target.components()[k].mean;
        odds += std::exp(-against.minimise(x));
    }
    return odds > std::exp(-kUnbounded) ? 1 : odds / (1 + odds);
}

} // namespace

ConfidenceCeiling confidenceCeiling(const GaussianMixture& mixture, int label)
{
    double weightTarget = 0, weightOthers = 0;
    const GaussianMixture target = part(mixture, weightTarget, [&](std::size_t, const auto& k) {
        return mixture.inTarget(k, label);
    });
    if (weightTarget >= 1 || mixture.classMembers(label).size() == mixture.components().size())
        return {1, 1, target.components().front().mean};
    const GaussianMixture others = part(mixture, weightOthers, [&](std::size_t, const auto& k) {
        return !mixture.inTarget(k, label);
    });
    const double sigma = blur(mixture);
    const LogOdds odds(others, weightOthers, target, weightTarget, sigma);
    ConfidenceCeiling ceiling;
    double least = std::numeric_limits<double>::infinity();
    for (Eigen::VectorXd x : startingPoints(target, others, odds)) {
        const double reached = odds.minimise(x);
        if (reached < least) {
            least = reached;
            ceiling.place = x;
        }
        if (least <= kUnbounded)
            break; // as sure as double precision can say
    }
    ceiling.value = 1 / (1 + std::exp(least));
    ceiling.bound =
        std::max(ceiling.value, upperBound(target, weightTarget, others, weightOthers, sigma));
    return ceiling;
}

} // namespace scorefield
