// SPDX-License-Identifier: GPL-3.0-or-later
// Cells.
#include "ui/plots/chart_items.h"

#include <algorithm>
#include <cmath>

namespace scorefield::plots {

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
