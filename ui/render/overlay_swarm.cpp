// SPDX-License-Identifier: GPL-3.0-or-later
// What the legend says of the particles on the GPU.
#include "ui/render/overlay_parts.h"

#include <algorithm>
#include <array>

namespace scorefield::render {
namespace {

/// "10 000 000", with narrow spaces.
QString grouped(std::size_t number)
{
    QString text = QString::number(number);
    for (qsizetype i = text.size() - 3; i > 0; i -= 3)
        text.insert(i, QChar(0x202f));
    return text;
}

/// A small cloud of dots.
void paintSwatch(QPainter& painter, QPointF c, double unit, const QColor& ink)
{
    constexpr std::array<std::pair<double, double>, 9> kDots{
        {{-6, 2}, {-4, -2}, {-2.5, 1}, {-1, -1}, {0, 2}, {1, 0}, {2.5, -2}, {3.5, 1.5}, {6, -.5}}};
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    for (const auto& [x, y] : kDots)
        painter.drawEllipse(c + QPointF(x, y) * unit, .7 * unit, .7 * unit);
}

} // namespace

void appendSwarmRows(std::vector<LegendRow>& rows, const OverlayFrame& frame)
{
    const auto& swarm = frame.view.swarm;
    if (!swarm)
        return;
    if (!swarm->refusal.empty()) { // a note above the plot says it where there are notes
        if (!frame.view.parts.notes)
            rows.push_back({[](QPainter&, QPointF) {},
                            QStringLiteral("no swarm: ") + QString::fromStdString(swarm->refusal)});
        return;
    }
    // Short: two lanes of a small window leave a row about 25 letters.
    const QString all = grouped(swarm->wanted);
    const auto percent = 100 * swarm->there / std::max<std::size_t>(1, swarm->wanted);
    rows.push_back(
        {[unit = frame.px(1), ink = frame.view.theme.text](QPainter& painter, QPointF c) {
             paintSwatch(painter, c, unit, ink);
         },
         swarm->there < swarm->wanted ? QStringLiteral("%1 % of %2, GPU").arg(percent).arg(all)
                                      : all + QStringLiteral(" particles, GPU")});
}

} // namespace scorefield::render
