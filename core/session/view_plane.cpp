// SPDX-License-Identifier: GPL-3.0-or-later
// The plane in which data of more than two dimensions are seen.
#include "core/base/linear_algebra.h"
#include "core/session/lane_plan.h"

#include <algorithm>

namespace scorefield {

namespace {

constexpr double kPrincipal = 1,
                 kMeans = 2; // numbers of the items of view.projection; 0 is coordinates

/// Two different numbers in [0, d).
std::array<Eigen::Index, 2> chosenAxes(const Session& session, Eigen::Index d)
{
    const auto clamped = [&](double axis) {
        return std::clamp(static_cast<Eigen::Index>(axis), Eigen::Index{0}, d - 1);
    };
    const Eigen::Index x = clamped(session.view.axisX);
    const Eigen::Index y = clamped(session.view.axisY);
    return {x, x != y ? y : (x + 1) % d};
}

ViewPlane coordinatePlane(const Session& session, Eigen::Index d)
{
    const auto [x, y] = chosenAxes(session, d);
    ViewPlane plane{Eigen::MatrixXd::Zero(d, 2), Eigen::VectorXd::Zero(d), {}};
    plane.axes(x, 0) = 1;
    plane.axes(y, 1) = 1;
    plane.labels = {session.data->coordinateName(static_cast<int>(x)),
                    session.data->coordinateName(static_cast<int>(y))};
    return plane;
}

/// Columns by descending variance; the largest entry of each is positive, so that the sign is
/// defined.
Eigen::MatrixXd principalDirections(const GaussianMixture& mixture)
{
    Eigen::MatrixXd axes = symmetricEigen(mixture.covariance()).vectors.rowwise().reverse();
    for (Eigen::Index j = 0; j < axes.cols(); ++j) {
        Eigen::Index largest = 0;
        axes.col(j).cwiseAbs().maxCoeff(&largest);
        if (axes(largest, j) < 0)
            axes.col(j) *= -1;
    }
    return axes;
}

ViewPlane principalPlane(const Session& session, const GaussianMixture& mixture)
{
    const Eigen::Index d = mixture.dimension();
    const auto [x, y] = chosenAxes(session, d);
    const Eigen::MatrixXd all = principalDirections(mixture);
    ViewPlane plane{Eigen::MatrixXd(d, 2), mixture.mean(), {}};
    plane.axes << all.col(x), all.col(y);
    plane.labels = {"PC " + std::to_string(x + 1), "PC " + std::to_string(y + 1)};
    return plane;
}

struct NamedMean {
    std::string name;
    Eigen::VectorXd mean;
};

/// The means of the classes that have components; of the components if those are fewer than three
/// classes.
std::vector<NamedMean> candidateMeans(const Session& session, const GaussianMixture& mixture)
{
    std::vector<NamedMean> means;
    for (int label = 0; label < mixture.classCount(); ++label)
        if (const auto conditional = mixture.conditional(label))
            means.push_back({session.data->className(label), conditional->mean()});
    if (means.size() >= 3)
        return means;
    means.clear();
    for (std::size_t k = 0; k < mixture.components().size(); ++k)
        means.push_back({"mean " + std::to_string(k), mixture.components()[k].mean});
    return means;
}

/// Through the first mean, along the next ones that are not in line with it; principal axes where
/// means are too few.
ViewPlane meansPlane(const Session& session, const GaussianMixture& mixture)
{
    const Eigen::Index d = mixture.dimension();
    const std::vector<NamedMean> means = candidateMeans(session, mixture);
    ViewPlane plane{Eigen::MatrixXd(d, 2), means.front().mean, {}};
    Eigen::Index found = 0;
    const auto add = [&](Eigen::VectorXd direction, const std::string& label) {
        const double length = direction.norm();
        for (Eigen::Index j = 0; j < found; ++j)
            direction -= plane.axes.col(j).dot(direction) * plane.axes.col(j);
        const double rest = direction.norm();
        if (found == 2
            || rest
                   <= 1e-6
                          * std::max(length, mixture.scale())) // in line up to what the eye can see
            return;
        plane.axes.col(found) = direction / rest;
        plane.labels[static_cast<std::size_t>(found)] = label;
        ++found;
    };
    for (const NamedMean& other : means)
        add(other.mean - plane.origin,
            (found == 0 ? means.front().name + " → " : "⊥ → ") + other.name);
    const Eigen::MatrixXd principal = principalDirections(mixture);
    for (Eigen::Index j = 0; j < d; ++j)
        add(principal.col(j) * mixture.scale(), "PC " + std::to_string(j + 1));
    return plane;
}

} // namespace

ViewPlane viewPlane(const Session& session, const GaussianMixture& mixture)
{
    const Eigen::Index d = mixture.dimension();
    if (d <= 2) {
        ViewPlane plane{Eigen::MatrixXd::Identity(d, d), Eigen::VectorXd::Zero(d), {}};
        plane.labels[0] = session.data->coordinateName(0);
        plane.labels[1] = d == 2 ? session.data->coordinateName(1) : "";
        return plane;
    }
    if (session.view.projection == kPrincipal)
        return principalPlane(session, mixture);
    if (session.view.projection == kMeans)
        return meansPlane(session, mixture);
    return coordinatePlane(session, d);
}

} // namespace scorefield
