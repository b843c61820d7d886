// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/other_dimension.h"

#include "core/base/linear_algebra.h"
#include "core/mixture/gaussian_mixture.h"

namespace scorefield {

namespace {

double meanVarianceWithin(const GaussianMixture& mixture)
{
    double sum = 0;
    for (const GaussianMixture::Component& component : mixture.components())
        sum += component.weight * component.eigenvalues.mean();
    return sum;
}

} // namespace

Result<MixtureSpec> inDimension(const MixtureSpec& spec, int dimension)
{
    if (dimension == spec.dimension)
        return spec;
    const auto mixture = GaussianMixture::create(spec);
    if (!mixture)
        return mixture.error();
    const int known = spec.dimension;
    MixtureSpec other = spec;
    other.dimension = dimension;
    other.image.reset();
    other.coordinateNames.clear();
    if (dimension < known) {
        // Eigenvalues ascend: the last axes are the leading ones.
        const Eigen::MatrixXd axes =
            symmetricEigen(mixture->covariance()).vectors.rightCols(dimension).rowwise().reverse();
        for (ComponentSpec& component : other.components) {
            component.mean = axes.transpose() * component.mean;
            const Eigen::MatrixXd covariance = axes.transpose() * component.covariance * axes;
            component.covariance = (covariance + covariance.transpose()) / 2; // of roundings
        }
        return other;
    }
    const double variance = meanVarianceWithin(*mixture);
    for (ComponentSpec& component : other.components) {
        const ComponentSpec own = component;
        component.mean = Eigen::VectorXd::Zero(dimension);
        component.mean.head(known) = own.mean;
        component.covariance = variance * Eigen::MatrixXd::Identity(dimension, dimension);
        component.covariance.topLeftCorner(known, known) = own.covariance;
    }
    return other;
}

} // namespace scorefield
