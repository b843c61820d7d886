// SPDX-License-Identifier: GPL-3.0-or-later
// A plot in the room it has: as many legend columns and ticks as fit.
#include "ui/plots/chart.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>
#include <vector>

namespace scorefield::plots {

namespace {

constexpr const char* kFontSizeProperty = "fontSize"; ///< of a legend that may have to be smaller

/// Broken at blanks into as few lines as there must be.
QString brokenTo(const QString& text, const QFontMetricsF& metrics, double widthPx)
{
    QString lines, line;
    for (const QString& word : text.split(QLatin1Char(' '))) {
        const QString longer = line.isEmpty() ? word : line + QLatin1Char(' ') + word;
        if (line.isEmpty() || metrics.horizontalAdvance(longer) <= widthPx) {
            line = longer;
            continue;
        }
        lines += line + QLatin1Char('\n');
        line = word;
    }
    return lines + line;
}

/// The entries; the last row of a legend may have empty places, which its count includes.
std::vector<QCPPlottableLegendItem*> itemsOf(QCPLegend& legend)
{
    std::vector<QCPPlottableLegendItem*> items;
    for (int i = 0; i < legend.itemCount(); ++i)
        if (auto* item = qobject_cast<QCPPlottableLegendItem*>(legend.item(i)))
            items.push_back(item);
    return items;
}

/// The room that so many columns take, each as wide as its widest entry.
int widthOf(const std::vector<QCPPlottableLegendItem*>& items, int columns, int spacing)
{
    int width = spacing * (columns - 1);
    for (int column = 0; column < columns; ++column) {
        int widest = 0;
        for (std::size_t i = static_cast<std::size_t>(column); i < items.size();
             i += static_cast<std::size_t>(columns)) {
            const QCPLayoutElement& element = *items[i];
            widest = std::max(widest, element.minimumOuterSizeHint().width());
        }
        width += widest;
    }
    return width;
}

/// The names of all entries, none wider than that.
void breakNames(QCPLegend& legend, int widthPx)
{
    const int beside = legend.iconSize().width() + legend.iconTextPadding();
    const QFontMetricsF metrics(legend.font());
    for (QCPPlottableLegendItem* item : itemsOf(legend)) {
        const QVariant full = item->plottable()->property(kFullNameProperty);
        if (full.isValid())
            item->plottable()->setName(
                brokenTo(full.toString(), metrics, std::max(widthPx - beside, beside)));
    }
}

/// In as many columns as fit; returns the height.
int setColumns(QCPLegend& legend, int roomPx)
{
    const auto items = itemsOf(legend);
    int columns = static_cast<int>(items.size());
    while (columns > 1 && widthOf(items, columns, legend.columnSpacing()) > roomPx)
        --columns;
    if (legend.wrap() != columns) {
        legend.setWrap(columns);
        legend.setFillOrder(QCPLegend::foColumnsFirst, true);
    }
    return legend.minimumOuterSizeHint().height();
}

/// With names in one line each, or where that is lower broken so that two or three columns fit.
void wrapLegend(QCPLegend& legend, int widthPx)
{
    const QMargins margins = legend.margins();
    const int room = widthPx - margins.left() - margins.right();
    const auto heightOf = [&](int columns) {
        breakNames(legend, (room - legend.columnSpacing() * (columns - 1)) / columns);
        return setColumns(legend, room);
    };
    int best = 1, lowest = heightOf(1);
    for (const int columns : {2, 3})
        if (const int height = heightOf(columns); height < lowest) {
            best = columns;
            lowest = height;
        }
    heightOf(best);
}

/// Of all entries and of new ones.
void setFontOf(QCPLegend& legend, double sizePx)
{
    QFont font = legend.font();
    font.setPixelSize(std::max(1, qRound(sizePx)));
    legend.setFont(font);
    for (QCPPlottableLegendItem* item : itemsOf(legend))
        item->setFont(font);
    // As designed: icons of 22 x 12 pixels beside letters of 11.
    legend.setIconSize(qRound(2 * sizePx), qRound(12. / 11 * sizePx));
}

/// Smaller where it would leave less than half of the height to the chart.
void fitLegend(QCPLegend& legend, QSize size)
{
    constexpr double kMostShare = 0.42;
    if (itemsOf(legend).empty())
        return;
    if (!legend.property(kFontSizeProperty).isValid())
        legend.setProperty(kFontSizeProperty, legend.font().pixelSize());
    const double usual = legend.property(kFontSizeProperty).toDouble();
    for (const double smaller : {1.0, 0.86, 0.74, 0.64}) {
        setFontOf(legend, smaller * usual);
        wrapLegend(legend, size.width());
        if (legend.minimumOuterSizeHint().height() <= kMostShare * size.height())
            return;
    }
}

/// Over at most two lines where the axis is shorter than its name.
void fitLabel(QCPAxis& axis, double roomPx)
{
    if (!axis.property(kFullNameProperty).isValid())
        return;
    const QFontMetricsF metrics(axis.labelFont());
    const QStringList lines = brokenTo(axis.property(kFullNameProperty).toString(), metrics, roomPx)
                                  .split(QLatin1Char('\n'));
    QString label = metrics.elidedText(lines.first(), Qt::ElideRight, roomPx);
    if (lines.size() > 1)
        label += QLatin1Char('\n')
                 + metrics.elidedText(
                     QStringList(lines.mid(1)).join(QLatin1Char(' ')), Qt::ElideRight, roomPx);
    axis.setLabel(label);
}

} // namespace

void fitTo(QCustomPlot& plot, QSize size, double scale)
{
    constexpr double kTickPx = 44, kNumberPx = 46, kBesidePx = 70; // a number; beside the axis
    constexpr double kDecadePx = 26, kAbovePx = 60;
    constexpr int kFewestTicks = 2, kMostTicks = 6;
    const auto isLogarithmic = [](const QCPAxis& axis) {
        return axis.scaleType() == QCPAxis::stLogarithmic;
    };
    if (plot.legend)
        fitLegend(*plot.legend, size);
    const double legend =
        plot.legend ? static_cast<double>(plot.legend->minimumOuterSizeHint().height()) : 0;
    if (isLogarithmic(*plot.xAxis))
        plot.xAxis->ticker()->setTickCount(std::max(
            kFewestTicks, static_cast<int>((size.width() / scale - kBesidePx) / kNumberPx)));
    const double height = std::max((size.height() - legend) / scale - kAbovePx, kTickPx);
    fitLabel(*plot.yAxis, height * scale);
    fitLabel(*plot.xAxis, size.width() - kBesidePx * scale);
    plot.yAxis->ticker()->setTickCount(
        isLogarithmic(*plot.yAxis)
            ? std::max(kFewestTicks, static_cast<int>(height / kDecadePx))
            : std::clamp(qRound(size.height() / (kTickPx * scale)), kFewestTicks, kMostTicks));
}

} // namespace scorefield::plots
