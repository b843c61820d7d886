// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/controlled_mean.h"

#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Pairs {
    Eigen::ArrayXd value, control, weight; ///< weights sum to 1
};

Pairs finitePairs(const Eigen::ArrayXd& value,
                  const Eigen::ArrayXd& control,
                  const Eigen::ArrayXd& weights)
{
    Pairs pairs{
        Eigen::ArrayXd(value.size()), Eigen::ArrayXd(value.size()), Eigen::ArrayXd(value.size())};
    Eigen::Index count = 0;
    for (Eigen::Index i = 0; i < value.size(); ++i) {
        const double weight = weights.size() > 0 ? weights(i) : 1;
        if (!std::isfinite(value(i)) || !std::isfinite(control(i)) || !std::isfinite(weight))
            continue;
        pairs.value(count) = value(i);
        pairs.control(count) = control(i);
        pairs.weight(count++) = weight;
    }
    pairs.value.conservativeResize(count);
    pairs.control.conservativeResize(count);
    pairs.weight.conservativeResize(count);
    pairs.weight /= pairs.weight.sum();
    return pairs;
}

} // namespace

Estimate controlledMean(const Eigen::ArrayXd& value,
                        const Eigen::ArrayXd& control,
                        const Eigen::ArrayXd& weights)
{
    const Pairs pairs = finitePairs(value, control, weights);
    const auto n = static_cast<double>(pairs.value.size());
    if (n < 3 || n < 0.99 * static_cast<double>(value.size()))
        return {kNaN, kNaN};
    const double meanValue = (pairs.weight * pairs.value).sum();
    const double meanControl = (pairs.weight * pairs.control).sum();
    const Eigen::ArrayXd offControl = pairs.control - meanControl;
    const double spread = (pairs.weight * offControl.square()).sum();
    const double together = (pairs.weight * offControl * (pairs.value - meanValue)).sum();
    const double slope = spread > 0 && std::isfinite(spread) ? together / spread : 0;
    const Eigen::ArrayXd residual = pairs.value - meanValue - slope * offControl;
    const double squares = (pairs.weight.square() * residual.square()).sum();
    return {meanValue - slope * meanControl, std::sqrt(squares * n / (n - 2))};
}

Estimate klOfLogRatios(const Eigen::ArrayXd& logRatios, const Eigen::ArrayXd& weights)
{
    // e^700 is near the largest number; a ratio of that size is no control.
    const Eigen::ArrayXd ratio =
        (-logRatios).min(700).unaryExpr([](double x) { return std::expm1(x); });
    return controlledMean(logRatios, ratio, weights);
}

} // namespace scorefield
