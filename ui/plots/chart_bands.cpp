// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/chart_bands.h"

#include "ui/render/typeset.h"

#include <algorithm>
#include <cmath>

namespace scorefield::plots {

namespace {

class BandItem : public QCPAbstractItem {
public:
    BandItem(QCustomPlot* plot, Band band) : QCPAbstractItem(plot), m_band(std::move(band))
    {
        setLayer(QStringLiteral("grid")); // under lines and axes
    }
    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }

protected:
    void draw(QCPPainter* painter) override
    {
        const QCPAxis &x = *parentPlot()->xAxis, &y = *parentPlot()->yAxis;
        const bool logarithmic = x.scaleType() == QCPAxis::stLogarithmic;
        QPolygonF outline;
        const std::size_t n = m_band.x.size();
        const auto point = [&](std::size_t i, double height) {
            if (!std::isfinite(height) || (logarithmic && !(m_band.x[i] > 0)))
                return;
            outline << QPointF(x.coordToPixel(m_band.x[i]), y.coordToPixel(height));
        };
        for (std::size_t i = 0; i < n; ++i)
            point(i, m_band.high[i]);
        for (std::size_t i = n; i-- > 0;)
            point(i, m_band.low[i]);
        if (outline.size() < 3) // a PDF would hold a path without points
            return;
        painter->setClipRect(parentPlot()->axisRect()->rect());
        painter->setPen(Qt::NoPen);
        painter->setBrush(m_band.color);
        painter->drawPolygon(outline);
    }

private:
    Band m_band;
};

} // namespace

void addBands(QCustomPlot& plot, const ChartSpec& spec, double scale)
{
    for (const Band& band : spec.bands) {
        new BandItem(&plot, band);
        if (!plot.legend || band.label.isEmpty())
            continue;
        auto* entry = new QCPCurve(plot.xAxis, plot.yAxis); // without points: the legend's alone
        entry->setName(band.label);
        QPen pen(band.color, 9 * scale);
        pen.setCapStyle(Qt::FlatCap);
        entry->setPen(pen);
    }
}

QString bandAt(const ChartSpec& spec, double x, double y)
{
    for (const Band& band : spec.bands)
        for (std::size_t i = 0; i + 1 < band.x.size(); ++i) {
            const double from = band.x[i], to = band.x[i + 1];
            if (from == to || (x - from) * (x - to) > 0)
                continue;
            const double share = spec.x.logarithmic && from > 0 && to > 0
                                     ? std::log(x / from) / std::log(to / from)
                                     : (x - from) / (to - from);
            const double low = band.low[i] + share * (band.low[i + 1] - band.low[i]);
            const double high = band.high[i] + share * (band.high[i + 1] - band.high[i]);
            if (y < low || y > high)
                continue;
            return QStringLiteral("%1\n%2 = %3\n%4 %")
                .arg(band.label,
                     spec.x.label,
                     render::prettyNumber(x, 4),
                     render::prettyNumber(100 * (high - low), 3));
        }
    return {};
}

QList<QCPAbstractItem*> addNamedMark(
    QCustomPlot& plot, const Mark& mark, int row, const ChartSpec& spec, const ChartLook& look)
{
    const auto& theme = look.theme;
    const double scale = look.scale;
    constexpr double kRow = .1; // of the height: names of neighbours stand below one another
    QPen pen(theme.text, 1.1 * look.line);
    pen.setDashPattern({3, 2.5});
    auto* line = new QCPItemStraightLine(&plot);
    line->setPen(pen);
    line->point1->setCoords(mark.x, spec.y.logarithmic ? 1 : 0);
    line->point2->setCoords(mark.x, spec.y.logarithmic ? 10 : 1);
    const QCPRange range = plot.xAxis->range();
    const auto place = [&](double x) { return spec.x.logarithmic ? std::log(x) : x; };
    const double share =
        (place(mark.x) - place(range.lower)) / (place(range.upper) - place(range.lower));
    const bool isRight = spec.x.reversed ? share < .5 : share > .5;
    auto* name = new QCPItemText(&plot);
    name->setText(mark.label);
    name->setFont(render::interfaceFont(10.5 * scale, false, theme.family));
    name->setColor(theme.text);
    QColor veil = theme.panel;
    veil.setAlphaF(0.82F);
    name->setBrush(veil);
    name->setPadding(QMargins(qRound(3 * scale), 0, qRound(3 * scale), 0));
    name->setPositionAlignment((isRight ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop);
    name->position->setTypeX(QCPItemPosition::ptPlotCoords);
    name->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    name->position->setCoords(mark.x, .02 + kRow * row);
    return {line, name};
}

} // namespace scorefield::plots
