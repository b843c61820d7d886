// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Paints a scene with one QPainter, whatever is behind it: a picture, a PDF page or an SVG. What is
// dense comes from OpenGL as pixels, panel by panel; in vector files everything else is lines,
// shapes and text.
#include "ui/export/figure_scene.h"

class QPainter;

namespace scorefield::render {

/// The painter's coordinates are the scene's units. Error: OpenGL, or "cancelled".
Status paintFigure(QPainter& painter,
                   const FigureScene& scene,
                   const FigureSpec& spec,
                   bool asVectors,
                   const std::stop_token& stop);

} // namespace scorefield::render
