// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/chart_page.h"

#include "core/session/export_table.h"
#include "ui/export/figure_page.h"
#include "ui/export/figure_scene.h"
#include "ui/plots/chart.h"
#include "ui/render/typeset.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

namespace scorefield::plots {

namespace {

constexpr double kUsualFont = 9;                               // points: 12 designed pixels
constexpr double kTitleFont = 17, kTitleRow = 34, kMargin = 6; // designed pixels
constexpr double kNoteFont = 10;
constexpr double kShape = 1.5; // of a chart: width to height

/// How many charts in a row show the same quantity: the lanes' maps, to be compared.
int groupOf(const std::vector<ChartSpec>& charts)
{
    const auto isOther = [&](const ChartSpec& chart) {
        return !chart.cells || chart.cells->label != charts.front().cells->label;
    };
    return charts.empty() || !charts.front().cells
               ? 1
               : static_cast<int>(std::find_if(charts.begin(), charts.end(), isOther)
                                  - charts.begin());
}

/// As many columns as keep the cells closest to 3:2, and groups side by side or below one another.
int columnsFor(int charts, int group, const QSizeF& size)
{
    int best = 1;
    double nearest = 1e9;
    for (int columns = 1; columns <= charts; ++columns) {
        if (columns % group != 0 && group % columns != 0)
            continue;
        const int rows = (charts + columns - 1) / columns;
        const double shape = size.width() / columns / (size.height() / rows);
        // Empty cells are a loss, too.
        const double distance = std::abs(std::log(shape / kShape)) + .3 * (columns * rows - charts);
        if (distance < nearest) {
            nearest = distance;
            best = columns;
        }
    }
    return best;
}

using NameCounts = std::map<std::pair<int, QString>, int>;

/// In how many charts each name stands.
NameCounts namesOf(const std::vector<ChartSpec>& charts)
{
    NameCounts counts;
    for (const ChartSpec& chart : charts) {
        std::set<std::pair<int, QString>> own;
        for (const Series& series : chart.series)
            if (!series.label.isEmpty())
                own.insert({static_cast<int>(series.role), series.label});
        for (const auto& name : own)
            ++counts[name];
    }
    return counts;
}

/// What at least so many charts name goes into one legend for all of them.
ChartSpec takeShared(std::vector<ChartSpec>& charts, int least)
{
    const NameCounts counts = namesOf(charts);
    ChartSpec shared;
    std::set<std::tuple<int, QString, int>> taken;
    for (ChartSpec& chart : charts)
        for (Series& series : chart.series) {
            const auto at = counts.find({static_cast<int>(series.role), series.label});
            if (at == counts.end() || at->second < least)
                continue;
            if (taken.insert({at->first.first, series.label, series.lane}).second) {
                Series entry = series;
                entry.x = entry.y = entry.errors = {};
                entry.slope.clear();
                shared.series.push_back(std::move(entry));
            }
            series.label.clear();
        }
    // Bands explain themselves once.
    std::set<QString> explained;
    for (ChartSpec& chart : charts) {
        std::set<QString> own;
        for (Band& band : chart.bands)
            if (explained.contains(band.label))
                band.label.clear();
            else
                own.insert(band.label);
        explained.merge(own);
    }
    return shared;
}

void dropNames(std::vector<ChartSpec>& charts)
{
    for (ChartSpec& chart : charts) {
        for (Series& series : chart.series) {
            series.label.clear();
            series.slope.clear();
        }
        for (Band& band : chart.bands)
            band.label.clear();
    }
}

/// The sentences of all charts, each once; "Points: measured" says nothing beside "Points:
/// measured, ± one standard error".
QString notesOf(const std::vector<ChartSpec>& charts)
{
    QStringList sentences;
    for (const ChartSpec& chart : charts)
        for (QString sentence : chart.note.split(QStringLiteral(". "), Qt::SkipEmptyParts)) {
            if (sentence.endsWith(QLatin1Char('.')))
                sentence.chop(1);
            const auto says = [&](const QString& other) { return other.startsWith(sentence); };
            if (std::any_of(sentences.begin(), sentences.end(), says))
                continue;
            sentences.erase(
                std::remove_if(sentences.begin(),
                               sentences.end(),
                               [&](const QString& other) { return sentence.startsWith(other); }),
                sentences.end());
            sentences << sentence;
        }
    return sentences.isEmpty() ? QString()
                               : sentences.join(QStringLiteral(". ")) + QLatin1Char('.');
}

} // namespace

ChartPage::ChartPage(std::vector<ChartSpec> charts, const FigureSpec& spec)
    : m_charts(std::move(charts))
    , m_title(QString::fromStdString(spec.title))
{
    const FigureSize size = figureSize(spec);
    constexpr double kPointsPerInch = 72;
    m_size = QSizeF(size.widthPt, size.heightPt) / kPointsPerInch * kUnitsPerInch;
    const double pixel = kUnitsPerInch / 96; // of the window
    m_look.theme = render::figureTheme(spec);
    m_look.theme.panel = m_look.theme.canvas; // a page, not a dock
    if (!m_look.theme.dark)                   // of the grid: on paper boxes are darker
        m_look.theme.hairline = render::Theme::lightTheme().hairline;
    m_look.scale = pixel * spec.fontSize / kUsualFont;
    m_look.line = m_look.scale * spec.lineScale;
    m_look.hairline = pixel * spec.lineScale;
    m_look.axes = spec.axes != 0;
    const auto place = static_cast<KeyPlace>(static_cast<int>(spec.legend));
    constexpr double kCrowded = 0.85; // then a chart has no room for a legend of its own
    const bool isCrowded = crowding() < kCrowded;
    if (place == KeyPlace::Shared && m_charts.size() > 1)
        m_legend = takeShared(m_charts, isCrowded ? 1 : 2);
    if (place == KeyPlace::None || (place == KeyPlace::Shared && m_charts.size() > 1 && isCrowded))
        dropNames(m_charts);
    if (place != KeyPlace::None)
        m_note = notesOf(m_charts);
    int index = 0;
    for (ChartSpec& chart : m_charts) {
        if (spec.panelTitles == 0)
            chart.title.clear();
        const QString letter = render::panelLetter(spec, index++);
        if (!letter.isEmpty())
            chart.title = chart.title.trimmed().isEmpty()
                              ? letter
                              : letter + QStringLiteral("  ") + chart.title;
    }
}

QString ChartPage::title() const
{
    return !m_title.isEmpty() || m_charts.empty() ? m_title : m_charts.front().title;
}

QColor ChartPage::background() const
{
    return m_look.theme.transparent ? QColor(Qt::transparent) : m_look.theme.canvas;
}

void ChartPage::paintTitle(QCPPainter& painter) const
{
    const QFont font = render::interfaceFont(kTitleFont * m_look.scale, true, m_look.theme.family);
    const QFontMetricsF metrics(font);
    const double edge = 8 * m_look.scale, row = kTitleRow * m_look.scale;
    painter.setFont(font);
    painter.setPen(m_look.theme.text);
    painter.drawText(QPointF(edge, row / 2 + metrics.capHeight() / 2),
                     metrics.elidedText(m_title, Qt::ElideRight, m_size.width() - 2 * edge));
}

void ChartPage::paintLegend(QCPPainter& painter, ChartLook look, QRectF& area) const
{
    if (m_legend.series.empty())
        return;
    look.axes = false;
    const QSize room(qRound(area.width()), qRound(area.height()));
    QCustomPlot plot;
    plot.resize(room);
    fillPlot(plot, m_legend, look);
    fitTo(plot, room, look.scale);
    plot.xAxis->grid()->setVisible(false);
    plot.yAxis->grid()->setVisible(false);
    const double gap = 4 * look.scale;
    const double height =
        std::min(plot.legend->minimumOuterSizeHint().height() + gap, area.height() / 2);
    painter.save();
    painter.translate(area.topLeft());
    plot.toPainter(&painter, room.width(), room.height());
    painter.restore();
    area.setTop(area.top() + height);
}

void ChartPage::paintNote(QCPPainter& painter, const ChartLook& look, QRectF& area) const
{
    if (m_note.isEmpty())
        return;
    const double edge = 8 * look.scale, gap = 5 * look.scale;
    const QFont font = render::interfaceFont(kNoteFont * look.scale, false, look.theme.family);
    const QRectF room = area.adjusted(edge, 0, -edge, -gap);
    const int flags = Qt::AlignLeft | Qt::AlignBottom | Qt::TextWordWrap;
    const double height = QFontMetricsF(font).boundingRect(room, flags, m_note).height();
    if (height > area.height() / 5)
        return; // the charts matter more on so small a page
    painter.setFont(font);
    painter.setPen(look.theme.secondary);
    painter.drawText(room, flags, m_note);
    area.setBottom(area.bottom() - height - gap);
}

void ChartPage::paintChart(QCPPainter& painter,
                           const ChartLook& look,
                           const ChartSpec& spec,
                           const QRectF& cell) const
{
    const QSize size(std::max(1, qRound(cell.width())), std::max(1, qRound(cell.height())));
    QCustomPlot plot;
    plot.resize(size);
    fillPlot(plot, spec, look);
    fitTo(plot, size, look.scale);
    addMarks(plot, spec, look, QStringLiteral("overlay"));
    painter.save();
    painter.translate(cell.topLeft());
    plot.toPainter(&painter, size.width(), size.height());
    painter.restore();
}

ChartPage::Grid ChartPage::gridIn(const QSizeF& room) const
{
    const int count = std::max(1, static_cast<int>(m_charts.size()));
    const int columns = columnsFor(count, groupOf(m_charts), room);
    return {columns, (count + columns - 1) / columns};
}

/// Smaller than 1 where a chart would have no room for its own words.
double ChartPage::crowding() const
{
    constexpr double kWide = 250, kHigh = 170, kSmallest = 0.62; // designed pixels of a chart
    const Grid grid = gridIn(m_size);
    return std::clamp(std::min(m_size.width() / grid.columns / (kWide * m_look.scale),
                               m_size.height() / grid.rows / (kHigh * m_look.scale)),
                      kSmallest,
                      1.0);
}

void ChartPage::paint(QCPPainter& painter) const
{
    if (!m_look.theme.transparent)
        painter.fillRect(QRectF(QPointF(), m_size), m_look.theme.canvas);
    const double margin = kMargin * m_look.scale;
    QRectF area = QRectF(QPointF(), m_size).adjusted(0, margin, 0, 0);
    if (!m_title.isEmpty()) {
        paintTitle(painter);
        area.setTop(std::min(kTitleRow * m_look.scale, m_size.height() / 2));
    }
    const int count = static_cast<int>(m_charts.size());
    ChartLook look = m_look;
    look.scale *= crowding();
    look.line *= look.scale / m_look.scale;
    paintNote(painter, look, area);
    paintLegend(painter, look, area);
    const auto [columns, rows] = gridIn(area.size());
    for (int i = 0; i < count; ++i)
        paintChart(painter,
                   look,
                   m_charts[static_cast<std::size_t>(i)],
                   QRectF(area.left() + i % columns * area.width() / columns,
                          area.top() + i / columns * area.height() / rows,
                          area.width() / columns,
                          area.height() / rows));
}

} // namespace scorefield::plots
