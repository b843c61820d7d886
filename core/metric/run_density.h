// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The density of what a sampler without noise gives, at its own end points: log q^(F(x)) =
// log q_prior(x) - log |det dF/dx|, F the whole run, differentiated by central differences of the
// run itself. Exact for any deterministic sampler at any number of steps, which the solution of the
// ODE (guided_density.h) is not.
#include "core/base/worker_pool.h"
#include "core/metric/estimate.h"
#include "core/sampler/simulate.h"

#include <Eigen/Core>

#include <stop_token>

namespace scorefield {

struct RunDensity {
    Eigen::MatrixXd starts, ends; ///< [n,d] in rows
    Eigen::VectorXd logVolume;    ///< log |det dF/dx| [n]; -inf where the run forgets its start
    Eigen::VectorXd logDensity;   ///< log q^ [n]; NaN where its slope is not finite
    int folded = 0; ///< particles where det dF/dx < 0: the map is not one to one, q^ is larger
                    ///< than what one path says
};
/// 2 d + 1 runs in double of the first `particles` particles of the plan. Errors (one sentence):
/// the run draws noise, couples its particles, diverged, was cancelled, or the plan is refused.
Result<RunDensity>
runDensity(SimulationPlan plan, std::size_t particles, WorkerPool& pool, std::stop_token stop = {});
/// Why runDensity cannot be had; success where it can.
Status isDeterministic(const SimulationPlan& plan);

/// KL(q^ || q) of the run's own law to alpha x_0 + sigma eps at its last level (of the target's
/// class if guided), nats, with the error of the mean over particles; a lower bound where paths
/// fold. NaN without a density there.
Estimate runKl(const RunDensity& density, const SimulationPlan& plan, WorkerPool& pool);
/// The same had the run started in the exact law q_T: what the steps alone did, without the prior.
/// The same paths are weighted by q_T/q_prior; NaN where that leaves fewer than a tenth of them.
Estimate
runKlFromExactStart(const RunDensity& density, const SimulationPlan& plan, WorkerPool& pool);

} // namespace scorefield
