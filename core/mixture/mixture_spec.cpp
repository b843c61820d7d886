// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/mixture_spec.h"

#include <algorithm>

namespace scorefield {

namespace {

bool sameMatrix(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b)
{
    return a.rows() == b.rows() && a.cols() == b.cols() && a == b;
}

bool sameVector(const Eigen::VectorXd& a, const Eigen::VectorXd& b)
{
    return a.size() == b.size() && a == b;
}

} // namespace

bool ComponentSpec::operator==(const ComponentSpec& other) const
{
    return weight == other.weight && classLabel == other.classLabel && sameVector(mean, other.mean)
           && sameMatrix(covariance, other.covariance);
}

bool ImageDecoder::operator==(const ImageDecoder& other) const
{
    return width == other.width && height == other.height && low == other.low && high == other.high
           && sameVector(mean, other.mean) && sameMatrix(axes, other.axes);
}

int MixtureSpec::classCount() const
{
    int count = static_cast<int>(classNames.size());
    for (const ComponentSpec& component : components)
        count = std::max(count, component.classLabel + 1);
    return count;
}

std::string MixtureSpec::className(int target) const
{
    const int set = target - kFirstSetTarget;
    if (set >= 0)
        return set < static_cast<int>(sets.size()) ? sets[static_cast<std::size_t>(set)].name
                                                   : "set " + std::to_string(set);
    if (target >= 0 && target < static_cast<int>(classNames.size()))
        return classNames[static_cast<std::size_t>(target)];
    return "class " + std::to_string(target);
}

std::string MixtureSpec::coordinateName(int coordinate) const
{
    if (coordinate >= 0 && coordinate < static_cast<int>(coordinateNames.size()))
        return coordinateNames[static_cast<std::size_t>(coordinate)];
    return "x" + std::to_string(coordinate + 1);
}

MixtureSpec isotropicMixture(const std::vector<Eigen::VectorXd>& means, double variance)
{
    MixtureSpec spec;
    spec.dimension = means.empty() ? 2 : static_cast<int>(means.front().size());
    const double weight = means.empty() ? 1 : 1 / static_cast<double>(means.size());
    for (std::size_t k = 0; k < means.size(); ++k) {
        const auto d = means[k].size();
        spec.components.push_back(
            {weight, means[k], variance * Eigen::MatrixXd::Identity(d, d), static_cast<int>(k)});
    }
    return spec;
}

} // namespace scorefield
