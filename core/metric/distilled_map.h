// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Consistency distillation without a network: the map F: x_t -> x_delta as a table on a grid of one
// or two dimensions, made level by level from the data end outwards, F_k(x) = F_{k+1}(step(x)) with
// linear interpolation and one ODE step of the exact field. What a student loses by its steps and
// by interpolation adds up over the levels. Sources: Song et al. 2023, arXiv:2303.01469, algorithm
// 2; the table is ours.
#include "core/base/worker_pool.h"
#include "core/metric/guided_density.h"

#include <Eigen/Core>

#include <stop_token>
#include <vector>

namespace scorefield {

enum class DistillStep {
    Ddim,  ///< x' = alpha' D + sigma' eps
    Heun,  ///< of second order in sigma~
    Exact, ///< the flow itself: what interpolation alone loses
};

struct DistillSpec {
    DistillStep step = DistillStep::Ddim;
    int nodes = 96; ///< of the table along each side
};

/// The root mean square and the largest |F^_k(x) - F(x)| over particles at one level.
struct DistilledError {
    double rms = 0, largest = 0;
};

struct DistilledMap {
    Eigen::MatrixXd exact;              ///< F(x) of the starts [d,n]
    Eigen::MatrixXd ends;               ///< F^_0(x) by the table [d,n]
    std::vector<DistilledError> levels; ///< [K+1], noise first; the last is 0
};

/// Distils the ODE over `levels` [K+1] (from ode.noise to ode.data) and compares it along the exact
/// paths of `starts` x_T [d,n], which at every level are draws of its law. The table of a level
/// covers all of them; beyond it values are continued linearly. Errors: as checkOneStepMap, more
/// than two dimensions, fewer than two levels or nodes, or stopped.
Result<DistilledMap> distil(const GuidedOde& ode,
                            const std::vector<PathCoefficients>& levels,
                            const DistillSpec& spec,
                            const Eigen::MatrixXd& starts,
                            WorkerPool& pool,
                            std::stop_token stop = {});

/// The run of the same steps without a table, from the starts to the data end [d,n]: what the steps
/// alone lose. Any dimension. Errors as checkOneStepMap.
Result<Eigen::MatrixXd> followSteps(const GuidedOde& ode,
                                    const std::vector<PathCoefficients>& levels,
                                    DistillStep step,
                                    const Eigen::MatrixXd& starts,
                                    WorkerPool& pool,
                                    std::stop_token stop = {});
DistilledError distilledError(const Eigen::MatrixXd& ends, const Eigen::MatrixXd& exact);

/// L_f (T/delta)^(1/a)/(delta^2 K): the slides' error of a one-step generator distilled over K
/// levels of a grid t = u^a, up to a constant (their K solved for the error; unconfirmed).
double oneStepBound(double stretch, double ratio, double a, double delta, double steps);

} // namespace scorefield
