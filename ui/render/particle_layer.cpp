// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/layers.h"
#include "ui/render/particle_codes.h"

#include <algorithm>

namespace scorefield::render {
namespace {

/// One coordinate of all particles at a stored step, in the plane.
void appendCoordinate(std::vector<float>& out, const LaneFrame& frame, int step, int axis)
{
    const auto& states = frame.product->trajectories;
    if (axis < states.dimension && states.dimension <= 2) {
        const auto values = states.coordinate(step, axis);
        out.insert(out.end(), values.begin(), values.end());
        return;
    }
    for (std::size_t i = 0; i < states.particles; ++i) {
        const QPointF p = particlePosition(*frame.run, *frame.product, i, step);
        out.push_back(static_cast<float>(axis == 0 ? p.x() : p.y()));
    }
}

/// Particles are independent draws: the first of them are a fair sample. Ten thousand cost little
/// and are seen one by one.
std::size_t shownParticles(std::size_t n, double share)
{
    constexpr double fewest = 10000;
    const double shown = std::max(fewest, static_cast<double>(n) * share);
    return std::min(n, static_cast<std::size_t>(shown));
}

} // namespace

ParticleLayer::ParticleLayer(std::shared_ptr<const ProgramSet> programs)
    : m_programs(std::move(programs))
    , m_vertexArray(newVertexArray())
    , m_states(newBuffer())
    , m_codes(newBuffer())
{
}

void ParticleLayer::uploadStates(const LaneFrame& frame)
{
    const auto n = frame.product->trajectories.particles;
    std::vector<float> states;
    states.reserve(4 * n);
    for (const int step : {frame.step, std::min(frame.step + 1, frame.lastStep)})
        for (int axis = 0; axis < 2; ++axis)
            appendCoordinate(states, frame, step, axis);
    upload(m_states, std::span<const float>(states));
    for (GLuint i = 0; i < 4; ++i) {
        glEnableVertexAttribArray(i);
        glVertexAttribPointer(
            i, 1, GL_FLOAT, GL_FALSE, 0, reinterpret_cast<const void*>(i * n * sizeof(float)));
    }
    m_run = frame.run;
    m_step = frame.step;
}

void ParticleLayer::draw(const LaneFrame& frame)
{
    const auto& style = frame.view.session.view;
    const auto n = frame.product->trajectories.particles;
    m_isReduced = false;
    if (style.particles.visible <= 0 || style.particles.opacity <= 0 || n == 0
        || frame.lastStep < 0)
        return;
    glBindVertexArray(m_vertexArray.get());
    if (m_run != frame.run || m_step != frame.step)
        uploadStates(frame);
    if (m_shownCodes != frame.codes) {
        upload(m_codes, std::span<const std::uint32_t>(*frame.codes));
        glEnableVertexAttribArray(4);
        glVertexAttribPointer(4, 4, GL_UNSIGNED_BYTE, GL_TRUE, 0, nullptr);
        m_shownCodes = frame.codes;
    }
    const bool shaped = std::any_of(frame.codes->begin(),
                                    frame.codes->end(),
                                    [](std::uint32_t code) { return code >> 24 != 0; });
    const auto& program =
        shaped ? m_programs->particles
               : m_programs->discs; // a software renderer pays for every shape it does not draw
    program.use();
    program.set("uFraction", frame.fraction);
    program.set("uDiameter", style.particleSize * frame.linePixel);
    program.set("uRim", particleRim(n) * frame.linePixel);
    program.set("uOpacity", style.particles.opacity);
    program.setRgb("uCanvas", frame.view.theme.canvas);
    const std::size_t shown = shownParticles(n, frame.detail.share);
    m_isReduced = shown < n;
    glEnable(GL_PROGRAM_POINT_SIZE);
    glDrawArrays(GL_POINTS, 0, static_cast<GLsizei>(shown));
    glDisable(GL_PROGRAM_POINT_SIZE);
}

} // namespace scorefield::render
