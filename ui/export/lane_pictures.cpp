// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/lane_pictures.h"

#include "ui/render/map_key.h"

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

// Device pixels of a map's cell: painted by cubic interpolation. A path of its own for every cell
// is a hundred times the work.
constexpr double kMapCell = 2, kPathMapCell = 6;
constexpr double kPathEvaluations = 100; // of the field, about, on a path to a cell
constexpr double kLineFineness = 2; // of the one-step map's lines: figures are looked at closely
constexpr int kFigureRidge = 384;   // cells along the longer side: lines of a few pixels
constexpr double kMostTerms = 2e8;  // cells times components of a map: some seconds

bool fits(const KnownMaps& known,
          const std::shared_ptr<const RunProduct>& run,
          const ViewSpec& style,
          const std::vector<MapWindow>& windows)
{
    const bool isOfMoment = dependsOnLevel(mapQuantity(style));
    return known.maps && known.run == run && known.style == style
           && std::equal(windows.begin(),
                         windows.end(),
                         known.windows.begin(),
                         known.windows.end(),
                         [&](const MapWindow& a, const MapWindow& b) {
                             return a.grid == b.grid && (!isOfMoment || a.step == b.step);
                         });
}

void addMaps(std::vector<LaneView>& views,
             const std::vector<QRectF>& rectangles,
             double ratio,
             WorkerPool& pool,
             const std::stop_token& stop,
             KnownMaps& known)
{
    const RunProduct& run = *views.front().run;
    const ViewSpec& style = views.front().session.view;
    if (mapQuantity(style) == MapQuantity::None)
        return;
    const bool paths = followsPaths(mapQuantity(style));
    const double terms = run.mixture->componentCount() * (paths ? kPathEvaluations : 1.0),
                 area = rectangles.front().width() * rectangles.front().height();
    const double cell =
        std::max((paths ? kPathMapCell : kMapCell) / ratio, std::sqrt(area * terms / kMostTerms));
    std::vector<MapWindow> windows;
    for (std::size_t i = 0; i < views.size(); ++i)
        windows.push_back(mapWindow(views[i], rectangles[i], cell));
    if (!fits(known, views.front().run, style, windows)) {
        auto maps =
            std::make_shared<const LaneMaps>(computeLaneMaps(run, style, windows, pool, stop));
        if (stop.stop_requested())
            return;
        known = {views.front().run, style, std::move(windows), std::move(maps)};
    }
    for (LaneView& view : views)
        view.maps = known.maps;
}

void addRidges(std::vector<LaneView>& views,
               const std::vector<QRectF>& rectangles,
               WorkerPool& pool,
               const std::stop_token& stop)
{
    const ViewSpec& style = views.front().session.view;
    if (style.ridge.layer.visible == 0)
        return;
    std::vector<RidgeWindow> windows;
    for (std::size_t i = 0; i < views.size(); ++i)
        windows.push_back(ridgeWindow(views[i], rectangles[i]));
    auto ridges = computeLaneRidges(*views.front().run, style, windows, pool, kFigureRidge, stop);
    for (std::size_t i = 0; i < std::min(views.size(), ridges.size()); ++i)
        views[i].ridge = std::make_shared<const RidgePicture>(std::move(ridges[i]));
}

void addArrows(std::vector<LaneView>& views,
               const std::vector<QRectF>& rectangles,
               WorkerPool& pool,
               const std::stop_token& stop)
{
    const ViewSpec& style = views.front().session.view;
    if (style.arrows.layer.visible == 0)
        return;
    std::vector<ArrowWindow> windows;
    for (std::size_t i = 0; i < views.size(); ++i)
        windows.push_back(arrowWindow(views[i], rectangles[i]));
    const auto arrows = std::make_shared<const LaneArrows>(
        computeLaneArrows(*views.front().run, style, windows, pool, stop));
    for (LaneView& view : views)
        view.arrows = arrows;
}

void addWarps(std::vector<LaneView>& views,
              const std::vector<QRectF>& rectangles,
              WorkerPool& pool,
              const std::stop_token& stop)
{
    const ViewSpec& style = views.front().session.view;
    if (style.warp.layer.visible == 0)
        return;
    std::vector<WarpWindow> windows;
    for (std::size_t i = 0; i < views.size(); ++i) {
        windows.push_back(warpWindow(views[i], rectangles[i]));
        windows.back().pixel /= kLineFineness;
    }
    const auto warps = std::make_shared<const LaneWarps>(
        computeLaneWarps(*views.front().run, style, windows, pool, stop));
    for (LaneView& view : views)
        view.warps = warps;
}

} // namespace

std::vector<LaneView> laneViews(const std::shared_ptr<const RunProduct>& run,
                                const Session& session,
                                double position,
                                const PictureStyle& style)
{
    const auto levels = run->levels();
    std::vector<LaneView> views;
    for (int lane = 0; lane < static_cast<int>(run->lanes.size()); ++lane) {
        LaneView view;
        view.run = run;
        view.session = session;
        view.lane = lane;
        view.step = stepAtPosition(session.timeline, position, levels, lane);
        view.theme = style.theme;
        view.scale = style.scale;
        view.lineScale = style.lineScale;
        view.parts = style.parts;
        views.push_back(std::move(view));
    }
    const double top = sharedDensityTop(views);
    for (LaneView& view : views)
        view.densityTop = top;
    return views;
}

void addMapsAndRidges(std::vector<LaneView>& views,
                      const std::vector<QRectF>& rectangles,
                      double ratio,
                      WorkerPool& pool,
                      const std::stop_token& stop,
                      KnownMaps* known)
{
    if (views.empty())
        return;
    KnownMaps none;
    addMaps(views, rectangles, ratio, pool, stop, known != nullptr ? *known : none);
    addRidges(views, rectangles, pool, stop);
    addArrows(views, rectangles, pool, stop);
    addWarps(views, rectangles, pool, stop);
}

} // namespace scorefield::render
