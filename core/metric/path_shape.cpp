// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/path_shape.h"

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace scorefield {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// A chord of so many roundings of the place it is at has a direction to within 1/kDirection.
constexpr double kDirection = 1e4;

/// A stored state in the coordinate: y = scale x at time u.
struct Station {
    int step;
    double scale, time;
};

std::vector<Station>
stationsOf(std::span<const PathCoefficients> levels, int steps, PathCoordinate coordinate)
{
    std::vector<Station> stations;
    for (int k = 0; k <= std::min(steps, static_cast<int>(levels.size()) - 1); ++k) {
        const PathCoefficients& level = levels[static_cast<std::size_t>(k)];
        if (coordinate == PathCoordinate::Native)
            stations.push_back({k, 1, level.t});
        else if (coordinate == PathCoordinate::RectifiedFlow)
            stations.push_back(
                {k, 1 / (level.alpha + level.sigma), level.sigma / (level.alpha + level.sigma)});
        else if (level.alpha > 0)
            stations.push_back({k, 1 / level.alpha, level.sigmaTilde()});
    }
    if (stations.size() < 2)
        return {};
    const double first = stations.front().time, way = stations.back().time - first;
    for (Station& station : stations)
        station.time = (station.time - first) / way;
    return stations;
}

/// What one particle adds to the means.
struct OnePath {
    double straightness = 0, curvature = 0, length = 0, distance = 0, size = 0;
};

/// The angle between two vectors, in [0, pi], exact for small ones (Kahan).
double angleBetween(const Eigen::VectorXd& a, const Eigen::VectorXd& b)
{
    const double p = a.norm(), q = b.norm();
    return 2 * std::atan2((q * a - p * b).norm(), (q * a + p * b).norm());
}

/// Places [d,stations] of one particle.
OnePath measurePath(const Eigen::MatrixXd& y, const std::vector<Station>& stations, double rounding)
{
    OnePath path;
    const Eigen::VectorXd whole = y.col(y.cols() - 1) - y.col(0);
    path.distance = whole.norm();
    path.size = std::max(y.col(0).norm(), y.col(y.cols() - 1).norm());
    Eigen::VectorXd step = whole, chord = whole, before; // allocated once
    Eigen::Index corner = 0; // where the chord of the turning angle starts
    for (Eigen::Index k = 1; k < y.cols(); ++k) {
        const double du = stations[static_cast<std::size_t>(k)].time
                          - stations[static_cast<std::size_t>(k) - 1].time;
        step = y.col(k) - y.col(k - 1);
        path.straightness += (step / du - whole).squaredNorm() * du;
        path.length += step.norm();
        chord = y.col(k) - y.col(corner);
        if (!(chord.norm() > kDirection * rounding * y.col(k).norm()))
            continue;
        if (before.size() > 0)
            path.curvature += angleBetween(before, chord);
        before = chord;
        corner = k;
    }
    return path;
}

Estimate meanOf(const Eigen::ArrayXd& values)
{
    const auto n = static_cast<double>(values.size());
    if (n < 1)
        return {kNaN, kNaN};
    const double mean = values.mean();
    return {mean, n > 1 ? std::sqrt((values - mean).square().sum() / (n - 1) / n) : kNaN};
}

/// mean(a)/mean(b), by the delta method; NaN where b is no more than `least`.
Estimate ratioOf(const Eigen::ArrayXd& a, const Eigen::ArrayXd& b, double least)
{
    if (a.size() < 1 || !(b.mean() > least))
        return {kNaN, kNaN};
    const double ratio = a.mean() / b.mean();
    return {ratio, meanOf(a - ratio * b).error / b.mean()};
}

} // namespace

template <class Real>
PathShape pathShape(const BasicTrajectories<Real>& run,
                    std::span<const PathCoefficients> levels,
                    PathCoordinate coordinate)
{
    constexpr auto rounding = static_cast<double>(std::numeric_limits<Real>::epsilon());
    const std::vector<Station> stations = stationsOf(levels, run.steps, coordinate);
    std::vector<OnePath> paths;
    Eigen::MatrixXd y(run.dimension, static_cast<Eigen::Index>(stations.size()));
    for (std::size_t i = 0; i < run.particles && !stations.empty(); ++i) {
        for (std::size_t k = 0; k < stations.size(); ++k)
            for (int c = 0; c < run.dimension; ++c)
                y(c, static_cast<Eigen::Index>(k)) =
                    stations[k].scale * static_cast<double>(run.coordinate(stations[k].step, c)[i]);
        if (y.allFinite())
            paths.push_back(measurePath(y, stations, rounding));
    }
    const auto column = [&](double OnePath::*which) {
        Eigen::ArrayXd values(static_cast<Eigen::Index>(paths.size()));
        std::transform(paths.begin(), paths.end(), values.begin(), [&](const OnePath& path) {
            return path.*which;
        });
        return values;
    };
    const Eigen::ArrayXd straightness = column(&OnePath::straightness),
                         length = column(&OnePath::length), distance = column(&OnePath::distance);
    // Ends that differ by roundings have not moved.
    const double still = paths.empty() ? 0 : kDirection * rounding * column(&OnePath::size).mean();
    PathShape shape;
    shape.particles = static_cast<int>(paths.size());
    shape.straightness = meanOf(straightness);
    shape.bend = ratioOf(straightness, distance.square(), still * still);
    shape.curvature =
        run.dimension > 1 ? meanOf(column(&OnePath::curvature)) : Estimate{kNaN, kNaN};
    shape.length = meanOf(length);
    shape.excess = ratioOf(length, distance, still);
    return shape;
}

template PathShape
pathShape<float>(const Trajectories&, std::span<const PathCoefficients>, PathCoordinate);
template PathShape pathShape<double>(const BasicTrajectories<double>&,
                                     std::span<const PathCoefficients>,
                                     PathCoordinate);

} // namespace scorefield
