// SPDX-License-Identifier: GPL-3.0-or-later
// One frame of a window of 1280 × 800 while the picture moves: every frame shows another moment, so
// that the density is evaluated anew. Dense layers by OpenGL without a display, read back, axes and
// words on top. What a slow renderer leaves out of a moving frame is left out here, too, and said.
#include "app/bench/bench.h"
#include "app/figure_options.h"
#include "core/mixture/fractal_tree.h"
#include "core/session/session_run.h"
#include "ui/export/figure_page.h"
#include "ui/export/lane_pictures.h"
#include "ui/render/lane_overlay.h"
#include "ui/render/lane_renderer.h"
#include "ui/render/offscreen.h"

#include <QGuiApplication>
#include <QPainter>

#include <algorithm>
#include <optional>

namespace scorefield::app {

namespace {

const QSize kSize(1280, 800);
constexpr double kTargetMs = 33;
constexpr int kFrames = 40, kWarmFrames = 16; // the first ones learn the renderer's pace
constexpr double kTrailSteps = 20;
constexpr std::size_t kTreeComponents = 1016;

/// Fonts and pictures without a display while it lives; the environment of other programs that the
/// bench starts stays as it was.
class Offscreen {
public:
    Offscreen() : m_before(qgetenv("QT_QPA_PLATFORM"))
    {
        drawWithoutDisplay();
        if (QCoreApplication::instance() == nullptr)
            m_application.emplace(m_count, m_names);
    }
    ~Offscreen()
    {
        m_application.reset();
        if (m_before.isNull())
            qunsetenv("QT_QPA_PLATFORM");
        else
            qputenv("QT_QPA_PLATFORM", m_before);
        qInstallMessageHandler(nullptr);
    }

private:
    QByteArray m_before;
    char m_name[11] = "scorefield";
    char* m_names[2] = {m_name, nullptr};
    int m_count = 1;
    std::optional<QGuiApplication> m_application;
};

struct Scene {
    std::string name;
    int particles;
    bool tree = false, moves = true;
    bool adapts = true; ///< to how long frames take, as the window does; else nothing is left out
    std::optional<double> target{};
};

Session sessionOf(const Scene& scene)
{
    Session session = defaultSession();
    session.lanes.resize(2, session.lanes.front());
    session.particles.count = scene.particles;
    ViewSpec& view = session.view;
    for (LayerSpec* layer : {&view.density, &view.contours, &view.particles, &view.trails})
        layer->visible = 1;
    view.trailLength = kTrailSteps;
    if (!scene.tree)
        return session;
    MixtureSpec tree = fractalTree();
    tree.components.resize(std::min(tree.components.size(), kTreeComponents));
    double sum = 0;
    for (const auto& component : tree.components)
        sum += component.weight;
    for (auto& component : tree.components)
        component.weight /= sum;
    session.data = tree;
    return session;
}

class Stage {
public:
    static Result<Stage> create()
    {
        auto context = render::OffscreenContext::create();
        if (!context)
            return context.error();
        if (auto bound = (*context)->bindFramebuffer(kSize); !bound)
            return bound.error();
        auto renderer = render::LaneRenderer::create();
        if (!renderer)
            return renderer.error();
        return Stage(std::move(*context), std::move(*renderer));
    }
    ~Stage()
    {
        if (m_context)
            m_context->makeCurrent();
    }
    Stage(Stage&&) = default;

    /// Wall milliseconds of the frame that shows this position of the session's clock.
    double draw(const std::shared_ptr<const RunProduct>& run,
                const Session& session,
                double position,
                bool adapts)
    {
        const double seconds = secondsOf([&] {
            const auto views = render::laneViews(
                run, session, position, render::PictureStyle{render::Theme::darkTheme()});
            const auto places = render::laneRectangles(QRectF({0, 0}, QSizeF(kSize)), 2);
            m_renderer->clear(kSize, views.front().theme);
            for (std::size_t i = 0; i < views.size(); ++i)
                m_renderer->draw(views[i], places[i], kSize, 1);
            m_context->readOpaque(m_image); // waits for all of it
            QPainter painter(&m_image);
            for (std::size_t i = 0; i < views.size(); ++i)
                render::paintLaneOverlay(painter, views[i], places[i]);
        });
        if (adapts)
            m_renderer->frameTook(1e3 * seconds);
        return 1e3 * seconds;
    }
    const render::LaneRenderer& renderer() const { return *m_renderer; }

private:
    Stage(std::unique_ptr<render::OffscreenContext> context,
          std::unique_ptr<render::LaneRenderer> renderer)
        : m_context(std::move(context))
        , m_renderer(std::move(renderer))
    {
    }

    std::unique_ptr<render::OffscreenContext> m_context;
    std::unique_ptr<render::LaneRenderer> m_renderer; // goes first, with its context current
    QImage m_image;
};

Result<BenchFigure> figureOfScene(const Scene& scene, BenchContext& context)
{
    auto stage = Stage::create();
    if (!stage)
        return stage.error();
    const Session session = sessionOf(scene);
    const auto run = runSession(session, context.pool);
    if (!run)
        return caseFailure(run.error().sentence());
    std::vector<double> samples;
    int reduced = 0;
    for (int i = 0; i < kWarmFrames + kFrames; ++i) {
        // From noise to data, nearly; at rest near the data, where most shows.
        const double position = scene.moves ? (i % kFrames + .5) / kFrames : 1 - 1. / kFrames;
        const double milliseconds = stage->draw(*run, session, position, scene.adapts);
        if (i < kWarmFrames)
            continue;
        samples.push_back(milliseconds);
        reduced += stage->renderer().isReduced() ? 1 : 0;
    }
    BenchFigure figure = figureOf(scene.name, "ms", std::move(samples));
    figure.target = scene.target;
    figure.moreIsBetter = false;
    figure.note =
        "1280 × 800, 2 lanes, density, trails of 20 steps, on " + stage->renderer().rendererName();
    if (reduced > 0)
        figure.note += "; " + std::to_string(reduced) + " of " + std::to_string(kFrames)
                       + " frames were previews";
    return figure;
}

} // namespace

Result<std::vector<BenchFigure>> benchFrame(BenchContext& context)
{
    const Offscreen offscreen;
    std::vector<BenchFigure> figures;
    for (const Scene& scene :
         {Scene{.name = "3 components, 10 000 particles, moving",
         .particles = 10000,
         .adapts = false,
         .target = kTargetMs},
          Scene{.name = "1016 components, 10 000 particles, moving, everything",
          .particles = 10000,
          .tree = true,
          .adapts = false},
          Scene{.name = "1016 components, 10 000 particles, moving, as the window",
          .particles = 10000,
          .tree = true},
          Scene{.name = "1016 components, 10 000 particles, at rest",
          .particles = 10000,
          .tree = true,
          .moves = false},
          Scene{.name = "3 components, 100 000 particles, moving, everything",
          .particles = 100000,
          .adapts = false},
          Scene{.name = "3 components, 100 000 particles, moving, as the window",
          .particles = 100000}}) {
        context.say(scene.name);
        auto figure = figureOfScene(scene, context);
        if (!figure)
            return figure.error();
        figures.push_back(std::move(*figure));
    }
    return figures;
}

} // namespace scorefield::app
