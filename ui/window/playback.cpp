// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/playback.h"

#include "core/session/parameter_table.h"
#include "ui/document/document.h"

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kRestSeconds =
    0.8; ///< the finished picture stays this long before a loop starts again
constexpr double kOnStep = 1e-6; ///< of a step: closer than this the play-head stands on it

} // namespace

Playback::Playback(Document& document, QObject* parent) : QObject(parent), m_document(document)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(16);
    connect(&m_timer, &QTimer::timeout, this, &Playback::advance);
    connect(&m_document, &Document::sessionChanged, this, &Playback::updateTimer);
}

bool Playback::isPlaying() const
{
    return m_document.session().timeline.playing != 0;
}

bool Playback::isLooping() const
{
    return m_document.session().timeline.loop != 0;
}

void Playback::setFrameRate(double hertz)
{
    if (hertz >= 20 && hertz <= 500)
        m_timer.setInterval(static_cast<int>(1000 / hertz));
}

void Playback::setProduct(std::shared_ptr<const RunProduct> product)
{
    m_head = PlayHead(std::move(product));
    updateTimer();
    Q_EMIT headChanged();
}

void Playback::setLane(int lane)
{
    if (lane == m_lane)
        return;
    m_lane = lane;
    Q_EMIT headChanged();
}

void Playback::setPlaying(bool playing)
{
    Timeline timeline = m_document.session().timeline;
    timeline.playing = playing ? 1 : 0;
    if (playing && timeline.position >= 1)
        timeline.position = 0;
    m_restAtEnd = 0;
    m_document.setTimeline(timeline);
}

void Playback::togglePlaying()
{
    setPlaying(!isPlaying());
}

void Playback::toggleLoop()
{
    Timeline timeline = m_document.session().timeline;
    timeline.loop = timeline.loop != 0 ? 0 : 1;
    m_document.setTimeline(timeline);
}

void Playback::setPosition(double position)
{
    Timeline timeline = m_document.session().timeline;
    timeline.position = std::clamp(position, 0.0, 1.0);
    m_restAtEnd = 0;
    m_document.setTimeline(timeline);
}

void Playback::stepBy(int steps)
{
    Timeline timeline = m_document.session().timeline;
    const double now = m_head.stepAt(timeline, m_lane);
    // From between two steps the first move goes to the nearer whole one in that direction.
    const double target =
        steps > 0 ? std::floor(now + kOnStep) + steps : std::ceil(now - kOnStep) + steps;
    timeline.playing = 0;
    timeline.position = m_head.positionOfStep(timeline, m_lane, target);
    m_document.setTimeline(timeline);
}

void Playback::toStart()
{
    setPosition(0);
}

void Playback::toEnd()
{
    Timeline timeline = m_document.session().timeline;
    timeline.playing = 0;
    timeline.position = 1;
    m_document.setTimeline(timeline);
}

void Playback::faster()
{
    changeSpeed(1);
}

void Playback::slower()
{
    changeSpeed(-1);
}

void Playback::changeSpeed(int direction)
{
    const double now = m_document.session().timeline.speed;
    double next = now;
    if (direction > 0) {
        const auto above =
            std::upper_bound(kPlaybackSpeeds.begin(), kPlaybackSpeeds.end(), now * 1.001);
        next = above == kPlaybackSpeeds.end() ? now : *above;
    } else {
        const auto at =
            std::lower_bound(kPlaybackSpeeds.begin(), kPlaybackSpeeds.end(), now * 0.999);
        next = at == kPlaybackSpeeds.begin() ? now : *(at - 1);
    }
    const auto descriptor = describe(m_document.session(), "timeline.speed");
    if (descriptor)
        next = std::clamp(next, descriptor->minimum, descriptor->maximum);
    Timeline timeline = m_document.session().timeline;
    timeline.speed = next;
    m_document.setTimeline(timeline);
}

void Playback::beginScrub()
{
    m_scrubbing = true;
    updateTimer();
}

void Playback::endScrub()
{
    m_scrubbing = false;
    updateTimer();
}

void Playback::updateTimer()
{
    const bool run = isPlaying() && !m_scrubbing && m_head.run() != nullptr;
    if (run == m_timer.isActive())
        return;
    if (run) {
        m_clock.start();
        m_timer.start();
    } else {
        m_timer.stop();
    }
}

void Playback::advance()
{
    // A stall (a dialog, a suspended machine) must not make the picture jump.
    const double seconds = std::min(0.1, static_cast<double>(m_clock.nsecsElapsed()) * 1e-9);
    m_clock.start();
    Timeline timeline = m_document.session().timeline;
    if (timeline.position >= 1) {
        m_restAtEnd += seconds;
        if (timeline.loop == 0)
            timeline.playing = 0;
        else if (m_restAtEnd >= kRestSeconds)
            timeline.position = m_restAtEnd = 0;
    } else {
        m_restAtEnd = 0;
        timeline.position =
            std::min(1.0, timeline.position + seconds * timeline.speed / timeline.seconds);
    }
    m_document.setTimeline(timeline);
}

} // namespace scorefield::ui
