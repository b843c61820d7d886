// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/chart_bars.h"

#include "ui/render/typeset.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace scorefield::plots {

namespace {

constexpr double kGroup = 0.78;      ///< of the way to the next place
constexpr double kAsideShare = 0.34; ///< of a bar's room
constexpr double kLeastNumberPx = 20;

/// The bars of a chart drawn at once: QCPBars stacks and cannot start where another one ends.
class BarsItem : public QCPAbstractItem {
public:
    BarsItem(QCustomPlot* plot, std::vector<Bar> bars, const ChartLook& look)
        : QCPAbstractItem(plot)
        , m_bars(std::move(bars))
        , m_look(look)
    {
        for (const Bar& bar : m_bars)
            m_placeOf.emplace(bar.lane, 0);
        int place = 0;
        for (auto& [lane, at] : m_placeOf)
            at = place++;
    }
    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }

protected:
    void draw(QCPPainter* painter) override
    {
        painter->setClipRect(clipRect());
        for (const Bar& bar : m_bars)
            if (std::isfinite(bar.from) && std::isfinite(bar.to))
                drawBar(painter, bar);
        drawLinks(painter);
    }

private:
    double room() const { return kGroup / static_cast<double>(m_placeOf.size()); }
    double left(const Bar& bar) const
    {
        return bar.x - kGroup / 2 + room() * m_placeOf.at(bar.lane);
    }

    QRectF rectOf(const Bar& bar) const
    {
        const auto& x = *parentPlot()->xAxis;
        const auto& y = *parentPlot()->yAxis;
        const bool isWhole = hasAside(bar) == bar.isAside;
        const double start = left(bar) + (bar.isAside ? room() * (1 - kAsideShare) : 0);
        const double width = bar.isAside ? room() * kAsideShare * 0.8
                                         : room() * (isWhole ? 0.94 : 1 - kAsideShare * 1.1);
        return QRectF(QPointF(x.coordToPixel(start), y.coordToPixel(bar.from)),
                      QPointF(x.coordToPixel(start + width), y.coordToPixel(bar.to)))
            .normalized();
    }

    /// Whether another bar of its place and lane stands beside it.
    bool hasAside(const Bar& bar) const
    {
        return std::any_of(m_bars.begin(), m_bars.end(), [&](const Bar& other) {
            return other.isAside && other.x == bar.x && other.lane == bar.lane;
        });
    }

    void drawBar(QCPPainter* painter, const Bar& bar) const
    {
        const QColor color = laneColor(m_look.theme, bar.lane);
        const QRectF rect = rectOf(bar);
        painter->setPen(QPen(color, 1.2 * m_look.line));
        if (bar.isAside) {
            painter->setBrush(Qt::NoBrush);
        } else if (bar.to >= bar.from) {
            painter->setBrush(render::withAlpha(color, bar.isTotal ? 0.45 : 0.9));
        } else {
            painter->setBrush(QBrush(color, Qt::BDiagPattern));
        }
        painter->drawRect(rect);
        if (bar.label.isEmpty() || rect.width() < kLeastNumberPx * m_look.scale)
            return;
        painter->setFont(render::interfaceFont(10 * m_look.scale, false, m_look.theme.family));
        painter->setPen(m_look.theme.secondary);
        const double high = 14 * m_look.scale;
        painter->drawText(
            QRectF(rect.left() - high, rect.top() - 1.4 * high, rect.width() + 2 * high, high),
            Qt::AlignHCenter | Qt::AlignBottom,
            bar.label);
    }

    /// From the end of each step to the start of the next one.
    void drawLinks(QCPPainter* painter) const
    {
        std::map<int, const Bar*> last;
        for (const Bar& bar : m_bars) {
            if (bar.isAside || !std::isfinite(bar.to))
                continue;
            const auto [at, isFirst] = last.emplace(bar.lane, &bar);
            if (!isFirst) {
                const double y = parentPlot()->yAxis->coordToPixel(at->second->to);
                painter->setPen(QPen(m_look.theme.axis, m_look.hairline, Qt::DotLine));
                painter->drawLine(QPointF(rectOf(*at->second).right(), y),
                                  QPointF(rectOf(bar).left(), y));
            }
            at->second = &bar;
        }
    }

    std::vector<Bar> m_bars;
    ChartLook m_look;
    std::map<int, int> m_placeOf; ///< of a lane among those at one place
};

} // namespace

double barOffset(int place, int lanes, bool hasAside)
{
    const double room = kGroup / lanes;
    return -kGroup / 2 + room * place + room * (hasAside ? 1 - kAsideShare * 1.1 : 0.94) / 2;
}

void addBars(QCustomPlot& plot, const ChartSpec& spec, const ChartLook& look)
{
    if (!spec.bars.empty())
        new BarsItem(&plot, spec.bars, look);
}

} // namespace scorefield::plots
