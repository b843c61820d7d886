// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/lane_canvas.h"

#include "ui/document/document.h"
#include "ui/export/figure_page.h"
#include "ui/render/lane_overlay.h"
#include "ui/render/map_key.h"
#include "ui/widgets/style.h"
#include "ui/window/canvas_probe.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr int kEaseMs = 120;
constexpr int kRestMs = 150; ///< without a frame, after which a picture no longer moves
constexpr double kParticleReachPx = 8;
constexpr double kMapCellPx = 2, kPathMapCellPx = 6; ///< of the finest grid; painted smoothly
constexpr double kPathMapEvaluations = 100; ///< of the field, about, on a path to a cell
constexpr double kMostMapTerms = 2e7; ///< cells times components of a lane: a few seconds
constexpr std::size_t kHoverSearch =
    20000; ///< particles looked through on every frame while hovering

} // namespace

LaneCanvas::LaneCanvas(Document& document, QWidget* parent)
    : QOpenGLWidget(parent)
    , m_document(document)
{
    setObjectName(QStringLiteral("laneCanvas"));
    setAccessibleName(tr("Lanes"));
    setAccessibleDescription(
        tr("The lanes' pictures. Tab moves through the components and the arrow of a score error, "
           "arrows move the selected one."));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumSize(240, 180);
    m_ease.setDuration(kEaseMs);
    m_ease.setEasingCurve(QEasingCurve::OutCubic);
    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        // What is to be simulated is drawn when it has been: twice would cost the run a processor.
        if (changes.style || changes.timeline || changes.info || changes.exports)
            update();
    });
    connect(&m_maps, &MapWorker::mapsReady, this, qOverload<>(&LaneCanvas::update));
    connect(&m_ridges, &RidgeWorker::ridgesReady, this, qOverload<>(&LaneCanvas::update));
    connect(&m_arrows, &ArrowWorker::arrowsReady, this, qOverload<>(&LaneCanvas::update));
    connect(&m_warps, &WarpWorker::warpsReady, this, qOverload<>(&LaneCanvas::update));
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRestMs);
    connect(&m_rest, &QTimer::timeout, this, qOverload<>(&LaneCanvas::update));
    connect(this, &QOpenGLWidget::frameSwapped, this, [this] {
        if (!m_frame.isValid() || !m_renderer)
            return;
        const double milliseconds = static_cast<double>(m_frame.nsecsElapsed()) * 1e-6;
        m_frame.invalidate();
        m_renderer->frameTook(milliseconds);
        if (m_renderer->isReduced())
            m_rest.start();
        else
            m_rest.stop();
        Q_EMIT framePainted(milliseconds);
    });
}

LaneCanvas::~LaneCanvas()
{
    makeCurrent();
    m_renderer.reset();
    doneCurrent();
}

void LaneCanvas::setScale(double scale)
{
    m_scale = scale;
    update();
}

void LaneCanvas::setProduct(std::shared_ptr<const RunProduct> product)
{
    m_head = PlayHead(std::move(product));
    const auto& lanes = m_head.run()->lanes;
    const bool gone = !lanes.empty() && !lanes.front()->waitsForTraining
                      && m_pinned >= static_cast<int>(lanes.front()->trajectories.particles);
    // A preview has fewer particles; the full run brings the pinned one back.
    if (gone && !m_head.run()->preview)
        pinParticle(-1);
    update();
}

void LaneCanvas::setTraining(double share)
{
    m_training = share;
    update();
}

void LaneCanvas::setSelectedLane(int lane)
{
    m_arrowSelected = m_arrowSelected && lane == m_selectedLane;
    m_selectedLane = lane;
    update();
}

void LaneCanvas::setSelectedComponent(int component)
{
    m_arrowSelected = m_arrowSelected && component < 0;
    if (component == m_selectedComponent)
        return;
    m_selectedComponent = component;
    update();
    Q_EMIT componentSelected(component);
}

void LaneCanvas::pinParticle(int particle)
{
    if (particle == m_pinned)
        return;
    m_pinned = particle;
    update();
    Q_EMIT pinnedChanged(particle);
}

int LaneCanvas::shownLanes() const
{
    // While a new number of lanes is being simulated the document and the run differ.
    return std::min(m_head.laneCount(), static_cast<int>(m_document.session().lanes.size()));
}

QRectF LaneCanvas::laneRectangle(int lane) const
{
    return render::laneRectangles(QRectF(rect()), shownLanes())[static_cast<std::size_t>(lane)];
}

QRectF LaneCanvas::plotOf(int lane) const
{
    return render::plotRectangle(laneRectangle(lane), m_scale);
}

int LaneCanvas::laneAt(QPointF pixels) const
{
    for (int lane = 0; lane < shownLanes(); ++lane)
        if (laneRectangle(lane).contains(pixels))
            return lane;
    return -1;
}

Session LaneCanvas::shownSession() const
{
    // Style, cameras and handles follow the document at once; what was simulated belongs to the
    // run.
    const Session& now = m_document.session();
    Session shown = m_head.run()->session;
    shown.view = now.view;
    shown.timeline = now.timeline;
    if (isEditable())
        shown.data = now.data;
    for (std::size_t lane = 0; lane < std::min(shown.lanes.size(), now.lanes.size()); ++lane) {
        shown.lanes[lane].camera = now.lanes[lane].camera;
        shown.lanes[lane].error = now.lanes[lane].error; // its arrow is a handle
    }
    return shown;
}

Camera LaneCanvas::cameraOf(int lane) const
{
    const QRectF plot = plotOf(lane);
    return render::resolvedCamera(
        shownSession(), *m_head.run(), lane, plot.width() / std::max(1.0, plot.height()));
}

render::ViewTransform LaneCanvas::transformOf(int lane) const
{
    return {cameraOf(lane), plotOf(lane)};
}

QPointF LaneCanvas::toPixels(int lane, QPointF data) const
{
    return transformOf(lane).toPixels(data);
}

render::LaneView LaneCanvas::laneView(int lane, const Session& session) const
{
    render::LaneView view;
    view.run = m_head.run();
    view.session = session;
    view.lane = lane;
    view.step = m_head.stepAt(session.timeline, lane);
    view.theme = currentTheme();
    view.scale = m_scale;
    const auto& product = *m_head.run()->lanes[static_cast<std::size_t>(lane)];
    if (m_pinned < static_cast<int>(product.trajectories.particles))
        view.pinnedParticle = m_pinned;
    view.training = m_training;
    view.selected = lane == m_selectedLane && shownLanes() > 1;
    const bool editable = isEditable();
    const int count = static_cast<int>(session.data->components.size());
    view.selectedComponent = editable && m_selectedComponent < count ? m_selectedComponent : -1;
    view.hoveredComponent =
        editable && m_hover.lane == lane && m_hover.component < count ? m_hover.component : -1;
    const bool pointed = m_pointer && m_hover.lane == lane && plotOf(lane).contains(*m_pointer);
    view.showHandles = editable && (view.selectedComponent >= 0 || pointed);
    view.arrowSelected = m_arrowSelected && lane == m_selectedLane;
    view.arrowHovered = m_hover.lane == lane && m_hover.grip == Grip::Arrow;
    return view;
}

void LaneCanvas::initializeGL()
{
    auto renderer = render::LaneRenderer::create();
    if (!renderer) {
        Q_EMIT openGlFailed(QString::fromStdString(renderer.error().message));
        return;
    }
    m_renderer = std::move(renderer).value();
    m_rendererName = QString::fromStdString(m_renderer->rendererName());
    if (const auto reason = m_renderer->whyNoSwarm())
        m_noSwarm = QString::fromStdString(*reason);
}

void LaneCanvas::paintGL()
{
    if (!m_renderer)
        return;
    m_frame.start();
    const double ratio = devicePixelRatioF();
    const QSize target(static_cast<int>(std::lround(width() * ratio)),
                       static_cast<int>(std::lround(height() * ratio)));
    m_renderer->clear(target, currentTheme());
    std::vector<render::LaneView> views;
    if (m_head.run()) {
        const Session session = shownSession();
        for (int lane = 0; lane < shownLanes(); ++lane)
            views.push_back(laneView(lane, session));
        const double top = render::sharedDensityTop(views);
        for (render::LaneView& view : views)
            view.densityTop = top;
        addMaps(views);
        addRidges(views);
        addArrows(views);
        addWarps(views);
        if (m_pointer && m_hover.lane >= 0 && m_hover.lane < shownLanes() && !m_dragging)
            views[static_cast<std::size_t>(m_hover.lane)].probe =
                transformOf(m_hover.lane).toData(*m_pointer);
    }
    for (render::LaneView& view : views) {
        m_renderer->draw(view, laneRectangle(view.lane), target, ratio);
        view.swarm = m_renderer->swarm(view.lane);
        if (view.swarm && view.swarm->refusal.empty() && view.swarm->there < view.swarm->wanted)
            update(); // the others come with the next frames
    }
    paintOverlays(views);
}

void LaneCanvas::addMaps(std::vector<render::LaneView>& views)
{
    if (views.empty())
        return;
    const ViewSpec& style = views.front().session.view;
    const QRectF plot = plotOf(0);
    const bool paths = followsPaths(mapQuantity(style));
    const double terms =
        m_head.run()->mixture->componentCount() * (paths ? kPathMapEvaluations : 1.0);
    const double cell = std::max((paths ? kPathMapCellPx : kMapCellPx) * m_scale,
                                 std::sqrt(plot.width() * plot.height() * terms / kMostMapTerms));
    MapRequest request{m_head.run(), style, {}};
    for (const render::LaneView& view : views)
        request.windows.push_back(
            render::mapWindow(view, laneRectangle(view.lane), cell));
    m_maps.request(request);
    for (render::LaneView& view : views)
        view.maps = m_maps.maps();
}

void LaneCanvas::addRidges(std::vector<render::LaneView>& views)
{
    if (views.empty())
        return;
    RidgeOrder order{m_head.run(), views.front().session.view, {}};
    for (const render::LaneView& view : views)
        order.windows.push_back(render::ridgeWindow(view, laneRectangle(view.lane)));
    const auto pictures = m_ridges.request(order);
    for (std::size_t i = 0; i < std::min(views.size(), pictures.size()); ++i)
        views[i].ridge = pictures[i];
}

void LaneCanvas::addArrows(std::vector<render::LaneView>& views)
{
    if (views.empty())
        return;
    ArrowRequest request{m_head.run(), views.front().session.view, {}};
    for (const render::LaneView& view : views)
        request.windows.push_back(render::arrowWindow(view, laneRectangle(view.lane)));
    m_arrows.request(request);
    for (render::LaneView& view : views)
        view.arrows = m_arrows.arrows();
}

void LaneCanvas::addWarps(std::vector<render::LaneView>& views)
{
    if (views.empty())
        return;
    WarpRequest request{m_head.run(), views.front().session.view, {}};
    for (const render::LaneView& view : views)
        request.windows.push_back(render::warpWindow(view, laneRectangle(view.lane)));
    m_warps.request(request);
    for (render::LaneView& view : views)
        view.warps = m_warps.warps();
}

void LaneCanvas::paintOverlays(const std::vector<render::LaneView>& views)
{
    // Opened after all our own OpenGL: the painter sets every state it needs, the renderer restores
    // none.
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const render::LaneView& view : views) {
        painter.save();
        painter.setClipRect(laneRectangle(view.lane));
        render::paintLaneOverlay(painter, view, laneRectangle(view.lane));
        painter.restore();
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(currentTheme().hairline, 1));
    for (const render::LaneView& view : views) {
        const QRectF lane = laneRectangle(view.lane);
        if (lane.left() > 1)
            painter.drawLine(lane.topLeft(), lane.bottomLeft());
        if (lane.top() > 1)
            painter.drawLine(lane.topLeft(), lane.topRight());
    }
    painter.end();
    paintProbe(views);
}

void LaneCanvas::paintProbe(const std::vector<render::LaneView>& views)
{
    if (!m_pointer || m_dragging || m_hover.lane < 0
        || m_hover.lane >= static_cast<int>(views.size()))
        return;
    if (m_hover.component >= 0 || m_hover.grip == Grip::Arrow
        || !plotOf(m_hover.lane).contains(*m_pointer))
        return; // handles must stay visible
    const render::LaneView& view = views[static_cast<std::size_t>(m_hover.lane)];
    const render::ViewTransform transform = transformOf(m_hover.lane);
    const int particle =
        view.session.view.particles.visible != 0
            ? nearestParticle(view, transform, *m_pointer, kParticleReachPx, kHoverSearch)
            : -1;
    const Probe probe = probeAt(view, transform.toData(*m_pointer), particle);
    QPainter painter(this);
    painter.setClipRect(plotOf(m_hover.lane));
    paintPosterior(painter, probe, view, transform);
    painter.setClipping(false);
    paintProbeCard(painter, probe, view, *m_pointer, QRectF(rect()));
}

void LaneCanvas::moveCamera(int lane, const Camera& camera)
{
    m_ease.stop();
    Camera limited = camera;
    limited.span =
        std::clamp(camera.span, 1e-9, 1e9); // beyond, float positions have no resolution left
    m_document.setCamera(lane, limited);
}

void LaneCanvas::easeCamera(int lane, const Camera& target, bool fitAtEnd)
{
    m_ease.stop();
    m_ease.disconnect(this);
    const Camera start = cameraOf(lane);
    m_ease.setStartValue(0.0);
    m_ease.setEndValue(1.0);
    connect(&m_ease, &QVariantAnimation::valueChanged, this, [=, this](const QVariant& value) {
        const double s = value.toDouble();
        // The span moves by ratio: zooming looks even.
        const double span = start.span * std::pow(target.span / start.span, s);
        m_document.setCamera(
            lane, {start.x + s * (target.x - start.x), start.y + s * (target.y - start.y), span});
    });
    connect(&m_ease, &QVariantAnimation::finished, this, [=, this] {
        m_document.setCamera(lane, fitAtEnd ? Camera{} : target);
    });
    m_ease.start();
}

void LaneCanvas::fitView()
{
    if (!m_head.run() || shownLanes() == 0)
        return;
    const int lane = std::clamp(m_selectedLane, 0, shownLanes() - 1);
    Session fitted = shownSession();
    for (Lane& each : fitted.lanes)
        each.camera = {};
    const QRectF plot = plotOf(lane);
    easeCamera(lane,
               render::resolvedCamera(
                   fitted, *m_head.run(), lane, plot.width() / std::max(1.0, plot.height())),
               true);
}

void LaneCanvas::zoomBy(double factor)
{
    if (!m_head.run() || shownLanes() == 0)
        return;
    const int lane = std::clamp(m_selectedLane, 0, shownLanes() - 1);
    Camera camera = cameraOf(lane);
    camera.span /= factor;
    easeCamera(lane, camera, false);
}

} // namespace scorefield::ui
