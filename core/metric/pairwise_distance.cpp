// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/pairwise_distance.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace scorefield {

namespace {

/// Distinct shifts in [1, (n-1)/2], evenly spread: starts in order of their place stay independent.
std::vector<Eigen::Index> evenShifts(Eigen::Index n, int partners)
{
    const Eigen::Index most = std::max<Eigen::Index>(1, (n - 1) / 2);
    const Eigen::Index count = std::min<Eigen::Index>(partners, most);
    std::vector<Eigen::Index> shifts;
    for (Eigen::Index i = 0; i < count; ++i)
        shifts.push_back(1 + (2 * i + 1) * most / (2 * count));
    return shifts;
}

} // namespace

Estimate meanPairwiseDistance(const Eigen::ArrayXXd& x, int partners)
{
    const Eigen::Index n = x.rows();
    if (n < 2)
        return {};
    const auto shifts = evenShifts(n, partners);
    Eigen::ArrayXd sums = Eigen::ArrayXd::Zero(n), squares = Eigen::ArrayXd::Zero(n), distance(n);
    for (const Eigen::Index shift : shifts) {
        distance.setZero();
        const Eigen::Index rest = n - shift;
        for (Eigen::Index c = 0; c < x.cols(); ++c) {
            distance.head(rest) += (x.col(c).tail(rest) - x.col(c).head(rest)).square();
            distance.tail(shift) += (x.col(c).head(shift) - x.col(c).tail(shift)).square();
        }
        distance = distance.sqrt();
        sums += distance;
        squares += distance.square();
        sums.tail(rest) += distance.head(rest); // the same pair, of its other particle
        sums.head(shift) += distance.tail(shift);
        squares.tail(rest) += distance.head(rest).square();
        squares.head(shift) += distance.tail(shift).square();
    }
    const double m = static_cast<double>(shifts.size()), count = static_cast<double>(n);
    const double mean = sums.mean() / (2 * m);
    const double variance = std::max(0.0, squares.mean() / (2 * m) - mean * mean);
    // Both neighbours of a particle share it: products of different distances, mean taken off.
    const double shared = std::max(
        0.0, (sums.square() - squares).mean() / (2 * m * std::max(1.0, 2 * m - 1)) - mean * mean);
    return {mean, std::sqrt((variance + 2 * (2 * m - 1) * shared) / (count * m))};
}

} // namespace scorefield
