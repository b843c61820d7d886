// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// One run of a whole session: what the window shows and the command line draws. Products are
// immutable and shared.
#include "core/field/model_library.h"
#include "core/metric/converged.h"
#include "core/metric/readouts.h"
#include "core/metric/unguided_twin.h"
#include "core/process/forward_process.h"
#include "core/sampler/simulate.h"
#include "core/session/lane_plan.h"
#include "core/session/session.h"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace scorefield {

struct Stages; // core/metric/stages.h

struct LaneProduct {
    SimulationPlan plan;
    std::shared_ptr<const ForwardProcess> process;
    Trajectories trajectories;
    Outcome outcome;
    /// There are no states yet: the lane's network is not trained, and the run was not to train it.
    bool waitsForTraining = false;
    double evaluations = 0; ///< of the field, per particle (on average, where adaptive)
    /// What to know before one believes the numbers, one sentence each: core/sampler/stiffness.h,
    /// core/sampler/float_accuracy.h.
    std::vector<std::string> remarks;
    std::string stiffnessNote; ///< that of the remarks which is about the picture; empty: none
    Readouts readouts;
    /// [K] the largest weight of each step that throws no particle over the class
    /// (core/field/safe_weight.h); empty without a target, and above 200 components.
    std::vector<double> safeWeights;
    std::vector<int> endComponents; ///< [n] the likeliest component of each end point
    /// The same particles without discretisation error, only while particles are coloured by it.
    std::shared_ptr<const ConvergedEnds> converged;
    std::string convergedNote; ///< why there is none, one sentence; empty if it was not asked for
    /// What guidance did to each particle, only while particles are coloured by it.
    std::shared_ptr<const UnguidedTwin> twin;
    std::string twinNote; ///< why there is none, one sentence; empty if it was not asked for
    /// What each particle does relative to the ridge, only while particles are coloured by it.
    std::shared_ptr<const Stages> stages;
    std::string stagesNote; ///< why there is none, one sentence; empty if it was not asked for
};

struct RunProduct {
    Session session; ///< what was run: numbers in a panel and the picture beside it come from the
                     ///< same product
    std::shared_ptr<const GaussianMixture> mixture;
    std::shared_ptr<const NoiseTape> tape; ///< of session.particles.tape, while it is in use
    ViewPlane plane;
    std::shared_ptr<const GaussianMixture>
        planeMixture; ///< marginal in the view plane (the mixture itself for d <= 2)
    std::vector<std::shared_ptr<const LaneProduct>> lanes;
    bool preview = false;
    double milliseconds = 0; ///< from the first simulation's begin to the last one's end
    std::vector<bool> simulated; ///< by lane: this run did, rather than an earlier one
    unsigned long long serial = 0;
    /// Where the states of this run lie, and those of runs that follow it.
    std::shared_ptr<StateMemory> memory;

    std::vector<std::vector<PathCoefficients>> levels() const; ///< of all lanes, for stepAtPosition
};

/// Runs every lane that differs from `previous` (whose other lanes are shared), with at most
/// `particleLimit` particles (0: the session's). Lets go of `previous` before it simulates, so that
/// the memory of lanes which nobody else holds serves again. Error (path = key or JSON pointer) if
/// the mixture or a lane is invalid. A cancelled lane has Outcome::Cancelled.
Result<std::shared_ptr<const RunProduct>>
runSession(const Session& session,
           WorkerPool& pool,
           std::stop_token stop = {},
           std::shared_ptr<const RunProduct> previous = nullptr,
           std::size_t particleLimit = 0,
           const RunModels& models = {});

} // namespace scorefield
