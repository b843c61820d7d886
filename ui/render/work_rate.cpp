// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/work_rate.h"

#include <algorithm>

namespace scorefield::render {
namespace {

constexpr double kMostChange = 4; // from one measurement to the next: a hiccup is no slow machine
constexpr double kShortest = .05; // milliseconds that a clock can tell from nothing
constexpr double kTelling = 2;    // shorter times are mostly those of giving commands

GlName<deleteQuery> newQuery()
{
    GLuint name = 0;
    glGenQueries(1, &name);
    return GlName<deleteQuery>(name);
}

} // namespace

WorkRate::WorkRate(double perMillisecond)
    : m_stamps{newQuery(), newQuery()}
    , m_perMillisecond(perMillisecond)
{
}

void WorkRate::begin()
{
    readClock();
    m_isStamped = !m_isAwaited;
    if (m_isStamped)
        glQueryCounter(m_stamps[0].get(), GL_TIMESTAMP);
    m_clock.start();
}

void WorkRate::end(double work)
{
    if (!m_isStamped)
        return;
    glQueryCounter(m_stamps[1].get(), GL_TIMESTAMP);
    m_called = static_cast<double>(m_clock.nsecsElapsed()) * 1e-6;
    m_work = work;
    m_isAwaited = true;
}

void WorkRate::readClock()
{
    if (!m_isAwaited)
        return;
    GLint isThere = 0;
    glGetQueryObjectiv(m_stamps[1].get(), GL_QUERY_RESULT_AVAILABLE, &isThere);
    if (isThere == 0)
        return;
    m_isAwaited = false;
    if (m_work <= 0)
        return;
    std::array<GLuint64, 2> nanoseconds{};
    for (std::size_t i = 0; i < m_stamps.size(); ++i)
        glGetQueryObjectui64v(m_stamps[i].get(), GL_QUERY_RESULT, &nanoseconds[i]);
    const double onGpu = nanoseconds[1] > nanoseconds[0]
                             ? static_cast<double>(nanoseconds[1] - nanoseconds[0]) * 1e-6
                             : 0;
    const double milliseconds = std::max({onGpu, m_called, kShortest});
    learn(m_work, milliseconds);
}

void WorkRate::beginAwaited()
{
    glFinish();
    m_clock.start();
}

void WorkRate::endAwaited(double work)
{
    glFinish();
    learn(work, std::max(static_cast<double>(m_clock.nsecsElapsed()) * 1e-6, kShortest));
}

void WorkRate::learn(double work, double milliseconds)
{
    const double measured = work / milliseconds;
    if (measured < m_perMillisecond && milliseconds < kTelling)
        return;
    m_perMillisecond =
        std::clamp(measured, m_perMillisecond / kMostChange, m_perMillisecond * kMostChange);
}

} // namespace scorefield::render
