// SPDX-License-Identifier: GPL-3.0-or-later
// From a chart as a value to a plot: axes, series, legend.
#include "ui/plots/chart.h"
#include "ui/plots/chart_axes.h"
#include "ui/plots/chart_bands.h"
#include "ui/plots/chart_bars.h"
#include "ui/plots/chart_items.h"
#include "ui/plots/chart_style.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace scorefield::plots {

namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
constexpr int kViridisLike = 0; // of ui/render/theme.h

/// NaN where an axis cannot show the value: the line has a gap there.
double shown(double value, bool logarithmic)
{
    return isShown(value, logarithmic) ? value : kNothing;
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
    const auto isInLegend = [](const Series& series) { return !legendText(series).isEmpty(); };
    const bool isNamed = std::any_of(spec.series.begin(), spec.series.end(), isInLegend)
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

/// Bars of one standard error; where nothing above zero is left on a logarithmic axis, an arrow.
void addErrorBars(QCustomPlot& plot,
                  QCPCurve& line,
                  const Series& series,
                  const ChartSpec& spec,
                  const ChartLook& look)
{
    const QColor color = seriesColor(series, look.theme);
    QVector<double> errors;
    for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i)
        errors.append(i < series.errors.size() && std::isfinite(series.errors[i]) ? series.errors[i]
                                                                                  : 0.0);
    auto* bars = new QCPErrorBars(plot.xAxis, plot.yAxis);
    bars->setDataPlottable(&line);
    bars->setData(errors);
    bars->setPen(QPen(color, look.line));
    bars->setWhiskerWidth(5 * look.line);
    bars->setSymbolGap(0);
    if (spec.y.logarithmic && series.role == SeriesRole::Measured)
        new BelowZeroItem(&plot, series, color, look.line);
}

QCPCurve&
addSeries(QCustomPlot& plot, const Series& series, const ChartSpec& spec, const ChartLook& look)
{
    const double scale = look.line;
    const QColor color = seriesColor(series, look.theme);
    const std::size_t n = std::min(series.x.size(), series.y.size());
    // A curve keeps the order of its points, whatever x does.
    auto* line = series.role == SeriesRole::Bound
                     ? new BoundEntry(plot.xAxis, plot.yAxis, series, color, scale)
                     : new QCPCurve(plot.xAxis, plot.yAxis);
    line->setPen(seriesPen(series, color, scale));
    line->setScatterStyle(seriesMarker(series, spec, look, color));
    line->setProperty(kHelpProperty, series.help);
    if (series.role == SeriesRole::Bound) {
        // The item draws the edge; the curve only stands in the legend and answers the pointer.
        if (n > 0)
            new BoundItem(&plot, series, color, look);
        if (n > 0 && !series.tag.isEmpty())
            new BoundTag(&plot, series, color, look);
        return *line;
    }
    QVector<double> at, x, y;
    for (std::size_t i = 0; i < n; ++i) {
        at.append(static_cast<double>(i));
        x.append(shown(series.x[i], spec.x.logarithmic));
        y.append(x.last() == x.last() ? shown(series.y[i], spec.y.logarithmic) : kNothing);
    }
    line->setData(at, x, y, true);
    if (!series.errors.empty())
        addErrorBars(plot, *line, series, spec, look);
    return *line;
}

/// Measured first, then what stands beside it.
int rankOf(SeriesRole role)
{
    return role == SeriesRole::Line ? 0 : static_cast<int>(role);
}

/// One entry for all series of one text and role: in the colour of their lane, or in nobody's where
/// several lanes share it.
void addLegend(QCustomPlot& plot,
               const ChartSpec& spec,
               const ChartLook& look,
               const std::vector<QCPCurve*>& lines)
{
    struct Entry {
        std::size_t first = 0;
        bool isShared = false;
        QString why; ///< nothing of it is seen; empty: something is
    };
    std::map<std::pair<int, QString>, std::size_t> known;
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < spec.series.size(); ++i) {
        const Series& series = spec.series[i];
        const QString text = legendText(series);
        if (text.isEmpty())
            continue;
        const QString why = whyUnseen(plot, spec, series);
        const auto [at, isNew] =
            known.emplace(std::pair{static_cast<int>(series.role), text}, entries.size());
        if (isNew) {
            entries.push_back({i, false, why});
            continue;
        }
        Entry& entry = entries[at->second];
        entry.isShared |= spec.series[entry.first].lane != series.lane;
        if (why != entry.why)
            entry.why.clear(); // of some alone: then the chart shows it
    }
    std::stable_sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
        return rankOf(spec.series[a.first].role) < rankOf(spec.series[b.first].role);
    });
    for (const Entry& entry : entries) {
        QCPCurve* line = lines[entry.first];
        if (entry.isShared) {
            Series nobody = spec.series[entry.first];
            nobody.lane = -1;
            nobody.variant = 0;
            nobody.x = nobody.y = nobody.errors = {};
            line = &addSeries(plot, nobody, spec, look);
        }
        const QString text = legendText(spec.series[entry.first]);
        line->setName(entry.why.isEmpty() ? text : QStringLiteral("%1 (%2)").arg(text, entry.why));
        line->setProperty(kFullNameProperty, line->name());
        line->addToLegend(plot.legend);
    }
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
    plot.setLocale(QLocale::c()); // points in every language, as in files
    layOut(plot, spec, look);
    styleAxis(*plot.xAxis, spec.x, look);
    styleAxis(*plot.yAxis, spec.y, look);
    fitAxes(plot, spec);
    if (spec.cells)
        new CellItem(&plot, *spec.cells, render::colorMap(kViridisLike));
    plot.setAutoAddPlottableToLegend(plot.legend != nullptr);
    addBands(plot, spec, look.scale);
    plot.setAutoAddPlottableToLegend(false);
    addBars(plot, spec, look);
    std::vector<QCPCurve*> lines;
    for (const Series& series : spec.series)
        lines.push_back(&addSeries(plot, series, spec, look));
    if (plot.legend)
        addLegend(plot, spec, look, lines);
}

QList<QCPAbstractItem*>
addMarks(QCustomPlot& plot, const ChartSpec& spec, const ChartLook& look, const QString& layer)
{
    const double scale = look.line;
    QList<QCPAbstractItem*> items;
    const QPen pen(look.theme.accent, 1.2 * scale);
    int names = 0;
    for (const Mark& mark : spec.marks) {
        if (!isShown(mark.x, spec.x.logarithmic)
            || (mark.y && !isShown(*mark.y, spec.y.logarithmic)))
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
