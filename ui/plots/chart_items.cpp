// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/chart_items.h"

#include <algorithm>
#include <cmath>

namespace scorefield::plots {

BoundItem::BoundItem(QCustomPlot* plot, Series series, QColor color, double scale)
    : QCPAbstractItem(plot)
    , m_series(std::move(series))
    , m_color(std::move(color))
    , m_scale(scale)
{
}

void BoundItem::draw(QCPPainter* painter)
{
    const QCPAxis &x = *parentPlot()->xAxis, &y = *parentPlot()->yAxis;
    const QRectF frame = parentPlot()->axisRect()->rect();
    const double far = m_series.excludesAbove ? frame.top() : frame.bottom();
    const double hatch = 6 * m_scale, gap = 9 * m_scale;
    const auto isDrawable = [&](std::size_t i) {
        return std::isfinite(m_series.x[i]) && std::isfinite(m_series.y[i])
               && (x.scaleType() == QCPAxis::stLinear || m_series.x[i] > 0)
               && (y.scaleType() == QCPAxis::stLinear || m_series.y[i] > 0);
    };
    painter->setClipRect(frame);
    for (std::size_t i = 0; i < m_series.x.size();) {
        QPolygonF edge;
        for (; i < m_series.x.size() && isDrawable(i); ++i)
            edge << QPointF(x.coordToPixel(m_series.x[i]), y.coordToPixel(m_series.y[i]));
        while (i < m_series.x.size() && !isDrawable(i))
            ++i;
        if (edge.size() < 2)
            continue;
        QColor tint = m_color;
        tint.setAlphaF(0.07F);
        painter->setPen(Qt::NoPen);
        painter->setBrush(tint);
        painter->drawPolygon(QPolygonF(edge)
                             << QPointF(edge.last().x(), far) << QPointF(edge.first().x(), far));
        painter->setPen(QPen(m_color, m_scale));
        painter->setBrush(Qt::NoBrush);
        painter->drawPolyline(edge);
        const double side = m_series.excludesAbove ? -hatch : hatch;
        double carried = gap / 2;
        for (int k = 1; k < edge.size(); ++k) {
            const QPointF from = edge[k - 1], along = edge[k] - from;
            const double length = std::hypot(along.x(), along.y());
            for (; carried < length && length < 1e5; carried += gap) {
                const QPointF at = from + along * (carried / length);
                painter->drawLine(QLineF(at, at + QPointF(hatch, side)));
            }
            carried -= length;
        }
    }
}

std::vector<double> cellEdges(const std::vector<double>& centres, bool logarithmic)
{
    std::vector<double> places = centres;
    if (logarithmic)
        for (double& place : places)
            place = std::log(place);
    std::vector<double> edges;
    const std::size_t n = places.size();
    for (std::size_t i = 0; i <= n; ++i) {
        double edge = 0;
        if (n == 1)
            edge = places[0] + (i == 0 ? -0.5 : 0.5);
        else if (i == 0)
            edge = places[0] - (places[1] - places[0]) / 2;
        else if (i == n)
            edge = places[n - 1] + (places[n - 1] - places[n - 2]) / 2;
        else
            edge = (places[i - 1] + places[i]) / 2;
        edges.push_back(logarithmic ? std::exp(edge) : edge);
    }
    return edges;
}

double cellShare(const CellMap& cells, double value)
{
    const auto place = [&](double v) { return cells.logarithmic ? std::log(v) : v; };
    const double width = place(cells.high) - place(cells.low);
    return width > 0 ? std::clamp((place(value) - place(cells.low)) / width, 0.0, 1.0) : 0.5;
}

CellItem::CellItem(QCustomPlot* plot, CellMap cells, const std::vector<QRgb>& colors)
    : QCPAbstractItem(plot)
    , m_cells(std::move(cells))
    , m_colors(colors)
{
}

void CellItem::draw(QCPPainter* painter)
{
    const QCPAxis &x = *parentPlot()->xAxis, &y = *parentPlot()->yAxis;
    painter->setClipRect(parentPlot()->axisRect()->rect());
    painter->setAntialiasing(false); // neighbours share their edge
    painter->setPen(Qt::NoPen);
    const auto left = cellEdges(m_cells.x, x.scaleType() == QCPAxis::stLogarithmic);
    const auto low = cellEdges(m_cells.y, y.scaleType() == QCPAxis::stLogarithmic);
    for (std::size_t row = 0; row < m_cells.y.size(); ++row)
        for (std::size_t column = 0; column < m_cells.x.size(); ++column) {
            const double value = m_cells.values[row * m_cells.x.size() + column];
            if (!std::isfinite(value) || (m_cells.logarithmic && value <= 0))
                continue;
            const auto index = static_cast<std::size_t>(
                std::lround(cellShare(m_cells, value) * static_cast<double>(m_colors.size() - 1)));
            const QPointF corner(x.coordToPixel(left[column]), y.coordToPixel(low[row]));
            const QPointF other(x.coordToPixel(left[column + 1]), y.coordToPixel(low[row + 1]));
            painter->fillRect(QRectF(corner, other).normalized(), QColor(m_colors[index]));
        }
}

} // namespace scorefield::plots
