// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The axes of a chart: how they look, and how far they reach.
#include "ui/plots/chart_spec.h"
#include "ui/plots/plot_library.h"

namespace scorefield::plots {

void styleAxis(QCPAxis& axis, const ChartAxis& spec, const ChartLook& look);
/// Why nothing of a series is seen at these ranges: "above the axis", "below the axis", "0
/// throughout"; empty where something is.
QString whyUnseen(const QCustomPlot& plot, const ChartSpec& spec, const Series& series);

} // namespace scorefield::plots
