// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cell_worker.h"

namespace scorefield::app {

CellWorker::CellWorker(const PreparedStudy& study, unsigned threads)
    : m_study(study)
    , m_pool(threads)
{
    m_models.library = std::make_shared<ModelLibrary>();
    m_thread = std::jthread([this](const std::stop_token& stop) { loop(stop); });
}

CellWorker::~CellWorker()
{
    m_thread.request_stop();
    m_given.notify_all();
}

void CellWorker::give(std::size_t cell)
{
    const std::lock_guard lock(m_mutex);
    m_waiting.push_back(cell);
    m_isPaused = false;
    m_given.notify_all();
}

void CellWorker::pause()
{
    const std::lock_guard lock(m_mutex);
    m_isPaused = true;
    m_given.notify_all();
}

std::vector<CellWorker::Measured> CellWorker::collect(std::chrono::milliseconds patience)
{
    std::unique_lock lock(m_mutex);
    m_measured.wait_for(lock, patience, [this] { return !m_done.empty(); });
    return std::exchange(m_done, {});
}

void CellWorker::loop(const std::stop_token& stop)
{
    const auto take = [this](std::size_t cell, Result<Measurement> measured) {
        const std::lock_guard lock(m_mutex);
        m_done.emplace_back(cell, std::move(measured));
        m_measured.notify_all();
    };
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(m_mutex);
            if (!m_given.wait(lock, stop, [this] { return !m_waiting.empty(); }))
                return;
        }
        measureCells(
            m_study, m_pool, [&] { return next(stop); }, take, stop, m_models);
    }
}

std::optional<std::size_t> CellWorker::next(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    m_given.wait(lock, stop, [this] { return !m_waiting.empty() || m_isPaused; });
    if (m_waiting.empty())
        return std::nullopt;
    const std::size_t cell = m_waiting.front();
    m_waiting.pop_front();
    return cell;
}

} // namespace scorefield::app
