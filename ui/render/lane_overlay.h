// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The QPainter part of a lane's picture: title with formula, axes and labels, colour bar with its
// unit, caption, read-outs, pinned path, probe, handles.
#include "ui/render/lane_view.h"

#include <vector>

class QPainter;

namespace scorefield::render {

void paintLaneOverlay(QPainter& painter, const LaneView& view, const QRectF& laneRectangle);

/// Where a component can be grabbed, in plane coordinates of the clean data (time 0): its mean, and
/// the ends of its 2 sigma axes (first axis +, −, second axis +, −, in the order of
/// GaussianMixture's eigenvalues, ascending). No ends for an unknown component.
struct ComponentHandles {
    QPointF mean;
    std::vector<QPointF> axisEnds;
};
ComponentHandles handlePositions(const LaneView& view, int component);

/// The arrow of a lane's constant score error, in plane coordinates of x/alpha, from the mean of
/// the data; nothing where the lane has none, or more dimensions than the arrow.
struct ErrorArrow {
    QPointF from, to;
};
std::optional<ErrorArrow> errorArrow(const Session& session, const RunProduct& run, int lane);

} // namespace scorefield::render
