// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/layers.h"
#include "ui/render/plane_density.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace scorefield::render {
namespace {

constexpr double kDeviations = 2;
constexpr int kMostTwelves = 12;          // of corners of an ellipse
constexpr std::size_t kFewest = 64;       // ellipses that a moving picture has at least
constexpr double kWidth = 1.2, kDash = 4; // designed pixels

/// Of a few ellipses each; of many, so that the polygon stays within a third of a pixel of the
/// ellipse, but no more than are seen where so many lie upon each other. A multiple of twelve.
int cornersOf(double radiusPixels, std::size_t ellipses)
{
    constexpr double sagitta = .3;
    constexpr std::size_t many = 200;
    if (ellipses <= many)
        return 72;
    const double corners =
        std::numbers::pi / std::acos(1 - std::min(1., sagitta / std::max(radiusPixels, sagitta)));
    return std::clamp(static_cast<int>(std::ceil(corners / 12)) * 12, 12, 48);
}

/// Of every number of corners.
class UnitCircles {
public:
    const std::vector<QPointF>& of(int corners)
    {
        auto& circle = m_circles[static_cast<std::size_t>(corners / 12 - 1)];
        for (int i = 0; circle.size() <= static_cast<std::size_t>(corners); ++i) {
            const double angle = 2 * std::numbers::pi * i / corners;
            circle.emplace_back(std::cos(angle), std::sin(angle));
        }
        return circle;
    }

private:
    std::array<std::vector<QPointF>, kMostTwelves> m_circles;
};

/// Appends the points of one ellipse: x, y, arc length in pixels, whether a segment begins. Whole
/// dashes fit, so that the ends meet.
void appendEllipse(std::vector<float>& out,
                   UnitCircles& circles,
                   const PlaneDensity::Component& c,
                   const LaneFrame& frame)
{
    const double scale = frame.block.pixelsPerUnit;
    const double rx = kDeviations * std::hypot(c.halfAxes[0], c.halfAxes[2]),
                 ry = kDeviations * std::hypot(c.halfAxes[1], c.halfAxes[3]);
    const double x = c.x - frame.centre.x(), y = c.y - frame.centre.y();
    const double left = frame.block.centrePixel[0] + scale * x,
                 low = frame.block.centrePixel[1] + scale * y;
    const double margin = kWidth * frame.linePixel + 1;
    if (left + scale * rx + margin < 0 || left - scale * rx - margin > frame.plot.width()
        || low + scale * ry + margin < 0 || low - scale * ry - margin > frame.plot.height())
        return;
    const int corners =
        cornersOf(scale * std::max(rx, ry), frame.run->planeMixture->components().size());
    const std::size_t begin = out.size();
    double arc = 0, lastX = 0, lastY = 0;
    const auto& circle = circles.of(corners);
    for (std::size_t i = 0; i < circle.size(); ++i) {
        const double u = kDeviations * circle[i].x(), v = kDeviations * circle[i].y();
        const double px = x + u * c.halfAxes[0] + v * c.halfAxes[2],
                     py = y + u * c.halfAxes[1] + v * c.halfAxes[3];
        if (i > 0)
            arc += scale * std::hypot(px - lastX, py - lastY);
        lastX = px;
        lastY = py;
        for (const double value : {px, py, arc, i + 1 < circle.size() ? 1. : 0.})
            out.push_back(static_cast<float>(value));
    }
    const double period = 2 * kDash * frame.linePixel;
    const double stretch = std::max(1.0, std::round(arc / period)) * period / std::max(arc, 1e-9);
    for (std::size_t i = begin + 2; i < out.size(); i += 4)
        out[i] = static_cast<float>(static_cast<double>(out[i]) * stretch);
}

} // namespace

EllipseLayer::EllipseLayer(std::shared_ptr<const ProgramSet> programs)
    : m_programs(std::move(programs))
    , m_vertexArray(newVertexArray())
    , m_points(newBuffer())
{
    upload(m_points, nullptr, 16);
    m_pointTexture = newBufferTexture(m_points, GL_RGBA32F);
}

/// Again only when the level or the view changed.
void EllipseLayer::uploadEllipses(const LaneFrame& frame)
{
    const std::size_t count = frame.run->planeMixture->components().size();
    const double shown = std::max<double>(kFewest, static_cast<double>(count) * frame.detail.share);
    const auto step =
        static_cast<std::size_t>(std::ceil(static_cast<double>(count) / shown)); // 1: all
    m_isReduced = step > 1;
    const Key key{frame.run->planeMixture,
                  frame.level.alpha,
                  frame.level.sigma,
                  frame.block,
                  frame.linePixel,
                  step};
    if (key == m_key)
        return;
    m_key = key;
    const PlaneDensity density(*key.mixture, key.alpha, key.sigma);
    std::vector<float> points;
    UnitCircles circles;
    for (std::size_t k = 0; k < count; k += step)
        appendEllipse(points, circles, density.components()[k], frame);
    m_segments = points.empty() ? 0 : static_cast<int>(points.size() / 4) - 1;
    upload(m_points, std::span<const float>(points));
}

void EllipseLayer::draw(const LaneFrame& frame)
{
    const auto& style = frame.view.session.view.ellipses;
    m_isReduced = false;
    if (style.visible <= 0 || style.opacity <= 0 || frame.run->planeMixture->dimension() < 2)
        return;
    glBindVertexArray(m_vertexArray.get());
    uploadEllipses(frame);
    if (m_segments <= 0)
        return;
    const auto& program = m_programs->lines;
    program.use();
    program.set("uPoints", 0);
    program.set("uWidth", kWidth * frame.linePixel);
    program.set("uDash", kDash * frame.linePixel);
    program.setRgba("uColor", frame.view.theme.text, style.opacity);
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_BUFFER, m_pointTexture.get());
    glDrawArrays(GL_TRIANGLES, 0, 6 * m_segments);
}

} // namespace scorefield::render
