// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A law seen along directions: the quantiles of its projections, once, and how far the projections
// of particles are from them. Sums over directions give sliced W_2 and the energy distance.
#include "core/base/worker_pool.h"
#include "core/metric/estimate.h"

#include <Eigen/Core>

#include <vector>

namespace scorefield {

/// Directions that represent all: one for d = 1, 32 at equal angles for d = 2 (no random error),
/// 64 random ones above.
Eigen::MatrixXd spreadDirections(int dimension);

class ProjectedLaw {
public:
    /// `draws` [m,d] of the law in rows, m a multiple of `bins`: each bin holds the mean of m/bins
    /// neighbouring values.
    ProjectedLaw(const Eigen::MatrixXd& draws, Eigen::Index bins, WorkerPool& pool);

    /// The mean over the directions of W_2^2 between the projected points [n,d] and the law.
    Estimate transportSquared(const Eigen::MatrixXd& points, WorkerPool& pool) const;
    /// 2 E|x-y| - E|x-x'| - E|y-y'| by its one-dimensional form 2 int (F-G)^2 of projections, times
    /// sqrt(pi) Gamma((d+1)/2)/Gamma(d/2), which makes |x| of its projections' mean.
    Estimate energySquared(const Eigen::MatrixXd& points, WorkerPool& pool) const;
    Eigen::Index directionCount() const { return m_directions.cols(); }

private:
    /// A statistic of one direction and its derivative to each particle's weight.
    struct Along {
        double value = 0;
        Eigen::ArrayXd influence;
    };
    template <class Function>
    Estimate
    meanOverDirections(const Eigen::MatrixXd& points, WorkerPool& pool, Function along) const;

    Eigen::MatrixXd m_directions; ///< [d,count]
    Eigen::MatrixXd m_quantiles;  ///< [bins,count], ascending
    Eigen::VectorXd m_withinBins; ///< mean square of the draws about their bins [count]
};

} // namespace scorefield
