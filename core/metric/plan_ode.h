// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The exact ODE behind a plan: what its lane would follow with ever smaller steps and eta = 0.
#include "core/metric/guided_density.h"

namespace scorefield {

/// With the default tolerance. An imperfect score that is the exact one of another mixture is
/// followed there. Error: an imperfect score has no density in closed form otherwise, nor where it
/// starts in the exact law of the data.
Result<GuidedOde> odeOfPlan(const SimulationPlan& plan);

/// followGuidedOde of that, but with the data's law as the target where the lane's score is that of
/// another mixture. Errors as there, and that the data have no density at sigma = 0.
Result<GuidedParticles> followOdeOfPlan(const SimulationPlan& plan,
                                        double tolerance,
                                        const Eigen::MatrixXd& starts,
                                        WorkerPool& pool,
                                        std::stop_token stop = {});

} // namespace scorefield
