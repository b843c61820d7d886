// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/layers.h"
#include "ui/render/particle_codes.h"
#include "ui/render/stage_colors.h"

#include <algorithm>

namespace scorefield::render {
namespace {

constexpr double kWidth = 1.1; // designed pixels

/// States that a buffer texture holds: OpenGL promises 65536, usual drivers have millions.
int mostPoints()
{
    GLint most = 0;
    glGetIntegerv(GL_MAX_TEXTURE_BUFFER_SIZE, &most);
    return most;
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
    for (const BufferName* buffer : {&m_points, &m_present, &m_colors})
        upload(*buffer, nullptr, 8);
    m_pointTexture = newBufferTexture(m_points, GL_RG32F);
    m_presentTexture = newBufferTexture(m_present, GL_RG32F);
    m_colorTexture = newBufferTexture(m_colors, GL_RGBA8);
    m_mostPoints = mostPoints();
}

/// [kept step][trail] points.
void TrailLayer::uploadPaths(const LaneFrame& frame, const TrailSubset& subset)
{
    const auto n = frame.product->trajectories.particles;
    m_subset = subset;
    m_stride = subset.stepStride;
    while (static_cast<std::size_t>(frame.lastStep / m_stride + 1) * subset.count
               > static_cast<std::size_t>(m_mostPoints)
           && m_stride < frame.lastStep)
        ++m_stride;
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
    const auto subset =
        trailSubset(frame.product->trajectories.particles, frame.lastStep, style.trailLength);
    if (m_run != frame.run || !(m_subset == subset))
        uploadPaths(frame, subset);
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
    program.set("uPoints", 1);
    program.set("uFirstRow", first);
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_BUFFER, m_colorTexture.get());
    glActiveTexture(GL_TEXTURE1);
    glBindTexture(GL_TEXTURE_BUFFER, m_pointTexture.get());
    const auto drawRows = [count](int rows) {
        glDrawArrays(GL_TRIANGLES, 0, 6 * rows * static_cast<GLsizei>(count));
    };
    if (whole > first)
        drawRows(whole - first);
    if (now > whole * m_stride) { // from the newest kept state to the present
        std::vector<float> points;
        for (const auto i : m_particles)
            append(points, particlePosition(*frame.run, *frame.product, i, whole * m_stride));
        for (const auto i : m_particles)
            append(points, particlePosition(frame.view, i));
        upload(m_present, std::span<const float>(points));
        glBindTexture(GL_TEXTURE_BUFFER, m_presentTexture.get());
        program.set("uFirstRow", 0);
        program.set("uFirstStep", whole * m_stride);
        drawRows(1);
    }
}

} // namespace scorefield::render
