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

/// The nodes [d,n] turned in all planes of neighbouring coordinates by a golden angle for each
/// e-fold of noise.
void turnNodes(const Eigen::MatrixXd& nodes, double noise, Eigen::MatrixXd& turned);

/// sum_j weight_j D(x + alpha node_j): a Model of core/field/error_parts.h, but for its
/// construction. Nodes that stand for a round law turn with the noise level: what is left of the
/// steps is then elsewhere at each level, and does not gather particles (ours).
class NodeAverage {
public:
    enum class Nodes { Fixed, Turning };
    NodeAverage(Eigen::MatrixXd nodes, Eigen::VectorXd weights, Nodes kind = Nodes::Turning)
        : m_nodes(std::move(nodes))
        , m_weights(std::move(weights))
        , m_turns(kind == Nodes::Turning)
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
        static thread_local Eigen::MatrixXd nodes;
        if (m_turns)
            turnNodes(m_nodes, level.sigmaTilde(), nodes);
        else
            nodes = m_nodes;
        place.resize(x.rows(), x.cols());
        out.resize(x.rows(), x.cols());
        for (Eigen::Index j = 0; j < m_weights.size(); ++j) {
            for (Eigen::Index c = 0; c < x.cols(); ++c)
                place.col(c) = x.col(c) + static_cast<Real>(level.alpha * nodes(c, j));
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
    bool m_turns;
};

} // namespace scorefield
