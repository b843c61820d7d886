// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/transport.h"

#include "core/base/philox.h"
#include "core/metric/assignment.h"
#include "core/metric/ranked_values.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

using Index = Eigen::Index;

double power(double distance, int p)
{
    return p == 2 ? distance * distance : std::abs(distance);
}

/// Every `groups`-th point from `group` on left out, the weights of the others made whole again.
Cloud without(const Cloud& cloud, Index group, Index groups)
{
    std::vector<Index> kept;
    for (Index i = 0; i < cloud.points.rows(); ++i)
        if (i % groups != group)
            kept.push_back(i);
    Cloud rest{cloud.points(kept, Eigen::all), {}};
    if (cloud.weights.size() > 0) {
        rest.weights = cloud.weights(kept);
        rest.weights /= std::max(rest.weights.sum(), std::numeric_limits<double>::min());
    }
    return rest;
}

/// Of sum_i w_i f_i over independent points.
double varianceOf(const Eigen::VectorXd& prices, const Eigen::VectorXd& weights)
{
    const double mean = prices.dot(weights);
    return (weights.array() * (prices.array() - mean)).square().sum();
}

} // namespace

Eigen::VectorXd weightsOf(const Cloud& cloud)
{
    const Index n = cloud.points.rows();
    return cloud.weights.size() > 0 ? cloud.weights
                                    : Eigen::VectorXd::Constant(n, 1 / static_cast<double>(n));
}

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

Eigen::ArrayXd
lineDistances(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Eigen::VectorXd& yWeights)
{
    const auto sortedX = rankedValues(x), sortedY = rankedValues(y);
    const double weight = yWeights.sum(), moment = yWeights.dot(y);
    Eigen::ArrayXd sums(x.size());
    double weightBelow = 0, momentBelow = 0;
    std::size_t j = 0;
    for (const RankedValue& at : sortedX) {
        for (; j < sortedY.size() && sortedY[j].value <= at.value; ++j) {
            weightBelow += yWeights(sortedY[j].index);
            momentBelow += yWeights(sortedY[j].index) * sortedY[j].value;
        }
        sums(at.index) = at.value * (2 * weightBelow - weight) - 2 * momentBelow + moment;
    }
    return sums;
}

double jackknifeError(const Cloud& a,
                      const Cloud& b,
                      const std::function<double(const Cloud&, const Cloud&)>& statistic)
{
    const Index groups = std::min<Index>({20, a.points.rows(), b.points.rows()});
    if (groups < 2)
        return 0;
    Eigen::ArrayXd values(groups);
    for (Index group = 0; group < groups; ++group)
        values(group) = statistic(without(a, group, groups), without(b, group, groups));
    const double count = static_cast<double>(groups);
    return std::sqrt((values - values.mean()).square().sum() * (count - 1) / count);
}

Result<Estimate> exactTransport(const Cloud& a, const Cloud& b, int p, std::stop_token stop)
{
    if (auto status = checkClouds(a, b); !status)
        return status.error();
    if (a.points.cols() == 1) {
        const auto line = [p](const Cloud& x, const Cloud& y) {
            return lineTransport(x.points.col(0), x.weights, y.points.col(0), y.weights, p);
        };
        return Estimate{line(a, b), jackknifeError(a, b, line)};
    }
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
    const Eigen::RowVectorXd apart = meanA - meanB;
    const CostMatrix costs =
        p == 2 ? transportCosts(a.points.rowwise() - meanA, b.points.rowwise() - meanB, p)
               : transportCosts(a.points, b.points, p);
    Estimate estimate;
    Eigen::VectorXd pricesA, pricesB;
    if (costs.rows() == costs.cols() && a.weights.size() == 0 && b.weights.size() == 0) {
        auto matched = minimalAssignment(costs, stop);
        if (!matched)
            return matched.error();
        estimate.value = matched->cost / static_cast<double>(costs.rows());
        pricesA = std::move(matched->rows);
        pricesB = std::move(matched->columns);
    } else {
        auto plan = minimalTransport(costs, weightsA, weightsB, stop);
        if (!plan)
            return plan.error();
        estimate.value = plan->cost;
        pricesA = std::move(plan->rows);
        pricesB = std::move(plan->columns);
    }
    if (p == 2) {
        estimate.value += apart.squaredNorm();
        pricesA += 2 * (a.points * apart.transpose());
        pricesB -= 2 * (b.points * apart.transpose());
    }
    estimate.error = std::sqrt(varianceOf(pricesA, weightsA) + varianceOf(pricesB, weightsB));
    return estimate;
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
