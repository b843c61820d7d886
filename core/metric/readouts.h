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
    double confidence = 0; ///< mean over particles of P(target | x) under the clean mixture (of the
                           ///< likeliest class without a target)
    double confidenceError = 0; ///< its standard error
    int modesCovered = 0,
        modes = 0; ///< components of the data with more than a tenth of their weight among the end
                   ///< points, of how many; guidance that collapses loses modes here
    double effectiveModes = 0; ///< exp of the entropy of the end points' shares
    double meanLogDensity = 0; ///< mean of log q_delta(x_delta), nats; NaN where q_delta has no
                               ///< density (singular covariances, a last step to sigma = 0)
};
/// At the end points of a run that are finite; all zero if none is. Uses at most `sampleLimit`
/// first particles, and the pool if given. With singular covariances the clean posterior is not
/// defined off the data; there confidence is that of q_delta.
Readouts computeReadouts(const GaussianMixture& mixture,
                         const PathCoefficients& end,
                         const Trajectories& run,
                         std::optional<int> target,
                         std::size_t sampleLimit = 20000,
                         WorkerPool* pool = nullptr);
/// Both at once, for less: the components of the particles that the read-outs use are theirs too.
struct EndReadouts {
    Readouts readouts;
    std::vector<int> components; ///< as endComponents
};
EndReadouts endReadouts(const GaussianMixture& mixture,
                        const PathCoefficients& end,
                        const Trajectories& run,
                        std::optional<int> target,
                        std::size_t sampleLimit,
                        WorkerPool& pool);
/// The likeliest component of every end point [n] under q_delta (its class gives a particle its
/// colour); 0 where the state is not finite.
std::vector<int> endComponents(const GaussianMixture& mixture,
                               const PathCoefficients& end,
                               const Trajectories& run,
                               WorkerPool& pool);

} // namespace scorefield
