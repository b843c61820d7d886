// SPDX-License-Identifier: GPL-3.0-or-later
// The colour bar of the density.
#include "ui/render/overlay_parts.h"
#include "ui/render/typeset.h"

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

// Nats below the top that the logarithmic scale reaches (density_layer.cpp draws the same).
constexpr double kLogRange = 12;

} // namespace

bool showsDensityBar(const LaneView& view)
{
    const auto& style = view.session.view;
    return style.density.visible > 0 && style.density.opacity > 0
           && mapQuantity(style) == MapQuantity::None;
}

BarWords densityWords(const LaneView& view, bool isRelative)
{
    const bool log = view.session.view.densityScale > 0;
    const double top = isRelative ? 0 : view.densityTop;
    QString name = isRelative ? QStringLiteral("qₜ / max qₜ") : QStringLiteral("qₜ");
    if (log)
        name += QStringLiteral(", log");
    return {name,
            log ? prettyNumber(std::exp(top - kLogRange), 1) : QStringLiteral("0"),
            prettyNumber(std::exp(top), 2)};
}

QImage densityBarImage(const LaneView& view)
{
    // Over the canvas, fading at the low end (as density_paint.frag).
    const auto& style = view.session.view;
    const auto& map = colorMap(static_cast<int>(style.densityMap));
    QImage image(256, 1, QImage::Format_ARGB32);
    const QColor canvas = view.theme.canvas;
    for (int i = 0; i < 256; ++i) {
        const double f = std::clamp(i / 255.0 / 0.25, 0.0, 1.0),
                     alpha = style.density.opacity * f * f * (3 - 2 * f);
        const QRgb rgb = map[static_cast<std::size_t>(view.theme.dark ? i : 255 - i)];
        if (view.theme.transparent) {
            image.setPixelColor(i, 0, withAlpha(rgb, alpha));
            continue;
        }
        const QColor c(rgb);
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

double paintColorBar(
    QPainter& painter, const OverlayFrame& frame, double left, double right, double baseline)
{
    if (!showsDensityBar(frame.view))
        return right;
    const auto& theme = frame.view.theme;
    const QFont font = frame.font(11);
    const BarWords words = densityWords(frame.view, false);
    const double gap = frame.px(6),
                 highWidth = std::max(tabularWidth(words.high, font),
                                      tabularWidth(QStringLiteral("0.00"), font));
    const double lowWidth = tabularWidth(words.low, font),
                 nameWidth = formulaWidth(words.name, font);
    double bar = frame.px(96);
    const double texts = highWidth + lowWidth + nameWidth + 2 * gap + 1.6 * gap;
    if (right - texts - bar < left)
        bar = frame.px(48);
    if (right - texts - bar < left)
        return right;
    double x = right - highWidth;
    drawTabular(painter, {x, baseline}, words.high, font, theme.secondary);
    x -= gap + bar;
    const QRectF rectangle(x, baseline - frame.px(8), bar, frame.px(8));
    painter.drawImage(rectangle, densityBarImage(frame.view));
    painter.setPen(QPen(theme.hairline, frame.hairline()));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rectangle);
    x -= gap + lowWidth;
    drawTabular(painter, {x, baseline}, words.low, font, theme.secondary);
    x -= 1.6 * gap + nameWidth;
    drawFormula(painter, {x, baseline}, words.name, font, theme.text);
    return x;
}

} // namespace scorefield::render
