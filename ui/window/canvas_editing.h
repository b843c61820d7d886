// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Editing the mixture where it is drawn. Everything here is in plane coordinates y = axes^T (x -
// origin) and acts on components as files write them; nothing knows widgets.
#include "core/mixture/mixture_spec.h"
#include "core/session/lane_plan.h"

#include <QPointF>

#include <array>

namespace scorefield::ui {

/// Component ellipses are drawn, and their handles sit, at this many standard deviations.
inline constexpr double kHandleDeviations = 2;

QPointF meanInPlane(const ComponentSpec& component, const ViewPlane& plane);
/// Standard deviations along two orthogonal unit directions of the plane, the larger first.
struct PlaneAxes {
    std::array<QPointF, 2> directions;
    std::array<double, 2> deviations;
};
PlaneAxes axesInPlane(const ComponentSpec& component, const ViewPlane& plane);

/// Moves the mean by `delta` within the plane; what lies outside the plane stays.
void moveMean(ComponentSpec& component, const ViewPlane& plane, QPointF delta);

/// Gives axis `axis` of `start` (the axes when the drag began) the end `handle - mean`: in two
/// dimensions it turns there and the other axis stays perpendicular with its own deviation;
/// otherwise the covariance is stretched along the axis, S' = F S F with F = I + (f - 1) u u^T.
void setAxisEnd(ComponentSpec& component,
                const ViewPlane& plane,
                const ComponentSpec& start,
                int axis,
                QPointF handle);

/// A new component at a place of the plane, shaped like the nearest one; a class of its own where
/// every component has its own, else the nearest one's. Returns its number.
int addComponentAt(MixtureSpec& mixture, const ViewPlane& plane, QPointF place);

} // namespace scorefield::ui
