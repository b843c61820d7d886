// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Bars of a chart, as steps of a waterfall.
#include "ui/plots/chart_spec.h"
#include "ui/plots/plot_library.h"

namespace scorefield::plots {

/// Where the middle of a bar is, from the place of its group: that of the how-many-th of `lanes`
/// lanes, with or without another one aside.
double barOffset(int place, int lanes, bool hasAside);
/// Draws them above the grid: filled where they grow, hatched where they fall, outlined if aside.
void addBars(QCustomPlot& plot, const ChartSpec& spec, const ChartLook& look);

} // namespace scorefield::plots
