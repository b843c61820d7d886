// SPDX-License-Identifier: GPL-3.0-or-later
// A plot in the room it has: as many legend columns and ticks as fit.
#include "ui/plots/chart.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace scorefield::plots {

namespace {

void wrapLegend(QCustomPlot& plot, int widthPx)
{
    if (!plot.legend || plot.legend->itemCount() == 0)
        return;
    int widest = 1;
    const QFontMetricsF metrics(plot.legend->font());
    for (int i = 0; i < plot.legend->itemCount(); ++i)
        if (auto* item = qobject_cast<QCPPlottableLegendItem*>(plot.legend->item(i)))
            widest =
                std::max(widest,
                         static_cast<int>(metrics.horizontalAdvance(item->plottable()->name()))
                             + plot.legend->iconSize().width() + 2 * plot.legend->iconTextPadding()
                             + plot.legend->columnSpacing());
    const int columns = std::clamp(widthPx / widest, 1, plot.legend->itemCount());
    if (plot.legend->wrap() == columns)
        return;
    plot.legend->setWrap(columns);
    plot.legend->setFillOrder(QCPLegend::foColumnsFirst, true);
}

} // namespace

namespace {

/// Numbers at every decade, or at as many as have room.
void fitDecades(QCustomPlot& plot, int widthPx, double scale)
{
    constexpr double kLabelPx = 40, kBesidePx = 70; // a number, and what is beside the axis
    const auto ticker = plot.xAxis->ticker().dynamicCast<QCPAxisTickerLog>();
    const QCPRange range = plot.xAxis->range();
    if (!ticker || !(range.lower > 0) || !(range.upper > range.lower))
        return;
    const double decades = std::log10(range.upper / range.lower),
                 room = std::max(widthPx / scale - kBesidePx, kLabelPx);
    const int apart = std::max(1, static_cast<int>(std::ceil(decades * kLabelPx / room)));
    ticker->setLogBase(std::pow(10, apart));
    ticker->setSubTickCount(apart == 1 ? 8 : 0);
}

} // namespace

void fitTo(QCustomPlot& plot, QSize size, double scale)
{
    fitDecades(plot, size.width(), scale);
    constexpr double kTickPx = 44;
    constexpr int kFewestTicks = 2, kMostTicks = 6;
    wrapLegend(plot, size.width());
    plot.yAxis->ticker()->setTickCount(
        std::clamp(qRound(size.height() / (kTickPx * scale)), kFewestTicks, kMostTicks));
}

} // namespace scorefield::plots
