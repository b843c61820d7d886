// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/worker_pool.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace scorefield {

namespace {

/// One parallelFor; lives on the stack of its caller.
struct Call {
    const std::function<void(std::size_t)>& work;
    std::size_t blocks;
    std::uint64_t number = 0; ///< counts calls
    std::atomic<std::size_t> next{0};
    std::size_t helpers = 0; ///< other threads inside it; under the mutex
    std::once_flag failed{};
    std::exception_ptr failure{}; ///< the first that `work` threw

    bool isOpen() const { return next.load(std::memory_order_relaxed) < blocks; }
    /// False: there was none, or there is no other.
    bool takeBlock()
    {
        const std::size_t block = next.fetch_add(1);
        if (block >= blocks)
            return false;
        try {
            work(block);
        } catch (...) {
            std::call_once(failed, [this] { failure = std::current_exception(); });
            next = blocks;
        }
        return block + 1 < blocks;
    }
};

} // namespace

struct WorkerPool::Shared {
    std::mutex mutex;
    std::condition_variable wake; ///< of threads without a call
    std::condition_variable done; ///< of callers whose last blocks are with others
    std::vector<Call*> calls;     ///< with blocks left, oldest first
    std::uint64_t started = 0;
    std::size_t waiting = 0; ///< callers
    bool quit = false;
    std::vector<std::thread> threads;

    /// The oldest of the calls after number `after` with blocks left, or null.
    Call* openCall(std::uint64_t after) const
    {
        const auto found = std::find_if(calls.begin(), calls.end(), [after](const Call* call) {
            return call->number > after && call->isOpen();
        });
        return found == calls.end() ? nullptr : *found;
    }

    /// Takes blocks of another caller's call, all there are or just one.
    void help(Call& call, bool all, std::unique_lock<std::mutex>& lock)
    {
        ++call.helpers;
        lock.unlock();
        while (call.takeBlock() && all) {
        }
        lock.lock();
        if (--call.helpers == 0)
            done.notify_all();
    }

    void serve()
    {
        std::unique_lock lock(mutex);
        for (;;) {
            Call* call = nullptr;
            wake.wait(lock, [&] { return quit || (call = openCall(0)) != nullptr; });
            if (quit)
                return;
            help(*call, true, lock);
        }
    }

    void open(Call& call)
    {
        const std::lock_guard lock(mutex);
        call.number = ++started;
        calls.push_back(&call);
        wake.notify_all();
        if (waiting > 0)
            done.notify_all();
    }

    /// Until others have done their blocks of it. Meanwhile the caller helps with younger calls:
    /// what its own still waits for is among them, and their blocks are never larger than its own.
    void close(Call& call)
    {
        std::unique_lock lock(mutex);
        calls.erase(std::find(calls.begin(), calls.end(), &call));
        ++waiting;
        while (call.helpers > 0) {
            Call* other = openCall(call.number);
            if (other != nullptr)
                help(*other, false, lock);
            else
                done.wait(lock);
        }
        --waiting;
    }
};

WorkerPool::WorkerPool(unsigned threads, ThreadPriority priority)
    : m_shared(std::make_unique<Shared>())
{
    const unsigned total =
        threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 1; i < total; ++i)
        m_shared->threads.emplace_back([shared = m_shared.get(), priority] {
            setThreadPriority(priority);
            shared->serve();
        });
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
    Call call{.work = work, .blocks = blocks};
    shared.open(call);
    while (call.takeBlock()) {
    }
    shared.close(call);
    if (call.failure)
        std::rethrow_exception(call.failure);
}

} // namespace scorefield
