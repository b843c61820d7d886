// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/layer.h"

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

/// The plot in whole device pixels, y up.
QRect devicePlot(const QRectF& plot, const QSize& target, double ratio)
{
    const int left = static_cast<int>(std::lround(plot.left() * ratio)),
              right = static_cast<int>(std::lround(plot.right() * ratio));
    const int top = static_cast<int>(std::lround(plot.top() * ratio)),
              bottom = static_cast<int>(std::lround(plot.bottom() * ratio));
    return {left, target.height() - bottom, std::max(right - left, 1), std::max(bottom - top, 1)};
}

ViewBlock viewBlock(const Camera& camera,
                    const QRectF& plot,
                    const QRect& device,
                    const QSize& target,
                    double ratio)
{
    const QPointF centre = plot.center() * ratio;
    ViewBlock block{};
    block.centreHigh[0] = static_cast<float>(camera.x);
    block.centreHigh[1] = static_cast<float>(camera.y);
    block.centreLow[0] = static_cast<float>(camera.x - static_cast<double>(block.centreHigh[0]));
    block.centreLow[1] = static_cast<float>(camera.y - static_cast<double>(block.centreHigh[1]));
    block.pixelsPerUnit = static_cast<float>(plot.height() / camera.span * ratio);
    block.centrePixel[0] = static_cast<float>(centre.x() - device.x());
    block.centrePixel[1] = static_cast<float>(target.height() - centre.y() - device.y());
    block.plotSize[0] = static_cast<float>(device.width());
    block.plotSize[1] = static_cast<float>(device.height());
    return block;
}

} // namespace

LaneFrame makeLaneFrame(const LaneView& view,
                        const QRectF& laneRectangle,
                        const QSize& target,
                        double devicePixelRatio)
{
    const auto plot = plotRectangle(laneRectangle, view.scale, view.parts);
    const auto camera =
        resolvedCamera(view.session, *view.run, view.lane, plot.width() / plot.height());
    LaneFrame frame{.view = view,
                    .run = view.run,
                    .product = view.run->lanes[static_cast<std::size_t>(view.lane)],
                    .level = view.level()};
    frame.lastStep = storedSteps(*frame.product);
    const double now = std::clamp(view.step, 0.0, static_cast<double>(std::max(frame.lastStep, 0)));
    frame.step = std::clamp(static_cast<int>(now), 0, std::max(frame.lastStep - 1, 0));
    frame.fraction = now - frame.step;
    frame.plot = devicePlot(plot, target, devicePixelRatio);
    frame.centre = {camera.x, camera.y};
    frame.block = viewBlock(camera, plot, frame.plot, target, devicePixelRatio);
    frame.pixel = devicePixelRatio * view.scale;
    frame.linePixel = frame.pixel * view.lineScale;
    frame.block.linePixel = static_cast<float>(frame.linePixel);
    return frame;
}

} // namespace scorefield::render
