// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/law_ranks.h"

#include "core/metric/law_density.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>
#include <span>

namespace scorefield {

namespace {

/// Cells are not halved further: 2^-100 is beyond what the ranks resolve.
constexpr int kDeepest = 100;

double normalProbability(double z)
{
    return std::erfc(-z / std::numbers::sqrt2) / 2;
}

double belowOne(double rank)
{
    return std::clamp(rank, 0.0, 1 - std::numeric_limits<double>::epsilon() / 2);
}

/// What the cells add up to.
struct Cells {
    double weighted = 0, squares = 0; ///< sum of c log(c/(n area)), and of c log^2
    double count = 0;
};

struct Halving {
    const Eigen::MatrixXd& u;
    std::size_t most; ///< points in a cell that is not halved
    Cells cells;

    void descend(std::span<Eigen::Index> points, Eigen::RowVector2d low, Eigen::RowVector2d size, int depth)
    {
        const auto n = static_cast<double>(u.rows());
        if (points.size() <= most || depth == kDeepest) {
            if (points.empty())
                return;
            const double inside = static_cast<double>(points.size());
            const double logRatio = std::log(inside / n) + depth * std::numbers::ln2;
            cells.weighted += inside * logRatio;
            cells.squares += inside * logRatio * logRatio;
            cells.count += 1;
            return;
        }
        const Eigen::Index axis = depth % u.cols();
        size(axis) /= 2;
        const double middle = low(axis) + size(axis);
        const auto upper = std::partition(points.begin(), points.end(), [&](Eigen::Index i) {
            return u(i, axis) < middle;
        });
        const auto left = static_cast<std::size_t>(upper - points.begin());
        descend(points.first(left), low, size, depth + 1);
        low(axis) = middle;
        descend(points.subspan(left), low, size, depth + 1);
    }
};

} // namespace

LawRanks::LawRanks(const GaussianMixture& mixture, double alpha, double sigma)
    : m_dimension(mixture.dimension())
{
    assert(m_dimension <= 2);
    for (const auto& component : mixture.components()) {
        const Eigen::VectorXd variances =
            (alpha * alpha * component.eigenvalues.array() + sigma * sigma).matrix();
        const Eigen::MatrixXd& Q = component.eigenvectors;
        const Eigen::MatrixXd C = Q * variances.asDiagonal() * Q.transpose();
        Component ranks{component.logWeight - std::log(C(0, 0)) / 2,
                        alpha * component.mean(0),
                        std::sqrt(C(0, 0)),
                        0,
                        0,
                        1};
        if (m_dimension == 2) {
            ranks.mean2 = alpha * component.mean(1);
            ranks.slope = C(0, 1) / C(0, 0);
            // det C/C_11, which subtracts nothing
            ranks.deviation2 = std::sqrt(variances(0) * variances(1) / C(0, 0));
        }
        m_components.push_back(ranks);
    }
}

Eigen::MatrixXd LawRanks::operator()(const Eigen::MatrixXd& points, WorkerPool& pool) const
{
    Eigen::MatrixXd u(points.rows(), m_dimension);
    const auto K = static_cast<Eigen::Index>(m_components.size());
    forRowBlocks(points.rows(), pool, [&](Eigen::Index first, Eigen::Index last) {
        Eigen::ArrayXd shares(K);
        for (Eigen::Index i = first; i < last; ++i) {
            double below = 0;
            for (Eigen::Index k = 0; k < K; ++k) {
                const Component& component = m_components[static_cast<std::size_t>(k)];
                const double z = (points(i, 0) - component.mean1) / component.deviation1;
                shares(k) = component.logFactor - z * z / 2;
                below += std::exp(component.logFactor) * component.deviation1 * normalProbability(z);
            }
            u(i, 0) = belowOne(below);
            if (m_dimension == 1)
                continue;
            shares = (shares - shares.maxCoeff()).exp();
            below = 0;
            constexpr double negligible = 1e-18; // of the largest share: beyond the sum's digits
            for (Eigen::Index k = 0; k < K; ++k) {
                const Component& component = m_components[static_cast<std::size_t>(k)];
                if (shares(k) < negligible)
                    continue;
                const double middle =
                    component.mean2 + component.slope * (points(i, 0) - component.mean1);
                below += shares(k)
                         * normalProbability((points(i, 1) - middle) / component.deviation2);
            }
            u(i, 1) = belowOne(below / shares.sum());
        }
    });
    return u;
}

Estimate dyadicDivergence(const Eigen::MatrixXd& u)
{
    const Eigen::Index n = u.rows();
    if (n == 0)
        return {std::numeric_limits<double>::quiet_NaN(), 0};
    std::vector<Eigen::Index> order(static_cast<std::size_t>(n));
    for (Eigen::Index i = 0; i < n; ++i)
        order[static_cast<std::size_t>(i)] = i;
    const auto most = static_cast<std::size_t>(
        std::max(8.0, std::sqrt(static_cast<double>(n)) / 2));
    Halving halving{u, most, {}};
    halving.descend(order, Eigen::RowVector2d::Zero(), Eigen::RowVector2d::Ones(), 0);
    const double count = static_cast<double>(n);
    const double mean = halving.cells.weighted / count;
    const double variance = std::max(0.0, halving.cells.squares / count - mean * mean);
    return {mean - (halving.cells.count - 1) / (2 * count), std::sqrt(variance / count)};
}

} // namespace scorefield
