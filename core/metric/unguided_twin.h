// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The twin of a guided run: the same particles from the same starts and noise, without guidance.
// What differs between the two is what guidance did.
#include "core/metric/twin.h"
#include "core/sampler/simulate.h"

#include <stop_token>

namespace scorefield {

struct UnguidedTwin {
    BasinFlips flips; ///< from the component of the twin to that of the guided run
    Fates fates;
};
/// `run` is what simulate gave for `plan`, `components` the likeliest component of each of its end
/// points. Error (one sentence): the run follows no guidance, its rule exchanges particles so that
/// none has a twin, or the twin did not complete.
Result<UnguidedTwin> compareWithUnguided(const SimulationPlan& plan,
                                         const Trajectories& run,
                                         const std::vector<int>& components,
                                         WorkerPool& pool,
                                         std::stop_token stop = {});

} // namespace scorefield
