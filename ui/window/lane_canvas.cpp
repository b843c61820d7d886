// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/lane_canvas.h"

#include "ui/document/document.h"
#include "ui/export/figure_page.h"
#include "ui/widgets/style.h"

#include <QOpenGLContext>

#include <algorithm>

namespace scorefield::ui {

namespace {

constexpr int kEaseMs = 120;
constexpr int kRestMs = 150; ///< without a frame, after which a picture no longer moves

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
    connect(&m_arrows, &ArrowWorker::ready, this, qOverload<>(&LaneCanvas::update));
    connect(&m_warps, &WarpWorker::ready, this, qOverload<>(&LaneCanvas::update));
    m_rest.setSingleShot(true);
    connect(&m_rest, &QTimer::timeout, this, qOverload<>(&LaneCanvas::update));
    connect(this, &QOpenGLWidget::frameSwapped, this, [this] {
        if (!m_frame.isValid() || !m_renderer)
            return;
        const double milliseconds = static_cast<double>(m_frame.nsecsElapsed()) * 1e-6;
        m_frame.invalidate();
        m_renderer->frameTook(milliseconds);
        if (m_renderer->isReduced())
            m_rest.start(m_renderer->hasMoved() ? kRestMs : 0);
        else
            m_rest.stop();
        Q_EMIT framePainted(milliseconds);
    });
}

LaneCanvas::~LaneCanvas()
{
    forgetOpenGl();
}

void LaneCanvas::forgetOpenGl()
{
    if (!m_renderer)
        return;
    disconnect(context(), nullptr, this, nullptr);
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
