// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How finely a density has to be evaluated to look as if every pixel were, and where it shows.
#include "ui/render/density_tiles.h"
#include "ui/render/layer.h"

#include <QRect>

#include <vector>

namespace scorefield::render {

/// What the resolution of a density depends on.
struct DensityTexels {
    QRect box;            ///< pixels of the plot in which anything shows
    int pixels = 1;       ///< edge of a texel
    bool reduced = false; ///< fewer texels than it needs
    DensityTiles tiles;
};

/// Exact: a texel per pixel. Else the largest whole number of pixels at which the narrowest
/// component that shows spans enough texels for the interpolation to err by less than a shade, or
/// more where only a share of the work is to be done.
DensityTexels densityTexels(const LaneFrame& frame, const PlaneDensity& density, double cut);

/// The table of the shader: two texels for every entry of `list`, a component's place relative to
/// the camera's centre and its shape. Standard deviations are at least a part of a texel, at their
/// true height: thin modes stay visible.
std::vector<float> componentTable(const LaneFrame& frame,
                                  const PlaneDensity& density,
                                  int texelPixels,
                                  std::span<const std::uint32_t> list);

} // namespace scorefield::render
