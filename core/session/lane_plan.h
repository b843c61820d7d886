// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// From a session to what can be run: the mixture, the levels, the plan of each lane, and how the
// play position maps to a step of each lane.
#include "core/base/memory.h"
#include "core/sampler/simulate.h"
#include "core/session/matched_levels.h"
#include "core/session/session.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace scorefield {

/// The plan of lane `lane`; with view.matchNoise it has of lane 0 what view.match says
/// (core/session/matched_levels.h). `mixture` must be GaussianMixture::create(*session.data),
/// or null for a lane with neither guidance nor a score error, which asks nothing of it.
/// Errors name the key (e.g. a guidance target without components). Networks that the lane's score
/// error trains are kept in `models`, if given.
Result<SimulationPlan> planLane(const Session& session,
                                int lane,
                                std::shared_ptr<const GaussianMixture> mixture,
                                std::shared_ptr<ModelLibrary> models = nullptr);

/// Gives the plan of a lane, as it runs (laneAsRun), these levels, and what its sampler and its
/// guidance rule make of the levels of a run. Error.path: "sampler" or "guidance".
Status setLevels(SimulationPlan& plan, const Lane& lane, std::vector<PathCoefficients> levels);
/// The recorded normals that the session names; null if its step noise is another.
Result<std::shared_ptr<const NoiseTape>> sessionTape(const Session& session);

/// The mixture, every parameter against its descriptor, and every lane's plan. Error.path: a key,
/// or "/data/…" for the mixture.
Status checkSession(const Session& session);
/// Whether the states of all its lanes fit into the memory (runMemoryLimit); the session is a valid
/// one. Error.path: "particles.count".
Status checkSessionMemory(const Session& session, double limit = runMemoryLimit());
/// After an edit of the data: targets without components and axes beyond the dimension move to ones
/// that exist.
void fitReferencesToData(Session& session);

/// The fractional step in [0, K] that lane `lane` shows at timeline.position p under the session's
/// clock:
///   step:  p K;   time: the step at t = T + p (t_K - T), linear in t within a step;
///   noise: sigma~ = hi^(1-p) lo^p, hi and lo the largest finite and smallest positive level over
///   all lanes (twice hi where a lane starts at infinite noise, half of lo where one ends at none,
///   so that every step has a position); p = 0 and 1 are every lane's ends.
double stepAtPosition(const Timeline& timeline,
                      double position,
                      const std::vector<std::vector<PathCoefficients>>& lanes,
                      int lane);
/// The inverse where it is unique (used to step by whole steps of a lane).
double positionAtStep(const Timeline& timeline,
                      double step,
                      const std::vector<std::vector<PathCoefficients>>& lanes,
                      int lane);
/// The noise clock alone: sigma~ = hi^(1-p) lo^p and its inverse, clamped to [0, 1].
double noiseAtPosition(double position, const std::vector<std::vector<PathCoefficients>>& lanes);
double positionAtNoise(double noise, const std::vector<std::vector<PathCoefficients>>& lanes);
/// Coefficients at a fractional step: the process's own, at the geometric mean of the two noise
/// levels with these weights (so that lanes at one position of the noise clock have equal sigma~),
/// or at the time in between where a level is 0 or infinite. `process` is made from the lane.
PathCoefficients levelAtStep(const ForwardProcess& process,
                             const std::vector<PathCoefficients>& levels,
                             double step);

/// The plane everything is seen in: y = axes^T (x - origin), axes [d,2] orthonormal (d = 1: [1,1],
/// the vertical is meaningless).
struct ViewPlane {
    Eigen::MatrixXd axes;
    Eigen::VectorXd origin; ///< [d]; zero for d <= 2 and kind axes
    std::array<std::string, 2> labels;
};
ViewPlane viewPlane(const Session& session, const GaussianMixture& mixture);

} // namespace scorefield
