// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The few numbers shown on every lane while it plays. Guidance studies bring more (later).
#include "core/mixture/gaussian_mixture.h"
#include "core/process/forward_process.h"
#include "core/sampler/simulate.h"

#include <optional>
#include <vector>

namespace scorefield {

struct Readouts {
    double confidence = 0;      ///< mean over particles of P(target | x) under the clean mixture (of the likeliest class without a target)
    double confidenceError = 0; ///< its standard error
    int modesCovered = 0, modes = 0; ///< components with more than a tenth of their share of the end points (theory §8), of those of the target class or all
    double effectiveModes = 0;  ///< exp of the entropy of the end points' shares
    double meanLogDensity = 0;  ///< mean of log q_delta(x_delta), nats
};
/// At the end points of a run. Uses at most `sampleLimit` first particles.
Readouts computeReadouts(const GaussianMixture& mixture, const PathCoefficients& end, const Trajectories& run, std::optional<int> target,
                         std::size_t sampleLimit = 20000);
/// The likeliest component of every end point [n] (its class gives a particle its colour).
std::vector<int> endComponents(const GaussianMixture& mixture, const PathCoefficients& end, const Trajectories& run, WorkerPool& pool);

} // namespace scorefield
