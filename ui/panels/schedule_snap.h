// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where a drag in the schedule editor catches: powers of ten and round values of sigma~, whole and
// half lambda, the levels of other lanes.
#include "ui/panels/schedule_plot.h"

#include <QString>

#include <optional>

namespace scorefield::ui {

struct ScheduleSnap {
    double lambda = 0;
    QString label; ///< "σ̃ = 10", "step 12 of lane 2"
};

/// The target nearest to `lambda` that lies within `reachPx` pixels of it; decades win over other
/// lanes' levels, those over round values, where two are in reach.
std::optional<ScheduleSnap> snapTarget(const SchedulePlot& plot,
                                       const std::vector<std::optional<LaneSchedule>>& lanes,
                                       int selectedLane,
                                       double lambda,
                                       double reachPx);

/// t/T, or a share of the steps, caught at a multiple of a twentieth.
std::optional<double> snapAcross(const SchedulePlot& plot, double across, double reachPx);

} // namespace scorefield::ui
