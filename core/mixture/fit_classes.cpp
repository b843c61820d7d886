// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/mixture/fit.h"
#include "core/mixture/gaussian_mixture.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

Status checkLabelled(const Eigen::MatrixXd& points, const std::vector<int>& labels)
{
    if (points.rows() < 1 || points.cols() < 1 || points.cols() > kMaxDimension)
        return Error{"points",
                     "The points are " + std::to_string(points.rows()) + " × "
                         + std::to_string(points.cols())
                         + " numbers; there must be at least 1 point of 1 to 64 coordinates."};
    if (!points.allFinite())
        return Error{"points", "The points hold a NaN or an infinity."};
    if (static_cast<Eigen::Index>(labels.size()) != points.rows())
        return Error{"labels",
                     "There are " + std::to_string(labels.size()) + " labels for "
                         + std::to_string(points.rows()) + " points."};
    const auto [least, largest] = std::minmax_element(labels.begin(), labels.end());
    if (*least < 0 || *largest >= kMaxComponents)
        return Error{"labels",
                     "The labels run from " + std::to_string(*least) + " to "
                         + std::to_string(*largest) + "; they must be 0 to 4095."};
    return success();
}

} // namespace

Result<MixtureSpec>
fitClasses(const Eigen::MatrixXd& points, const std::vector<int>& labels, double covarianceFloor)
{
    if (auto checked = checkLabelled(points, labels); !checked)
        return checked.error();
    if (!std::isfinite(covarianceFloor) || covarianceFloor < 0)
        return Error{"covariance_floor",
                     "The covariance floor is " + formatNumber(covarianceFloor, 6)
                         + "; it must be a finite number, at least 0."};
    MixtureSpec spec;
    spec.dimension = static_cast<int>(points.cols());
    const int classes = *std::max_element(labels.begin(), labels.end()) + 1;
    for (int label = 0; label < classes; ++label) {
        std::vector<Eigen::Index> members;
        for (std::size_t i = 0; i < labels.size(); ++i)
            if (labels[i] == label)
                members.push_back(static_cast<Eigen::Index>(i));
        if (members.empty())
            return Error{"labels",
                         "Class " + std::to_string(label)
                             + " has no point; labels must be 0 to C-1, each used."};
        const auto count = static_cast<double>(members.size());
        const Eigen::MatrixXd own = points(members, Eigen::all);
        ComponentSpec component;
        component.weight = count / static_cast<double>(points.rows());
        component.mean = own.colwise().mean();
        const Eigen::MatrixXd centred = own.rowwise() - component.mean.transpose();
        component.covariance = centred.transpose() * centred / count;
        component.covariance.diagonal().array() += covarianceFloor;
        component.classLabel = label;
        spec.components.push_back(std::move(component));
    }
    return spec;
}

double silvermanBandwidth(const Eigen::MatrixXd& points)
{
    const auto n = static_cast<double>(points.rows());
    const auto d = static_cast<double>(points.cols());
    if (points.rows() < 2 || points.cols() < 1)
        return 0;
    const Eigen::MatrixXd centred = points.rowwise() - points.colwise().mean();
    const double deviation = std::sqrt(centred.squaredNorm() / (n - 1) / d);
    return deviation * std::pow(4 / ((d + 2) * n), 1 / (d + 4));
}

Result<MixtureSpec>
smoothedPoints(const Eigen::MatrixXd& points, const std::vector<int>& labels, double bandwidth)
{
    const std::vector<int> oneClass(static_cast<std::size_t>(points.rows()), 0);
    const std::vector<int>& classOf = labels.empty() ? oneClass : labels;
    if (auto checked = checkLabelled(points, classOf); !checked)
        return checked.error();
    if (points.rows() > kMaxComponents)
        return Error{
            "points",
            "There are " + std::to_string(points.rows())
                + " points; at most 4096 can each be a component: use fewer, or fit a mixture."};
    if (!std::isfinite(bandwidth) || bandwidth < 0)
        return Error{"bandwidth",
                     "The bandwidth is " + formatNumber(bandwidth, 6)
                         + "; it must be a finite number, at least 0."};
    MixtureSpec spec;
    spec.dimension = static_cast<int>(points.cols());
    const Eigen::MatrixXd covariance =
        bandwidth * bandwidth * Eigen::MatrixXd::Identity(points.cols(), points.cols());
    for (Eigen::Index i = 0; i < points.rows(); ++i)
        spec.components.push_back({1 / static_cast<double>(points.rows()),
                                   points.row(i),
                                   covariance,
                                   classOf[static_cast<std::size_t>(i)]});
    return spec;
}

} // namespace scorefield
