// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Schedules that are there already, as something to drag: a process as the control points of the
// custom one, a grid as given levels.
#include "core/process/time_grid.h"
#include "core/session/session.h"

#include <QString>

#include <optional>
#include <vector>

namespace scorefield::ui {

/// The grid whose points are a list of noise levels.
const GridKind* givenLevels();

/// The custom process (control points of lambda over t/T) that is `process` to the eye: horizon,
/// stop and alpha are its own, lambda differs by less than a line's width.
std::optional<Choice> asCustom(const Choice& process);

/// The grid of given levels with the numbers that `grid` has on this process.
std::optional<Choice> asLevels(const Choice& process, const Choice& grid);

struct ScheduleShape {
    QString label;
    Choice choice;
};
/// Every process without control points, as the custom one.
std::vector<ScheduleShape> processShapes();
/// Every grid without control points, with K steps on this process, as given levels.
std::vector<ScheduleShape> gridShapes(const Choice& process, int steps);

} // namespace scorefield::ui
