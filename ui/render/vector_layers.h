// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The layers that OpenGL draws in the window, painted with QPainter as lines and shapes: for PDF
// and SVG. Everything is clipped to the plot by its geometry, since SVG painting knows no clipping.
#include "ui/render/lane_view.h"

class QPainter;

namespace scorefield::render {

/// Which layers are painted; each only if the session shows it.
struct VectorLayers {
    bool contours = true, ellipses = true, trails = true, particles = true;
};

/// In the order, colours, widths and opacities of LaneRenderer.
void paintVectorLayers(QPainter& painter,
                       const LaneView& view,
                       const QRectF& laneRectangle,
                       const VectorLayers& layers);

} // namespace scorefield::render
