// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The consistency map F: x_t -> x_delta along the exact probability-flow ODE, which one-step
// generators learn. With its Jacobian from the closed-form Hessian, J' = (f I - 1/2 g^2 H) J, hence
// the exact Lipschitz constant L_f = sup |J|_2. Source: Song et al. 2023, arXiv:2303.01469.
#include "core/base/worker_pool.h"
#include "core/metric/guided_density.h"

#include <Eigen/Core>

#include <stop_token>

namespace scorefield {

/// Whether F exists: the levels run from more noise to less (or are equal), the data end is
/// regular, guidance is a weight on D_c - D_u.
Status checkOneStepMap(const GuidedOde& ode);

struct OneStepImage {
    Eigen::MatrixXd ends;      ///< F(x) [d,n], columns; NaN where the path cannot be followed
    Eigen::VectorXd stretch;   ///< |dF/dx|_2 [n]: the largest singular value
    Eigen::VectorXi component; ///< the likeliest component of F(x); -1 where it is not finite
};
/// Of points x_t [d,n] at `ode.noise`, down to `ode.data`; guided where the ODE is. At equal levels
/// F is the identity. Points left out by a stop are NaN. Errors as checkOneStepMap.
Result<OneStepImage> oneStepMap(const GuidedOde& ode,
                                const Eigen::MatrixXd& points,
                                WorkerPool& pool,
                                std::stop_token stop = {});
/// F(x) alone [d,n], without the Jacobian: several times faster.
Result<Eigen::MatrixXd> oneStepEnds(const GuidedOde& ode,
                                    const Eigen::MatrixXd& points,
                                    WorkerPool& pool,
                                    std::stop_token stop = {});
/// The likeliest component of the data noised to `level`, of every column; -1 where not finite.
Eigen::VectorXi likeliestComponents(const GaussianMixture& mixture,
                                    const PathCoefficients& level,
                                    const Eigen::MatrixXd& points,
                                    WorkerPool& pool);

/// The largest |dF/dx|_2 that was found, and where: no more than L_f.
struct StretchPeak {
    double stretch = 0;
    Eigen::VectorXd at; ///< x_t [d]
};
/// From candidates x_t [d,n] (a grid, or draws of q_t), the best of which climb along the axes:
/// first by `spacing`, then ever finer, down to a 10^5th of it. Error: as oneStepMap, or no
/// candidate could be followed, or stopped.
Result<StretchPeak> largestStretch(const GuidedOde& ode,
                                   const Eigen::MatrixXd& candidates,
                                   double spacing,
                                   WorkerPool& pool,
                                   std::stop_token stop = {});

/// sup L_f of two modes ±mu of deviation s in one dimension, from N(0,1): s e^(mu^2/2s^2) (our
/// derivation): 3.69 for mu = 1, s = .5 and 77.6 for s = .3.
double twoModeStretch(double mu, double s);

} // namespace scorefield
