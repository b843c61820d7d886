// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/chart.h"

#include "ui/plots/chart_bands.h"
#include "ui/plots/chart_style.h"
#include "ui/render/typeset.h"

#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace scorefield::plots {

namespace {

constexpr double kReachPx = 24; ///< how near the pointer must be to a point that it reads
constexpr double kWheelZoom = 0.85;
constexpr double kFarthest = 1e100; ///< numbers of an axis are nearer to 0, and farther than 1/that
constexpr double kFinest = 1e-12;   ///< shown of an axis, as a share of its largest number
const QString kMarkLayer = QStringLiteral("marks");

bool sameFrame(const ChartSpec& a, const ChartSpec& b)
{
    const auto alike = [](const ChartAxis& x, const ChartAxis& y) {
        return x.label == y.label && x.logarithmic == y.logarithmic && x.reversed == y.reversed;
    };
    return a.title == b.title && alike(a.x, b.x) && alike(a.y, b.y);
}

/// Of a measured series in log-log coordinates, between the points to either side.
std::optional<double> localSlope(const ChartSpec& spec, const Series& series, std::size_t i)
{
    if (!spec.x.logarithmic || !spec.y.logarithmic || series.role != SeriesRole::Measured)
        return std::nullopt;
    const std::size_t from = i > 0 ? i - 1 : i, to = std::min(i + 1, series.x.size() - 1);
    const double run = std::log(series.x[to] / series.x[from]);
    const double slope = std::log(series.y[to] / series.y[from]) / run;
    return std::isfinite(slope) ? std::optional(slope) : std::nullopt;
}

/// Whether an axis with these ends still has numbers of its own to tell places apart.
bool hasNumbers(const QCPRange& range, bool isLogarithmic)
{
    const double largest = std::max(std::abs(range.lower), std::abs(range.upper));
    if (!(largest < kFarthest))
        return false;
    return isLogarithmic ? range.lower > 1 / kFarthest && range.upper / range.lower > 1 + kFinest
                         : range.size() > std::max(kFinest * largest, 1 / kFarthest);
}

void zoom(QCPAxis& axis, double factor, double center)
{
    const bool isLogarithmic = axis.scaleType() == QCPAxis::stLogarithmic;
    const QCPRange before = axis.range();
    if (isLogarithmic && !(center > 0 && std::isfinite(center))) // a place beside the frame
        return;
    axis.scaleRange(factor, center);
    if (hasNumbers(before, isLogarithmic) && !hasNumbers(axis.range(), isLogarithmic))
        axis.setRange(before);
}

} // namespace

Chart::Chart(QWidget* parent) : QCustomPlot(parent)
{
    setInteractions(QCP::iRangeDrag);
    setMouseTracking(true);
    setNoAntialiasingOnDrag(false);
    addLayer(kMarkLayer, layer(QStringLiteral("main")), limAbove);
    // Marks move with every frame of the play head: they have a buffer of their own.
    layer(kMarkLayer)->setMode(QCPLayer::lmBuffered);
    rebuild();
}

void Chart::setSpec(const ChartSpec& spec)
{
    const bool keeps = m_zoomed && sameFrame(m_spec, spec);
    const QCPRange x = xAxis->range(), y = yAxis->range();
    m_spec = spec;
    m_zoomed = keeps;
    rebuild();
    if (!keeps)
        return;
    xAxis->setRange(x);
    yAxis->setRange(y);
    replot(QCustomPlot::rpQueuedReplot);
}

void Chart::setMarks(const std::vector<Mark>& marks)
{
    m_spec.marks = marks;
    drawMarks();
    layer(kMarkLayer)->replot();
}

void Chart::setLook(const render::Theme& theme, double scale)
{
    m_theme = theme;
    m_scale = scale;
    const QCPRange x = xAxis->range(), y = yAxis->range();
    rebuild();
    if (!m_zoomed)
        return;
    xAxis->setRange(x);
    yAxis->setRange(y);
}

void Chart::showEverything()
{
    m_zoomed = false;
    fitAxes(*this, m_spec);
    replot(QCustomPlot::rpQueuedReplot);
}

void Chart::rebuild()
{
    m_marks.clear();
    m_dot = nullptr; // fillPlot clears all items
    fillPlot(*this, m_spec, look());
    axisRect()->setRangeDrag(Qt::Horizontal | Qt::Vertical);
    fitTo(*this, size(), m_scale);
    drawMarks();
    replot(QCustomPlot::rpQueuedReplot);
}

ChartLook Chart::look() const
{
    return {m_theme, m_scale, m_scale, 1, true};
}

void Chart::drawMarks()
{
    for (QCPAbstractItem* item : std::as_const(m_marks))
        removeItem(item);
    m_marks = addMarks(*this, m_spec, look(), kMarkLayer);
}

std::optional<Chart::Reading> Chart::pointAt(const QPointF& place) const
{
    std::optional<Reading> nearest;
    double reach = kReachPx * m_scale;
    for (const Series& series : m_spec.series)
        for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i) {
            const double x = series.x[i], y = series.y[i];
            if (series.role == SeriesRole::Fit || !isShown(x, m_spec.x.logarithmic)
                || !isShown(y, m_spec.y.logarithmic))
                continue;
            const QPointF at(xAxis->coordToPixel(x), yAxis->coordToPixel(y));
            const double distance = std::hypot(at.x() - place.x(), at.y() - place.y());
            if (distance >= reach)
                continue;
            reach = distance;
            QString text = QStringLiteral("%1\n%2 = %3\n%4")
                               .arg(series.label,
                                    m_spec.x.label,
                                    render::prettyNumber(x, 4),
                                    render::prettyNumber(y, 5));
            if (i < series.errors.size() && std::isfinite(series.errors[i]))
                text += QStringLiteral(" ± ") + render::prettyNumber(series.errors[i], 2);
            const auto slope = localSlope(m_spec, series, i);
            if (slope)
                text += tr("\nlocal slope %1").arg(render::prettyNumber(*slope, 3));
            nearest = Reading{at, text};
        }
    return nearest;
}

std::optional<Chart::Reading> Chart::cellAt(const QPointF& place) const
{
    const CellMap& cells = *m_spec.cells;
    const auto nearestOf = [](const std::vector<double>& all, const QCPAxis& axis, double pixel) {
        std::size_t best = 0;
        for (std::size_t i = 1; i < all.size(); ++i)
            if (std::abs(axis.coordToPixel(all[i]) - pixel)
                < std::abs(axis.coordToPixel(all[best]) - pixel))
                best = i;
        return best;
    };
    if (cells.x.empty() || cells.y.empty())
        return std::nullopt;
    const std::size_t column = nearestOf(cells.x, *xAxis, place.x());
    const std::size_t row = nearestOf(cells.y, *yAxis, place.y());
    const double value = cells.values[row * cells.x.size() + column];
    return Reading{{xAxis->coordToPixel(cells.x[column]), yAxis->coordToPixel(cells.y[row])},
                   QStringLiteral("%1 = %2\n%3 = %4\n%5: %6")
                       .arg(m_spec.x.label,
                            render::prettyNumber(cells.x[column], 4),
                            m_spec.y.label,
                            render::prettyNumber(cells.y[row], 4),
                            cells.label,
                            render::prettyNumber(value, 4))};
}

std::optional<Chart::Reading> Chart::readingAt(const QPointF& place) const
{
    if (!axisRect()->rect().contains(place.toPoint()))
        return std::nullopt;
    const auto nearest = pointAt(place);
    if (nearest)
        return nearest;
    if (!m_spec.bands.empty()) {
        const QString text =
            bandAt(m_spec, xAxis->pixelToCoord(place.x()), yAxis->pixelToCoord(place.y()));
        return text.isEmpty() ? nearest : Reading{place, text};
    }
    return m_spec.cells ? cellAt(place) : nearest;
}

QString Chart::helpAt(const QPointF& place) const
{
    for (int i = 0; legend && i < legend->itemCount(); ++i) {
        auto* item = qobject_cast<QCPPlottableLegendItem*>(legend->item(i));
        if (item && item->outerRect().contains(place.toPoint()))
            return item->plottable()->property(kHelpProperty).toString();
    }
    const QRect frame = axisRect()->rect();
    if (place.y() > frame.bottom())
        return m_spec.x.help;
    return place.x() < frame.left() && place.y() >= frame.top() ? m_spec.y.help : QString();
}

QString Chart::valueAt(const QPointF& place) const
{
    const auto reading = readingAt(place);
    return reading ? reading->text : QString();
}

QSize Chart::sizeHint() const
{
    return {qRound(420 * m_scale), qRound(240 * m_scale)};
}

QSize Chart::minimumSizeHint() const
{
    return {qRound(160 * m_scale), qRound(110 * m_scale)};
}

void Chart::resizeEvent(QResizeEvent* event)
{
    fitTo(*this, event->size(), m_scale);
    QCustomPlot::resizeEvent(event);
}

void Chart::wheelEvent(QWheelEvent* event)
{
    const QPointF at = event->position();
    const QRect frame = axisRect()->rect();
    const double factor = std::pow(kWheelZoom, event->angleDelta().y() / 120.0);
    if (at.x() >= frame.left())
        zoom(*xAxis, factor, xAxis->pixelToCoord(at.x()));
    if (at.y() <= frame.bottom())
        zoom(*yAxis, factor, yAxis->pixelToCoord(at.y()));
    m_zoomed = true;
    event->accept();
    replot(QCustomPlot::rpQueuedReplot);
}

void Chart::mouseMoveEvent(QMouseEvent* event)
{
    QCustomPlot::mouseMoveEvent(event);
    if (event->buttons() & Qt::LeftButton) {
        m_zoomed = true;
        return;
    }
    const auto reading = readingAt(event->position());
    if (!reading) {
        const QString help = helpAt(event->position());
        if (help.isEmpty() || help != toolTip())
            QToolTip::hideText();
        setToolTip(help); // shown when the pointer rests
        leaveEvent(event);
        return;
    }
    setToolTip({});
    if (!m_dot) {
        m_dot = new QCPItemEllipse(this);
        m_dot->setLayer(kMarkLayer);
        m_dot->topLeft->setType(QCPItemPosition::ptAbsolute);
        m_dot->bottomRight->setType(QCPItemPosition::ptAbsolute);
    }
    m_dot->setPen(QPen(m_theme.text, 1.2 * m_scale));
    const QPointF r(4.5 * m_scale, 4.5 * m_scale);
    m_dot->topLeft->setPixelPosition(reading->place - r);
    m_dot->bottomRight->setPixelPosition(reading->place + r);
    m_dot->setVisible(true);
    layer(kMarkLayer)->replot();
    QToolTip::showText(event->globalPosition().toPoint(), reading->text, this);
}

void Chart::mouseDoubleClickEvent(QMouseEvent*)
{
    showEverything();
}

void Chart::leaveEvent(QEvent*)
{
    if (!m_dot || !m_dot->visible())
        return;
    m_dot->setVisible(false);
    layer(kMarkLayer)->replot();
}

} // namespace scorefield::plots
