// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Runs built by hand and pictures of them: what the renderer shows is then known in advance.
#include "core/process/time_grid.h"
#include "core/session/session_run.h"
#include "tests/support/runs.h"
#include "ui/render/lane_renderer.h"
#include "ui/render/lane_view.h"
#include "ui/render/offscreen.h"

#include <QImage>

#include <memory>
#include <string>
#include <vector>

namespace scorefield::test {

/// One lane of `process` over `spec` at these decreasing times; states [step][particle] of plane
/// points.
inline std::shared_ptr<const RunProduct>
handMadeRun(const MixtureSpec& spec,
            const std::string& process,
            const std::vector<double>& times,
            const std::vector<std::vector<QPointF>>& states = {})
{
    auto run = std::make_shared<RunProduct>();
    run->session = defaultSession();
    run->session.lanes.resize(1);
    run->session.data = spec;
    run->mixture = makeMixture(spec);
    run->plane = viewPlane(run->session, *run->mixture);
    run->planeMixture = run->mixture->dimension() <= 2
                            ? run->mixture
                            : std::make_shared<const GaussianMixture>(
                                run->mixture->projected(run->plane.axes, run->plane.origin));
    auto lane = std::make_shared<LaneProduct>();
    lane->process = test::process(process);
    lane->plan.mixture = run->mixture;
    lane->plan.guidance = unguided();
    lane->plan.levels = levelsAtTimes(*lane->process, times).value();
    auto& stored = lane->trajectories;
    stored.dimension = run->mixture->dimension();
    stored.steps = static_cast<int>(times.size()) - 1;
    stored.particles = states.empty() ? 0 : states.front().size();
    stored.values.resize(times.size() * static_cast<std::size_t>(stored.dimension)
                         * stored.particles);
    for (int step = 0; step <= stored.steps && !states.empty(); ++step)
        for (std::size_t i = 0; i < stored.particles; ++i) {
            const QPointF p = states[static_cast<std::size_t>(step)][i];
            stored.coordinate(step, 0)[i] = static_cast<float>(p.x());
            if (stored.dimension > 1)
                stored.coordinate(step, 1)[i] = static_cast<float>(p.y());
        }
    lane->endComponents.assign(stored.particles, 0);
    run->lanes.push_back(lane);
    return run;
}

/// A view of lane 0 with every layer off.
inline render::LaneView
plainView(std::shared_ptr<const RunProduct> run, double step, bool dark = true)
{
    render::LaneView view;
    view.session = run->session;
    view.run = std::move(run);
    view.step = step;
    view.theme = dark ? render::Theme::darkTheme() : render::Theme::lightTheme();
    auto& style = view.session.view;
    for (LayerSpec* layer :
         {&style.density, &style.contours, &style.particles, &style.trails, &style.ellipses})
        layer->visible = 0;
    return view;
}

/// The dense layers of one lane that fills `size` logical pixels, at `ratio` device pixels each.
inline QImage draw(render::OffscreenContext& context,
                   render::LaneRenderer& renderer,
                   const render::LaneView& view,
                   const QSize& size,
                   double ratio = 1)
{
    const QSize target = size * ratio;
    if (!context.bindFramebuffer(target))
        return {};
    renderer.clear(target, view.theme);
    renderer.draw(view, QRectF({0, 0}, QSizeF(size)), target, ratio);
    return context.read();
}

/// The share of pixels of which any channel differs by more than 3/255; 1 if the sizes differ.
inline double differingShare(const QImage& a, const QImage& b)
{
    if (a.size() != b.size() || a.isNull())
        return 1;
    const QImage left = a.convertToFormat(QImage::Format_RGB32),
                 right = b.convertToFormat(QImage::Format_RGB32);
    long long differing = 0;
    for (int y = 0; y < left.height(); ++y)
        for (int x = 0; x < left.width(); ++x) {
            const QRgb p = left.pixel(x, y), q = right.pixel(x, y);
            const int d = std::max({std::abs(qRed(p) - qRed(q)),
                                    std::abs(qGreen(p) - qGreen(q)),
                                    std::abs(qBlue(p) - qBlue(q))});
            differing += d > 3 ? 1 : 0;
        }
    return static_cast<double>(differing) / (static_cast<double>(left.width()) * left.height());
}

} // namespace scorefield::test
