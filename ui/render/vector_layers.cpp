// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/vector_layers.h"

#include "ui/render/clip_lines.h"
#include "ui/render/contour_lines.h"
#include "ui/render/particle_codes.h"
#include "ui/render/vector_parts.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace scorefield::render {
namespace {

// Designed pixels, as the density and ellipse layers have them.
constexpr double kContourWidth = 1.1, kEllipseWidth = 1.2, kDash = 4;
constexpr double kDeviations = 2;
// Of a quarter circle as one cubic: (4/3) tan(pi/8), off by 3e-4 of the radius at most.
constexpr double kQuarterHandle = 0.5522847498307936;

bool isShown(const LayerSpec& layer)
{
    return layer.visible > 0 && layer.opacity > 0;
}

QColor withOpacity(QColor color, double opacity)
{
    color.setAlphaF(static_cast<float>(std::clamp(opacity, 0., 1.)));
    return color;
}

void paintContours(QPainter& painter, const OverlayFrame& frame)
{
    const LayerSpec& layer = frame.view.session.view.contours;
    const double width = linePx(frame, kContourWidth);
    const QRectF box = insetFor(frame.plot, width);
    const PlaneDensity density(*frame.view.run->planeMixture, frame.level.alpha, frame.level.sigma);
    const auto lines = contourLines(
        density, frame.transform, {box, frame.px(2)}, density.regionThresholds({.5, .8, .95, .99}));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(withOpacity(frame.view.theme.text, layer.opacity),
                        width,
                        Qt::SolidLine,
                        Qt::RoundCap,
                        Qt::RoundJoin));
    // One path: where lines of two levels touch they are no darker, as in the density layer.
    painter.drawPath(smoothPath(lines, box));
}

QPainterPath ellipsePath(QPointF centre, QPointF a, QPointF b)
{
    QPainterPath path(centre + a);
    for (int quarter = 0; quarter < 4; ++quarter) {
        path.cubicTo(centre + a + kQuarterHandle * b, centre + b + kQuarterHandle * a, centre + b);
        const QPointF turned = -a;
        a = b;
        b = turned;
    }
    path.closeSubpath();
    return path;
}

/// Every other stretch of this length, beginning with the first. Lines of their own: PDF painting
/// knows a dashed line only as the outlines of its dashes, a hundred times as large.
std::vector<QPolygonF> dashesOf(const QPolygonF& line, double length)
{
    std::vector<QPolygonF> dashes;
    double at = 0;   // along the line
    long number = 0; // of the stretch; even ones are drawn
    for (qsizetype i = 0; i + 1 < line.size(); ++i) {
        const QPointF a = line[i], step = line[i + 1] - a;
        const double size = std::hypot(step.x(), step.y());
        for (double done = 0; done < size;) {
            const double end = std::min(size, static_cast<double>(number + 1) * length - at);
            if (number % 2 == 0) {
                const bool isNew = dashes.empty() || number / 2 >= static_cast<long>(dashes.size());
                if (isNew)
                    dashes.push_back({{a + done / size * step}});
                dashes.back() << a + end / size * step;
            }
            if (end < size)
                ++number;
            done = std::max(end, done + 1e-9 * length); // rounding never stops it
        }
        at += size;
    }
    return dashes;
}

void paintEllipses(QPainter& painter, const OverlayFrame& frame)
{
    const double width = linePx(frame, kEllipseWidth), dash = linePx(frame, kDash);
    const PlaneDensity density(*frame.view.run->planeMixture, frame.level.alpha, frame.level.sigma);
    painter.setPen(
        QPen(withOpacity(frame.view.theme.text, frame.view.session.view.ellipses.opacity),
             width,
             Qt::SolidLine,
             Qt::FlatCap,
             Qt::BevelJoin));
    for (const auto& c : density.components()) {
        const QPointF centre = frame.transform.toPixels({c.x, c.y});
        const auto axis = [&](std::size_t i) {
            return frame.transform.toPixels(
                       {c.x + kDeviations * c.halfAxes[i], c.y + kDeviations * c.halfAxes[i + 1]})
                   - centre;
        };
        const QPainterPath path = ellipsePath(centre, axis(0), axis(2));
        if (!path.controlPointRect().intersects(frame.plot))
            continue;
        // Whole dashes fit, so that the ends meet.
        const double length = path.length(),
                     fitted = length / (2 * std::max(1., std::round(length / (2 * dash))));
        if (fitted <= 0)
            continue;
        QPolygonF line;
        const int corners = std::clamp(static_cast<int>(length / frame.px(2)), 24, 720);
        for (int i = 0; i <= corners; ++i) {
            const double angle = 2 * std::numbers::pi * i / corners;
            line << centre + std::cos(angle) * axis(0) + std::sin(angle) * axis(2);
        }
        strokeInside(painter, dashesOf(line, fitted), frame.plot);
    }
}

} // namespace

void paintVectorLayers(QPainter& painter,
                       const LaneView& view,
                       const QRectF& laneRectangle,
                       const VectorLayers& layers)
{
    if (!view.run || view.lane < 0 || static_cast<std::size_t>(view.lane) >= view.run->lanes.size())
        return;
    const OverlayFrame frame = overlayFrame(view, laneRectangle);
    const ViewSpec& style = view.session.view;
    const bool hasStates =
        frame.product.trajectories.particles > 0 && storedSteps(frame.product) >= 0;
    const bool trails = layers.trails && isShown(style.trails) && storedSteps(frame.product) > 0,
               particles = layers.particles && isShown(style.particles);
    std::vector<std::uint32_t> codes;
    if (hasStates && (trails || particles))
        codes = particleCodes(view);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (layers.contours && isShown(style.contours))
        paintContours(painter, frame);
    if (hasStates && trails)
        paintVectorTrails(painter, frame, codes);
    if (layers.ellipses && isShown(style.ellipses) && !frame.isOneDimensional())
        paintEllipses(painter, frame);
    if (hasStates && particles)
        paintVectorParticles(painter, frame, codes);
    painter.restore();
}

} // namespace scorefield::render
