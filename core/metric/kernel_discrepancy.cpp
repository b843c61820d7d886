// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/kernel_discrepancy.h"

#include "core/metric/law_density.h"
#include "core/metric/root_estimate.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

using Index = Eigen::Index;

/// sum_j w_j k(x_i, y_j) for every i. [n]
template <class Kernel>
Eigen::ArrayXd rowSums(const Eigen::MatrixXd& x,
                       const Eigen::MatrixXd& y,
                       const Eigen::VectorXd& weights,
                       const Kernel& kernel,
                       WorkerPool& pool,
                       const std::stop_token& stop)
{
    Eigen::ArrayXd sums = Eigen::ArrayXd::Zero(x.rows());
    forRowBlocks(x.rows(), pool, [&](Index first, Index last) {
        Eigen::ArrayXd squares(y.rows());
        for (Index i = first; i < last && !stop.stop_requested(); ++i) {
            squares = (y.col(0).array() - x(i, 0)).square();
            for (Index c = 1; c < x.cols(); ++c)
                squares += (y.col(c).array() - x(i, c)).square();
            sums(i) = (kernel(squares) * weights.array()).sum();
        }
    });
    return sums;
}

/// The variance of sum_i w_i h_i over independent points with these weights.
double varianceOfMean(const Eigen::ArrayXd& h, const Eigen::VectorXd& weights)
{
    const double mean = (h * weights.array()).sum();
    return (weights.array().square() * (h - mean).square()).sum();
}

} // namespace

Estimate meanDiscrepancySquared(
    const Cloud& a, const Cloud& b, double bandwidth, WorkerPool& pool, std::stop_token stop)
{
    const Eigen::VectorXd wa = weightsOf(a), wb = weightsOf(b);
    const auto kernel = [&](const Eigen::ArrayXd& squares) -> Eigen::ArrayXd {
        return (squares * (-1 / (2 * bandwidth * bandwidth))).exp();
    };
    // Without the pair of a point and itself, k = 1, and with the weight that the others have.
    const auto within = [&](const Cloud& cloud, const Eigen::VectorXd& w) -> Eigen::ArrayXd {
        const Eigen::ArrayXd all = rowSums(cloud.points, cloud.points, w, kernel, pool, stop);
        return (all - w.array()) / (1 - w.squaredNorm());
    };
    const Eigen::ArrayXd aa = within(a, wa), bb = within(b, wb);
    const Eigen::ArrayXd ab = rowSums(a.points, b.points, wb, kernel, pool, stop);
    const Eigen::ArrayXd ba = rowSums(b.points, a.points, wa, kernel, pool, stop);
    const double value =
        (aa * wa.array()).sum() + (bb * wb.array()).sum() - 2 * (ab * wa.array()).sum();
    return {value, 2 * std::sqrt(varianceOfMean(aa - ab, wa) + varianceOfMean(bb - ba, wb))};
}

double medianDistance(const Cloud& a, const Cloud& b)
{
    constexpr Index most = 1000; // of each
    const Index n = std::min(most, a.points.rows()), m = std::min(most, b.points.rows());
    Eigen::MatrixXd points(n + m, a.points.cols());
    points << a.points.topRows(n), b.points.topRows(m);
    std::vector<double> squares;
    squares.reserve(static_cast<std::size_t>((n + m) * (n + m - 1) / 2));
    for (Index i = 0; i < points.rows(); ++i)
        for (Index j = 0; j < i; ++j)
            squares.push_back((points.row(i) - points.row(j)).squaredNorm());
    if (squares.empty())
        return 1;
    const auto middle = squares.begin() + static_cast<std::ptrdiff_t>(squares.size() / 2);
    std::nth_element(squares.begin(), middle, squares.end());
    return *middle > 0 ? std::sqrt(*middle) : 1;
}

Estimate energyDistance(const Cloud& a, const Cloud& b, WorkerPool& pool, std::stop_token stop)
{
    const Eigen::VectorXd wa = weightsOf(a), wb = weightsOf(b);
    Eigen::ArrayXd aa, ab, ba, bb;
    if (a.points.cols() == 1) {
        aa = lineDistances(a.points.col(0), a.points.col(0), wa);
        ab = lineDistances(a.points.col(0), b.points.col(0), wb);
        ba = lineDistances(b.points.col(0), a.points.col(0), wa);
        bb = lineDistances(b.points.col(0), b.points.col(0), wb);
    } else {
        const auto kernel = [](const Eigen::ArrayXd& squares) -> Eigen::ArrayXd {
            return squares.sqrt();
        };
        aa = rowSums(a.points, a.points, wa, kernel, pool, stop);
        ab = rowSums(a.points, b.points, wb, kernel, pool, stop);
        ba = rowSums(b.points, a.points, wa, kernel, pool, stop);
        bb = rowSums(b.points, b.points, wb, kernel, pool, stop);
    }
    const double squared =
        2 * (ab * wa.array()).sum() - (aa * wa.array()).sum() - (bb * wb.array()).sum();
    const double error = 2 * std::sqrt(varianceOfMean(ab - aa, wa) + varianceOfMean(ba - bb, wb));
    return rootOf({squared, error});
}

} // namespace scorefield
