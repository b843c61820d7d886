// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/gaussian_mixture.h"

#include "core/base/linear_algebra.h"
#include "core/mixture/mixture_check.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace scorefield {

namespace {

/// A diagonal matrix is its own eigenbasis, exactly: no rounding, and no cost for thousands of
/// isotropic components.
SymmetricEigen diagonalBasis(const Eigen::VectorXd& diagonal)
{
    const auto d = diagonal.size();
    std::vector<Eigen::Index> order(static_cast<std::size_t>(d));
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    std::stable_sort(order.begin(), order.end(), [&](Eigen::Index a, Eigen::Index b) {
        return diagonal(a) < diagonal(b);
    });
    SymmetricEigen basis{Eigen::VectorXd(d), Eigen::MatrixXd::Zero(d, d)};
    for (Eigen::Index i = 0; i < d; ++i) {
        basis.values(i) = diagonal(order[static_cast<std::size_t>(i)]);
        basis.vectors(order[static_cast<std::size_t>(i)], i) = 1;
    }
    return basis;
}

SymmetricEigen eigenbasis(const Eigen::MatrixXd& symmetric)
{
    if (symmetric.isDiagonal(0))
        return diagonalBasis(symmetric.diagonal());
    SymmetricEigen basis = symmetricEigen(symmetric);
    // Of a full matrix only d eps of the largest eigenvalue is known; what is smaller is the
    // rounding of a singular one.
    const double unknown = static_cast<double>(symmetric.rows())
                           * std::numeric_limits<double>::epsilon()
                           * basis.values.cwiseAbs().maxCoeff();
    for (double& value : basis.values)
        value = std::abs(value) <= unknown ? 0 : value;
    return basis;
}

} // namespace

Result<GaussianMixture> GaussianMixture::create(const MixtureSpec& spec)
{
    if (auto checked = checkMixtureSpec(spec); !checked)
        return checked.error();

    double total = 0;
    for (const ComponentSpec& component : spec.components)
        total += component.weight;

    GaussianMixture mixture;
    mixture.m_dimension = spec.dimension;
    mixture.m_classCount = spec.classCount();
    for (const ClassSet& set : spec.sets) {
        mixture.m_sets.emplace_back(static_cast<std::size_t>(mixture.m_classCount), false);
        for (const int label : set.classes)
            mixture.m_sets.back()[static_cast<std::size_t>(label)] = true;
    }
    for (std::size_t k = 0; k < spec.components.size(); ++k) {
        const ComponentSpec& given = spec.components[k];
        SymmetricEigen basis = eigenbasis((given.covariance + given.covariance.transpose()) / 2);
        if (auto checked = checkEigenvalues(basis.values, k); !checked)
            return checked.error();
        if (given.weight == 0)
            continue;
        const double weight = given.weight / total;
        mixture.m_components.push_back({weight,
                                        std::log(weight),
                                        given.mean,
                                        std::move(basis.vectors),
                                        basis.values.cwiseMax(0.0),
                                        given.classLabel});
    }
    return mixture;
}

bool GaussianMixture::inTarget(const Component& component, int target) const
{
    if (target < kFirstSetTarget)
        return component.classLabel == target;
    const auto set = static_cast<std::size_t>(target - kFirstSetTarget);
    return set < m_sets.size() && m_sets[set][static_cast<std::size_t>(component.classLabel)];
}

double GaussianMixture::classWeight(int target) const
{
    double weight = 0;
    for (const Component& component : m_components)
        weight += inTarget(component, target) ? component.weight : 0;
    return weight;
}

std::vector<int> GaussianMixture::classMembers(int target) const
{
    std::vector<int> members;
    for (int k = 0; k < componentCount(); ++k)
        if (inTarget(m_components[static_cast<std::size_t>(k)], target))
            members.push_back(k);
    return members;
}

Result<GaussianMixture> GaussianMixture::conditional(int target) const
{
    const double classTotal = classWeight(target);
    if (classTotal <= 0)
        return Error{"",
                     (target < kFirstSetTarget
                          ? "Class " + std::to_string(target)
                          : "Set " + std::to_string(target - kFirstSetTarget) + " of classes")
                         + " has no component of positive weight; its conditional mixture is "
                           "undefined."};
    GaussianMixture mixture;
    mixture.m_dimension = m_dimension;
    mixture.m_classCount = m_classCount;
    mixture.m_sets = m_sets;
    for (const Component& component : m_components) {
        if (!inTarget(component, target))
            continue;
        mixture.m_components.push_back(component);
        mixture.m_components.back().weight = component.weight / classTotal;
        mixture.m_components.back().logWeight = std::log(component.weight / classTotal);
    }
    return mixture;
}

GaussianMixture GaussianMixture::projected(const Eigen::MatrixXd& axes,
                                           const Eigen::VectorXd& origin) const
{
    assert(axes.rows() == m_dimension && origin.size() == m_dimension);
    GaussianMixture mixture;
    mixture.m_dimension = static_cast<int>(axes.cols());
    mixture.m_classCount = m_classCount;
    mixture.m_sets = m_sets;
    mixture.m_components.reserve(m_components.size());
    for (const Component& component : m_components) {
        const Eigen::MatrixXd root = axes.transpose() * component.eigenvectors
                                     * component.eigenvalues.cwiseSqrt().asDiagonal();
        SymmetricEigen basis = eigenbasis(root * root.transpose());
        mixture.m_components.push_back({component.weight,
                                        component.logWeight,
                                        axes.transpose() * (component.mean - origin),
                                        std::move(basis.vectors),
                                        basis.values.cwiseMax(0.0),
                                        component.classLabel});
    }
    return mixture;
}

Eigen::VectorXd GaussianMixture::mean() const
{
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(m_dimension);
    for (const Component& component : m_components)
        mean += component.weight * component.mean;
    return mean;
}

Eigen::MatrixXd GaussianMixture::covariance() const
{
    const Eigen::VectorXd centre = mean();
    Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(m_dimension, m_dimension);
    for (const Component& component : m_components) {
        const Eigen::MatrixXd& Q = component.eigenvectors;
        const Eigen::VectorXd offset = component.mean - centre;
        covariance += component.weight
                      * (Q * component.eigenvalues.asDiagonal() * Q.transpose()
                         + offset * offset.transpose());
    }
    return covariance;
}

double GaussianMixture::scale() const
{
    const double largest = symmetricEigenvalues(covariance())(m_dimension - 1);
    return largest > 0 ? std::sqrt(largest) : 1;
}

Eigen::MatrixXd GaussianMixture::sample(std::uint64_t seed,
                                        Stream stream,
                                        int n,
                                        double alpha,
                                        double sigma,
                                        std::vector<int>* componentOf) const
{
    std::vector<double> cumulative;
    double total = 0;
    for (const Component& component : m_components)
        cumulative.push_back(total += component.weight);

    Eigen::MatrixXd points(m_dimension, n);
    if (componentOf)
        componentOf->assign(static_cast<std::size_t>(n), 0);
    Eigen::VectorXd z(m_dimension);
    for (int i = 0; i < n; ++i) {
        const auto particle = static_cast<std::uint32_t>(i);
        const double u = total * philoxUniform(seed, stream, particle, 1, 0);
        const auto found = std::upper_bound(cumulative.begin(), cumulative.end() - 1, u);
        const auto k = static_cast<std::size_t>(found - cumulative.begin());
        const Component& component = m_components[k];
        for (int c = 0; c < m_dimension; ++c)
            z(c) = philoxNormal(seed, stream, particle, 0, static_cast<std::uint32_t>(c));
        const Eigen::MatrixXd& Q = component.eigenvectors;
        const Eigen::VectorXd deviations =
            (alpha * alpha * component.eigenvalues.array() + sigma * sigma).sqrt();
        points.col(i) = alpha * component.mean + Q * deviations.cwiseProduct(Q.transpose() * z);
        if (componentOf)
            (*componentOf)[static_cast<std::size_t>(i)] = static_cast<int>(k);
    }
    return points;
}

} // namespace scorefield
