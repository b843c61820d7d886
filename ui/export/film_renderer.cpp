// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/export_table.h"
#include "ui/export/figure_page.h"
#include "ui/export/film_runs.h"
#include "ui/export/lane_pictures.h"
#include "ui/export/video.h"
#include "ui/render/lane_overlay.h"
#include "ui/render/lane_renderer.h"
#include "ui/render/offscreen.h"

#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace scorefield::render {
namespace {

int even(double side)
{
    const int whole = static_cast<int>(std::ceil(side));
    return whole + whole % 2;
}

PictureStyle styleOf(const VideoSpec& spec)
{
    PictureStyle style;
    const auto theme = static_cast<PictureTheme>(static_cast<int>(spec.theme));
    style.theme = theme == PictureTheme::Dark    ? Theme::darkTheme()
                  : theme == PictureTheme::Print ? Theme::printTheme()
                                                 : Theme::lightTheme();
    LaneParts& parts = style.parts;
    parts.title = parts.formula = spec.panelTitles != 0;
    parts.caption = spec.captions != 0;
    parts.readouts = spec.readouts != 0;
    parts.axes = spec.axes != 0;
    parts.legend = spec.legend != 0;
    parts.colorBar = spec.colorBar != 0;
    return style;
}

} // namespace

QSize filmSize(const VideoSpec& spec)
{
    return {even(spec.width), even(spec.height)};
}

class FilmRenderer::Private {
public:
    Private(const Session& session, const VideoSpec& videoSpec, const ExportHooks& hooks)
        : spec(videoSpec)
        , stop(hooks.stop)
        , style(styleOf(videoSpec))
        , size(filmSize(videoSpec))
        , runs(session, videoSpec, hooks)
        , pool(hooks.threads)
    {
    }
    ~Private()
    {
        if (context)
            context->makeCurrent();
        renderer.reset();
    }

    Status start();
    Result<std::vector<LaneView>> views(const FilmMoment& moment);
    Status draw(std::vector<LaneView> lanes);

    /// The whole picture for every lane, if only one is shown: all share a scale.
    std::vector<QRectF> rectangles(std::size_t lanes) const
    {
        const QRectF area(0, 0, size.width() / spec.scale, size.height() / spec.scale);
        if (isSingle())
            return std::vector<QRectF>(lanes, area);
        return laneRectangles(area, static_cast<int>(lanes));
    }
    bool isSingle() const { return spec.content == static_cast<double>(FigureContent::Lane); }
    bool isShown(const LaneView& view) const
    {
        return !isSingle() || view.lane + 1 == static_cast<int>(spec.lane);
    }

    VideoSpec spec;
    std::stop_token stop;
    PictureStyle style;
    QSize size;
    FilmRuns runs;
    WorkerPool pool; ///< beside the one that simulates the next frame
    std::unique_ptr<OffscreenContext> context;
    std::unique_ptr<LaneRenderer> renderer;
    long long last = -1; ///< frame that was asked for
    KnownMaps maps;
    std::optional<FilmMoment> shown; ///< by `image`
    QImage image;
    /// Used again as soon as nobody else holds them: those that wait to be encoded, and this one.
    std::array<QImage, 6> buffers;
};

Status FilmRenderer::Private::start()
{
    auto made = OffscreenContext::create();
    if (!made)
        return made.error();
    context = std::move(*made);
    if (auto bound = context->bindFramebuffer(size); !bound)
        return bound;
    auto program = LaneRenderer::create();
    if (!program)
        return program.error();
    renderer = std::move(*program);
    renderer->setExact(true);
    return success();
}

Result<std::vector<LaneView>> FilmRenderer::Private::views(const FilmMoment& moment)
{
    auto lanes = laneViews(moment.run, moment.session, moment.session.timeline.position, style);
    addMapsAndRidges(lanes, rectangles(lanes.size()), spec.scale, pool, stop, &maps);
    if (stop.stop_requested())
        return Error{"", "cancelled"};
    return lanes;
}

Status FilmRenderer::Private::draw(std::vector<LaneView> lanes)
{
    context->makeCurrent();
    if (auto bound = context->bindFramebuffer(size); !bound)
        return bound;
    const auto places = rectangles(lanes.size());
    renderer->clear(size, style.theme);
    for (std::size_t i = 0; i < lanes.size(); ++i)
        if (isShown(lanes[i])) {
            renderer->draw(lanes[i], places[i], size, spec.scale);
            lanes[i].swarm = renderer->swarm(lanes[i].lane);
        }
    if (const auto why = renderer->whyIncomplete())
        return Error{"", *why};

    image = {};
    const auto unused = std::find_if(
        buffers.begin(), buffers.end(), [](const QImage& buffer) { return buffer.isDetached(); });
    QImage& target = unused != buffers.end() ? *unused : buffers.front();
    if (!context->readOpaque(target))
        return Error{"width", "there is no memory for the picture"};
    QPainter painter(&target);
    painter.scale(spec.scale, spec.scale);
    for (std::size_t i = 0; i < lanes.size(); ++i)
        if (isShown(lanes[i]))
            paintLaneOverlay(painter, lanes[i], places[i]);
    painter.end();
    image = target;
    return success();
}

FilmRenderer::FilmRenderer(std::unique_ptr<Private> p) : m(std::move(p)) {}
FilmRenderer::~FilmRenderer() = default;

Result<std::unique_ptr<FilmRenderer>>
FilmRenderer::create(const Session& session, const VideoSpec& spec, const ExportHooks& hooks)
{
    if (auto status = checkSpec(spec, static_cast<int>(session.lanes.size())); !status)
        return status.error();
    auto made = std::make_unique<Private>(session, spec, hooks);
    if (auto status = made->start(); !status)
        return status.error();
    return std::unique_ptr<FilmRenderer>(new FilmRenderer(std::move(made)));
}

Result<QImage> FilmRenderer::frame(long long index)
{
    if (index < 0 || index >= filmFrames(m->spec))
        return Error{"frame",
                     "is " + std::to_string(index) + ", the film has frames 0 to "
                         + std::to_string(filmFrames(m->spec) - 1)};
    auto moment = m->runs.at(index);
    if (!moment)
        return moment.error();
    if (index == m->last + 1) // in order: the next one will be asked for
        m->runs.prepare(index + 1);
    m->last = index;
    // Where the play-head rests nothing changes.
    if (m->shown && m->shown->run == moment->run && m->shown->session == moment->session)
        return m->image;
    auto lanes = m->views(*moment);
    if (!lanes)
        return lanes.error();
    m->shown.reset();
    if (auto status = m->draw(std::move(*lanes)); !status)
        return status.error();
    m->shown = std::move(*moment);
    return m->image;
}

} // namespace scorefield::render
