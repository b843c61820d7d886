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
#include <set>

namespace scorefield::plots {

namespace {

constexpr double kUsualFont = 9;                               // points: 12 designed pixels
constexpr double kTitleFont = 17, kTitleRow = 34, kMargin = 6; // designed pixels
constexpr double kShape = 1.5;                                 // of a chart: width to height

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

/// Legends lose what none shall have, or what an earlier chart explains.
void dropNames(std::vector<ChartSpec>& charts, KeyPlace place)
{
    if (place == KeyPlace::EachPanel)
        return;
    std::set<QString> explained;
    for (ChartSpec& chart : charts) {
        std::set<QString> own;
        const auto visit = [&](QString& label) {
            if (place == KeyPlace::None || explained.contains(label))
                label.clear();
            else
                own.insert(label);
        };
        for (Series& series : chart.series)
            visit(series.label);
        for (Band& band : chart.bands)
            visit(band.label);
        explained.merge(own);
    }
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
    dropNames(m_charts, static_cast<KeyPlace>(static_cast<int>(spec.legend)));
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

void ChartPage::paintChart(QCPPainter& painter, const ChartSpec& spec, const QRectF& cell) const
{
    const QSize size(std::max(1, qRound(cell.width())), std::max(1, qRound(cell.height())));
    QCustomPlot plot;
    plot.resize(size);
    fillPlot(plot, spec, m_look);
    fitTo(plot, size, m_look.scale);
    addMarks(plot, spec, m_look, QStringLiteral("overlay"));
    painter.save();
    painter.translate(cell.topLeft());
    plot.toPainter(&painter, size.width(), size.height());
    painter.restore();
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
    const int columns = columnsFor(std::max(count, 1), groupOf(m_charts), area.size());
    const int rows = std::max(1, (count + columns - 1) / columns);
    for (int i = 0; i < count; ++i)
        paintChart(painter,
                   m_charts[static_cast<std::size_t>(i)],
                   QRectF(area.left() + i % columns * area.width() / columns,
                          area.top() + i / columns * area.height() / rows,
                          area.width() / columns,
                          area.height() / rows));
}

} // namespace scorefield::plots
