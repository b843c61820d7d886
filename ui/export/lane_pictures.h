// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the pictures of all lanes of a run show at one moment: the views that figures and films
// draw, with the maps and ridges that the window computes in the background.
#include "ui/render/lane_view.h"

#include <QRectF>

#include <memory>
#include <stop_token>
#include <vector>

namespace scorefield::render {

/// The same for all lanes of a picture.
struct PictureStyle {
    Theme theme;
    double scale = 1, lineScale = 1;
    LaneParts parts{};
};

/// One view for each lane of the run, at this position of the session's clock, with one scale of
/// the density for all. `session`: the document whose style is drawn.
std::vector<LaneView> laneViews(const std::shared_ptr<const RunProduct>& run,
                                const Session& session,
                                double position,
                                const PictureStyle& style);

/// The maps of an earlier picture: those of the data end serve all moments of a run.
struct KnownMaps {
    std::shared_ptr<const RunProduct> run;
    ViewSpec style;
    std::vector<MapWindow> windows;
    std::shared_ptr<const LaneMaps> maps;
};

/// The ridges, at the resolution of figures, and the maps that the views' session shows, each of
/// what is visible of its lane's rectangle (logical pixels of `ratio` device pixels each). After a
/// stop request the views may lack them. `known` is used where it fits, and set.
void addMapsAndRidges(std::vector<LaneView>& views,
                      const std::vector<QRectF>& rectangles,
                      double ratio,
                      WorkerPool& pool,
                      const std::stop_token& stop = {},
                      KnownMaps* known = nullptr);

} // namespace scorefield::render
