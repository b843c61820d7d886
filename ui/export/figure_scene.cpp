// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/figure_scene.h"

#include "core/base/text.h"
#include "core/session/export_table.h"
#include "ui/export/figure_moments.h"
#include "ui/export/lane_pictures.h"
#include "ui/render/lane_words.h"

#include <QFontDatabase>
#include <QStringList>

#include <algorithm>
#include <map>

namespace scorefield::render {
namespace {

constexpr double kUsualFont = 9; // points: captions of the window, 12 px

/// The interface font by name, so that no setting of a desktop changes the file.
QString familyOf(const FigureSpec& spec)
{
    if (!spec.fontFamily.empty())
        return QString::fromStdString(spec.fontFamily);
    const QString usual = QStringLiteral("Inter");
    return QFontDatabase::families().contains(usual) ? usual : QStringLiteral("Sans Serif");
}

Theme themeOf(const FigureSpec& spec)
{
    const auto kind = static_cast<PictureTheme>(static_cast<int>(spec.theme));
    Theme theme = kind == PictureTheme::Dark    ? Theme::darkTheme()
                  : kind == PictureTheme::Print ? Theme::printTheme()
                                                : Theme::lightTheme();
    theme.family = familyOf(spec);
    theme.transparent = spec.transparent != 0;
    return theme;
}

/// What holds at all moments of how a lane is run.
QString commonCaption(const FigureRuns& runs, int lane)
{
    const QString dot = QStringLiteral(" · ");
    QStringList common;
    for (const auto& run : runs) {
        const QStringList clauses =
            laneCaption(
                *run->lanes[static_cast<std::size_t>(lane)], run->session, lane, std::nullopt)
                .split(dot);
        if (run == runs.front())
            common = clauses;
        common.removeIf([&](const QString& clause) { return !clauses.contains(clause); });
    }
    return common.join(dot);
}

PageWords wordsOf(const FigureRuns& runs, const FigureSpec& spec, const std::vector<int>& lanes)
{
    PageWords words;
    words.title = QString::fromStdString(spec.title);
    for (const int lane : lanes) {
        const Lane& shown = runs.front()->session.lanes[static_cast<std::size_t>(lane)];
        words.lanes.push_back(processName(shown));
        if (spec.captions != 0)
            words.captions.push_back(commonCaption(runs, lane));
    }
    for (std::size_t moment = 0; moment < momentCount(spec); ++moment)
        words.moments.push_back(momentName(runs, spec, moment));
    return words;
}

/// The views of all lanes at one moment; those that are shown have one scale of the density.
std::vector<LaneView> viewsAt(const FigureRuns& runs,
                              const FigureSpec& spec,
                              std::size_t moment,
                              const PictureStyle& style)
{
    const auto& run = runOfMoment(runs, moment);
    auto views = laneViews(run, run->session, run->session.timeline.position, style);
    for (LaneView& view : views)
        view.step = stepAtMoment(*run, spec, moment, view.lane);
    std::vector<LaneView> shown;
    for (const int lane : shownLanes(spec, static_cast<int>(views.size())))
        shown.push_back(views[static_cast<std::size_t>(lane)]);
    const double top = sharedDensityTop(shown);
    for (LaneView& view : views)
        view.densityTop = top;
    return views;
}

/// Maps of different moments become comparable.
void shareMapScale(std::vector<LaneView>& views)
{
    std::map<const LaneMaps*, std::shared_ptr<LaneMaps>> copies;
    std::vector<LaneMap> all;
    for (const LaneView& view : views)
        if (view.maps && !copies[view.maps.get()]) {
            copies[view.maps.get()] = std::make_shared<LaneMaps>(*view.maps);
            all.insert(all.end(), view.maps->lanes.begin(), view.maps->lanes.end());
        }
    if (copies.size() < 2)
        return;
    for (auto& [original, copy] : copies)
        copy->scale = mapScale(copy->quantity, all);
    for (LaneView& view : views)
        view.maps = copies[view.maps.get()];
}

/// The views of the page's cells. `isWhole`: with maps and ridges.
void fillViews(FigureScene& scene,
               const FigureRuns& runs,
               const FigureSpec& spec,
               const std::stop_token& stop,
               bool isWhole)
{
    const std::vector<FigureCell>& cells = scene.page.cells;
    WorkerPool pool;
    scene.views.assign(cells.size(), {});
    for (std::size_t moment = 0; moment < momentCount(spec); ++moment) {
        auto views =
            viewsAt(runs, spec, moment, PictureStyle{scene.theme, scene.scale, spec.lineScale, {}});
        std::vector<QRectF> rectangles(views.size(), cells.front().rectangle);
        for (const FigureCell& cell : cells)
            if (cell.moment == static_cast<int>(moment)) {
                views[static_cast<std::size_t>(cell.lane)].parts = cell.parts;
                rectangles[static_cast<std::size_t>(cell.lane)] = cell.rectangle;
            }
        if (isWhole)
            addMapsAndRidges(views, rectangles, scene.ratio, pool, stop);
        for (std::size_t i = 0; i < cells.size(); ++i)
            if (cells[i].moment == static_cast<int>(moment)) {
                LaneView& view = scene.views[i] = views[static_cast<std::size_t>(cells[i].lane)];
                view.parts = cells[i].parts; // a lane may stand in a grid twice
                view.hairline = scene.scale * spec.lineScale;
            }
    }
    shareMapScale(scene.views);
}

std::unique_ptr<SharedKeys> sharedKeys(const FigureScene& scene, const FigureSpec& spec)
{
    const auto isShared = [](double place) {
        return place == static_cast<double>(KeyPlace::Shared);
    };
    const bool isRelative =
        spec.content == static_cast<double>(FigureContent::Grid) && momentCount(spec) > 1;
    return std::make_unique<SharedKeys>(
        scene.views, isShared(spec.colorBar), isShared(spec.legend), isRelative);
}

} // namespace

Theme figureTheme(const FigureSpec& spec)
{
    return themeOf(spec);
}

Status checkFigure(const FigureSpec& spec, int lanes)
{
    if (auto status = checkSpec(spec, lanes); !status)
        return status;
    if (spec.fontFamily.empty())
        return success();
    std::vector<std::string> families;
    for (const QString& family : QFontDatabase::families())
        families.push_back(family.toStdString());
    if (std::find(families.begin(), families.end(), spec.fontFamily) != families.end())
        return success();
    const std::string near = nearestWord(spec.fontFamily, families);
    return Error{"font_family",
                 "is '" + spec.fontFamily + "', which is not installed"
                     + (near.empty() ? std::string() : "; did you mean '" + near + "'?")};
}

Result<FigureScene> figureScene(const FigureRuns& runs,
                                const FigureSpec& spec,
                                double pixelsPerInch,
                                const std::stop_token& stop)
{
    const int laneCount = static_cast<int>(runs.front()->lanes.size());
    if (auto status = checkFigure(spec, laneCount); !status)
        return status.error();
    FigureScene scene;
    const FigureSize size = figureSize(spec);
    scene.size = QSizeF(size.widthPt, size.heightPt) / 72 * kUnitsPerInch;
    scene.scale = kUnitsPerPixel * spec.fontSize / kUsualFont;
    scene.ratio = pixelsPerInch / kUnitsPerInch;
    scene.theme = themeOf(spec);
    const std::vector<int> lanes = shownLanes(spec, laneCount);
    const PageWords words = wordsOf(runs, spec, lanes);
    double keysHeight = 0;
    const auto layout = [&] {
        scene.page = layoutPage(spec, lanes, words, scene.size, scene.scale, keysHeight);
    };
    // How high the shared keys are depends on the views, and these on the room that is left. Maps
    // and ridges, which take their time, are made once unless they add a line to the keys.
    const auto keys = [&] {
        scene.keys = sharedKeys(scene, spec);
        const double height = scene.keys->height(keysWidth(scene.size, scene.scale));
        const bool changed = height != keysHeight;
        keysHeight = height;
        return changed;
    };
    layout();
    fillViews(scene, runs, spec, stop, false);
    keys();
    for (int pass = 0; pass < 2; ++pass) {
        layout();
        fillViews(scene, runs, spec, stop, true);
        if (stop.stop_requested())
            return Error{"", "cancelled"};
        if (!keys())
            break;
    }
    return scene;
}

} // namespace scorefield::render
