// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/axis_ticks.h"
#include "ui/render/overlay_parts.h"
#include "ui/render/typeset.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

constexpr double kTick = 4, kLabelGap = 3; // designed pixels

/// On a whole device pixel, so that a thin line stays crisp.
double crisp(const QPainter& painter, double value, bool horizontalAxis)
{
    const auto t = painter.deviceTransform();
    const double scale = t.m11(), offset = horizontalAxis ? t.dx() : t.dy();
    return (std::floor(value * scale + offset) + 0.5 - offset) / scale;
}

/// One number alone tells no scale: rather a few more than there is ample room for.
std::vector<Tick> shownTicks(double low, double high, int most, double fitting)
{
    const int enough = std::min(6, static_cast<int>(fitting));
    auto ticks = axisTicks(low, high, most);
    for (int more = most + 1; ticks.size() < 2 && more <= enough; ++more)
        ticks = axisTicks(low, high, more);
    return ticks;
}

void paintHorizontal(QPainter& painter,
                     const OverlayFrame& frame,
                     const QFont& font,
                     const QString& name)
{
    const auto& theme = frame.view.theme;
    const QFontMetricsF metrics(font);
    const double y = crisp(painter, frame.plot.bottom(), false),
                 baseline = frame.plot.bottom() + frame.px(kTick + kLabelGap) + metrics.ascent();
    painter.setPen(QPen(theme.axis, frame.hairline()));
    painter.drawLine(QPointF(frame.plot.left(), y), QPointF(frame.plot.right(), y));
    const bool numbered = frame.view.parts.xNumbers;
    const double nameWidth = formulaWidth(name, font);
    const bool named = numbered && nameWidth < 0.45 * frame.plot.width();
    const double last = named ? frame.plot.right() - nameWidth - frame.px(8) : frame.plot.right();
    const auto visible = frame.transform.visible();
    const int most = std::clamp(static_cast<int>(frame.plot.width() / frame.px(56)), 2, 10);
    for (const auto& tick :
         shownTicks(visible.left(), visible.right(), most, frame.plot.width() / frame.px(34))) {
        const double x = frame.transform.toPixels({tick.value, 0}).x(),
                     width = metrics.horizontalAdvance(tick.label);
        painter.setPen(QPen(theme.axis, frame.hairline()));
        const double at = crisp(painter, x, true);
        painter.drawLine(QPointF(at, y), QPointF(at, y + frame.px(kTick)));
        if (!numbered || x + width / 2 > last || x - width / 2 < frame.lane.left() + frame.px(2))
            continue;
        painter.setPen(theme.secondary);
        painter.drawText(QPointF(x - width / 2, baseline), tick.label);
    }
    if (named)
        drawFormula(painter, {frame.plot.right() - nameWidth, baseline}, name, font, theme.text);
}

void paintVertical(QPainter& painter,
                   const OverlayFrame& frame,
                   const QFont& font,
                   const QString& name)
{
    const auto& theme = frame.view.theme;
    const QFontMetricsF metrics(font);
    const double x = crisp(painter, frame.plot.left(), true);
    painter.setPen(QPen(theme.axis, frame.hairline()));
    painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, frame.plot.bottom()));
    const bool numbered = frame.view.parts.yNumbers;
    const auto visible = frame.transform.visible();
    const int most = std::clamp(static_cast<int>(frame.plot.height() / frame.px(36)), 2, 10);
    for (const auto& tick :
         shownTicks(visible.top(), visible.bottom(), most, frame.plot.height() / frame.px(15))) {
        const double y = frame.transform.toPixels({0, tick.value}).y(),
                     width = metrics.horizontalAdvance(tick.label);
        painter.setPen(QPen(theme.axis, frame.hairline()));
        const double at = crisp(painter, y, false);
        painter.drawLine(QPointF(x - frame.px(kTick), at), QPointF(x, at));
        const double left = x - frame.px(kTick + kLabelGap) - width;
        if (!numbered || left < frame.lane.left() + frame.px(2)
            || y + metrics.ascent() / 2 > frame.plot.bottom() + frame.px(4))
            continue;
        painter.setPen(theme.secondary);
        painter.drawText(QPointF(left, y + metrics.capHeight() / 2), tick.label);
    }
    if (!numbered)
        return;
    drawFormula(painter,
                {frame.plot.left() + frame.px(8), frame.plot.top() + metrics.ascent()},
                name,
                font,
                theme.text);
}

/// "x1" as "x₁".
QString withSubscript(const std::string& label)
{
    QString text = QString::fromStdString(label);
    if (text.size() < 2 || text.size() > 3 || !text[0].isLetter())
        return text;
    for (int i = 1; i < text.size(); ++i) {
        if (!text[i].isDigit())
            return QString::fromStdString(label);
        text[i] = QChar(static_cast<ushort>(0x2080 + text[i].digitValue()));
    }
    return text;
}

} // namespace

void paintAxes(QPainter& painter, const OverlayFrame& frame)
{
    const QFont font = numberFont(frame.font(11));
    painter.setFont(font);
    painter.setRenderHint(QPainter::Antialiasing, false);
    paintHorizontal(painter, frame, font, withSubscript(frame.view.run->plane.labels[0]));
    painter.setFont(font);
    if (!frame.isOneDimensional())
        paintVertical(painter, frame, font, withSubscript(frame.view.run->plane.labels[1]));
    painter.setRenderHint(QPainter::Antialiasing, true);
}

} // namespace scorefield::render
