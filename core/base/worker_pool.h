// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A fixed set of threads that share out blocks of work. Results never depend on how many there are:
// work is cut into the same blocks whatever the number of threads.
#include "core/base/thread_priority.h"

#include <cstddef>
#include <functional>
#include <memory>

namespace scorefield {

class WorkerPool {
public:
    /// `threads` >= 1 in total, the caller's included; 0: one per processor. `priority`: of its own
    /// threads.
    explicit WorkerPool(unsigned threads = 0, ThreadPriority priority = ThreadPriority::Normal);
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    unsigned threadCount() const;
    /// Calls work(block) once for every block in [0, blocks), on all threads, and returns when all
    /// are done. `work` may call parallelFor of the same pool, and so may other threads meanwhile:
    /// a thread without a block of one call takes those of others. What it throws ends the call.
    void parallelFor(std::size_t blocks, const std::function<void(std::size_t)>& work);

private:
    struct Shared;
    std::unique_ptr<Shared> m_shared;
};

} // namespace scorefield
