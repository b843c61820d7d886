// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/figure_scene.h"

#include "core/base/text.h"
#include "core/session/export_table.h"
#include "ui/export/figure_moments.h"
#include "ui/export/lane_pictures.h"
#include "ui/render/lane_words.h"

#include <QFontDatabase>

#include <algorithm>

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

PageWords wordsOf(const FigureRuns& runs, const FigureSpec& spec, const std::vector<int>& lanes)
{
    PageWords words;
    words.title = QString::fromStdString(spec.title);
    for (const int lane : lanes) {
        const Lane& shown = runs.front()->session.lanes[static_cast<std::size_t>(lane)];
        words.lanes.push_back(processName(shown));
        if (spec.captions != 0)
            words.captions.push_back(
                laneCaption(*runs.front()->lanes[static_cast<std::size_t>(lane)],
                            runs.front()->session,
                            lane,
                            std::nullopt));
    }
    for (std::size_t moment = 0; moment < momentCount(spec); ++moment)
        words.moments.push_back(momentName(runs, spec, moment));
    return words;
}

/// The views of all lanes at one moment, and where those stand that are shown.
std::vector<LaneView> viewsAt(const FigureRuns& runs,
                              const FigureSpec& spec,
                              std::size_t moment,
                              const PictureStyle& style)
{
    const auto& run = runOfMoment(runs, moment);
    auto views = laneViews(run, run->session, run->session.timeline.position, style);
    for (LaneView& view : views)
        view.step = stepAtMoment(*run, spec, moment, view.lane);
    const double top = sharedDensityTop(views);
    for (LaneView& view : views)
        view.densityTop = top;
    return views;
}

} // namespace

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
    scene.page = layoutPage(spec, lanes, wordsOf(runs, spec, lanes), scene.size, scene.scale, 0);

    const PictureStyle style{scene.theme, scene.scale, spec.lineScale, {}};
    WorkerPool pool;
    scene.views.resize(scene.page.cells.size());
    for (std::size_t moment = 0; moment < momentCount(spec); ++moment) {
        auto views = viewsAt(runs, spec, moment, style);
        std::vector<QRectF> rectangles(views.size(), scene.page.cells.front().rectangle);
        for (const FigureCell& cell : scene.page.cells)
            if (cell.moment == static_cast<int>(moment)) {
                views[static_cast<std::size_t>(cell.lane)].parts = cell.parts;
                rectangles[static_cast<std::size_t>(cell.lane)] = cell.rectangle;
            }
        addMapsAndRidges(views, rectangles, scene.ratio, pool, stop);
        if (stop.stop_requested())
            return Error{"", "cancelled"};
        for (std::size_t i = 0; i < scene.views.size(); ++i)
            if (const FigureCell& cell = scene.page.cells[i];
                cell.moment == static_cast<int>(moment)) {
                scene.views[i] = views[static_cast<std::size_t>(cell.lane)];
                scene.views[i].hairline = scene.scale * spec.lineScale;
            }
    }
    return scene;
}

} // namespace scorefield::render
