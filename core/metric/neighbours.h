// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Divergence and entropy from the distances to nearest neighbours: no grid, so any dimension, at
// the price of a bias that grows with it. By comparing all pairs: O(n m d).
#include "core/base/worker_pool.h"
#include "core/metric/estimate.h"

#include <Eigen/Core>

namespace scorefield {

/// The k-th nearest neighbour that the estimators look at: the more, the less noise and the more
/// bias.
inline constexpr int kNeighbour = 5;

/// psi(x) = d/dx log Gamma(x), x > 0, to 1e-11.
double digamma(double x);

/// Distances [n] from points [n,d] to the k-th nearest of `others` [m,d], m >= k; of the same array
/// a point is no neighbour of itself (m > k).
Eigen::ArrayXd neighbourDistances(const Eigen::MatrixXd& points,
                                  const Eigen::MatrixXd& others,
                                  bool same,
                                  int k,
                                  WorkerPool& pool);

/// KL(p || q), nats, from draws of p [n,d] and q [m,d]: (d/n) sum_i log(nu_i/rho_i) + log(m/(n-1)),
/// rho and nu the distances to the k-th neighbour among p and among q. Unbiased for p = q, else
/// low where the laws differ faster than neighbours are apart (high dimension). Source: Wang,
/// Kulkarni and Verdú 2009, IEEE Trans. Inf. Theory 55.
Estimate
neighbourDivergence(const Eigen::MatrixXd& p, const Eigen::MatrixXd& q, int k, WorkerPool& pool);
/// -E log p, nats, from draws [n,d]: psi(n) - psi(k) + log V_d + (d/n) sum_i log rho_i; its bias
/// is O(n^(-2/d)). Source: Kozachenko and Leonenko 1987.
Estimate neighbourEntropy(const Eigen::MatrixXd& points, int k, WorkerPool& pool);

} // namespace scorefield
