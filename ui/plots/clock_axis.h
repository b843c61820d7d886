// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The play clock as the axis of a chart: all lanes on one.
#include "core/session/lane_plan.h"
#include "ui/plots/chart_spec.h"

#include <vector>

namespace scorefield::plots {

using LaneLevels = std::vector<std::vector<PathCoefficients>>;

ChartAxis clockAxis(const Timeline& timeline);
/// Where the levels of a lane stand on it.
std::vector<double>
clockPlaces(const Timeline& timeline, const LaneLevels& levels, std::size_t lane);
/// Where a lane passes this sigma~; NaN if it never does.
double clockPlaceOfNoise(const Timeline& timeline,
                         const LaneLevels& levels,
                         std::size_t lane,
                         double noise);
Mark playHeadMark(const Timeline& timeline, const LaneLevels& levels);

} // namespace scorefield::plots
