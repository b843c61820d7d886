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
    Eigen::MatrixXd ends;       ///< [n,d] in rows
    Eigen::VectorXd logDensity; ///< log q^ [n]; NaN where the run or its slope is not finite
    int folded = 0; ///< particles where det dF/dx < 0: the map is not one to one, q^ is larger
                    ///< than what one path says
};
/// 2 d + 1 runs in double of the first `particles` particles of the plan. Errors: the sampler draws
/// noise, or the plan is refused.
Result<RunDensity>
runDensity(SimulationPlan plan, std::size_t particles, WorkerPool& pool, std::stop_token stop = {});

/// KL(q^ || q) of the run's own law to alpha x_0 + sigma eps at its last level (of the target's
/// class if guided); the mean over particles, an upper bound where paths fold. NaN without a
/// density there.
Estimate runKl(const RunDensity& density, const SimulationPlan& plan, WorkerPool& pool);

} // namespace scorefield
