// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Frames on their way from the thread that draws them to the one that encodes them: a few at most,
// so that memory does not grow with the film.
#include "ui/export/film_file.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace scorefield::render {

class FrameQueue {
public:
    /// Begins a thread that adds what is put to `file`.
    explicit FrameQueue(FilmFile& file);
    ~FrameQueue(); ///< drops what waits
    FrameQueue(const FrameQueue&) = delete;
    FrameQueue& operator=(const FrameQueue&) = delete;

    /// Waits while the queue is full. The file's error, if it had one.
    Status put(const QImage& frame);
    /// Waits until every frame is in the file.
    Status drain();
    long long written() const { return m_written; }

private:
    void work();

    FilmFile& m_file;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<QImage> m_frames;
    bool m_isClosed = false;
    Status m_status = success();
    std::atomic<long long> m_written = 0;
    std::jthread m_thread; // last: it uses all of the above
};

} // namespace scorefield::render
