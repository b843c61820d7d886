// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Guidance weights that are there already, as something to drag: a rule's w along a run as the
// control points of the drawn weight.
#include "core/field/guidance.h"
#include "ui/panels/lane_schedule.h"

#include <QString>

#include <functional>
#include <memory>
#include <vector>

namespace scorefield::ui {

/// The kind of guidance whose points are a weight.
const GuidanceKind& drawnWeight();

/// The rule of this choice in a run along `schedule`; null where it cannot be made. `mixture` may
/// be null; a rule that asks it then has no weight of its own.
std::shared_ptr<const GuidanceRule> ruleOf(const Choice& guidance,
                                           const LaneSchedule& schedule,
                                           std::shared_ptr<const GaussianMixture> mixture);

/// The drawn weight over log sigma~ that is `weight` to the eye, for a run along `schedule`: as few
/// points as stay within a line's width of it, or as close as the most points come.
Choice asDrawnWeight(const std::function<double(const PathCoefficients&)>& weight,
                     const LaneSchedule& schedule,
                     double target);

struct WeightShape {
    QString label;
    Choice choice;
};
/// Every rule with a weight of its own that has no control points, with the parameters that
/// `guidance` shares with it, as the drawn weight.
std::vector<WeightShape> weightShapes(const Choice& guidance,
                                      const LaneSchedule& schedule,
                                      std::shared_ptr<const GaussianMixture> mixture);

} // namespace scorefield::ui
