// SPDX-License-Identifier: GPL-3.0-or-later
// W_2 between the data and their blurred version at the early stop.
#include "core/metric/sampling_terms.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace scorefield {

namespace {

constexpr int kMostOnALine = 256; // components whose quantiles are looked up in reasonable time
constexpr double kReach = 8.5;    // standard deviations; beyond is 1e-17 of the mass

/// A mixture on the line, as means and standard deviations; a deviation may be 0.
struct Line {
    Eigen::ArrayXd weight, mean, deviation;

    Line(const GaussianMixture& mixture, double alpha, double sigma)
        : weight(mixture.componentCount())
        , mean(mixture.componentCount())
        , deviation(mixture.componentCount())
    {
        for (int k = 0; k < mixture.componentCount(); ++k) {
            const auto& component = mixture.components()[static_cast<std::size_t>(k)];
            weight(k) = component.weight;
            mean(k) = alpha * component.mean(0);
            deviation(k) = std::sqrt(alpha * alpha * component.eigenvalues(0) + sigma * sigma);
        }
    }
    /// P(X < x), or P(X > x) if `upper`; both without cancellation. At a point mass half of it.
    double tail(double x, bool upper) const
    {
        double sum = 0;
        for (Eigen::Index k = 0; k < weight.size(); ++k) {
            const double off = upper ? mean(k) - x : x - mean(k);
            const double z = deviation(k) > 0 ? off / deviation(k)
                             : off > 0        ? kReach * 5
                             : off < 0        ? -kReach * 5
                                              : 0;
            sum += weight(k) * std::erfc(-z / std::numbers::sqrt2) / 2;
        }
        return sum;
    }
    double lowest() const { return (mean - 6 * kReach * deviation).minCoeff(); }
    double highest() const { return (mean + 6 * kReach * deviation).maxCoeff(); }
};

/// The x of `line` with the same rank as a place of tail probability `tail`, by bisection: it holds
/// for point masses too.
double quantile(const Line& line, double tail, bool upper)
{
    double low = line.lowest(), high = line.highest();
    for (int i = 0; i < 200 && high - low > 1e-15 * (std::abs(low) + std::abs(high)); ++i) {
        const double middle = (low + high) / 2;
        const bool isAbove = (line.tail(middle, upper) > tail) != upper;
        (isAbove ? high : low) = middle;
    }
    return (low + high) / 2;
}

/// E |y - T(y)|^2 over y of the blurred law, T(y) the data's quantile of the same rank: the
/// trapezoid rule in each component, whose error falls faster than any power of its step.
double lineDistance(const GaussianMixture& mixture, const PathCoefficients& last)
{
    const Line data(mixture, 1, 0), blurred(mixture, last.alpha, last.sigma);
    const int nodes = std::max(64, 2000 / mixture.componentCount());
    double total = 0;
    for (Eigen::Index k = 0; k < data.weight.size(); ++k) {
        double sum = 0, mass = 0;
        for (int j = 0; j <= nodes; ++j) {
            const double z = kReach * (2. * j / nodes - 1), weight = std::exp(-z * z / 2);
            const double y = blurred.mean(k) + blurred.deviation(k) * z;
            const double below = blurred.tail(y, false), above = blurred.tail(y, true);
            const bool upper = above < below;
            const double off = y - quantile(data, upper ? above : below, upper);
            sum += weight * off * off;
            mass += weight;
        }
        total += data.weight(k) * sum / mass;
    }
    return std::sqrt(total);
}

} // namespace

EarlyStop earlyStop(const GaussianMixture& mixture, const PathCoefficients& last)
{
    EarlyStop stop;
    for (const auto& component : mixture.components()) {
        for (const double variance : component.eigenvalues) {
            const double blurred =
                std::sqrt(last.alpha * last.alpha * variance + last.sigma * last.sigma);
            // The difference of the roots as a quotient, which does not cancel at small noise.
            const double off =
                ((last.alpha - 1) * (last.alpha + 1) * variance + last.sigma * last.sigma)
                / (blurred + std::sqrt(variance));
            stop.blur += blurred > 0 ? component.weight * off * off : 0;
        }
        const double shrink = (1 - last.alpha) * (1 - last.alpha);
        stop.shrink += component.weight * shrink * component.mean.squaredNorm();
    }
    stop.upper = std::sqrt(stop.blur + stop.shrink);
    stop.noise = last.sigma * std::sqrt(mixture.dimension());
    if (mixture.componentCount() == 1)
        stop.value = stop.upper;
    else if (mixture.dimension() == 1 && mixture.componentCount() <= kMostOnALine && last.sigma > 0)
        stop.value = lineDistance(mixture, last);
    else
        stop.value = last.sigma > 0 ? std::numeric_limits<double>::quiet_NaN() : stop.upper;
    return stop;
}

} // namespace scorefield
