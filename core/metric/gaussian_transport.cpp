// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/linear_algebra.h"
#include "core/metric/assignment.h"
#include "core/metric/transport.h"

#include <Eigen/SVD>

#include <algorithm>

namespace scorefield {

namespace {

Eigen::MatrixXd rootOf(const Eigen::MatrixXd& covariance)
{
    const SymmetricEigen solver = symmetricEigen(covariance);
    const Eigen::VectorXd roots = solver.values.cwiseMax(0.0).cwiseSqrt();
    return solver.vectors * roots.asDiagonal() * solver.vectors.transpose();
}

Eigen::MatrixXd rootOf(const GaussianMixture::Component& component)
{
    return component.eigenvectors * component.eigenvalues.cwiseSqrt().asDiagonal()
           * component.eigenvectors.transpose();
}

/// From the roots of the covariances: tr (R S R)^1/2 is the sum of the singular values of the
/// product of the roots, which keeps the digits of singular covariances.
double buresOfRoots(const Eigen::VectorXd& offset,
                    const Eigen::MatrixXd& rootA,
                    const Eigen::MatrixXd& rootB)
{
    const Eigen::JacobiSVD<Eigen::MatrixXd> product(rootA * rootB);
    const double spread =
        rootA.squaredNorm() + rootB.squaredNorm() - 2 * product.singularValues().sum();
    return offset.squaredNorm() + std::max(0.0, spread); // equal ones differ by rounding
}

} // namespace

double buresTransport(const Eigen::VectorXd& meanA,
                      const Eigen::MatrixXd& covarianceA,
                      const Eigen::VectorXd& meanB,
                      const Eigen::MatrixXd& covarianceB)
{
    return buresOfRoots(meanA - meanB, rootOf(covarianceA), rootOf(covarianceB));
}

Eigen::MatrixXd componentTransport(const GaussianMixture& a, const GaussianMixture& b)
{
    std::vector<Eigen::MatrixXd> rootsA, rootsB;
    for (const auto& component : a.components())
        rootsA.push_back(rootOf(component));
    for (const auto& component : b.components())
        rootsB.push_back(rootOf(component));
    Eigen::MatrixXd costs(a.componentCount(), b.componentCount());
    for (std::size_t i = 0; i < rootsA.size(); ++i)
        for (std::size_t j = 0; j < rootsB.size(); ++j)
            costs(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
                buresOfRoots(a.components()[i].mean - b.components()[j].mean, rootsA[i], rootsB[j]);
    return costs;
}

Result<MixtureTransport> mixtureTransport(const GaussianMixture& a, const GaussianMixture& b)
{
    if (a.dimension() != b.dimension())
        return Error{"",
                     "one mixture has " + std::to_string(a.dimension())
                         + " dimensions, the other has " + std::to_string(b.dimension())};
    if (a.componentCount() > kMostAssigned || b.componentCount() > kMostAssigned)
        return Error{"",
                     "a mixture has more than " + std::to_string(kMostAssigned)
                         + " components, the most whose transport is solved exactly"};
    MixtureTransport result;
    result.costs = componentTransport(a, b);
    result.plan = Eigen::MatrixXd::Zero(a.componentCount(), b.componentCount());
    Eigen::VectorXd supplies(a.componentCount()), demands(b.componentCount());
    for (Eigen::Index i = 0; i < supplies.size(); ++i)
        supplies(i) = a.components()[static_cast<std::size_t>(i)].weight;
    for (Eigen::Index j = 0; j < demands.size(); ++j)
        demands(j) = b.components()[static_cast<std::size_t>(j)].weight;
    const auto plan = minimalTransport(result.costs, supplies, demands);
    if (!plan)
        return plan.error();
    for (const Shipment& shipment : plan->shipments)
        result.plan(shipment.from, shipment.to) = shipment.amount;
    result.squared = plan->cost;
    return result;
}

} // namespace scorefield
