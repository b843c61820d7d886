// SPDX-License-Identifier: GPL-3.0-or-later
// The frames of the canvas: what is drawn, in which order, from what the workers have.
#include "ui/document/document.h"
#include "ui/render/lane_overlay.h"
#include "ui/render/map_key.h"
#include "ui/widgets/style.h"
#include "ui/window/canvas_probe.h"
#include "ui/window/lane_canvas.h"

#include <QOpenGLContext>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kMapCellPx = 2, kPathMapCellPx = 6; ///< of the finest grid; painted smoothly
constexpr double kPathMapEvaluations = 100;          ///< of the field, about, on a path to a cell
constexpr double kMostMapTerms = 2e7; ///< cells times components of a lane: a few seconds
constexpr std::size_t kHoverSearch =
    20000; ///< particles looked through on every frame while hovering

} // namespace

void LaneCanvas::initializeGL()
{
    auto renderer = render::LaneRenderer::create();
    if (!renderer) {
        Q_EMIT openGlFailed(QString::fromStdString(renderer.error().message));
        return;
    }
    m_renderer = std::move(renderer).value();
    connect(context(), &QOpenGLContext::aboutToBeDestroyed, this, &LaneCanvas::forgetOpenGl);
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
        view.particleSample = m_renderer->particleSample(view.lane);
        if (view.swarm && view.swarm->refusal.empty() && view.swarm->there < view.swarm->wanted)
            update(); // the others come with the next frames
    }
    // After all our own OpenGL: the painter sets every state it needs, the renderer restores none.
    if (!m_renderer->isSoftware()) {
        QPainter painter(this);
        paintOverlays(painter, views);
        paintProbe(painter, views);
        return reportIncomplete();
    }
    if (m_words.size() != target)
        m_words = QImage(target, QImage::Format_ARGB32_Premultiplied);
    m_words.setDevicePixelRatio(ratio);
    m_words.fill(Qt::transparent);
    {
        QPainter painter(&m_words);
        paintOverlays(painter, views);
        paintProbe(painter, views);
    }
    m_renderer->paint(m_words);
    reportIncomplete();
}

void LaneCanvas::reportIncomplete()
{
    const auto why = m_renderer->whyIncomplete();
    if (why && !m_isIncomplete)
        Q_EMIT drawingFailed(QString::fromStdString(*why));
    m_isIncomplete = why.has_value();
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
        request.windows.push_back(render::mapWindow(view, laneRectangle(view.lane), cell));
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
        view.arrows = m_arrows.answer();
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
        view.warps = m_warps.answer();
}

void LaneCanvas::paintOverlays(QPainter& painter, const std::vector<render::LaneView>& views)
{
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
}

void LaneCanvas::paintProbe(QPainter& painter, const std::vector<render::LaneView>& views)
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
    painter.setClipRect(plotOf(m_hover.lane));
    paintPosterior(painter, probe, view, transform);
    painter.setClipping(false);
    paintProbeCard(painter, probe, view, *m_pointer, QRectF(rect()));
}

} // namespace scorefield::ui
