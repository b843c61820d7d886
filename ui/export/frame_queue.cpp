// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/frame_queue.h"

namespace scorefield::render {
namespace {

constexpr std::size_t kMostWaiting = 2; // frames; more would only smooth, at 33 MB each in 4K

} // namespace

FrameQueue::FrameQueue(FilmFile& file) : m_file(file), m_thread([this] { work(); }) {}

FrameQueue::~FrameQueue()
{
    const std::lock_guard lock(m_mutex);
    m_frames.clear();
    m_isClosed = true;
    m_changed.notify_all();
}

Status FrameQueue::put(const QImage& frame)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_frames.size() < kMostWaiting || !m_status; });
    if (!m_status)
        return m_status;
    m_frames.push_back(frame);
    m_changed.notify_all();
    return success();
}

Status FrameQueue::drain()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isClosed = true;
        m_changed.notify_all();
    }
    m_thread.join();
    return m_status;
}

void FrameQueue::work()
{
    for (;;) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return !m_frames.empty() || m_isClosed; });
        if (m_frames.empty())
            return;
        const QImage frame = std::move(m_frames.front());
        m_frames.pop_front();
        m_changed.notify_all();
        lock.unlock();
        auto status = m_file.add(frame);
        if (!status) {
            lock.lock();
            m_status = std::move(status);
            m_frames.clear();
            m_changed.notify_all();
            return;
        }
        ++m_written;
    }
}

} // namespace scorefield::render
