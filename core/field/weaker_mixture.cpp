// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/weaker_mixture.h"

#include "core/mixture/k_means.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace scorefield {

namespace {

Eigen::MatrixXd covarianceOf(const GaussianMixture::Component& component)
{
    const Eigen::MatrixXd& Q = component.eigenvectors;
    const Eigen::MatrixXd Sigma = Q * component.eigenvalues.asDiagonal() * Q.transpose();
    return (Sigma + Sigma.transpose()) / 2;
}

/// The sets of classes that have components; others in between stand for the first label, so that
/// set i stays set i.
std::vector<ClassSet> setsOf(const GaussianMixture& mixture)
{
    std::vector<ClassSet> sets;
    std::size_t last = 0;
    for (int i = 0; i < kMaxClassSets; ++i) {
        std::set<int> labels;
        for (const auto& component : mixture.components())
            if (mixture.inTarget(component, kFirstSetTarget + i))
                labels.insert(component.classLabel);
        if (!labels.empty())
            last = static_cast<std::size_t>(i) + 1;
        else
            labels.insert(mixture.components().front().classLabel);
        sets.push_back({std::to_string(i), {labels.begin(), labels.end()}});
    }
    sets.resize(last);
    return sets;
}

MixtureSpec specOf(const GaussianMixture& mixture)
{
    MixtureSpec spec;
    spec.dimension = mixture.dimension();
    spec.sets = setsOf(mixture);
    for (const auto& component : mixture.components())
        spec.components.push_back(
            {component.weight, component.mean, covarianceOf(component), component.classLabel});
    return spec;
}

/// Number of different means; k-means needs as many points.
int distinctMeans(const GaussianMixture& mixture)
{
    std::vector<Eigen::VectorXd> seen;
    for (const auto& component : mixture.components()) {
        bool fresh = true;
        for (const Eigen::VectorXd& mean : seen)
            fresh = fresh && mean != component.mean;
        if (fresh)
            seen.push_back(component.mean);
        if (seen.size() >= 256) // more groups than anyone may ask for
            break;
    }
    return static_cast<int>(seen.size());
}

} // namespace

GaussianMixture blurredMixture(const GaussianMixture& mixture, double tau)
{
    MixtureSpec spec = specOf(mixture);
    for (ComponentSpec& component : spec.components)
        component.covariance.diagonal().array() += tau * tau;
    return GaussianMixture::create(spec).value();
}

namespace {

/// Groups of near means, by number of component.
std::vector<int> nearMeans(const GaussianMixture& mixture, int groups)
{
    Eigen::MatrixXd means(mixture.dimension(), mixture.componentCount());
    for (Eigen::Index k = 0; k < means.cols(); ++k)
        means.col(k) = mixture.components()[static_cast<std::size_t>(k)].mean;
    return kMeansClusters(means, std::min(groups, distinctMeans(mixture)), 0);
}

/// One component per group, of its weight and moments and label 0.
std::vector<ComponentSpec> mergedComponents(const GaussianMixture& mixture,
                                            const std::vector<int>& groupOf)
{
    const auto& components = mixture.components();
    const int clusters = *std::max_element(groupOf.begin(), groupOf.end()) + 1;
    std::vector<ComponentSpec> merged;
    for (int group = 0; group < clusters; ++group) {
        MixtureSpec part;
        part.dimension = mixture.dimension();
        double weight = 0;
        for (std::size_t k = 0; k < components.size(); ++k)
            if (groupOf[k] == group) {
                weight += components[k].weight;
                part.components.push_back(
                    {components[k].weight, components[k].mean, covarianceOf(components[k]), 0});
            }
        const GaussianMixture members = GaussianMixture::create(part).value();
        merged.push_back({weight, members.mean(), members.covariance(), 0});
    }
    return merged;
}

} // namespace

GaussianMixture mergedMixture(const GaussianMixture& mixture, int groups)
{
    if (groups >= mixture.componentCount())
        return mixture;
    MixtureSpec spec;
    spec.dimension = mixture.dimension();
    spec.components = mergedComponents(mixture, nearMeans(mixture, groups));
    return GaussianMixture::create(spec).value();
}

GaussianMixture coarseMixture(const GaussianMixture& mixture, int groups)
{
    if (groups >= mixture.componentCount())
        return mixture;
    const std::vector<int> groupOf = nearMeans(mixture, groups);
    const std::vector<ComponentSpec> merged = mergedComponents(mixture, groupOf);
    MixtureSpec spec;
    spec.dimension = mixture.dimension();
    spec.sets = setsOf(mixture);
    for (std::size_t group = 0; group < merged.size(); ++group) {
        std::map<int, double> shares;
        for (std::size_t k = 0; k < groupOf.size(); ++k)
            if (groupOf[k] == static_cast<int>(group))
                shares[mixture.components()[k].classLabel] += mixture.components()[k].weight;
        for (const auto& [label, weight] : shares)
            spec.components.push_back(
                {weight, merged[group].mean, merged[group].covariance, label});
    }
    return GaussianMixture::create(spec).value();
}

GaussianMixture
perturbedMixture(const GaussianMixture& mixture, double strength, std::uint64_t seed)
{
    MixtureSpec spec = specOf(mixture);
    const double s = std::sqrt(mixture.covariance().trace() / mixture.dimension());
    for (std::size_t k = 0; k < spec.components.size(); ++k) {
        const auto normal = [&](Eigen::Index coordinate) {
            return philoxNormal(seed,
                                Stream::Fit,
                                static_cast<std::uint32_t>(k),
                                0,
                                static_cast<std::uint32_t>(coordinate));
        };
        ComponentSpec& component = spec.components[k];
        component.weight *= std::exp(strength * normal(component.mean.size()));
        for (Eigen::Index i = 0; i < component.mean.size(); ++i)
            component.mean(i) += strength * s * normal(i);
    }
    return GaussianMixture::create(spec).value();
}

} // namespace scorefield
