// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Every second frame of a film, drawn beside the thread that draws the others: one renderer alone
// leaves a processor idle while it bins triangles or waits for its pixels. A frame does not depend
// on who draws it.
#include "ui/export/video.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace scorefield::render {

class OtherFrames {
public:
    /// Begins to draw frames 1, 3, 5 … with an OpenGL context of its own; one waits at most.
    OtherFrames(Session session, const VideoSpec& spec, ExportHooks hooks);
    ~OtherFrames(); ///< waits for the frame that is being drawn
    OtherFrames(const OtherFrames&) = delete;
    OtherFrames& operator=(const OtherFrames&) = delete;

    /// The next of them; waits until it is drawn.
    Result<QImage> next();

private:
    void work(const Session& session, const VideoSpec& spec, const ExportHooks& hooks);
    /// False when nobody asks any more.
    bool put(Result<QImage> frame);

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::optional<Result<QImage>> m_waiting;
    bool m_isEnding = false;
    std::jthread m_thread; // last: it uses all of the above
};

} // namespace scorefield::render
