// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/neighbours.h"

#include "core/base/log_gamma.h"
#include "core/metric/law_density.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

namespace scorefield {

namespace {

/// Where points coincide the divergence is infinite; this distance keeps what is said of it finite.
constexpr double kSmallestDistance = 1e-150;

/// The mean over independent entries.
Estimate meanOf(const Eigen::ArrayXd& values)
{
    const double n = static_cast<double>(values.size());
    const double mean = values.mean();
    return {mean, std::sqrt((values - mean).square().sum() / std::max(1.0, n - 1) / n)};
}

} // namespace

double digamma(double x)
{
    double shift = 0;
    for (; x < 8; x += 1) // the series below is exact to 1e-11 from there on
        shift -= 1 / x;
    const double inverse = 1 / (x * x);
    return shift + std::log(x) - 1 / (2 * x)
           - inverse * (1.0 / 12 - inverse * (1.0 / 120 - inverse * (1.0 / 252 - inverse / 240)));
}

Eigen::ArrayXd neighbourDistances(const Eigen::MatrixXd& points,
                                  const Eigen::MatrixXd& others,
                                  bool same,
                                  int k,
                                  WorkerPool& pool)
{
    assert(points.cols() == others.cols() && others.rows() >= k + (same ? 1 : 0));
    Eigen::ArrayXd distances(points.rows());
    forRowBlocks(points.rows(), pool, [&](Eigen::Index first, Eigen::Index last) {
        Eigen::ArrayXd squares(others.rows());
        for (Eigen::Index i = first; i < last; ++i) {
            squares = (others.col(0).array() - points(i, 0)).square();
            for (Eigen::Index c = 1; c < others.cols(); ++c)
                squares += (others.col(c).array() - points(i, c)).square();
            if (same)
                squares(i) = std::numeric_limits<double>::infinity();
            std::nth_element(squares.begin(), squares.begin() + (k - 1), squares.end());
            distances(i) = std::max(kSmallestDistance, std::sqrt(squares(k - 1)));
        }
    });
    return distances;
}

Estimate
neighbourDivergence(const Eigen::MatrixXd& p, const Eigen::MatrixXd& q, int k, WorkerPool& pool)
{
    const Eigen::ArrayXd rho = neighbourDistances(p, p, true, k, pool);
    const Eigen::ArrayXd nu = neighbourDistances(p, q, false, k, pool);
    Estimate estimate = meanOf(static_cast<double>(p.cols()) * (nu / rho).log());
    estimate.value += std::log(static_cast<double>(q.rows()) / static_cast<double>(p.rows() - 1));
    return estimate;
}

Estimate neighbourEntropy(const Eigen::MatrixXd& points, int k, WorkerPool& pool)
{
    const double d = static_cast<double>(points.cols());
    const double logBall = d / 2 * std::log(std::numbers::pi) - logGamma(d / 2 + 1);
    Estimate estimate = meanOf(d * neighbourDistances(points, points, true, k, pool).log());
    estimate.value += digamma(static_cast<double>(points.rows())) - digamma(k) + logBall;
    return estimate;
}

} // namespace scorefield
