// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The threads of one process that measure cells as they are given, while the main thread talks to
// the other processes.
#include "core/study/prepared_study.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace scorefield::app {

class CellWorker {
public:
    using Measured = std::pair<std::size_t, Result<Measurement>>;

    /// `study` outlives it.
    CellWorker(const PreparedStudy& study, unsigned threads);
    ~CellWorker(); ///< stops what it measures
    CellWorker(const CellWorker&) = delete;
    CellWorker& operator=(const CellWorker&) = delete;

    /// How many cells it measures at a time.
    unsigned atATime() const { return m_study.abreast(m_pool.threadCount()); }
    void give(std::size_t cell);
    /// No cell comes for now: its threads help each other with those that are left.
    void pause();
    /// What has been measured since the last call; waits for it, but not longer than `patience`.
    std::vector<Measured> collect(std::chrono::milliseconds patience);

private:
    void loop(const std::stop_token& stop);
    std::optional<std::size_t> next(const std::stop_token& stop);

    const PreparedStudy& m_study;
    WorkerPool m_pool;
    std::mutex m_mutex;
    std::condition_variable_any m_given, m_measured;
    std::deque<std::size_t> m_waiting;
    std::vector<Measured> m_done;
    bool m_isPaused = false;
    RunModels m_models;
    std::jthread m_thread; ///< last: it uses all above
};

} // namespace scorefield::app
