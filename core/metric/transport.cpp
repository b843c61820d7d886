// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/transport.h"

#include "core/base/philox.h"
#include "core/metric/assignment.h"
#include "core/metric/ranked_values.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace scorefield {

namespace {

using Index = Eigen::Index;

double power(double distance, int p)
{
    return p == 2 ? distance * distance : std::abs(distance);
}

Eigen::VectorXd weightsOf(const Cloud& cloud)
{
    const Index n = cloud.points.rows();
    return cloud.weights.size() > 0 ? cloud.weights
                                    : Eigen::VectorXd::Constant(n, 1 / static_cast<double>(n));
}

} // namespace

Status checkClouds(const Cloud& a, const Cloud& b)
{
    if (a.points.rows() == 0 || b.points.rows() == 0)
        return Error{"", "a cloud has no points"};
    if (a.points.cols() != b.points.cols())
        return Error{"",
                     "one cloud has " + std::to_string(a.points.cols())
                         + " dimensions, the other has " + std::to_string(b.points.cols())};
    return success();
}

double lineTransport(const Eigen::VectorXd& x,
                     const Eigen::VectorXd& xWeights,
                     const Eigen::VectorXd& y,
                     const Eigen::VectorXd& yWeights,
                     int p)
{
    assert(x.size() > 0 && y.size() > 0 && (p == 1 || p == 2));
    const auto sortedX = rankedValues(x), sortedY = rankedValues(y);
    const std::size_t n = sortedX.size(), m = sortedY.size();
    double sum = 0;
    if (n == m && xWeights.size() == 0 && yWeights.size() == 0) {
        for (std::size_t i = 0; i < n; ++i)
            sum += power(sortedX[i].value - sortedY[i].value, p);
        return sum / static_cast<double>(n);
    }
    const auto weight =
        [](const Eigen::VectorXd& weights, const RankedValue& value, std::size_t count) {
            return weights.size() > 0 ? weights(value.index) : 1 / static_cast<double>(count);
        };
    std::size_t i = 0, j = 0;
    double left = weight(xWeights, sortedX[0], n), right = weight(yWeights, sortedY[0], m);
    while (i < n && j < m) {
        const double moved = std::min(left, right);
        sum += moved * power(sortedX[i].value - sortedY[j].value, p);
        const bool isLeft = left <= right;
        left -= moved;
        right -= moved;
        if (isLeft && ++i < n)
            left = weight(xWeights, sortedX[i], n);
        else if (!isLeft && ++j < m)
            right = weight(yWeights, sortedY[j], m);
    }
    return sum;
}

Result<double> exactTransport(const Cloud& a, const Cloud& b, int p, std::stop_token stop)
{
    if (auto status = checkClouds(a, b); !status)
        return status.error();
    if (a.points.cols() == 1)
        return lineTransport(a.points.col(0), a.weights, b.points.col(0), b.weights, p);
    for (const Cloud* cloud : {&a, &b})
        if (cloud->points.rows() > kMostAssigned)
            return Error{"",
                         "a cloud has " + std::to_string(cloud->points.rows())
                             + " points; exact transport in more than one dimension takes "
                             + std::to_string(kMostAssigned) + " at most"};
    // Squares split into what all points move alike and the rest, which is then found sooner.
    const Eigen::VectorXd weightsA = weightsOf(a), weightsB = weightsOf(b);
    const Eigen::RowVectorXd meanA = weightsA.transpose() * a.points,
                             meanB = weightsB.transpose() * b.points;
    const double together = p == 2 ? (meanA - meanB).squaredNorm() : 0;
    const CostMatrix costs =
        p == 2 ? transportCosts(a.points.rowwise() - meanA, b.points.rowwise() - meanB, p)
               : transportCosts(a.points, b.points, p);
    if (costs.rows() == costs.cols() && a.weights.size() == 0 && b.weights.size() == 0) {
        const auto matched = minimalAssignment(costs, stop);
        if (!matched)
            return matched.error();
        return together + matched->cost / static_cast<double>(costs.rows());
    }
    const auto plan = minimalTransport(costs, weightsA, weightsB, stop);
    if (!plan)
        return plan.error();
    return together + plan->cost;
}

Eigen::MatrixXd randomDirections(int dimension, int count, std::uint64_t seed)
{
    Eigen::MatrixXd directions(dimension, count);
    for (int j = 0; j < count; ++j) {
        for (int c = 0; c < dimension; ++c)
            directions(c, j) = philoxNormal(seed,
                                            Stream::Data,
                                            static_cast<std::uint32_t>(j),
                                            0,
                                            static_cast<std::uint32_t>(c));
        directions.col(j).normalize();
    }
    return directions;
}

SlicedTransport slicedTransport(
    const Cloud& a, const Cloud& b, int p, const Eigen::MatrixXd& directions, WorkerPool& pool)
{
    assert(a.points.cols() == directions.rows() && b.points.cols() == directions.rows());
    Eigen::VectorXd along(directions.cols());
    pool.parallelFor(static_cast<std::size_t>(directions.cols()), [&](std::size_t block) {
        const auto j = static_cast<Index>(block);
        along(j) = lineTransport(
            a.points * directions.col(j), a.weights, b.points * directions.col(j), b.weights, p);
    });
    return {along.mean(), along.maxCoeff()};
}

} // namespace scorefield
