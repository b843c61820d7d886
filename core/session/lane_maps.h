// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The maps of a session's lanes (view.map.quantity) with the one scale they share: what the window
// refines in the background and a figure draws at full resolution.
#include "core/metric/field_map.h"
#include "core/session/session_run.h"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace scorefield {

MapQuantity mapQuantity(const ViewSpec& view);
/// Whether it is of the play-head's level; the others are of the data end.
bool dependsOnLevel(MapQuantity quantity);
/// Whether it is of the one-step map from the play-head's level to the data end.
bool isOfOneStep(MapQuantity quantity);
/// Whether every point is the end of a path of its own: a hundred times the work.
bool followsPaths(MapQuantity quantity);

/// How values become colours: one for all lanes.
struct MapScale {
    double low = 0, high = 0; ///< low == high: nothing varies
    bool logarithmic = false; ///< then 0 < low
    bool diverging = false;   ///< then low = -high
    bool openBelow = false;   ///< smaller values occur, and look like low
    bool openAbove = false;   ///< larger values occur, and look like high
    bool categorical = false; ///< values are numbers of classes or components, from 0
    bool operator==(const MapScale&) const = default;
};

struct LaneMap {
    std::optional<FieldMap> field;
    std::optional<double> peak; ///< of the output density, where it may fit between cells
    std::string note; ///< without a field: why there is none; with one: what to know about it
};

struct LaneMaps {
    MapQuantity quantity = MapQuantity::None;
    int comparedLane = 0; ///< from 0, of Difference
    std::vector<LaneMap> lanes;
    MapScale scale;
};

/// What part of the plane a lane shows, how finely to sample it, and where its play-head stands.
struct MapWindow {
    PlaneGrid grid;
    double step = 0;
    bool operator==(const MapWindow&) const = default;
};

/// One map per window; windows belong to the first lanes of the run, in order.
LaneMaps computeLaneMaps(const RunProduct& run,
                         const ViewSpec& view,
                         const std::vector<MapWindow>& windows,
                         WorkerPool& pool,
                         std::stop_token stop = {});
/// 0 to the largest value; logarithmic if most of the picture would be at the low end; symmetric
/// about 0 where signs differ; log densities down to 12 nats below the largest; curvatures from -1
/// to 1, gaps over at most 12 decades below 1.
MapScale mapScale(MapQuantity quantity, const std::vector<LaneMap>& lanes);

} // namespace scorefield
