// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/worker_pool.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace scorefield {

struct WorkerPool::Shared {
    std::mutex mutex;
    std::condition_variable wake, done;
    const std::function<void(std::size_t)>* work = nullptr; ///< of the current call
    std::size_t blocks = 0;
    std::atomic<std::size_t> next{0};
    std::uint64_t generation = 0; ///< counts calls, so that a thread joins each once
    std::size_t active = 0;       ///< threads inside the current call
    bool quit = false;
    std::vector<std::thread> threads;

    void takeBlocks(const std::function<void(std::size_t)>& current, std::size_t count)
    {
        for (std::size_t block = next.fetch_add(1); block < count; block = next.fetch_add(1))
            current(block);
    }

    void serve()
    {
        std::uint64_t seen = 0;
        std::unique_lock lock(mutex);
        for (;;) {
            wake.wait(lock, [&] { return quit || (work != nullptr && generation != seen); });
            if (quit)
                return;
            seen = generation;
            ++active;
            const auto* current = work;
            const std::size_t count = blocks;
            lock.unlock();
            takeBlocks(*current, count);
            lock.lock();
            if (--active == 0)
                done.notify_all();
        }
    }
};

WorkerPool::WorkerPool(unsigned threads) : m_shared(std::make_unique<Shared>())
{
    const unsigned total =
        threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 1; i < total; ++i)
        m_shared->threads.emplace_back([shared = m_shared.get()] { shared->serve(); });
}

WorkerPool::~WorkerPool()
{
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->quit = true;
    }
    m_shared->wake.notify_all();
    for (std::thread& thread : m_shared->threads)
        thread.join();
}

unsigned WorkerPool::threadCount() const
{
    return static_cast<unsigned>(m_shared->threads.size()) + 1;
}

void WorkerPool::parallelFor(std::size_t blocks, const std::function<void(std::size_t)>& work)
{
    Shared& shared = *m_shared;
    if (blocks <= 1 || shared.threads.empty()) {
        for (std::size_t block = 0; block < blocks; ++block)
            work(block);
        return;
    }
    {
        const std::lock_guard lock(shared.mutex);
        shared.work = &work;
        shared.blocks = blocks;
        shared.next = 0;
        ++shared.generation;
    }
    shared.wake.notify_all();
    shared.takeBlocks(work, blocks);
    std::unique_lock lock(shared.mutex);
    shared.work = nullptr; // a thread that wakes late finds nothing to join
    shared.done.wait(lock, [&] { return shared.active == 0; });
}

} // namespace scorefield
