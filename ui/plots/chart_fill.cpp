// SPDX-License-Identifier: GPL-3.0-or-later
// From a chart as a value to a plot: axes, series, legend.
#include "ui/plots/chart.h"
#include "ui/plots/chart_bands.h"
#include "ui/plots/chart_items.h"

#include <QFontMetricsF>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

namespace scorefield::plots {

namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
constexpr int kViridisLike = 0;  // of ui/render/theme.h
constexpr int kMostMarkers = 60; // more would merge into a thick line

QColor seriesColor(const Series& series, const render::Theme& theme)
{
    QColor color = series.lane < 0 ? theme.secondary : laneColor(theme, series.lane);
    if (series.variant > 0) { // towards the background, so that the first one leads
        const float keep = std::pow(0.72F, static_cast<float>(series.variant));
        const float kept = std::max(0.3F, keep);
        color.setAlphaF(kept);
    }
    return color;
}

QPen penOf(const Series& series, const QColor& color, double scale)
{
    QPen pen(color, 1.2 * scale);
    pen.setJoinStyle(Qt::RoundJoin);
    switch (series.role) {
    case SeriesRole::Curve:
        pen.setDashPattern({6, 3, 1.5, 3});
        break;
    case SeriesRole::Floor:
        pen.setWidthF(1.0 * scale);
        pen.setDashPattern({5, 4});
        break;
    case SeriesRole::Reference:
        pen.setDashPattern({1.5, 3});
        break;
    default:
        break;
    }
    return pen;
}

QCPScatterStyle markerOf(const Series& series, const QColor& color, double scale)
{
    constexpr std::array kShapes{QCPScatterStyle::ssDisc,
                                 QCPScatterStyle::ssSquare,
                                 QCPScatterStyle::ssTriangle,
                                 QCPScatterStyle::ssDiamond};
    if (series.role != SeriesRole::Measured || series.x.size() > kMostMarkers)
        return QCPScatterStyle::ssNone;
    const auto shape = kShapes[static_cast<std::size_t>(std::max(0, series.lane)) % kShapes.size()];
    return {shape, QPen(color, scale), QBrush(color), 5.5 * scale};
}

/// NaN where an axis cannot show the value: the line has a gap there.
double shown(double value, bool logarithmic)
{
    return std::isfinite(value) && (!logarithmic || value > 0) ? value : kNothing;
}

void styleAxis(QCPAxis& axis, const ChartAxis& spec, const ChartLook& look)
{
    const auto& theme = look.theme;
    const double scale = look.scale;
    const QPen line(theme.hairline, look.hairline), edge(theme.axis, look.hairline);
    axis.setBasePen(edge);
    axis.setTickPen(edge);
    axis.setSubTickPen(edge);
    axis.setTickLabelColor(theme.secondary);
    axis.setLabelColor(theme.secondary);
    axis.setTickLabelFont(render::interfaceFont(11 * scale, false, theme.family));
    axis.setLabelFont(render::interfaceFont(12 * scale, false, theme.family));
    axis.setLabel(spec.label);
    axis.setVisible(look.axes);
    axis.setPadding(qRound(5 * scale)); // of the library, in its own pixels
    axis.setLabelPadding(qRound((axis.orientation() == Qt::Horizontal ? 3 : 8) * scale));
    axis.setTickLabelPadding(qRound((axis.orientation() == Qt::Horizontal ? 3 : 5) * scale));
    axis.setTickLengthIn(0);
    axis.setTickLengthOut(qRound(4 * scale));
    axis.setSubTickLengthIn(0);
    axis.setSubTickLengthOut(qRound(2 * scale));
    axis.grid()->setPen(line);
    axis.grid()->setSubGridVisible(false);
    axis.grid()->setZeroLinePen(line);
    axis.setRangeReversed(spec.reversed);
    if (!spec.words.empty()) {
        const auto ticker = QSharedPointer<QCPAxisTickerText>::create();
        for (const auto& [place, word] : spec.words)
            ticker->addTick(place, word);
        axis.setTicker(ticker);
    } else if (spec.logarithmic) {
        axis.setTicker(QSharedPointer<QCPAxisTickerLog>::create());
        axis.setNumberFormat(QStringLiteral("gbd"));
        axis.setNumberPrecision(3);
    } else {
        axis.setTicker(QSharedPointer<QCPAxisTicker>::create());
        axis.setNumberFormat(QStringLiteral("gbd"));
        axis.setNumberPrecision(6);
    }
    axis.setScaleType(spec.logarithmic && spec.words.empty() ? QCPAxis::stLogarithmic
                                                             : QCPAxis::stLinear);
}

/// Into that row of the plot, from the left.
void placeLegend(QCustomPlot& plot, int row, const ChartLook& look)
{
    const double scale = look.scale;
    auto* line = new QCPLayoutGrid; // the legend takes what it needs, from the left
    plot.plotLayout()->addElement(row, 0, line);
    line->addElement(0, 0, plot.legend);
    line->addElement(0, 1, new QCPLayoutElement(&plot));
    line->setColumnStretchFactor(0, 0.001);
    plot.legend->setLayer(QStringLiteral("legend"));
    plot.legend->setFillOrder(QCPLegend::foColumnsFirst);
    plot.legend->setFont(render::interfaceFont(11 * scale, false, look.theme.family));
    plot.legend->setIconTextPadding(qRound(7 * scale));
    plot.legend->setTextColor(look.theme.secondary);
    plot.legend->setBorderPen(Qt::NoPen);
    plot.legend->setBrush(Qt::NoBrush);
    plot.legend->setIconSize(qRound(22 * scale), qRound(12 * scale));
    plot.legend->setMargins(QMargins(qRound(8 * scale), 0, qRound(8 * scale), 0));
    plot.legend->setRowSpacing(0);
    plot.legend->setColumnSpacing(qRound(14 * scale));
}

void layOut(QCustomPlot& plot, const ChartSpec& spec, const ChartLook& look)
{
    const auto& theme = look.theme;
    const double scale = look.scale;
    QCPLayoutGrid& grid = *plot.plotLayout();
    grid.clear();
    grid.setRowSpacing(qRound(2 * scale));
    auto* rect = new QCPAxisRect(&plot);
    int row = 0;
    if (!spec.title.isEmpty()) {
        auto* title = new QCPTextElement(
            &plot, spec.title, render::interfaceFont(13 * scale, true, theme.family));
        title->setTextColor(theme.text);
        title->setTextFlags(Qt::AlignLeft | Qt::AlignVCenter);
        title->setMargins(QMargins(qRound(8 * scale), qRound(4 * scale), 0, 0));
        grid.addElement(row++, 0, title);
    }
    // Without a row in it, a legend would allow the chart no width.
    const auto hasName = [](const auto& what) { return !what.label.isEmpty(); };
    const bool isNamed = std::any_of(spec.series.begin(), spec.series.end(), hasName)
                         || std::any_of(spec.bands.begin(), spec.bands.end(), hasName);
    plot.legend = isNamed ? new QCPLegend : nullptr;
    if (isNamed)
        placeLegend(plot, row, look);
    row += isNamed ? 1 : 0;
    for (int above = 0; above < row; ++above)
        grid.setRowStretchFactor(above, 0.001);
    grid.addElement(row, 0, rect);
    plot.xAxis = rect->axis(QCPAxis::atBottom);
    plot.yAxis = rect->axis(QCPAxis::atLeft);
    plot.xAxis2 = rect->axis(QCPAxis::atTop);
    plot.yAxis2 = rect->axis(QCPAxis::atRight);
    plot.xAxis2->setVisible(false);
    plot.yAxis2->setVisible(false);
    for (QCPAxis* axis : rect->axes()) {
        axis->setLayer(QStringLiteral("axes"));
        axis->grid()->setLayer(QStringLiteral("grid"));
    }
    rect->setMinimumMargins(
        QMargins(qRound(8 * scale), qRound(6 * scale), qRound(14 * scale), qRound(8 * scale)));
}

void addSeries(QCustomPlot& plot,
               const Series& series,
               const ChartSpec& spec,
               const ChartLook& look,
               bool named)
{
    const double scale = look.line;
    const QColor color = seriesColor(series, look.theme);
    const std::size_t n = std::min(series.x.size(), series.y.size());
    // A curve keeps the order of its points, whatever x does.
    auto* line = new QCPCurve(plot.xAxis, plot.yAxis);
    QVector<double> at, x, y, errors;
    for (std::size_t i = 0; i < n; ++i) {
        at.append(static_cast<double>(i));
        x.append(shown(series.x[i], spec.x.logarithmic));
        y.append(x.last() == x.last() ? shown(series.y[i], spec.y.logarithmic) : kNothing);
        errors.append(i < series.errors.size() && std::isfinite(series.errors[i]) ? series.errors[i]
                                                                                  : 0.0);
    }
    line->setName(series.label);
    line->setPen(penOf(series, color, scale));
    line->setScatterStyle(markerOf(series, color, scale));
    if (series.role == SeriesRole::Bound) {
        // The item draws the edge; the curve only stands in the legend and answers the pointer.
        new BoundItem(&plot, series, color, scale);
        line->setData({}, {}, {});
    } else {
        line->setData(at, x, y, true);
    }
    if (!named && plot.legend)
        line->removeFromLegend();
    if (series.errors.empty())
        return;
    auto* bars = new QCPErrorBars(plot.xAxis, plot.yAxis);
    if (plot.legend)
        bars->removeFromLegend();
    bars->setDataPlottable(line);
    bars->setData(errors);
    bars->setPen(QPen(color, scale));
    bars->setWhiskerWidth(5 * scale);
    bars->setSymbolGap(0);
}

struct Extent {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();

    void hold(double value, bool logarithmic)
    {
        if (!std::isfinite(value) || (logarithmic && value <= 0))
            return;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    QCPRange range(bool logarithmic, double margin) const
    {
        if (!(low <= high))
            return logarithmic ? QCPRange(0.1, 10) : QCPRange(0, 1);
        if (logarithmic) {
            const double factor = std::max(std::pow(high / low, margin), high == low ? 2 : 1.02);
            return {low / factor, high * factor};
        }
        const double room = std::max((high - low) * margin, high == low ? 0.5 : 0.0);
        return {low - room, high + room};
    }
};

void holdAxis(Extent& extent, const ChartAxis& axis)
{
    for (const auto& end : {axis.low, axis.high})
        if (end)
            extent.hold(*end, axis.logarithmic);
    for (const auto& [place, word] : axis.words)
        extent.hold(place, false);
}

} // namespace

QColor laneColor(const render::Theme& theme, int lane)
{
    constexpr std::array kOrder{0, 5, 2, 3}; // blue, vermilion, green, purple
    return theme.classColor(kOrder[static_cast<std::size_t>(std::max(0, lane)) % kOrder.size()]);
}

void fillPlot(QCustomPlot& plot, const ChartSpec& spec, const ChartLook& look)
{
    plot.clearPlottables();
    plot.clearItems();
    plot.setBackground(look.theme.transparent ? QBrush(Qt::NoBrush) : QBrush(look.theme.panel));
    plot.setAutoAddPlottableToLegend(false);
    layOut(plot, spec, look);
    plot.setAutoAddPlottableToLegend(plot.legend != nullptr);
    styleAxis(*plot.xAxis, spec.x, look);
    styleAxis(*plot.yAxis, spec.y, look);
    if (spec.cells)
        new CellItem(&plot, *spec.cells, render::colorMap(kViridisLike));
    addBands(plot, spec, look.scale);
    std::set<std::pair<QString, int>> named;
    for (const Series& series : spec.series) {
        const bool isNew = !series.label.isEmpty()
                           && named.insert({series.label, static_cast<int>(series.role)}).second;
        addSeries(plot, series, spec, look, isNew);
    }
    fitAxes(plot, spec);
}

void fitAxes(QCustomPlot& plot, const ChartSpec& spec)
{
    Extent x, y;
    for (const Series& series : spec.series)
        for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i) {
            const bool visible = (!spec.x.logarithmic || series.x[i] > 0)
                                 && (!spec.y.logarithmic || series.y[i] > 0)
                                 && std::isfinite(series.y[i]);
            if (!visible)
                continue;
            x.hold(series.x[i], spec.x.logarithmic);
            y.hold(series.y[i], spec.y.logarithmic);
            if (i < series.errors.size() && !spec.y.logarithmic) {
                y.hold(series.y[i] - series.errors[i], false);
                y.hold(series.y[i] + series.errors[i], false);
            }
        }
    for (const Band& band : spec.bands)
        for (std::size_t i = 0; i < band.x.size(); ++i) {
            x.hold(band.x[i], spec.x.logarithmic);
            y.hold(band.low[i], spec.y.logarithmic);
            y.hold(band.high[i], spec.y.logarithmic);
        }
    if (spec.cells) {
        for (const double edge : cellEdges(spec.cells->x, spec.x.logarithmic))
            x.hold(edge, spec.x.logarithmic);
        for (const double edge : cellEdges(spec.cells->y, spec.y.logarithmic))
            y.hold(edge, spec.y.logarithmic);
    }
    holdAxis(x, spec.x);
    holdAxis(y, spec.y);
    const double margin = spec.cells || !spec.bands.empty() ? 0 : 0.04;
    plot.xAxis->setRange(x.range(spec.x.logarithmic, margin));
    plot.yAxis->setRange(y.range(spec.y.logarithmic, margin));
}

QList<QCPAbstractItem*>
addMarks(QCustomPlot& plot, const ChartSpec& spec, const ChartLook& look, const QString& layer)
{
    const double scale = look.line;
    QList<QCPAbstractItem*> items;
    const QPen pen(look.theme.accent, 1.2 * scale);
    int names = 0;
    const auto isShown = [](double value, const ChartAxis& axis) {
        return std::isfinite(shown(value, axis.logarithmic));
    };
    for (const Mark& mark : spec.marks) {
        if (!isShown(mark.x, spec.x) || (mark.y && !isShown(*mark.y, spec.y)))
            continue;
        if (!mark.label.isEmpty()) {
            items += addNamedMark(plot, mark, names++, spec, look);
            continue;
        }
        if (!mark.y) {
            auto* line = new QCPItemStraightLine(&plot);
            line->setPen(pen);
            line->point1->setCoords(mark.x, spec.y.logarithmic ? 1 : 0);
            line->point2->setCoords(mark.x, spec.y.logarithmic ? 10 : 1);
            items.append(line);
            continue;
        }
        // A ring in two tones stands out from every colour of a map.
        for (const auto& [width, color] :
             {std::pair{4 * scale, QColor(Qt::white)}, std::pair{1.6 * scale, QColor(Qt::black)}}) {
            auto* centre = new QCPItemTracer(&plot);
            centre->setStyle(QCPItemTracer::tsCircle);
            centre->setSize(12 * scale);
            centre->setPen(QPen(color, width));
            centre->setBrush(Qt::NoBrush);
            centre->position->setCoords(mark.x, *mark.y);
            items.append(centre);
        }
    }
    for (QCPAbstractItem* item : std::as_const(items))
        item->setLayer(layer);
    return items;
}

} // namespace scorefield::plots
