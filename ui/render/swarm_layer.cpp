// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/swarm_layer.h"

#include "core/session/matched_levels.h"

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

// Of a frame, for the swarms of all lanes. A software renderer is too slow for more than a check.
constexpr double kFrameMs = 8, kSoftwareFrameMs = 40;
constexpr double kPieceMs = 100;   // of work that nobody waits for: systems stop longer commands
constexpr double kFirstRate = 2e5; // components evaluated in a millisecond, on two slow cores
constexpr double kLogRange = 12;   // nats of the logarithmic scale, as view.density.scale says

/// Whether a lane of both products is the same run, whatever the number of its particles.
bool simulatesAlike(const RunProduct& a, const RunProduct& b, int lane)
{
    const Session &was = a.session, &is = b.session;
    const auto at = static_cast<std::size_t>(lane);
    return at < was.lanes.size() && at < is.lanes.size() && was.data == is.data
           && was.particles.seed == is.particles.seed && was.particles.noise == is.particles.noise
           && runsAlike(was, is, lane);
}

/// Particles in a pixel-sized square at the top of the density's scale, of so many in all.
double countAtTop(const LaneFrame& frame, std::size_t particles, double diameter)
{
    const double pixel = diameter / static_cast<double>(frame.block.pixelsPerUnit);
    return static_cast<double>(particles) * std::exp(frame.view.densityTop) * pixel * pixel;
}

double diameterOf(const LaneFrame& frame)
{
    return std::max(1.0, std::round(frame.linePixel));
}

} // namespace

const Result<SwarmShaders::Set>& SwarmShaders::get()
{
    if (m_set)
        return *m_set;
    auto run = GpuRun::compile();
    auto count = Program::create(QStringLiteral("swarm.vert"), QStringLiteral("swarm.frag"));
    auto paint =
        Program::create(QStringLiteral("fullscreen.vert"), QStringLiteral("swarm_paint.frag"));
    if (!run)
        m_set.emplace(run.error());
    else if (!count)
        m_set.emplace(count.error());
    else if (!paint)
        m_set.emplace(paint.error());
    else
        m_set.emplace(Set{std::move(*run), std::move(*count), std::move(*paint)});
    return *m_set;
}

SwarmLayer::SwarmLayer(std::shared_ptr<SwarmShaders> shaders, bool isSoftware)
    : m_shaders(std::move(shaders))
    , m_isSoftware(isSoftware)
    , m_rate(kFirstRate)
    , m_counts(newTexture())
    , m_framebuffer(newFramebuffer())
    , m_vertexArray(newVertexArray())
{
}

Status SwarmLayer::follow(const LaneFrame& frame, const std::shared_ptr<const Program>& program)
{
    const double wanted = frame.view.session.view.swarm.count;
    const auto particles = static_cast<std::size_t>(wanted);
    const bool isAlike =
        m_followed
        && (m_followed == frame.run || simulatesAlike(*m_followed, *frame.run, frame.view.lane));
    if (isAlike && m_run && m_run->particles() == particles)
        return success();
    if (isAlike && m_refusal && m_refusedCount == wanted)
        return *m_refusal;
    m_followed = frame.run;
    m_refusedCount = wanted;
    m_picture = {};
    const auto refuse = [this](const Error& error) -> Status {
        m_run.reset();
        m_refusal = error;
        return error;
    };
    auto device = DeviceRun::create(frame.product->plan);
    if (!device)
        return refuse(device.error());
    if (m_run && m_run->particles() == particles) {
        if (auto followed = m_run->follow(std::move(*device)); !followed)
            return refuse(followed.error());
    } else {
        m_run.reset(); // first, so that there is room
        auto run = GpuRun::create(program, std::move(*device), particles);
        if (!run)
            return refuse(run.error());
        m_run = std::move(*run);
    }
    m_refusal.reset();
    return success();
}

void SwarmLayer::advance(const LaneFrame& frame, int taken)
{
    const auto some = [&](double milliseconds) {
        m_rate.begin();
        const double work = m_run->advance(taken, m_rate.allowance(milliseconds));
        m_rate.end(work);
        return work > 0;
    };
    if (frame.detail.exact) {
        while (some(kPieceMs))
            glFinish();
        return;
    }
    some((m_isSoftware ? kSoftwareFrameMs : kFrameMs)
         / static_cast<double>(frame.run->lanes.size()));
}

void SwarmLayer::count(const LaneFrame& frame, const Program& program, const Picture& picture)
{
    GLint target = 0;
    glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &target);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, m_framebuffer.get());
    const QSize size(frame.plot.width(), frame.plot.height());
    if (size != m_size) {
        glBindTexture(GL_TEXTURE_2D, m_counts.get());
        glTexImage2D(
            GL_TEXTURE_2D, 0, GL_R32F, size.width(), size.height(), 0, GL_RED, GL_FLOAT, nullptr);
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
        glFramebufferTexture2D(
            GL_DRAW_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, m_counts.get(), 0);
        m_size = size;
    }
    glDisable(GL_SCISSOR_TEST);
    glViewport(0, 0, size.width(), size.height());
    glClearColor(0, 0, 0, 0);
    glClear(GL_COLOR_BUFFER_BIT);
    glBlendFunc(GL_ONE, GL_ONE);
    program.use();
    program.set("uFraction", picture.fraction);
    program.set("uDiameter", diameterOf(frame));
    glEnable(GL_PROGRAM_POINT_SIZE);
    m_run->drawReady(picture.taken);
    glDisable(GL_PROGRAM_POINT_SIZE);
    m_picture = picture;

    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, static_cast<GLuint>(target));
    glViewport(frame.plot.x(), frame.plot.y(), frame.plot.width(), frame.plot.height());
    glEnable(GL_SCISSOR_TEST);
    glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
}

void SwarmLayer::paint(const LaneFrame& frame, const Program& program)
{
    const ViewSpec& style = frame.view.session.view;
    glBindVertexArray(m_vertexArray.get());
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_2D, m_counts.get());
    program.use();
    program.set("uCounts", 0);
    program.set(
        "uOrigin", static_cast<float>(frame.plot.x()), static_cast<float>(frame.plot.y()), 0, 0);
    program.set("uTop", countAtTop(frame, m_picture.there, diameterOf(frame)));
    program.set("uLogRange", style.densityScale > 0 ? kLogRange : 0.0);
    program.setRgba("uInk", frame.view.theme.text, style.swarm.layer.opacity);
    glDrawArrays(GL_TRIANGLES, 0, 3);
}

void SwarmLayer::draw(const LaneFrame& frame)
{
    const SwarmSpec& style = frame.view.session.view.swarm;
    m_status.reset();
    if (style.layer.visible <= 0 || style.layer.opacity <= 0) {
        m_run.reset(); // its memory is wanted elsewhere
        m_refusal.reset();
        m_followed.reset();
        return;
    }
    if (frame.lastStep < 0) // the run says why there is none
        return;
    m_status.emplace();
    m_status->wanted = static_cast<std::size_t>(style.count);
    if (const auto reason = whyNoGpuRuns(m_isSoftware)) {
        m_status->refusal = *reason;
        return;
    }
    const auto& shaders = m_shaders->get();
    if (!shaders) {
        m_status->refusal = shaders.error().sentence();
        return;
    }
    if (const auto followed = follow(frame, shaders->run); !followed) {
        m_status->refusal = followed.error().message;
        return;
    }
    const int taken = std::min(frame.step + 1, m_run->steps());
    advance(frame, taken);
    const Picture picture{taken, frame.fraction, m_run->ready(taken), frame.block};
    m_status->there = picture.there;
    if (!(picture == m_picture))
        count(frame, shaders->count, picture);
    paint(frame, shaders->paint);
}

} // namespace scorefield::render
