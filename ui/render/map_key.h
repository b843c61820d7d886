// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a lane's map means: which one is shown, its colours, its scale and its words, for the layer
// that paints it and the colour bar beside it.
#include "ui/render/axis_ticks.h"
#include "ui/render/lane_view.h"

#include <QRgb>
#include <QString>

#include <vector>

namespace scorefield::render {

/// The lane's map, if it is the one the session asks for.
const LaneMap* shownMap(const LaneView& view);

/// 0 … 1 from the scale's low end to its high end, −1 … 1 where it diverges; beyond it outside.
/// NaN stays; nothing that varies is at 0.
double placeOnScale(const MapScale& scale, double value);
/// 256 colours from low to high, the zero of the scale nearest to the canvas.
std::vector<QRgb> mapColors(const LaneView& view);

/// Categories are fields behind particles of the same colours.
inline constexpr double kCategoryOpacity = .45;

/// A basin and what it is called.
struct BasinName {
    int number; ///< the value in the map, and of its colour
    QString name;
};
/// Those that occur in the lane's map, ascending.
std::vector<BasinName> basinNames(const LaneView& view);

struct MapWords {
    QString name, symbol, unit;
};
MapWords mapWords(const LaneMaps& maps);
/// Round numbers of the scale, ascending; at most `most` unless a logarithmic scale has both ends
/// between powers of ten.
std::vector<Tick> mapTicks(const MapScale& scale, int most);

/// What to compute for a lane's picture: a cell for every `cellPixels` logical pixels of the plot.
MapWindow mapWindow(const LaneView& view, const QRectF& laneRectangle, double cellPixels);

} // namespace scorefield::render
