// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The integrals a training of random features needs, as one Gram matrix: with f = [phi, m*] the
// features followed by the exact posterior mean, int w(t) E[f f^T] dt holds U, V and the explained
// part of the loss.
#include "core/field/random_features.h"

#include <Eigen/Core>

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace scorefield {

/// A place of the time integral of the loss.
struct TimeNode {
    double t, weight; ///< dt w(t)
};
/// 40 logarithmic nodes in [1e-3, .05], then uniform ones of step T/8K or less to T: psi has
/// periods down to T/K. Trapezoidal.
std::vector<TimeNode> trainingTimes(const RandomFeatureSpec& spec);

/// Standard normal quadrature in d dimensions: points [m,d], weights [m].
struct NormalNodes {
    Eigen::MatrixXd points;
    Eigen::VectorXd weights;
};
/// Product Gauss–Hermite rule of `perAxis` nodes per axis.
NormalNodes gaussHermiteNodes(int dimension, int perAxis);
/// Nodes per component: the finest rule that keeps all components together below 4000 places a
/// time, at most 20, 10x10, 6x6x6; above three dimensions draws of (seed, `time`) in pairs ±z.
NormalNodes trainingNodes(const GaussianMixture& mixture, std::uint64_t seed, int time);

/// int w E[f f^T] dt [p+d, p+d], symmetric, both triangles. Nothing after a stop request.
std::optional<Eigen::MatrixXd> featureGram(const RandomFeatureSpec& spec,
                                           const RandomFeatures& features,
                                           const std::shared_ptr<const GaussianMixture>& mixture,
                                           WorkerPool& pool,
                                           const std::stop_token& stop,
                                           const std::function<void(double)>& progress);

} // namespace scorefield
