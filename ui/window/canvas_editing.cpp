// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/canvas_editing.h"

#include "core/base/linear_algebra.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace scorefield::ui {

namespace {

/// Below this share of the other axis a handle could not be grabbed again.
constexpr double kLeastDeviation = 1e-3;

Eigen::Vector2d toVector(QPointF point)
{
    return {point.x(), point.y()};
}

/// The covariance of the plane coordinates, 2×2; one-dimensional data have no vertical extent.
Eigen::Matrix2d planeCovariance(const ComponentSpec& component, const ViewPlane& plane)
{
    Eigen::Matrix2d covariance = Eigen::Matrix2d::Zero();
    const Eigen::MatrixXd projected = plane.axes.transpose() * component.covariance * plane.axes;
    covariance.topLeftCorner(projected.rows(), projected.cols()) = projected;
    return covariance;
}

} // namespace

QPointF meanInPlane(const ComponentSpec& component, const ViewPlane& plane)
{
    const Eigen::VectorXd y = plane.axes.transpose() * (component.mean - plane.origin);
    return {y[0], y.size() > 1 ? y[1] : 0.0};
}

PlaneAxes axesInPlane(const ComponentSpec& component, const ViewPlane& plane)
{
    const SymmetricEigen eigen = symmetricEigen(planeCovariance(component, plane));
    PlaneAxes axes;
    for (int i = 0; i < 2; ++i) {
        const Eigen::Vector2d direction = eigen.vectors.col(1 - i);
        axes.directions[static_cast<std::size_t>(i)] = {direction[0], direction[1]};
        axes.deviations[static_cast<std::size_t>(i)] =
            std::sqrt(std::max(0.0, eigen.values[1 - i]));
    }
    return axes;
}

void moveMean(ComponentSpec& component, const ViewPlane& plane, QPointF delta)
{
    const Eigen::Index m = plane.axes.cols();
    component.mean += plane.axes * toVector(delta).head(m);
}

void setAxisEnd(ComponentSpec& component,
                const ViewPlane& plane,
                const ComponentSpec& start,
                int axis,
                QPointF handle)
{
    const PlaneAxes axes = axesInPlane(start, plane);
    const auto index = static_cast<std::size_t>(axis);
    const double other = axes.deviations[1 - index];
    const Eigen::Vector2d arm = toVector(handle - meanInPlane(start, plane));
    const double least = kLeastDeviation * std::max({other, axes.deviations[index], 1e-9});
    const double deviation = std::max(arm.norm() / kHandleDeviations, least);
    if (component.mean.size() == 2 && arm.norm() > 0) {
        const Eigen::Vector2d u = arm.normalized(), w(-u[1], u[0]);
        const Eigen::Matrix2d shape =
            deviation * deviation * u * u.transpose() + other * other * w * w.transpose();
        const Eigen::MatrixXd covariance = plane.axes * shape * plane.axes.transpose();
        component.covariance = (covariance + covariance.transpose()) / 2; // exactly symmetric
        return;
    }
    const Eigen::Index m = plane.axes.cols();
    const Eigen::VectorXd u = plane.axes * toVector(axes.directions[index]).head(m);
    const double along =
        std::max(toVector(axes.directions[index]).dot(arm), 0.0) / kHandleDeviations;
    if (axes.deviations[index] <= 0)
        return; // a flat direction cannot be stretched
    const double factor = std::max(along, least) / axes.deviations[index];
    const Eigen::MatrixXd stretch =
        Eigen::MatrixXd::Identity(u.size(), u.size()) + (factor - 1) * u * u.transpose();
    const Eigen::MatrixXd covariance = stretch * start.covariance * stretch;
    component.covariance = (covariance + covariance.transpose()) / 2;
}

int addComponentAt(MixtureSpec& mixture, const ViewPlane& plane, QPointF place)
{
    const auto distance = [&](const ComponentSpec& component) {
        return toVector(meanInPlane(component, plane) - place).norm();
    };
    const auto nearest =
        std::min_element(mixture.components.begin(),
                         mixture.components.end(),
                         [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
    ComponentSpec added = *nearest;
    moveMean(added, plane, place - meanInPlane(added, plane));
    std::set<int> labels;
    for (const ComponentSpec& component : mixture.components)
        labels.insert(component.classLabel);
    if (labels.size() == mixture.components.size())
        added.classLabel = *labels.rbegin() + 1;
    mixture.components.push_back(std::move(added));
    return static_cast<int>(mixture.components.size()) - 1;
}

} // namespace scorefield::ui
