// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How wrong a score is in the norm that theory measures it in: along the forward process, in the
// units of a KL divergence.
#include "core/base/worker_pool.h"
#include "core/metric/estimate.h"
#include "core/sampler/simulate.h"

#include <stop_token>

namespace scorefield {

/// 1/2 int g^2 E|s_theta - s|^2 dt over the noise levels of a plan, s_theta its own score and s the
/// exact one (both guided as the plan is), x_t of the forward process of lawOfPlan: the chain KL
/// that Girsanov's theorem gives to the error of the score in the reverse SDE of eta = 1. In nats;
/// the same for every process, int E|D_theta - D|^2/sigma~^2 d log sigma~.
struct ScoreDistance {
    Estimate kl;
    double high = 0, low = 0; ///< the noise levels sigma~ between which it was integrated
    bool cut = false; ///< whether the run goes beyond them: from sigma~ = inf or to sigma = 0
};
/// By Gauss–Legendre in log sigma~ and `draws` exact draws in all. A run from sigma~ = inf counts
/// from kLargestScoredNoise data scales, one to sigma = 0 down to its last positive level. Error:
/// the class has no component, or the levels have no positive noise in common.
inline constexpr double kLargestScoredNoise = 100;
Result<ScoreDistance>
scoreDistance(const SimulationPlan& plan, int draws, WorkerPool& pool, std::stop_token stop = {});

} // namespace scorefield
