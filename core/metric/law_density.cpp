// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/law_density.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace scorefield {

namespace {

constexpr Eigen::Index kBlockRows = 128; ///< points whose terms stay in cache, fixed for all pools

/// The smallest noise that separates the components of a law without a density.
constexpr double kSeparatingNoise = 1e-6; // of the law's scale

} // namespace

void forRowBlocks(Eigen::Index rows,
                  WorkerPool& pool,
                  const std::function<void(Eigen::Index first, Eigen::Index last)>& work)
{
    const Eigen::Index blocks = (rows + kBlockRows - 1) / kBlockRows;
    pool.parallelFor(static_cast<std::size_t>(blocks), [&](std::size_t block) {
        const Eigen::Index first = static_cast<Eigen::Index>(block) * kBlockRows;
        work(first, std::min(rows, first + kBlockRows));
    });
}

LawDensity::LawDensity(const GaussianMixture& mixture,
                       double alpha,
                       double sigma,
                       Singular singular)
    : m_dimension(mixture.dimension())
{
    double smallest = std::numeric_limits<double>::infinity();
    for (const auto& component : mixture.components())
        smallest =
            std::min(smallest, alpha * alpha * component.eigenvalues.minCoeff() + sigma * sigma);
    m_isRegular = smallest > 0;
    m_narrowest = std::sqrt(smallest);
    const double noise = m_isRegular ? sigma : kSeparatingNoise * alpha * mixture.scale();
    const double logTwoPi = std::log(2 * std::numbers::pi);
    for (const auto& component : mixture.components()) {
        const Eigen::ArrayXd variances =
            alpha * alpha * component.eigenvalues.array()
            + (singular == Singular::LeaveOut ? sigma * sigma : noise * noise);
        if (variances.minCoeff() <= 0)
            continue;
        m_components.push_back(
            {component.eigenvectors * variances.rsqrt().matrix().asDiagonal(),
             alpha * component.mean,
             component.logWeight - (variances.log().sum() + m_dimension * logTwoPi) / 2});
    }
}

Eigen::ArrayXXd LawDensity::logTerms(const Eigen::Ref<const Eigen::MatrixXd>& points) const
{
    const Eigen::Index n = points.rows();
    Eigen::ArrayXXd terms(n, componentCount());
    Eigen::MatrixXd offset, white;
    for (Eigen::Index k = 0; k < terms.cols(); ++k) {
        const Component& component = m_components[static_cast<std::size_t>(k)];
        const Eigen::MatrixXd& W = component.whitening;
        const Eigen::VectorXd& mean = component.mean;
        if (m_dimension == 2) { // the most frequent by far: without stores in between
            const auto x = points.col(0).array() - mean(0), y = points.col(1).array() - mean(1);
            terms.col(k) =
                component.logNormaliser
                - ((x * W(0, 0) + y * W(1, 0)).square() + (x * W(0, 1) + y * W(1, 1)).square()) / 2;
            continue;
        }
        offset = points.rowwise() - mean.transpose();
        white.noalias() = offset.lazyProduct(W);
        terms.col(k) = component.logNormaliser - white.array().square().rowwise().sum() / 2;
    }
    return terms;
}

Eigen::ArrayXd LawDensity::logSum(const Eigen::ArrayXXd& terms)
{
    const Eigen::ArrayXd largest =
        terms.rowwise().maxCoeff().max(std::numeric_limits<double>::lowest());
    return largest + (terms.colwise() - largest).exp().rowwise().sum().log();
}

std::vector<int> LawDensity::likeliest(const Eigen::MatrixXd& points, WorkerPool& pool) const
{
    std::vector<int> components(static_cast<std::size_t>(points.rows()));
    forRowBlocks(points.rows(), pool, [&](Eigen::Index first, Eigen::Index last) {
        const Eigen::ArrayXXd terms = logTerms(points.middleRows(first, last - first));
        for (Eigen::Index i = 0; i < terms.rows(); ++i) {
            Eigen::Index best = 0;
            terms.row(i).maxCoeff(&best);
            components[static_cast<std::size_t>(first + i)] = static_cast<int>(best);
        }
    });
    return components;
}

} // namespace scorefield
