// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/between_modes.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kShareOfSpacing = .1;
constexpr double kDeviations = 3; ///< of a component around its mean: 99.7 % along an axis

/// The median over the means of the distance to the nearest other one; infinite if all are one.
double spacing(const Eigen::MatrixXd& means)
{
    std::vector<double> nearest;
    for (Eigen::Index i = 0; i < means.cols(); ++i) {
        double least = kInfinity;
        for (Eigen::Index j = 0; j < means.cols(); ++j)
            if (const double distance = (means.col(i) - means.col(j)).norm(); distance > 0)
                least = std::min(least, distance);
        nearest.push_back(least);
    }
    const auto middle = nearest.begin() + static_cast<std::ptrdiff_t>(nearest.size() / 2);
    std::nth_element(nearest.begin(), middle, nearest.end());
    return *middle;
}

bool areNeighbours(const Eigen::MatrixXd& means, Eigen::Index i, Eigen::Index j)
{
    const double apart = (means.col(i) - means.col(j)).squaredNorm();
    if (apart == 0)
        return false;
    for (Eigen::Index k = 0; k < means.cols(); ++k) {
        const double sides = (means.col(i) - means.col(k)).squaredNorm()
                             + (means.col(j) - means.col(k)).squaredNorm();
        if (k != i && k != j && sides < apart * (1 - 1e-12)) // on the sphere does not count
            return false;
    }
    return true;
}

Estimate shareOf(double count, double n)
{
    const double share = count / n;
    return {share, std::sqrt(share * (1 - share) / n)};
}

} // namespace

Result<ModeGraph> ModeGraph::create(const GaussianMixture& mixture, double radius)
{
    const int n = mixture.componentCount();
    if (n > kMostGraphModes)
        return Error{"",
                     "which of " + std::to_string(n) + " modes are neighbours is found for at most "
                         + std::to_string(kMostGraphModes)};
    ModeGraph graph;
    graph.m_means.resize(mixture.dimension(), n);
    graph.m_reach.resize(n);
    for (int k = 0; k < n; ++k) {
        const auto& component = mixture.components()[static_cast<std::size_t>(k)];
        graph.m_means.col(k) = component.mean;
        graph.m_reach[k] = kDeviations * std::sqrt(component.eigenvalues.maxCoeff());
    }
    const double distance = spacing(graph.m_means);
    if (!std::isfinite(distance))
        return Error{"", "there is only one mode, so nothing lies between modes"};
    graph.m_radius = radius > 0 ? radius : kShareOfSpacing * distance;
    graph.m_reach.array() += graph.m_radius;
    for (int i = 0; i < n; ++i)
        for (int j = i + 1; j < n; ++j)
            if (areNeighbours(graph.m_means, i, j))
                graph.m_edges.emplace_back(i, j);
    return graph;
}

ModeGraph::Shares ModeGraph::shares(const Eigen::MatrixXd& points) const
{
    double near = 0, between = 0, offsets = 0, squares = 0;
    const double n = static_cast<double>(std::max<Eigen::Index>(1, points.rows()));
    for (Eigen::Index i = 0; i < points.rows(); ++i) {
        const Eigen::VectorXd x = points.row(i).transpose();
        const bool isNear =
            ((m_means.colwise() - x).colwise().norm().transpose().array() <= m_reach.array()).any();
        double toSegment = kInfinity, toLine = kInfinity;
        for (const auto& [a, b] : m_edges) {
            const Eigen::VectorXd along = m_means.col(b) - m_means.col(a),
                                  from = x - m_means.col(a);
            const double share = from.dot(along) / along.squaredNorm();
            const double distance = (from - std::clamp(share, 0., 1.) * along).norm();
            if (distance < toSegment) {
                toSegment = distance;
                toLine = (from - share * along).norm();
            }
        }
        near += isNear ? 1 : 0;
        between += !isNear && toSegment <= m_radius ? 1 : 0;
        offsets += toLine;
        squares += toLine * toLine;
    }
    const double mean = offsets / n;
    return {shareOf(near, n),
            shareOf(between, n),
            shareOf(n - near - between, n),
            {mean, std::sqrt(std::max(0., squares / n - mean * mean) / n)}};
}

} // namespace scorefield
