// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ridges.h"

namespace scorefield::test {

std::shared_ptr<const GaussianMixture> shared(const MixtureSpec& spec)
{
    auto mixture = GaussianMixture::create(spec);
    if (!mixture)
        qFatal("%s", mixture.error().sentence().c_str());
    return std::make_shared<const GaussianMixture>(std::move(*mixture));
}

std::shared_ptr<const GaussianMixture> pointsMixture(const std::vector<Eigen::VectorXd>& points,
                                                     double variance)
{
    MixtureSpec spec;
    spec.dimension = static_cast<int>(points.front().size());
    const Eigen::MatrixXd covariance =
        variance * Eigen::MatrixXd::Identity(spec.dimension, spec.dimension);
    for (const Eigen::VectorXd& point : points)
        spec.components.push_back({1, point, covariance, 0});
    return shared(spec);
}

std::vector<Eigen::VectorXd> circlePoints(int n, double R, double first)
{
    std::vector<Eigen::VectorXd> points;
    for (int i = 0; i < n; ++i) {
        const double angle = first + 2 * std::numbers::pi * i / n;
        points.push_back(Eigen::Vector2d(R * std::cos(angle), R * std::sin(angle)));
    }
    return points;
}

Ridge planeRidge(const std::shared_ptr<const GaussianMixture>& mixture,
                 double noise,
                 const PlaneBox& box,
                 RidgeThresholds thresholds,
                 int resolution,
                 unsigned threads)
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

int countOf(const Ridge& ridge, CriticalKind kind)
{
    int count = 0;
    for (const CriticalPoint& point : ridge.critical)
        count += point.kind == kind;
    return count;
}

} // namespace scorefield::test
