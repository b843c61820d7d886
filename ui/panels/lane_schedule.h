// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The noise schedule of one lane, computed from the session itself: what the schedule editor draws
// is there in the moment of a drag, before the simulation is.
#include "core/process/forward_process.h"
#include "core/session/session.h"

#include <memory>
#include <vector>

namespace scorefield::ui {

struct LaneSchedule {
    std::shared_ptr<const ForwardProcess> process;
    std::vector<PathCoefficients> levels; ///< the K+1 of a run, noise first
    std::vector<PathCoefficients> curve;  ///< lambda(t) for drawing, from T down

    int steps() const { return static_cast<int>(levels.size()) - 1; }
    double horizon() const { return process->horizon(); }
    /// The fractional step at time t, linear in t within a step.
    double stepAtTime(double t) const;
};

/// Of lane `lane`, with "match noise levels" and samplers of their own levels taken into account;
/// the Error is the one the run would have.
Result<LaneSchedule> laneSchedule(const Session& session, int lane);

} // namespace scorefield::ui
