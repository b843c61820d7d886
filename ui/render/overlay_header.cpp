// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/lane_words.h"
#include "ui/render/overlay_parts.h"
#include "ui/render/typeset.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

constexpr double kEdge = 14; // designed pixels between the lane's edge and its text

const Lane& laneOf(const OverlayFrame& frame)
{
    return frame.ran.lanes[static_cast<std::size_t>(frame.view.lane)];
}

/// In the middle of the row above the plot, whose height a grid chooses.
double headerBaseline(const OverlayFrame& frame)
{
    const double row = frame.plot.top() - frame.lane.top();
    return frame.plot.top() - std::min(frame.px(13), .34 * row);
}

/// The panel's letter and its name; returns where they end.
double paintTitle(QPainter& painter, const OverlayFrame& frame, const QString& process)
{
    const LaneParts& parts = frame.view.parts;
    const double right = frame.lane.right() - frame.px(kEdge), baseline = headerBaseline(frame);
    // In a grid the letter stands at the plot.
    double x = parts.margins ? frame.plot.left() : frame.lane.left() + frame.px(kEdge);
    painter.setPen(frame.view.theme.text);
    if (!parts.letter.isEmpty()) {
        const QFont bold = frame.font(15, true);
        painter.setFont(bold);
        painter.drawText(QPointF(x, baseline), parts.letter);
        x += QFontMetricsF(bold).horizontalAdvance(parts.letter) + frame.px(8);
    }
    if (!parts.title)
        return x - frame.px(12);
    const QFont font = frame.font(15);
    const QString title = QFontMetricsF(font).elidedText(
        parts.heading.isEmpty() ? process : parts.heading, Qt::ElideRight, right - x);
    painter.setFont(font);
    painter.drawText(QPointF(x, baseline), title);
    return x + QFontMetricsF(font).horizontalAdvance(title);
}

} // namespace

void paintHeader(QPainter& painter, const OverlayFrame& frame)
{
    const auto& theme = frame.view.theme;
    const LaneParts& parts = frame.view.parts;
    const QFont formulaFont = frame.font(12.5);
    const double right = frame.lane.right() - frame.px(kEdge), baseline = headerBaseline(frame);
    const double titleEnd = paintTitle(painter, frame, processName(laneOf(frame)));
    QString formula = parts.formula ? processFormula(laneOf(frame)) : QString();
    const double formulaLeft = titleEnd + frame.px(12);
    const auto formulaEnd = [&] { return formulaLeft + formulaWidth(formula, formulaFont); };
    // A long formula gives way to the colour bar clause by clause.
    const double barRoom = parts.colorBar ? frame.px(165) : 0;
    while (formulaEnd() + barRoom > right && formula.contains(QLatin1Char(',')))
        formula = formula.left(formula.lastIndexOf(QLatin1Char(',')));
    const bool hasRoom = !formula.isEmpty() && formulaEnd() <= right;
    if (hasRoom)
        drawFormula(painter, {formulaLeft, baseline}, formula, formulaFont, theme.secondary);
    if (parts.colorBar)
        paintColorBar(
            painter, frame, (hasRoom ? formulaEnd() : titleEnd) + frame.px(16), right, baseline);
}

void paintCaption(QPainter& painter, const OverlayFrame& frame)
{
    const double baseline = frame.lane.bottom() - frame.px(11);
    const bool hasNumbers = frame.view.parts.axes && frame.view.parts.xNumbers;
    if (baseline - frame.px(12) < frame.plot.bottom() + frame.px(hasNumbers ? 18 : 2))
        return; // a low lane has no row for it
    const auto& theme = frame.view.theme;
    const QFont font = frame.font(12);
    const double left = frame.lane.left() + frame.px(kEdge),
                 right = frame.lane.right() - frame.px(kEdge);
    const std::pair<QString, double> now[] = {{QStringLiteral("t"), frame.level.t},
                                              {QStringLiteral("σ̃"), frame.level.sigmaTilde()},
                                              {QStringLiteral("λ"), frame.level.lambda()}};
    // On a screen that plays, numbers keep their room.
    const double gap = frame.px(6),
                 valueWidth = isFileFont(font) ? 0 : tabularWidth(QStringLiteral("−0.000"), font);
    const bool narrow = right - left < frame.px(360);
    double x = right;
    for (int i = 2; i >= 0; --i) {
        if (narrow && i != 1)
            continue;
        const QString value = prettyNumber(now[i].second);
        const double width = std::max(valueWidth, tabularWidth(value, font));
        drawTabular(painter, {x - width, baseline}, value, font, theme.text);
        x -= width + gap + formulaWidth(now[i].first, font);
        drawFormula(painter, {x, baseline}, now[i].first, font, theme.secondary);
        x -= 2 * gap;
    }
    painter.setFont(font);
    painter.setPen(theme.secondary);
    const QString how = laneCaption(frame.product, frame.ran, frame.view.lane, frame.level);
    painter.drawText(QPointF(left, baseline),
                     isFileFont(font)
                         ? fittingClauses(how, font, x - left)
                         : QFontMetricsF(font).elidedText(how, Qt::ElideRight, x - left));
}

} // namespace scorefield::render
