// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A posterior mean averaged over places around x: what every smoothing of the score comes to, since
// sigma~^2 E s~(x~ + w xi) + x~ = E D(x~ + w xi) for E xi = 0.
#include "core/field/block.h"
#include "core/process/forward_process.h"

#include <Eigen/Core>

namespace scorefield {

/// count nodes [d,count] of equal weight for averages over N(0, I): mirror images in pairs (odd
/// moments are exact) on a lattice of equal probabilities, of covariance I where there are enough
/// of them for it. Means of Dirac data are steps at small noise: with n different projections in
/// every direction their average is right to 1/(2n) of a step, where a Gauss-Hermite grid of as
/// many nodes has sqrt(n) of unequal height (ours; the lattice: Fibonacci and its generalisation
/// by the roots of g^(d+1) = g + 1, Roberts 2018). count >= 2, made even.
Eigen::MatrixXd gaussianNodes(int dimension, int count);

/// sum_j weight_j D(x + alpha node_j): a Model of core/field/error_parts.h, but for its
/// construction.
class NodeAverage {
public:
    NodeAverage(Eigen::MatrixXd nodes, Eigen::VectorXd weights)
        : m_nodes(std::move(nodes))
        , m_weights(std::move(weights))
    {
    }

    int nodes() const { return static_cast<int>(m_weights.size()); }

    template <class Real, class Mean>
    void apply(const Mean& mean,
               const PathCoefficients& level,
               const Block<Real>& x,
               Block<Real>& denoised) const
    {
        static thread_local Block<Real> place, out;
        place.resize(x.rows(), x.cols());
        out.resize(x.rows(), x.cols());
        for (Eigen::Index j = 0; j < m_weights.size(); ++j) {
            for (Eigen::Index c = 0; c < x.cols(); ++c)
                place.col(c) = x.col(c) + static_cast<Real>(level.alpha * m_nodes(c, j));
            mean(static_cast<int>(j), level, place, out);
            const auto weight = static_cast<Real>(m_weights(j));
            if (j == 0)
                denoised = weight * out;
            else
                denoised += weight * out;
        }
    }

private:
    Eigen::MatrixXd m_nodes;   // [d,n] in x~
    Eigen::VectorXd m_weights; // [n]
};

} // namespace scorefield
