// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/lane_view.h"

#include "ui/render/plane_density.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield::render {
namespace {

constexpr double kDeviations = 3.5; // of every component that the fitted view holds
constexpr double kWidestPrior = 3;  // a prior wider than this many data extents is not shown whole
constexpr double kMargin = 1.06;
constexpr double kHeaderRow = 38; // designed pixels

/// A box that grows.
struct Box {
    double left = std::numeric_limits<double>::infinity(), right = -left, bottom = left,
           top = -left;

    void hold(double x, double y, double rx, double ry)
    {
        left = std::min(left, x - rx);
        right = std::max(right, x + rx);
        bottom = std::min(bottom, y - ry);
        top = std::max(top, y + ry);
    }
};

Box dataBox(const GaussianMixture& mixture)
{
    Box box;
    const PlaneDensity density(mixture, 1, 0);
    for (const auto& c : density.components())
        box.hold(c.x,
                 c.y,
                 kDeviations * std::hypot(c.halfAxes[0], c.halfAxes[2]),
                 kDeviations * std::hypot(c.halfAxes[1], c.halfAxes[3]));
    if (mixture.dimension() == 1) { // the vertical only spreads the particles
        const double spread = 1.6 * mixture.scale();
        box.hold(0.5 * (box.left + box.right), 0, 0, spread);
    }
    return box;
}

double largestExtent(const Box& box)
{
    return std::max(
        {std::abs(box.left), std::abs(box.right), std::abs(box.bottom), std::abs(box.top)});
}

} // namespace

PathCoefficients LaneView::level() const
{
    const auto& product = *run->lanes[static_cast<std::size_t>(lane)];
    return levelAtStep(*product.process, product.plan.levels, step);
}

double sharedDensityTop(const std::vector<LaneView>& lanes)
{
    double top = -std::numeric_limits<double>::infinity();
    for (const auto& view : lanes) {
        const auto level = view.level();
        top =
            std::max(top, PlaneDensity(*view.run->planeMixture, level.alpha, level.sigma).logTop());
    }
    return std::isfinite(top) ? top : 0;
}

ViewTransform::ViewTransform(const Camera& resolved, const QRectF& plot)
    : m_centre(resolved.x, resolved.y)
    , m_plot(plot)
    , m_scale(plot.height() / resolved.span)
{
}

QPointF ViewTransform::toPixels(QPointF data) const
{
    const auto c = m_plot.center();
    return {c.x() + (data.x() - m_centre.x()) * m_scale,
            c.y() - (data.y() - m_centre.y()) * m_scale};
}

QPointF ViewTransform::toData(QPointF pixels) const
{
    const auto c = m_plot.center();
    return {m_centre.x() + (pixels.x() - c.x()) / m_scale,
            m_centre.y() - (pixels.y() - c.y()) / m_scale};
}

QRectF ViewTransform::visible() const
{
    const double width = m_plot.width() / m_scale, height = m_plot.height() / m_scale;
    return {m_centre.x() - width / 2, m_centre.y() - height / 2, width, height};
}

Camera resolvedCamera(const Session& session, const RunProduct& run, int lane, double aspect)
{
    const bool linked = session.view.linkCameras > 0;
    const Camera camera = session.lanes[linked ? 0 : static_cast<std::size_t>(lane)].camera;
    if (camera.span > 0)
        return camera;
    Box box = dataBox(*run.planeMixture);
    const double extent = largestExtent(box);
    for (std::size_t i = 0; i < run.lanes.size(); ++i) {
        if (!linked && static_cast<int>(i) != lane)
            continue;
        const double sigma = run.lanes[i]->plan.levels.front().sigma;
        if (sigma * kDeviations <= kWidestPrior * extent)
            box.hold(0,
                     0,
                     kDeviations * sigma,
                     run.planeMixture->dimension() == 1 ? 0 : kDeviations * sigma);
    }
    const double width = box.right - box.left, height = box.top - box.bottom;
    const double span = kMargin * std::max(height, width / std::max(aspect, 0.05));
    return {0.5 * (box.left + box.right), 0.5 * (box.bottom + box.top), std::max(span, 1e-9)};
}

QRectF plotRectangle(const QRectF& laneRectangle, double scale, const LaneParts& parts)
{
    if (parts.margins)
        return laneRectangle.marginsRemoved(*parts.margins);
    constexpr double bare = 8; // designed pixels beside a plot with nothing there
    const bool narrow = laneRectangle.width() < 380 * scale,
               low = laneRectangle.height() < 240 * scale; // a low lane drops its caption
    const bool hasHeader =
        parts.title || parts.formula || parts.colorBar || !parts.letter.isEmpty();
    const double left = !parts.axes || !parts.yNumbers ? bare : narrow ? 40 : 52;
    const double right = narrow ? bare : 14, top = hasHeader ? kHeaderRow : bare;
    const double bottom =
        (parts.axes && parts.xNumbers ? 28 : bare) + (parts.caption && !low ? 22 : 0);
    const QRectF plot =
        laneRectangle.adjusted(left * scale, top * scale, -right * scale, -bottom * scale);
    return plot.width() > 8 && plot.height() > 8 ? plot : laneRectangle;
}

QRectF visiblePlane(const LaneView& view, const QRectF& laneRectangle)
{
    const QRectF plot = plotRectangle(laneRectangle, view.scale, view.parts);
    const Camera camera = resolvedCamera(
        view.session, *view.run, view.lane, plot.width() / std::max(1.0, plot.height()));
    return ViewTransform(camera, plot).visible();
}

RidgeWindow ridgeWindow(const LaneView& view, const QRectF& laneRectangle)
{
    const QRectF visible = visiblePlane(view, laneRectangle);
    return {{visible.left(), visible.top(), visible.width(), visible.height()}, view.step};
}

ArrowWindow arrowWindow(const LaneView& view, const QRectF& laneRectangle)
{
    const QRectF plot = plotRectangle(laneRectangle, view.scale, view.parts),
                 visible = visiblePlane(view, laneRectangle);
    const double spacing = view.session.view.arrows.spacing * view.scale * visible.width()
                           / std::max(1., plot.width());
    return {ArrowGrid::inside(visible.left(),
                              visible.top(),
                              visible.width(),
                              visible.height(),
                              spacing,
                              view.run->planeMixture->dimension()),
            view.step};
}

WarpWindow warpWindow(const LaneView& view, const QRectF& laneRectangle)
{
    const QRectF plot = plotRectangle(laneRectangle, view.scale, view.parts),
                 visible = visiblePlane(view, laneRectangle);
    const double pixel = visible.width() / std::max(1., plot.width()) * view.lineScale;
    return {view.step, std::exp2(std::floor(std::log2(pixel)))};
}

double verticalJitter(std::size_t particle)
{
    const double golden =
        0.6180339887498949; // fractional parts of its multiples spread evenly, whatever the count
    return 2 * std::fmod((static_cast<double>(particle) + 0.5) * golden, 1.0) - 1;
}

int storedSteps(const LaneProduct& product)
{
    const auto& states = product.trajectories;
    const auto perStep = states.particles * static_cast<std::size_t>(states.dimension);
    return perStep == 0 ? -1
                        : static_cast<int>(std::min<std::size_t>(states.values.size() / perStep,
                                                                 product.plan.levels.size()))
                              - 1;
}

QPointF
particlePosition(const RunProduct& run, const LaneProduct& product, std::size_t particle, int step)
{
    const auto& states = product.trajectories;
    if (states.dimension == 1)
        return {states.coordinate(step, 0)[particle],
                verticalJitter(particle) * run.planeMixture->scale()};
    if (states.dimension == 2)
        return {states.coordinate(step, 0)[particle], states.coordinate(step, 1)[particle]};
    const double alpha = product.plan.levels[static_cast<std::size_t>(step)].alpha;
    double x = 0, y = 0;
    for (int i = 0; i < states.dimension; ++i) {
        const double value = states.coordinate(step, i)[particle] - alpha * run.plane.origin[i];
        x += run.plane.axes(i, 0) * value;
        y += run.plane.axes(i, 1) * value;
    }
    return {x, y};
}

QPointF particlePosition(const LaneView& view, std::size_t particle)
{
    return ParticlePositions(view)[particle];
}

ParticlePositions::ParticlePositions(const LaneView& view)
    : m_run(*view.run)
    , m_product(*view.run->lanes[static_cast<std::size_t>(view.lane)])
{
    const int last = storedSteps(m_product);
    const double step = std::clamp(view.step, 0.0, static_cast<double>(std::max(last, 0)));
    m_from = std::min(static_cast<int>(step), std::max(last - 1, 0));
    m_to = std::min(m_from + 1, last);
    m_share = step - m_from;
}

QPointF ParticlePositions::operator[](std::size_t particle) const
{
    const QPointF from = particlePosition(m_run, m_product, particle, m_from);
    const QPointF to = particlePosition(m_run, m_product, particle, m_to);
    return from + m_share * (to - from);
}

} // namespace scorefield::render
