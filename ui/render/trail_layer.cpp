// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/layers.h"
#include "ui/render/particle_codes.h"

#include <algorithm>

namespace scorefield::render {
namespace {

constexpr double kWidth = 1.1; // designed pixels

} // namespace

TrailLayer::TrailLayer(std::shared_ptr<const ProgramSet> programs)
    : m_programs(std::move(programs))
    , m_vertexArray(newVertexArray())
    , m_points(newBuffer())
    , m_colors(newBuffer())
{
    upload(m_colors, nullptr, 4);
    m_colorTexture = newBufferTexture(m_colors, GL_RGBA8);
}

/// [step][trail] pairs of an even subset of the particles.
void TrailLayer::uploadPaths(const LaneFrame& frame)
{
    const auto n = frame.product->trajectories.particles;
    const auto wanted = trailCount(n, frame.lastStep);
    const auto stride = (n + wanted - 1) / wanted;
    m_count = static_cast<int>((n + stride - 1) / stride);
    std::vector<float> points;
    points.reserve(2 * static_cast<std::size_t>(m_count)
                   * static_cast<std::size_t>(frame.lastStep + 1));
    for (int step = 0; step <= frame.lastStep; ++step)
        for (std::size_t i = 0; i < n; i += stride) {
            const QPointF p = particlePosition(*frame.run, *frame.product, i, step);
            points.push_back(static_cast<float>(p.x()));
            points.push_back(static_cast<float>(p.y()));
        }
    upload(m_points, std::span<const float>(points));
    m_run = frame.run;
    m_shownColors.clear();
}

void TrailLayer::draw(const LaneFrame& frame)
{
    const auto& style = frame.view.session.view;
    if (style.trails.visible <= 0 || style.trails.opacity <= 0 || frame.lastStep < 1)
        return;
    glBindVertexArray(m_vertexArray.get());
    if (m_run != frame.run)
        uploadPaths(frame);
    const auto n = frame.product->trajectories.particles;
    const auto stride =
        (n + static_cast<std::size_t>(m_count) - 1) / static_cast<std::size_t>(m_count);
    std::vector<std::uint32_t> colors;
    colors.reserve(static_cast<std::size_t>(m_count));
    for (std::size_t i = 0; i < n; i += stride)
        colors.push_back((*frame.codes)[i]);
    if (colors != m_shownColors) {
        upload(m_colors, std::span<const std::uint32_t>(colors));
        m_shownColors = std::move(colors);
    }

    const double now = frame.step + frame.fraction;
    const double length = style.trailLength > 0 ? style.trailLength : std::max(now, 1.0);
    const int first = std::clamp(static_cast<int>(now - length), 0, frame.lastStep - 1);
    const int segments =
        std::min(static_cast<int>(now) + (frame.fraction > 0 ? 1 : 0), frame.lastStep) - first;
    if (segments <= 0)
        return;
    const auto& program = m_programs->trails;
    program.use();
    program.set("uColors", 0);
    program.set("uTrails", m_count);
    program.set("uFirstStep", first);
    program.set("uStep", now);
    program.set("uLength", length);
    program.set("uWidth", kWidth * frame.pixel);
    program.set("uOpacity", style.trails.opacity);
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_BUFFER, m_colorTexture.get());
    glBindBuffer(GL_ARRAY_BUFFER, m_points.get());
    for (GLuint end = 0; end < 2; ++end) {
        const auto offset = static_cast<std::size_t>(first + static_cast<int>(end))
                            * static_cast<std::size_t>(m_count) * 2 * sizeof(float);
        glEnableVertexAttribArray(end);
        glVertexAttribPointer(end, 2, GL_FLOAT, GL_FALSE, 0, reinterpret_cast<const void*>(offset));
        glVertexAttribDivisor(end, 1);
    }
    glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, segments * m_count);
}

} // namespace scorefield::render
