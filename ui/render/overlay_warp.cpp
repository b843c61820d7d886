// SPDX-License-Identifier: GPL-3.0-or-later
// The one-step map as a grid of lines, before and after: figures hold them as lines.
#include "ui/render/clip_lines.h"
#include "ui/render/overlay_parts.h"
#include "ui/render/typeset.h"

#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

// Designed pixels.
constexpr double kBefore = .75, kAfter = 1.15, kCasing = 1.4;
constexpr double kBeforeOpacity = .3, kCasingOpacity = .55;
constexpr double kSwatch = 9; // half a width of the legend's

QPen penOf(QColor color, double width, double opacity)
{
    color.setAlphaF(static_cast<float>(opacity));
    return {color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin};
}

/// The grid at x_t, and what became of it.
struct WarpPaths {
    std::vector<QPolygonF> before, after;
};

WarpPaths pathsOf(const OverlayFrame& frame, const LaneWarp& warp)
{
    WarpPaths paths;
    const auto pixels = [&](const Eigen::Vector2d& place) {
        return frame.transform.toPixels({place[0], place[1]});
    };
    const QRectF plot = frame.plot;
    for (const WarpLine& line : warp.lines) {
        if (frame.isOneDimensional()) { // the vertical means nothing: lines cross all of it
            const auto across = [&](const Eigen::Vector2d& place) {
                const double x = pixels(place).x();
                return QPolygonF({QPointF(x, plot.top()), QPointF(x, plot.bottom())});
            };
            paths.before.push_back(across(line.from));
            if (!line.warped.empty())
                paths.after.push_back(across(line.warped.front()));
            continue;
        }
        paths.before.push_back(QPolygonF({pixels(line.from), pixels(line.to)}));
        QPolygonF warped;
        warped.reserve(static_cast<qsizetype>(line.warped.size()));
        for (const Eigen::Vector2d& place : line.warped)
            warped << pixels(place);
        paths.after.push_back(std::move(warped));
    }
    return paths;
}

} // namespace

const LaneWarp* shownWarp(const LaneView& view)
{
    const WarpSpec& spec = view.session.view.warp;
    const bool fits = spec.layer.visible > 0 && spec.layer.opacity > 0 && view.warps
                      && static_cast<std::size_t>(view.lane) < view.warps->lanes.size();
    return fits ? &view.warps->lanes[static_cast<std::size_t>(view.lane)] : nullptr;
}

void paintWarp(QPainter& painter, const OverlayFrame& frame)
{
    const LaneWarp* warp = shownWarp(frame.view);
    if (warp == nullptr || warp->lines.empty())
        return;
    const Theme& theme = frame.view.theme;
    const WarpPaths paths = pathsOf(frame, *warp);
    const double unit = frame.px(1) * frame.view.lineScale;
    painter.save();
    painter.setOpacity(frame.view.session.view.warp.layer.opacity);
    painter.setPen(penOf(theme.text, kBefore * unit, kBeforeOpacity));
    strokeInside(painter, paths.before, frame.plot);
    painter.setPen(penOf(theme.canvas, (kAfter + kCasing) * unit, kCasingOpacity));
    strokeInside(painter, paths.after, frame.plot);
    painter.setPen(penOf(theme.text, kAfter * unit, 1));
    strokeInside(painter, paths.after, frame.plot);
    painter.restore();
}

void appendWarpRows(std::vector<LegendRow>& rows, const OverlayFrame& frame)
{
    const LaneWarp* warp = shownWarp(frame.view);
    if (warp == nullptr)
        return;
    if (!warp->note.empty()) {
        rows.push_back({[](QPainter&, QPointF) {},
                        QStringLiteral("no one-step map: ") + QString::fromStdString(warp->note)});
        return;
    }
    const Theme& theme = frame.view.theme;
    const double half = frame.px(kSwatch), unit = frame.px(1) * frame.view.lineScale;
    const auto line = [=](double width, double opacity, double bend) {
        return [=](QPainter& painter, QPointF c) {
            QPainterPath path(c - QPointF(half, bend));
            path.cubicTo(c + QPointF(-half / 3, 3 * bend),
                         c + QPointF(half / 3, -3 * bend),
                         c + QPointF(half, bend));
            painter.setBrush(Qt::NoBrush);
            painter.setPen(penOf(theme.text, width * unit, opacity));
            painter.drawPath(path);
        };
    };
    const double share = frame.view.warps->share;
    QString after = share >= 1 ? QStringLiteral("one step F(xₜ)")
                               : prettyNumber(std::round(100 * share), 3)
                                     + QStringLiteral(" % of the way to F(xₜ)");
    if (frame.view.run->mixture->dimension() > 2)
        after += QStringLiteral(", projected");
    if (warp->isCoarse)
        after += QStringLiteral(" (coarse)");
    rows.push_back({line(kAfter, 1, half / 4), after});
    if (share > 0)
        rows.push_back({line(kBefore, 2 * kBeforeOpacity, 0), QStringLiteral("grid at xₜ")});
}

} // namespace scorefield::render
