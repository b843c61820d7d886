// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Which components of a density matter where in a picture of it: the picture is cut into squares,
// those that show nothing are dropped, and each of the others lists the components that can
// contribute to it. Bounds of every component over a square make both safe.
#include "ui/render/plane_density.h"

#include <QRect>

#include <cstdint>
#include <span>
#include <vector>

namespace scorefield::render {

/// A component in texels: log term = logPeak - |W (texel - place)|^2 / 2.
struct TexelComponent {
    double x, y;
    double w00, w01, w10, w11;
    double logPeak;
};

struct DensityTile {
    QRect area;  ///< texels that are painted from it; no two tiles share one
    QRect reach; ///< texels that are evaluated: more where no tile is beside it, so that
                 ///< everything that the painting of `area` reads has a value
    std::uint32_t first = 0, count = 0; ///< its part of DensityTiles::components
};

struct DensityTiles {
    std::vector<DensityTile> tiles;
    std::vector<std::uint32_t> components;
    double evaluations() const; ///< components times texels
};

struct TileRequest {
    QRect box;                ///< texels; nothing shows outside
    double cut = 0;           ///< log density below which nothing shows
    int edge = 2;             ///< texels around a painted one that are read
    double leastWork = 4e3;   ///< evaluations; a tile with fewer is not cut further
    double negligible = 1e-5; ///< what all skipped components may add to q, as a share of it
};

/// Wherever q >= exp(cut) within the box there is a tile, and the components of its list make up
/// (1 - negligible) q at least.
DensityTiles densityTiles(std::span<const TexelComponent> components, const TileRequest& request);

} // namespace scorefield::render
