// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/ridge_style.h"

#include "ui/render/clip_lines.h"
#include "ui/render/color_science.h"

#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

constexpr double kLowest = -12, kHighest = 3; // decades of the gap

/// The three corners of an umbilic, where three ridges may meet.
QPolygonF triangle(QPointF c, double r)
{
    return {
        {c + QPointF(0, -1.25 * r), c + QPointF(1.1 * r, .7 * r), c + QPointF(-1.1 * r, .7 * r)}};
}

QPainterPath symbolPath(RidgeSymbol symbol, QPointF at, double radius)
{
    QPainterPath path;
    const QPointF down(.8 * radius, .8 * radius), up(.8 * radius, -.8 * radius);
    switch (symbol) {
    case RidgeSymbol::Mode:
        path.addEllipse(at, .8 * radius, .8 * radius);
        break;
    case RidgeSymbol::Saddle:
        for (const QPointF& arm : {down, up}) {
            path.moveTo(at - arm);
            path.lineTo(at + arm);
        }
        break;
    case RidgeSymbol::Minimum:
        path.addEllipse(at, .85 * radius, .85 * radius);
        break;
    case RidgeSymbol::Umbilic:
        path.addPolygon(triangle(at, .85 * radius));
        path.closeSubpath();
    }
    return path;
}

} // namespace

double StrengthScale::place(double logGap) const
{
    return std::clamp((logGap - low) / (high - low), 0.0, 1.0);
}

StrengthScale strengthScale(const RidgeSpec& spec)
{
    return {std::clamp(std::log10(spec.gamma), kLowest, kHighest - 1), kHighest};
}

QColor strengthColor(const Theme& theme, double place)
{
    const double at = std::clamp(place, 0.0, 1.0);
    const auto mix = [at](double weak, double strong) { return weak + at * (strong - weak); };
    // Warm, so that they differ from the greens and blues of the density; lightness carries the
    // order.
    return theme.dark ? toColor({mix(.64, .97), mix(.19, .10), mix(5, 98)})
                      : toColor({mix(.66, .30), mix(.19, .13), mix(40, -25)});
}

RidgeSymbol symbolOf(CriticalKind kind)
{
    switch (kind) {
    case CriticalKind::Mode:
        return RidgeSymbol::Mode;
    case CriticalKind::Saddle:
        return RidgeSymbol::Saddle;
    case CriticalKind::Minimum:
        break;
    }
    return RidgeSymbol::Minimum;
}

void drawRidgeSymbol(QPainter& painter,
                     QPointF at,
                     double radius,
                     RidgeSymbol symbol,
                     const Theme& theme,
                     const QRectF& box)
{
    const double line = .42 * radius;
    const QPainterPath path = symbolPath(symbol, at, radius);
    const auto draw = [&](const QColor& color, double width) {
        painter.setPen(QPen(color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(symbol == RidgeSymbol::Mode ? QBrush(color) : QBrush(Qt::NoBrush));
        if (box.isEmpty())
            painter.drawPath(path);
        else
            drawInside(painter, path, box);
    };
    draw(theme.canvas, line + .8 * radius);
    draw(theme.text, symbol == RidgeSymbol::Mode ? .1 * radius : line);
}

} // namespace scorefield::render
