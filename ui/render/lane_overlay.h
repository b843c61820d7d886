// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The QPainter part of a lane's picture: title with formula, axes and labels, colour bar with its unit, caption, read-outs, pinned path, probe, handles.
#include "ui/render/lane_view.h"

class QPainter;

namespace scorefield::render {

void paintLaneOverlay(QPainter& painter, const LaneView& view, const QRectF& laneRectangle);

} // namespace scorefield::render
