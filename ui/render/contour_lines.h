// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Level lines of a density as smooth curves: marching squares (Lorensen and Cline's method in the
// plane) on a grid finds how they run, bisection by the density itself where they cross the grid,
// and its gradient which way they go there. So they are as exact at any magnification.
#include "ui/render/lane_view.h"
#include "ui/render/plane_density.h"

#include <QPainterPath>

#include <vector>

namespace scorefield::render {

/// Places on one level, in order, and the unit direction in which the line passes each.
struct ContourLine {
    std::vector<QPointF> points, directions;
    bool closed = false; ///< the last is joined to the first
};

struct ContourGrid {
    QRectF box;         ///< pixels; no line leaves it
    double spacing = 2; ///< pixels between grid lines; wider where many components would take long
};

/// The lines log q = level, in pixels of the transform. Components thinner than the renderer can
/// show are as wide as it shows them.
std::vector<ContourLine> contourLines(const PlaneDensity& density,
                                      const ViewTransform& transform,
                                      const ContourGrid& grid,
                                      const std::vector<double>& levels);

/// Cubic curves through as few of the places as leave none farther away than 1/50 pixel; control
/// points stay in the box.
QPainterPath smoothPath(const std::vector<ContourLine>& lines, const QRectF& box);

} // namespace scorefield::render
