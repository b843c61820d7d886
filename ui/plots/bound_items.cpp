// SPDX-License-Identifier: GPL-3.0-or-later
// Bounds, and measured values that a logarithmic axis has no place for.
#include "ui/plots/chart_items.h"
#include "ui/plots/chart_style.h"
#include "ui/render/typeset.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace scorefield::plots {

namespace {

constexpr double kHatch = 6, kGap = 9; // designed pixels

QPen edgePen(const QColor& color, bool isVague, double scale)
{
    QPen pen(color, 1.1 * scale);
    if (isVague)
        pen.setDashPattern({9, 4});
    return pen;
}

/// Strokes away from the edge on one side of it, evenly along it and at half a right angle to it,
/// however steep it is.
void drawHatch(
    QCPPainter* painter, const QPolygonF& edge, bool above, double lengthPx, double gapPx)
{
    const double step = lengthPx / std::sqrt(2.0);
    double carried = gapPx / 2;
    for (int k = 1; k < edge.size(); ++k) {
        const QPointF from = edge[k - 1], along = edge[k] - from;
        const double length = std::hypot(along.x(), along.y());
        if (!(length > 0 && length < 1e5))
            continue;
        const QPointF u = along / length;
        QPointF normal(u.y(), -u.x()); // to the upper side of what goes to the right
        if ((normal.y() < 0) != above)
            normal = -normal;
        for (; carried < length; carried += gapPx)
            painter->drawLine(
                QLineF(from + u * carried, from + u * (carried + step) + normal * step));
        carried -= length;
    }
}

/// The height of an edge between two of its points; its ends go on level.
double heightAt(const QPolygonF& edge, double x)
{
    for (int k = 1; k < edge.size(); ++k) {
        const double from = edge[k - 1].x(), to = edge[k].x();
        if ((x - from) * (x - to) <= 0 && from != to)
            return edge[k - 1].y() + (x - from) / (to - from) * (edge[k].y() - edge[k - 1].y());
    }
    const bool isFirst = std::abs(x - edge.first().x()) < std::abs(x - edge.last().x());
    return isFirst ? edge.first().y() : edge.last().y();
}

/// The pieces of a bound between values that the axes cannot show.
std::vector<QPolygonF> edgesOf(const Series& series, const QCustomPlot& plot)
{
    const QCPAxis &x = *plot.xAxis, &y = *plot.yAxis;
    std::vector<QPolygonF> edges;
    QPolygonF edge;
    for (std::size_t i = 0; i <= series.x.size(); ++i) {
        const bool isDrawable = i < series.x.size()
                                && isShown(series.x[i], x.scaleType() == QCPAxis::stLogarithmic)
                                && isShown(series.y[i], y.scaleType() == QCPAxis::stLogarithmic);
        if (isDrawable) {
            edge << QPointF(x.coordToPixel(series.x[i]), y.coordToPixel(series.y[i]));
            continue;
        }
        if (edge.size() > 1)
            edges.push_back(edge);
        edge.clear();
    }
    return edges;
}

} // namespace

BoundItem::BoundItem(QCustomPlot* plot, Series series, QColor color, const ChartLook& look)
    : QCPAbstractItem(plot)
    , m_series(std::move(series))
    , m_color(color)
    , m_look(look)
{
}

void BoundItem::draw(QCPPainter* painter)
{
    const QRectF frame = parentPlot()->axisRect()->rect();
    const double far = m_series.excludesAbove ? frame.top() : frame.bottom();
    const double scale = m_look.line;
    painter->setClipRect(frame);
    for (const QPolygonF& edge : edgesOf(m_series, *parentPlot())) {
        QColor tint = m_color;
        tint.setAlphaF(0.07F);
        painter->setPen(Qt::NoPen);
        painter->setBrush(tint);
        if (!m_series.isVague) // else values may well lie there
            painter->drawPolygon(QPolygonF(edge) << QPointF(edge.last().x(), far)
                                                 << QPointF(edge.first().x(), far));
        painter->setBrush(Qt::NoBrush);
        painter->setPen(edgePen(m_color, m_series.isVague, scale));
        painter->drawPolyline(edge);
        painter->setPen(QPen(m_color, scale));
        drawHatch(painter, edge, m_series.excludesAbove, 1.4 * kHatch * scale, kGap * scale);
    }
}

BoundTag::BoundTag(QCustomPlot* plot, Series series, QColor color, const ChartLook& look)
    : QCPAbstractItem(plot)
    , m_series(std::move(series))
    , m_color(color)
    , m_look(look)
{
    setLayer(QStringLiteral("overlay"));
}

/// Beyond the hatch, at the first of a few places along the edge that is inside the frame; several
/// bounds start at different ones.
void BoundTag::draw(QCPPainter* painter)
{
    const QRectF frame = parentPlot()->axisRect()->rect();
    const std::vector<QPolygonF> edges = edgesOf(m_series, *parentPlot());
    if (edges.empty())
        return;
    const QPolygonF& edge =
        *std::max_element(edges.begin(), edges.end(), [](const QPolygonF& a, const QPolygonF& b) {
            return a.size() < b.size();
        });
    const double scale = m_look.scale;
    const QFont font = render::interfaceFont(10 * scale, false, m_look.theme.family);
    const QFontMetricsF metrics(font);
    const double width = metrics.horizontalAdvance(m_series.tag) + 6 * scale;
    const double height = metrics.height();
    const double away = (kHatch + 2) * m_look.line;
    const QRectF inside = frame.adjusted(2 * scale, 2 * scale, -2 * scale, -2 * scale);
    constexpr int kPlaces = 12;
    for (int i = 0; i < kPlaces; ++i) {
        const double share =
            static_cast<double>((4 * m_series.part + 7 * i) % kPlaces) / (kPlaces - 1);
        const double left = inside.left() + share * (inside.width() - width);
        const double a = heightAt(edge, left), b = heightAt(edge, left + width),
                     m = heightAt(edge, left + width / 2);
        const double top = m_series.excludesAbove ? std::min({a, b, m}) - away - height
                                                  : std::max({a, b, m}) + away;
        const QRectF place(left, top, width, height);
        const double low = std::min(edge.first().x(), edge.last().x());
        const double high = std::max(edge.first().x(), edge.last().x());
        if (!inside.contains(place) || left < low || left + width > high)
            continue;
        QColor veil = m_look.theme.panel;
        veil.setAlphaF(0.88F);
        painter->fillRect(place, veil);
        painter->setFont(font);
        painter->setPen(m_color);
        painter->drawText(place, Qt::AlignCenter, m_series.tag);
        return;
    }
}

BoundEntry::BoundEntry(QCPAxis* x, QCPAxis* y, const Series& series, QColor color, double scale)
    : QCPCurve(x, y)
    , m_isVague(series.isVague)
    , m_excludesAbove(series.excludesAbove)
    , m_color(color)
    , m_scale(scale)
{
}

void BoundEntry::drawLegendIcon(QCPPainter* painter, const QRectF& rect) const
{
    const double hatch = std::min(kHatch * m_scale, rect.height() * 0.6);
    const double y =
        m_excludesAbove ? rect.center().y() + hatch / 2 : rect.center().y() - hatch / 2;
    const QPolygonF edge(QList<QPointF>{{rect.left(), y}, {rect.right() - hatch, y}});
    painter->setPen(edgePen(m_color, m_isVague, m_scale));
    painter->drawPolyline(edge);
    painter->setPen(QPen(m_color, m_scale));
    drawHatch(
        painter, edge, m_excludesAbove, 1.4 * hatch, std::min(kGap * m_scale, rect.width() / 3));
}

BelowZeroItem::BelowZeroItem(QCustomPlot* plot, Series series, QColor color, double scale)
    : QCPAbstractItem(plot)
    , m_series(std::move(series))
    , m_color(color)
    , m_scale(scale)
{
}

void BelowZeroItem::draw(QCPPainter* painter)
{
    const QCPAxis &x = *parentPlot()->xAxis, &y = *parentPlot()->yAxis;
    const QRectF frame = parentPlot()->axisRect()->rect();
    const double head = 3 * m_scale, whisker = 2.5 * m_scale, stub = 12 * m_scale;
    painter->setClipRect(frame);
    painter->setPen(QPen(m_color, m_scale));
    for (std::size_t i = 0; i < std::min(m_series.x.size(), m_series.y.size()); ++i) {
        const bool isPlaced = isShown(m_series.x[i], x.scaleType() == QCPAxis::stLogarithmic);
        if (!isPlaced || !std::isfinite(m_series.y[i]) || m_series.y[i] > 0)
            continue; // the error bar of the library, or nothing
        const double error = i < m_series.errors.size() ? m_series.errors[i] : 0;
        const double high = m_series.y[i] + (std::isfinite(error) ? error : 0);
        const double at = x.coordToPixel(m_series.x[i]), low = frame.bottom();
        double top = low - stub;
        if (high > 0) {
            top = std::min(y.coordToPixel(high), low - stub);
            painter->drawLine(QPointF(at - whisker, top), QPointF(at + whisker, top));
        }
        painter->drawLine(QPointF(at, top), QPointF(at, low));
        painter->drawPolyline(
            QPolygonF({{at - head, low - 1.6 * head}, {at, low}, {at + head, low - 1.6 * head}}));
    }
}

} // namespace scorefield::plots
