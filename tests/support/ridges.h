// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Data whose ridges are known in closed form, and short ways to ask for them.
#include "core/geometry/ridge.h"
#include "tests/support/mixtures.h"

#include <QtGlobal>

#include <cmath>
#include <memory>
#include <numbers>
#include <vector>

namespace scorefield::test {

inline std::shared_ptr<const GaussianMixture> shared(const MixtureSpec& spec)
{
    auto mixture = GaussianMixture::create(spec);
    if (!mixture)
        qFatal("%s", mixture.error().sentence().c_str());
    return std::make_shared<const GaussianMixture>(std::move(*mixture));
}

/// Equally weighted points with isotropic components of this variance around them.
inline std::shared_ptr<const GaussianMixture>
pointsMixture(const std::vector<Eigen::VectorXd>& points, double variance = 0)
{
    MixtureSpec spec;
    spec.dimension = static_cast<int>(points.front().size());
    const Eigen::MatrixXd covariance =
        variance * Eigen::MatrixXd::Identity(spec.dimension, spec.dimension);
    for (const Eigen::VectorXd& point : points)
        spec.components.push_back({1, point, covariance, 0});
    return shared(spec);
}

/// n points evenly on a circle of radius R, the first at the angle `first`.
inline std::vector<Eigen::VectorXd> circlePoints(int n, double R, double first = 0)
{
    std::vector<Eigen::VectorXd> points;
    for (int i = 0; i < n; ++i) {
        const double angle = first + 2 * std::numbers::pi * i / n;
        points.push_back(Eigen::Vector2d(R * std::cos(angle), R * std::sin(angle)));
    }
    return points;
}

inline Ridge planeRidge(const std::shared_ptr<const GaussianMixture>& mixture,
                        double noise,
                        const PlaneBox& box,
                        RidgeThresholds thresholds = {},
                        int resolution = 128,
                        unsigned threads = 2)
{
    WorkerPool pool(threads);
    RidgeRequest request;
    request.noise = noise;
    request.box = box;
    request.thresholds = thresholds;
    request.resolution = resolution;
    const int d = mixture->dimension();
    return findRidge(
        {mixture, Eigen::MatrixXd::Identity(d, 2), Eigen::VectorXd::Zero(d)}, request, pool);
}

inline int countOf(const Ridge& ridge, CriticalKind kind)
{
    int count = 0;
    for (const CriticalPoint& point : ridge.critical)
        count += point.kind == kind;
    return count;
}

} // namespace scorefield::test
