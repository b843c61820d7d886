// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/layers.h"
#include "ui/render/plane_density.h"

#include <cmath>
#include <numbers>

namespace scorefield::render {
namespace {

constexpr double kDeviations = 2;
constexpr double kWidth = 1.2, kDash = 4; // designed pixels

/// Appends the segments (from, to) of one ellipse: x, y, arc length in pixels. Whole dashes fit, so
/// that the ends meet.
void appendEllipse(std::vector<float>& out,
                   const PlaneDensity::Component& c,
                   const LaneFrame& frame,
                   int corners)
{
    const double scale = frame.block.pixelsPerUnit;
    std::vector<std::array<double, 3>> path;
    for (int i = 0; i <= corners; ++i) {
        const double angle = 2 * std::numbers::pi * i / corners;
        const double u = kDeviations * std::cos(angle), v = kDeviations * std::sin(angle);
        std::array<double, 3> p{c.x - frame.centre.x() + u * c.halfAxes[0] + v * c.halfAxes[2],
                                c.y - frame.centre.y() + u * c.halfAxes[1] + v * c.halfAxes[3],
                                0};
        if (i > 0)
            p[2] =
                path.back()[2] + scale * std::hypot(p[0] - path.back()[0], p[1] - path.back()[1]);
        path.push_back(p);
    }
    const double period = 2 * kDash * frame.linePixel;
    const double stretch = std::max(1.0, std::round(path.back()[2] / period)) * period
                           / std::max(path.back()[2], 1e-9);
    for (std::size_t i = 1; i < path.size(); ++i)
        for (const auto& p : {path[i - 1], path[i]}) {
            out.push_back(static_cast<float>(p[0]));
            out.push_back(static_cast<float>(p[1]));
            out.push_back(static_cast<float>(p[2] * stretch));
        }
}

} // namespace

EllipseLayer::EllipseLayer(std::shared_ptr<const ProgramSet> programs)
    : m_programs(std::move(programs))
    , m_vertexArray(newVertexArray())
    , m_segments(newBuffer())
{
}

void EllipseLayer::draw(const LaneFrame& frame)
{
    const auto& style = frame.view.session.view.ellipses;
    if (style.visible <= 0 || style.opacity <= 0 || frame.run->planeMixture->dimension() < 2)
        return;
    const PlaneDensity density(*frame.run->planeMixture, frame.level.alpha, frame.level.sigma);
    const int corners = density.components().size() > 200 ? 24 : 72;
    std::vector<float> segments;
    for (const auto& c : density.components())
        appendEllipse(segments, c, frame, corners);
    glBindVertexArray(m_vertexArray.get());
    upload(m_segments, std::span<const float>(segments));
    for (GLuint end = 0; end < 2; ++end) {
        glEnableVertexAttribArray(end);
        glVertexAttribPointer(end,
                              3,
                              GL_FLOAT,
                              GL_FALSE,
                              6 * sizeof(float),
                              reinterpret_cast<const void*>(end * 3 * sizeof(float)));
        glVertexAttribDivisor(end, 1);
    }
    const auto& program = m_programs->lines;
    program.use();
    program.set("uWidth", kWidth * frame.linePixel);
    program.set("uDash", kDash * frame.linePixel);
    program.setRgba("uColor", frame.view.theme.text, style.opacity);
    glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, static_cast<GLsizei>(segments.size() / 6));
}

} // namespace scorefield::render
