// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/layers.h"
#include "ui/render/particle_codes.h"

#include <algorithm>

namespace scorefield::render {
namespace {

constexpr double kFewest = 10000;   // cost little, and are seen one by one; of all lanes in motion
constexpr double kFirstRate = 2000; // particles drawn in a millisecond, on two slow cores
constexpr double kMostMs = 32;      // for those of all lanes, where the processor draws them
constexpr double kLittle = 1.5;     // times what it was measured to draw: the load of the moment

/// One coordinate of the first `count` particles at a stored step, in the plane, into the bound
/// buffer.
void uploadCoordinate(const LaneFrame& frame, int step, int axis, std::size_t count, int place)
{
    const auto put = [&](const float* values) {
        const auto bytes = static_cast<GLsizeiptr>(count * sizeof(float));
        glBufferSubData(GL_ARRAY_BUFFER, place * bytes, bytes, values);
    };
    const auto& states = frame.product->trajectories;
    if (axis < states.dimension && states.dimension <= 2)
        return put(states.coordinate(step, axis).data());
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        const QPointF p = particlePosition(*frame.run, *frame.product, i, step);
        values[i] = static_cast<float>(axis == 0 ? p.x() : p.y());
    }
    put(values.data());
}

/// Particles are independent draws: the first of them are a fair sample.
std::size_t shownParticles(std::size_t n, double share, std::size_t lanes)
{
    const double fewest = share < 1 ? kFewest / static_cast<double>(lanes) : kFewest;
    const double shown = std::max(fewest, static_cast<double>(n) * share);
    return std::min(n, static_cast<std::size_t>(shown));
}

/// Of the first `count` particles, those that lie in the plot, about: the others cost next to
/// nothing.
double visibleParticles(const LaneFrame& frame, std::size_t count)
{
    constexpr std::size_t kAsked = 256;
    const double units = 1 / static_cast<double>(frame.block.pixelsPerUnit);
    const double width = units * frame.plot.width(), height = units * frame.plot.height();
    const QRectF seen(frame.centre.x() - .5 * width, frame.centre.y() - .5 * height, width, height);
    const std::size_t stride = std::max<std::size_t>(1, count / kAsked);
    std::size_t asked = 0, visible = 0;
    const ParticlePositions positions(frame.view);
    for (std::size_t i = 0; i < count; i += stride, ++asked)
        visible += seen.contains(positions[i]) ? 1 : 0;
    return static_cast<double>(count * visible)
           / static_cast<double>(std::max<std::size_t>(1, asked));
}

} // namespace

ParticleLayer::ParticleLayer(std::shared_ptr<const ProgramSet> programs)
    : m_programs(std::move(programs))
    , m_vertexArray(newVertexArray())
    , m_states(newBuffer())
    , m_codes(newBuffer())
    , m_rate(kFirstRate)
{
}

void ParticleLayer::uploadStates(const LaneFrame& frame, std::size_t count)
{
    upload(m_states, nullptr, 4 * count * sizeof(float));
    int place = 0;
    for (const int step : {frame.step, std::min(frame.step + 1, frame.lastStep)})
        for (int axis = 0; axis < 2; ++axis)
            uploadCoordinate(frame, step, axis, count, place++);
    for (GLuint i = 0; i < 4; ++i) {
        glEnableVertexAttribArray(i);
        // NOLINTNEXTLINE(performance-no-int-to-ptr): OpenGL takes offsets as pointers
        const auto* begin = reinterpret_cast<const void*>(i * count * sizeof(float));
        glVertexAttribPointer(i, 1, GL_FLOAT, GL_FALSE, 0, begin);
    }
    m_run = frame.run;
    m_step = frame.step;
    m_uploaded = count;
}

void ParticleLayer::uploadCodes(const LaneFrame& frame)
{
    upload(m_codes, std::span<const std::uint32_t>(*frame.codes));
    glEnableVertexAttribArray(4);
    glVertexAttribPointer(4, 4, GL_UNSIGNED_BYTE, GL_TRUE, 0, nullptr);
    m_shownCodes = frame.codes;
    m_isShaped = std::any_of(frame.codes->begin(), frame.codes->end(), [](std::uint32_t code) {
        return code >> 24 != 0;
    });
}

/// Of a million a processor draws for a second, in which the window would not answer: in it there
/// are as many as it draws within a frame, also at rest; halved as often as it takes, so that they
/// are the same ones from frame to frame, and not halved or doubled for a little.
std::size_t ParticleLayer::mostParticles(const LaneFrame& frame)
{
    const auto n = frame.product->trajectories.particles;
    if (frame.detail.exact || !frame.detail.software)
        return n;
    const auto lanes = static_cast<double>(frame.run->lanes.size());
    const double room = std::max(kFewest, m_rate.allowance(kMostMs / lanes));
    const auto halved = [n](double most) {
        std::size_t count = n;
        while (static_cast<double>(count) > most)
            count = (count + 1) / 2;
        return count;
    };
    if (m_most == 0 || m_mostOf != n || m_most > halved(room * kLittle)
        || m_most < halved(room / kLittle))
        m_most = halved(room);
    m_mostOf = n;
    return m_most;
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
    const std::size_t most = mostParticles(frame);
    m_sample = most < n ? std::optional(most) : std::nullopt;
    const std::size_t shown =
        std::min(shownParticles(n, frame.detail.share, frame.run->lanes.size()), most);
    m_isReduced = shown < most;
    if (!m_run.is(frame.run) || m_step != frame.step || m_uploaded < shown)
        uploadStates(frame, shown);
    if (m_shownCodes != frame.codes)
        uploadCodes(frame);
    const auto& program =
        m_isShaped ? m_programs->particles
                   : m_programs->discs; // a software renderer pays for every shape it does not draw
    program.use();
    program.set("uFraction", frame.fraction);
    program.set("uDiameter", style.particleSize * frame.linePixel);
    program.set("uRim", particleRim(n) * frame.linePixel);
    program.set("uOpacity", style.particles.opacity);
    program.setRgb("uCanvas", frame.view.theme.canvas);
    glEnable(GL_PROGRAM_POINT_SIZE);
    // Only at rest, where nobody waits for the next frame: measuring keeps the processor waiting.
    const bool isMeasurable = frame.detail.software && !m_isReduced && !frame.detail.exact
                              && static_cast<double>(n) > kFewest;
    const double visible = isMeasurable ? visibleParticles(frame, shown) : 0;
    if (visible > 0)
        m_rate.beginAwaited();
    glDrawArrays(GL_POINTS, 0, static_cast<GLsizei>(shown));
    if (visible > 0)
        m_rate.endAwaited(visible);
    glDisable(GL_PROGRAM_POINT_SIZE);
}

} // namespace scorefield::render
