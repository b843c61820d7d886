// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A law in one or two dimensions as a map onto the unit square: u_1 = F(x_1), u_2 = F(x_2 | x_1),
// both closed forms for a mixture of Gaussians. Draws of the law become uniform, and divergences
// stay what they are, so every cell of the square has an exact mass: its area. Source: Rosenblatt
// 1952, "Remarks on a multivariate transformation".
#include "core/base/worker_pool.h"
#include "core/metric/estimate.h"
#include "core/mixture/gaussian_mixture.h"

#include <Eigen/Core>

namespace scorefield {

class LawRanks {
public:
    /// Of alpha x_0 + sigma eps, d = 1 or 2, no covariance singular.
    LawRanks(const GaussianMixture& mixture, double alpha, double sigma);
    /// Points [n,d] in rows -> [n,d] in [0, 1).
    Eigen::MatrixXd operator()(const Eigen::MatrixXd& points, WorkerPool& pool) const;

private:
    struct Component {
        double logFactor;            ///< log(pi/s_1)
        double mean1, deviation1;    ///< of x_1
        double mean2, slope, deviation2; ///< of x_2 given x_1: mean2 + slope (x_1 - mean1)
    };
    std::vector<Component> m_components;
    int m_dimension;
};

/// KL(p || uniform) of points u [n,d] in [0, 1)^d, d = 1, 2, nats: cells are halved in turn along
/// the axes while they hold more than a number of points that grows as sqrt(n)/2, so resolution
/// follows the points; sum_cells share log(share/area) - (cells - 1)/2n (Miller and Madow's
/// correction). It sees no structure within a cell, so it is low for very rough laws. Source: Wang,
/// Kulkarni and Verdú 2005, "Divergence estimation of continuous distributions based on
/// data-dependent partitions".
Estimate dyadicDivergence(const Eigen::MatrixXd& u);

} // namespace scorefield
