// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How the series of a chart look: the colour says the lane, the marker the variant, the line the
// role.
#include "ui/plots/chart_spec.h"
#include "ui/plots/plot_library.h"

namespace scorefield::plots {

QColor seriesColor(const Series& series, const render::Theme& theme);
QPen seriesPen(const Series& series, const QColor& color, double scale);
/// Of the page's colour inside where later variants have open markers.
QCPScatterStyle
seriesMarker(const Series& series, const ChartSpec& spec, const ChartLook& look, QColor color);
/// What stands in the legend: "VP · measured · slope −1.98 ± 0.03".
QString legendText(const Series& series);
/// Whether an axis can show it.
bool isShown(double value, bool logarithmic);

} // namespace scorefield::plots
