// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/other_frames.h"

#include <utility>

namespace scorefield::render {

OtherFrames::OtherFrames(Session session, const VideoSpec& spec, ExportHooks hooks)
    : m_thread([this, session = std::move(session), spec, hooks = std::move(hooks)] {
        work(session, spec, hooks);
    })
{
}

OtherFrames::~OtherFrames()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_isEnding = true;
    }
    m_changed.notify_all();
}

void OtherFrames::work(const Session& session, const VideoSpec& spec, const ExportHooks& hooks)
{
    auto film = FilmRenderer::create(session, spec, hooks);
    if (!film) {
        put(film.error());
        return;
    }
    for (long long i = 1; i < filmFrames(spec); i += 2)
        if (!put((*film)->frame(i)))
            return;
}

bool OtherFrames::put(Result<QImage> frame)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_waiting || m_isEnding; });
    if (m_isEnding)
        return false;
    const bool isDrawn = frame.ok();
    m_waiting = std::move(frame);
    lock.unlock();
    m_changed.notify_all();
    return isDrawn; // after an error there is no other frame
}

Result<QImage> OtherFrames::next()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_waiting.has_value(); });
    Result<QImage> frame = *std::exchange(m_waiting, std::nullopt);
    lock.unlock();
    m_changed.notify_all();
    return frame;
}

} // namespace scorefield::render
