// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a run would have come to with ever smaller steps: the solution of the same equation from the
// same noise. How far a particle ended from it is the error of the grid and the sampler alone.
#include "core/sampler/simulate.h"

namespace scorefield {

/// The stochasticity of the equation that the plan's sampler follows: the plan's eta, 0 for ODE
/// methods, a value of its own (ddpm: 1), or NaN for methods with no limit equation on this path
/// (churn, Langevin steps, renoising).
double followedEta(const SimulationPlan& plan);

/// A plan over the same particles whose steps are so fine that its end points are the solution: RK4
/// in native time on at least 600 steps for the ODE; with eta > 0 the exponential integrator on at
/// least 4096 steps along the same Brownian path. A last step onto the posterior mean is preceded
/// by the ODE down to a thousandth of its noise level. Error (one sentence): there is no such
/// solution, because the draws of the steps are independent of each other or the sampler follows no
/// equation.
Result<SimulationPlan> convergedPlan(const SimulationPlan& plan);

/// End points of the converged solution against those of a run.
struct ConvergedEnds {
    std::vector<float> distance; ///< [n] |x - x_converged|, in the coordinates of the run's end
    std::vector<int> component;  ///< [n] the likeliest component of the converged end point
    double medianDistance = 0;
    double smallestDistance = 0, largestDistance = 0; ///< of the positive ones; 0 without any
    double otherBasin = 0; ///< share of particles that ended at another component
};
/// `run` is what simulate gave for `plan`, `components` the likeliest component of each of its end
/// points. Error as convergedPlan, or that the fine run did not complete.
Result<ConvergedEnds> compareWithConverged(const SimulationPlan& plan,
                                           const Trajectories& run,
                                           const std::vector<int>& components,
                                           WorkerPool& pool,
                                           std::stop_token stop = {});

} // namespace scorefield
