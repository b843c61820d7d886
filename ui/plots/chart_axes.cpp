// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/chart_axes.h"

#include "ui/plots/chart.h"
#include "ui/plots/chart_items.h"
#include "ui/plots/chart_style.h"
#include "ui/plots/decade_ticker.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield::plots {

namespace {

struct Extent {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();

    bool isEmpty() const { return !(low <= high); }
    void hold(double value, bool logarithmic)
    {
        if (!isShown(value, logarithmic))
            return;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    QCPRange range(bool logarithmic, double margin) const
    {
        if (isEmpty())
            return logarithmic ? QCPRange(0.1, 10) : QCPRange(0, 1);
        if (logarithmic) {
            const double factor = std::max(std::pow(high / low, margin), high == low ? 2 : 1.02);
            return {low / factor, high * factor};
        }
        const double room = std::max((high - low) * margin, high == low ? 0.5 : 0.0);
        return {low - room, high + room};
    }
};

/// How far beyond what was measured an axis follows theory, parts and floors: measured numbers must
/// keep their room, and a bound with a hidden constant may lie anywhere.
struct Reach {
    double below = std::numeric_limits<double>::infinity();
    double above = std::numeric_limits<double>::infinity();
};

Reach reachOf(const Series& series, bool logarithmic, const Extent& core)
{
    const double everywhere = std::numeric_limits<double>::infinity();
    if (core.isEmpty())
        return {};
    if (!logarithmic) {
        const double span = std::max(core.high - core.low, std::abs(core.high));
        return series.isVague ? Reach{span, span} : Reach{};
    }
    switch (series.role) { // factors
    case SeriesRole::Part:
        return {1e3, everywhere};
    case SeriesRole::Floor:
        return {1e2, everywhere};
    case SeriesRole::Curve:
    case SeriesRole::Reference:
    case SeriesRole::Bound:
        return {1e2, 1e2};
    default:
        return {};
    }
}

bool isCore(SeriesRole role)
{
    return role == SeriesRole::Measured || role == SeriesRole::Line;
}

/// The points of a series and the ends of its error bars.
void holdSeries(Extent& y, const Series& series, std::size_t i, const ChartSpec& spec)
{
    const bool logarithmic = spec.y.logarithmic;
    const double value = series.y[i];
    y.hold(value, logarithmic);
    if (i >= series.errors.size() || !std::isfinite(series.errors[i]))
        return;
    y.hold(value + series.errors[i], logarithmic);
    // A bar that nearly reaches zero would open decades of nothing.
    constexpr double kShare = 0.15;
    const double low = value - series.errors[i];
    if (!logarithmic || low > kShare * value)
        y.hold(low, logarithmic);
}

void holdAxis(Extent& extent, const ChartAxis& axis)
{
    for (const auto& end : {axis.low, axis.high})
        if (end)
            extent.hold(*end, axis.logarithmic);
    for (const auto& [place, word] : axis.words)
        extent.hold(place, false);
}

void holdCells(Extent& x, Extent& y, const ChartSpec& spec)
{
    for (const double edge : cellEdges(spec.cells->x, spec.x.logarithmic))
        x.hold(edge, spec.x.logarithmic);
    for (const double edge : cellEdges(spec.cells->y, spec.y.logarithmic))
        y.hold(edge, spec.y.logarithmic);
}

} // namespace

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
    axis.setProperty(kFullNameProperty, spec.label);
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
        axis.setTicker(QSharedPointer<DecadeTicker>::create());
    } else {
        axis.setTicker(QSharedPointer<QCPAxisTicker>::create());
        axis.setNumberFormat(QStringLiteral("gbd"));
        axis.setNumberPrecision(6);
    }
    axis.setScaleType(spec.logarithmic && spec.words.empty() ? QCPAxis::stLogarithmic
                                                             : QCPAxis::stLinear);
}

void fitAxes(QCustomPlot& plot, const ChartSpec& spec)
{
    Extent x, y;
    const auto visit = [&](bool core, auto hold) {
        for (const Series& series : spec.series)
            for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i)
                if (isCore(series.role) == core && isShown(series.x[i], spec.x.logarithmic)
                    && std::isfinite(series.y[i]))
                    hold(series, i);
    };
    visit(true, [&](const Series& series, std::size_t i) {
        x.hold(series.x[i], spec.x.logarithmic);
        holdSeries(y, series, i, spec);
    });
    const Extent core = y;
    visit(false, [&](const Series& series, std::size_t i) {
        if (!isShown(series.y[i], spec.y.logarithmic))
            return;
        x.hold(series.x[i], spec.x.logarithmic);
        const Reach reach = reachOf(series, spec.y.logarithmic, core);
        const double low = spec.y.logarithmic ? core.low / reach.below : core.low - reach.below;
        const double high = spec.y.logarithmic ? core.high * reach.above : core.high + reach.above;
        if (core.isEmpty() || (series.y[i] >= low && series.y[i] <= high))
            y.hold(series.y[i], spec.y.logarithmic);
    });
    for (const Band& band : spec.bands)
        for (std::size_t i = 0; i < band.x.size(); ++i) {
            x.hold(band.x[i], spec.x.logarithmic);
            y.hold(band.low[i], spec.y.logarithmic);
            y.hold(band.high[i], spec.y.logarithmic);
        }
    if (spec.cells)
        holdCells(x, y, spec);
    holdAxis(x, spec.x);
    holdAxis(y, spec.y);
    const double margin = spec.cells || !spec.bands.empty() ? 0 : 0.04;
    plot.xAxis->setRange(x.range(spec.x.logarithmic, margin));
    plot.yAxis->setRange(y.range(spec.y.logarithmic, margin));
}

QString whyUnseen(const QCustomPlot& plot, const ChartSpec& spec, const Series& series)
{
    const auto tr = [](const char* words) { return QCoreApplication::translate("Chart", words); };
    const QCPRange y = plot.yAxis->range();
    bool isAbove = false, isBelow = false, isZero = false;
    for (const double value : series.y) {
        if (value >= y.lower && value <= y.upper)
            return {};
        isAbove |= value > y.upper;
        isBelow |= value < y.lower && isShown(value, spec.y.logarithmic);
        isZero |= value == 0;
    }
    if (isAbove)
        return isBelow ? QString() : tr("above the axis"); // the line crosses it
    if (isBelow)
        return tr("below the axis");
    return isZero ? tr("0 throughout") : QString();
}

} // namespace scorefield::plots
