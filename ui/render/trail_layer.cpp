// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/layers.h"
#include "ui/render/particle_codes.h"
#include "ui/render/stage_colors.h"

#include <algorithm>

namespace scorefield::render {
namespace {

constexpr double kWidth = 1.1; // designed pixels

/// Two points per instance, each a row of `count` pairs.
void bindRows(std::size_t firstRow, std::size_t count)
{
    for (GLuint end = 0; end < 2; ++end) {
        const auto offset = (firstRow + end) * count * 2 * sizeof(float);
        glEnableVertexAttribArray(end);
        glVertexAttribPointer(end, 2, GL_FLOAT, GL_FALSE, 0, reinterpret_cast<const void*>(offset));
        glVertexAttribDivisor(end, 1);
    }
}

void append(std::vector<float>& out, QPointF p)
{
    out.push_back(static_cast<float>(p.x()));
    out.push_back(static_cast<float>(p.y()));
}

} // namespace

TrailLayer::TrailLayer(std::shared_ptr<const ProgramSet> programs)
    : m_programs(std::move(programs))
    , m_vertexArray(newVertexArray())
    , m_points(newBuffer())
    , m_present(newBuffer())
    , m_colors(newBuffer())
{
    upload(m_colors, nullptr, 4);
    m_colorTexture = newBufferTexture(m_colors, GL_RGBA8);
}

/// [kept step][trail] points.
void TrailLayer::uploadPaths(const LaneFrame& frame)
{
    const auto n = frame.product->trajectories.particles;
    const auto subset = trailSubset(n, frame.lastStep);
    m_stride = subset.stepStride;
    m_particles.clear();
    for (std::size_t i = 0; i < n; i += subset.particleStride)
        m_particles.push_back(i);
    std::vector<float> points;
    for (int step = 0; step <= frame.lastStep; step += m_stride)
        for (const auto i : m_particles)
            append(points, particlePosition(*frame.run, *frame.product, i, step));
    upload(m_points, std::span<const float>(points));
    m_run = frame.run;
    m_shownColors.clear();
}

/// One colour per trail, or per chord while the colour tells the stage.
void TrailLayer::uploadColors(const LaneFrame& frame)
{
    const bool byStage = isColoredByStage(frame.view);
    if (byStage && m_byStage && !m_shownColors.empty()
        && m_shownDark == frame.view.theme.dark) // of one run: they do not follow the play head
        return;
    std::vector<std::uint32_t> colors;
    if (byStage)
        colors = stageChordCodes(frame.view, m_particles, m_stride);
    else
        for (const auto i : m_particles)
            colors.push_back((*frame.codes)[i]);
    m_byStage = byStage;
    m_shownDark = frame.view.theme.dark;
    if (colors == m_shownColors)
        return;
    upload(m_colors, std::span<const std::uint32_t>(colors));
    m_shownColors = std::move(colors);
}

void TrailLayer::draw(const LaneFrame& frame)
{
    const auto& style = frame.view.session.view;
    if (style.trails.visible <= 0 || style.trails.opacity <= 0 || frame.lastStep < 1)
        return;
    glBindVertexArray(m_vertexArray.get());
    if (m_run != frame.run)
        uploadPaths(frame);
    const auto count = m_particles.size();
    uploadColors(frame);
    const double now = frame.step + frame.fraction;
    const double length = style.trailLength > 0 ? style.trailLength : std::max(now, 1.0);
    const int whole = static_cast<int>(now) / m_stride; // chords that lie in the past
    const int first = std::clamp(static_cast<int>((now - length) / m_stride), 0, whole);
    const auto& program = m_programs->trails;
    program.use();
    program.set("uColors", 0);
    program.set("uTrails", static_cast<int>(count));
    program.set("uColorRows", m_byStage ? 1 : 0);
    program.set("uFirstStep", first * m_stride);
    program.set("uStride", m_stride);
    program.set("uStep", now);
    program.set("uLength", length);
    program.set("uWidth", kWidth * frame.linePixel);
    program.set("uOpacity", style.trails.opacity);
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_BUFFER, m_colorTexture.get());
    if (whole > first) {
        glBindBuffer(GL_ARRAY_BUFFER, m_points.get());
        bindRows(static_cast<std::size_t>(first), count);
        glDrawArraysInstanced(
            GL_TRIANGLE_STRIP,
            0,
            4,
            static_cast<GLsizei>(static_cast<std::size_t>(whole - first) * count));
    }
    if (now > whole * m_stride) { // from the newest kept state to the present
        std::vector<float> points;
        for (const auto i : m_particles)
            append(points, particlePosition(*frame.run, *frame.product, i, whole * m_stride));
        for (const auto i : m_particles)
            append(points, particlePosition(frame.view, i));
        upload(m_present, std::span<const float>(points));
        bindRows(0, count);
        program.set("uFirstStep", whole * m_stride);
        glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, static_cast<GLsizei>(count));
    }
}

} // namespace scorefield::render
