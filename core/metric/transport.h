// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Optimal transport: how far one cloud, or one Gaussian, must be moved to become another.
// W_p = (min over plans P of sum_ij P_ij |x_i - y_j|^p)^(1/p), p = 1, 2. Source: Peyré and Cuturi
// 2019, "Computational Optimal Transport".
#include "core/base/result.h"
#include "core/base/worker_pool.h"
#include "core/metric/estimate.h"
#include "core/mixture/gaussian_mixture.h"

#include <Eigen/Core>

#include <cstdint>
#include <functional>
#include <stop_token>

namespace scorefield {

/// Points in rows with their weights.
struct Cloud {
    Eigen::MatrixXd points;  ///< [n,d]
    Eigen::VectorXd weights; ///< [n] >= 0, sum 1; empty: all alike
};

/// The weights, 1/n each if none are given. [n]
Eigen::VectorXd weightsOf(const Cloud& cloud);
/// Error: one of them has no points, or their dimensions differ.
Status checkClouds(const Cloud& a, const Cloud& b);

/// Clouds of at most so many points are matched exactly in more than one dimension.
inline constexpr Eigen::Index kMostAssigned = 2000;

/// W_p^p between numbers x [n] and y [m] with weights (empty: alike): both sorted, in O(n log n).
double lineTransport(const Eigen::VectorXd& x,
                     const Eigen::VectorXd& xWeights,
                     const Eigen::VectorXd& y,
                     const Eigen::VectorXd& yWeights,
                     int p);
/// sum_j w_j |x_i - y_j| for every i, in O(n log n). [n]
Eigen::ArrayXd
lineDistances(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Eigen::VectorXd& yWeights);
/// W_p^p, exact: by quantiles for d = 1, by assignment for clouds of one size and equal weights,
/// else as a transportation problem. Its standard error is that of independent points: the
/// derivative to a point's weight is its dual price, or for d = 1 by a jackknife. Error: other
/// dimensions, no points, more than kMostAssigned with d > 1, or stopped.
Result<Estimate> exactTransport(const Cloud& a, const Cloud& b, int p, std::stop_token stop = {});
/// The error of `statistic` for independent points of a and b: a jackknife over 20 groups of
/// points, each left out once.
double jackknifeError(const Cloud& a,
                      const Cloud& b,
                      const std::function<double(const Cloud&, const Cloud&)>& statistic);

/// Unit vectors in columns [d,count], by philoxNormal(seed, Stream::Data, number, 0, coordinate).
Eigen::MatrixXd randomDirections(int dimension, int count, std::uint64_t seed);
/// The mean over the directions of W_p^p of the projections, and the largest of them.
struct SlicedTransport {
    double mean = 0, largest = 0;
};
SlicedTransport slicedTransport(
    const Cloud& a, const Cloud& b, int p, const Eigen::MatrixXd& directions, WorkerPool& pool);

/// sum P |x - y|^2 of the plan that minimises it plus reg sum P log P, without the entropy.
/// Sinkhorn's iteration on scalings that are absorbed into log-domain potentials before they leave
/// the range of numbers (Schmitzer 2019, arXiv:1610.06519). Error: it did not converge to
/// `marginalError`, the sum of what rows and columns miss; too many points; or stopped.
Result<double> entropicTransport(const Cloud& a,
                                 const Cloud& b,
                                 double regularisation,
                                 double marginalError = 1e-12,
                                 std::stop_token stop = {});

/// W_2^2 of two Gaussians: |m_1 - m_2|^2 + tr(S_1 + S_2 - 2 (S_1^1/2 S_2 S_1^1/2)^1/2); singular
/// covariances are allowed.
double buresTransport(const Eigen::VectorXd& meanA,
                      const Eigen::MatrixXd& covarianceA,
                      const Eigen::VectorXd& meanB,
                      const Eigen::MatrixXd& covarianceB);
/// The same between all components of two mixtures [K_a,K_b].
Eigen::MatrixXd componentTransport(const GaussianMixture& a, const GaussianMixture& b);
/// MW_2^2 of two mixtures: W_2^2 with plans that are mixtures of Gaussians themselves, an upper
/// bound of W_2^2; with the costs and the plan between components. Source: Delon and Desolneux
/// 2020, arXiv:1907.05254. Error: other dimensions, more than kMostAssigned components.
struct MixtureTransport {
    double squared = 0;
    Eigen::MatrixXd costs, plan; ///< [K_a,K_b]
};
Result<MixtureTransport> mixtureTransport(const GaussianMixture& a, const GaussianMixture& b);

} // namespace scorefield
