// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/clip_lines.h"
#include "ui/render/lane_overlay.h"
#include "ui/render/overlay_parts.h"
#include "ui/render/plane_density.h"
#include "ui/render/typeset.h"

#include <QPainterPath>

#include <cmath>

namespace scorefield::render {
namespace {

constexpr double kDeviations = 2; // of the ellipse whose axes carry the handles
constexpr int kMostHandles =
    64; // components whose means are all marked; of more, only the selected and the hovered one

void paintDot(QPainter& painter,
              QPointF at,
              double radius,
              const QColor& fill,
              const QColor& rim,
              double rimWidth)
{
    painter.setPen(QPen(rim, rimWidth));
    painter.setBrush(fill);
    painter.drawEllipse(at, radius, radius);
}

/// The same where no bit of it may leave the plot.
void paintDotInside(QPainter& painter,
                    const OverlayFrame& frame,
                    QPointF at,
                    double radius,
                    const QColor& fill,
                    const QColor& rim,
                    double rimWidth)
{
    QPainterPath disc;
    disc.addEllipse(at, radius, radius);
    painter.setPen(rimWidth > 0 ? QPen(rim, rimWidth) : QPen(Qt::NoPen));
    painter.setBrush(fill);
    drawInside(painter, disc, frame.plot);
}

void paintComponentHandles(QPainter& painter, const OverlayFrame& frame, int component)
{
    const auto& theme = frame.view.theme;
    const auto& view = frame.view;
    const bool chosen = component == view.selectedComponent,
               hovered = component == view.hoveredComponent;
    const auto handles = handlePositions(view, component);
    const QPointF mean = frame.transform.toPixels(handles.mean);
    const auto& parts = view.run->planeMixture->components();
    const QColor color = theme.classColor(parts[static_cast<std::size_t>(component)].classLabel);
    if (chosen || hovered) {
        QColor line = chosen ? theme.accent : theme.text;
        line.setAlphaF(0.8F);
        painter.setPen(QPen(line, frame.px(1.2)));
        painter.setBrush(Qt::NoBrush);
        if (handles.axisEnds.size() == 4) {
            const QPointF a = frame.transform.toPixels(handles.axisEnds[0]) - mean,
                          b = frame.transform.toPixels(handles.axisEnds[2]) - mean;
            QPainterPath path;
            for (int i = 0; i <= 96; ++i) {
                const double angle = 2 * M_PI * i / 96;
                const QPointF p = mean + std::cos(angle) * a + std::sin(angle) * b;
                i == 0 ? path.moveTo(p) : path.lineTo(p);
            }
            painter.drawPath(path);
        }
        for (const auto& end : handles.axisEnds)
            paintDot(painter,
                     frame.transform.toPixels(end),
                     frame.px(4),
                     theme.canvas,
                     chosen ? theme.accent : theme.text,
                     frame.px(1.4));
    }
    paintDot(painter,
             mean,
             frame.px(chosen || hovered ? 6 : 4.5),
             color,
             chosen ? theme.accent : theme.text,
             frame.px(chosen ? 2 : 1.4));
}

} // namespace

ComponentHandles handlePositions(const LaneView& view, int component)
{
    const auto& mixture = *view.run->planeMixture;
    if (component < 0 || component >= mixture.componentCount())
        return {};
    const auto& c = mixture.components()[static_cast<std::size_t>(component)];
    const bool flat = mixture.dimension() == 1;
    const QPointF mean(c.mean[0], flat ? 0 : c.mean[1]);
    ComponentHandles handles{mean, {}};
    for (int i = 0; i < mixture.dimension(); ++i) {
        const double reach = kDeviations * std::sqrt(c.eigenvalues[i]);
        const QPointF axis(reach * c.eigenvectors(0, i), flat ? 0 : reach * c.eigenvectors(1, i));
        handles.axisEnds.push_back(mean + axis);
        handles.axisEnds.push_back(mean - axis);
    }
    return handles;
}

void paintHandles(QPainter& painter, const OverlayFrame& frame)
{
    if (!frame.view.showHandles)
        return;
    const int count = frame.view.run->planeMixture->componentCount();
    const int chosen = frame.view.selectedComponent, hovered = frame.view.hoveredComponent;
    for (int k = 0; count <= kMostHandles && k < count; ++k)
        if (k != chosen && k != hovered)
            paintComponentHandles(painter, frame, k);
    for (const int k : {hovered, chosen})
        if (k >= 0 && k < count)
            paintComponentHandles(painter, frame, k);
}

void paintPinnedPath(QPainter& painter, const OverlayFrame& frame)
{
    const int last = storedSteps(frame.product);
    if (frame.view.pinnedParticle < 0 || last < 0
        || static_cast<std::size_t>(frame.view.pinnedParticle)
               >= frame.product.trajectories.particles)
        return;
    const auto& theme = frame.view.theme;
    const auto particle = static_cast<std::size_t>(frame.view.pinnedParticle);
    const auto at = [&](int step) {
        return frame.transform.toPixels(
            particlePosition(*frame.view.run, frame.product, particle, step));
    };
    QPolygonF path;
    for (int step = 0; step <= last; ++step)
        path << at(step);
    const double unit = frame.px(1) * frame.view.lineScale;
    QColor halo = theme.canvas;
    halo.setAlphaF(0.8F);
    painter.setPen(QPen(halo, 4 * unit, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    strokeInside(painter, {path}, frame.plot);
    painter.setPen(QPen(theme.text, 1.6 * unit, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    strokeInside(painter, {path}, frame.plot);
    paintDotInside(painter, frame, at(0), 3.5 * unit, theme.canvas, theme.text, 1.6 * unit);
    paintDotInside(painter, frame, at(last), 3 * unit, theme.text, theme.text, 0);
    paintDotInside(painter,
                   frame,
                   frame.transform.toPixels(particlePosition(frame.view, particle)),
                   5 * unit,
                   theme.accent,
                   theme.canvas,
                   1.6 * unit);
}

void paintProbe(QPainter& painter, const OverlayFrame& frame)
{
    if (!frame.view.probe)
        return;
    const QPointF at = frame.transform.toPixels(*frame.view.probe);
    if (!frame.plot.contains(at))
        return;
    QColor line = frame.view.theme.secondary;
    line.setAlphaF(0.55F);
    painter.setPen(QPen(line, frame.px(1), Qt::DotLine));
    painter.drawLine(QPointF(frame.plot.left(), at.y()), QPointF(frame.plot.right(), at.y()));
    painter.drawLine(QPointF(at.x(), frame.plot.top()), QPointF(at.x(), frame.plot.bottom()));
}

} // namespace scorefield::render
