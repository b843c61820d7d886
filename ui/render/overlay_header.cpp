// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/lane_words.h"
#include "ui/render/overlay_parts.h"
#include "ui/render/particle_codes.h"
#include "ui/render/typeset.h"

#include <QFontMetricsF>
#include <QImage>

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

constexpr double kLogRange =
    12; // nats below the top that the logarithmic scale reaches (density_layer.cpp draws the same)
constexpr double kEdge = 14; // designed pixels between the lane's edge and its text

const Lane& laneOf(const OverlayFrame& frame)
{
    return frame.ran.lanes[static_cast<std::size_t>(frame.view.lane)];
}

/// The map as it is drawn: over the canvas, fading at the low end (as density_paint.frag).
QImage barImage(const OverlayFrame& frame)
{
    const auto& style = frame.view.session.view;
    const auto& map = colorMap(static_cast<int>(style.densityMap));
    QImage image(256, 1, QImage::Format_RGB32);
    const QColor canvas = frame.view.theme.canvas;
    for (int i = 0; i < 256; ++i) {
        const double f = std::clamp(i / 255.0 / 0.25, 0.0, 1.0),
                     alpha = style.density.opacity * f * f * (3 - 2 * f);
        const QColor c(map[static_cast<std::size_t>(frame.view.theme.dark ? i : 255 - i)]);
        const auto mix = [alpha](int a, int b) {
            return static_cast<int>(std::lround(a + alpha * (b - a)));
        };
        image.setPixel(i,
                       0,
                       qRgb(mix(canvas.red(), c.red()),
                            mix(canvas.green(), c.green()),
                            mix(canvas.blue(), c.blue())));
    }
    return image;
}

/// Right-aligned at `right`; returns the left end of what it painted (or `right` if there is
/// nothing to paint or no room from `left`).
double paintColorBar(
    QPainter& painter, const OverlayFrame& frame, double left, double right, double baseline)
{
    const auto& style = frame.view.session.view;
    if (style.density.visible <= 0 || style.density.opacity <= 0
        || mapQuantity(style) != MapQuantity::None) // a map has its key in the plot
        return right;
    const auto& theme = frame.view.theme;
    const QFont font = frame.font(11);
    const bool log = style.densityScale > 0;
    const QString low =
        log ? prettyNumber(std::exp(frame.view.densityTop - kLogRange), 1) : QStringLiteral("0");
    const QString high = prettyNumber(std::exp(frame.view.densityTop), 2);
    const QString name = log ? QStringLiteral("qₜ, log") : QStringLiteral("qₜ");
    const double gap = frame.px(6),
                 highWidth =
                     std::max(tabularWidth(high, font), tabularWidth(QStringLiteral("0.00"), font));
    const double lowWidth = tabularWidth(low, font), nameWidth = formulaWidth(name, font);
    double bar = frame.px(96);
    const double texts = highWidth + lowWidth + nameWidth + 2 * gap + 1.6 * gap;
    if (right - texts - bar < left)
        bar = frame.px(48);
    if (right - texts - bar < left)
        return right;
    double x = right - highWidth;
    drawTabular(painter, {x, baseline}, high, font, theme.secondary);
    x -= gap + bar;
    const QRectF rectangle(x, baseline - frame.px(8), bar, frame.px(8));
    painter.drawImage(rectangle, barImage(frame));
    painter.setPen(QPen(theme.hairline, frame.hairline()));
    painter.drawRect(rectangle);
    x -= gap + lowWidth;
    drawTabular(painter, {x, baseline}, low, font, theme.secondary);
    x -= 1.6 * gap + nameWidth;
    drawFormula(painter, {x, baseline}, name, font, theme.text);
    return x;
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
    double x = frame.lane.left() + frame.px(kEdge);
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
    const double valueWidth = tabularWidth(QStringLiteral("−0.000"), font), gap = frame.px(6);
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
    painter.drawText(QPointF(left, baseline),
                     QFontMetricsF(font).elidedText(laneCaption(frame.product, frame.ran, frame.view.lane, frame.level), Qt::ElideRight, x - left));
}

} // namespace scorefield::render
