// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Stacked areas of a chart, and marks with a name.
#include "ui/plots/chart_spec.h"
#include "ui/plots/plot_library.h"

namespace scorefield::plots {

/// The areas below everything else, each with an entry of the legend.
void addBands(QCustomPlot& plot, const ChartSpec& spec, double scale);
/// What the pointer reads inside an area: its name and height there; empty outside.
QString bandAt(const ChartSpec& spec, double x, double y);
/// A dashed vertical line with its name beside it, the how-many-th from the top.
QList<QCPAbstractItem*> addNamedMark(
    QCustomPlot& plot, const Mark& mark, int row, const ChartSpec& spec, const ChartLook& look);

} // namespace scorefield::plots
