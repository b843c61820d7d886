// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A thread that answers one request at a time, then the latest of those that came meanwhile. Either
// it always answers to the end, so that while the play-head moves every answer is shown, or a newer
// request stops it. Answers arrive in the thread of the receiver, numbered like their requests.
#include "core/base/worker_pool.h"

#include <QObject>

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace scorefield::ui {

/// What becomes of an answer under way when the next request comes.
enum class Overtaken { IsFinished, IsStopped };

template <class Request, class Answer>
class LatestOnly {
public:
    using Compute = std::function<Answer(const Request&, WorkerPool&, const std::stop_token&)>;
    using Accept = std::function<void(unsigned long long number, std::shared_ptr<const Answer>)>;

    /// `threads` 0: all processors but the one that draws. The receiver must live longer.
    LatestOnly(unsigned threads,
               QObject* receiver,
               Compute compute,
               Accept accept,
               Overtaken overtaken = Overtaken::IsFinished)
        : m_receiver(receiver)
        , m_overtaken(overtaken)
        , m_compute(std::move(compute))
        , m_accept(std::move(accept))
        , m_pool(threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency() - 1))
    {
        // Last: everything the thread reads exists.
        m_thread = std::jthread([this](const std::stop_token& stop) { loop(stop); });
    }

    ~LatestOnly()
    {
        m_thread.request_stop();
        const std::lock_guard lock(m_mutex);
        m_isClosing = true;
        m_current.request_stop();
    }

    /// Replaces what waits; nothing then waits if there is no request.
    void ask(std::optional<Request> request, unsigned long long number)
    {
        {
            const std::lock_guard lock(m_mutex);
            if (m_overtaken == Overtaken::IsStopped)
                m_current.request_stop();
            m_pending.reset();
            if (request)
                m_pending = Numbered{std::move(*request), number};
        }
        m_wake.notify_one();
    }

private:
    struct Numbered {
        Request asked;
        unsigned long long number = 0;
    };

    void loop(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            std::optional<Numbered> request;
            std::stop_token given;
            {
                std::unique_lock lock(m_mutex);
                if (!m_wake.wait(lock, stop, [this] { return m_pending.has_value(); }))
                    return;
                request.swap(m_pending);
                m_current = std::stop_source();
                if (m_isClosing)
                    m_current.request_stop();
                given = m_current.get_token();
            }
            auto answer = std::make_shared<const Answer>(m_compute(request->asked, m_pool, given));
            if (given.stop_requested())
                continue;
            QMetaObject::invokeMethod(
                m_receiver,
                [this, number = request->number, answer = std::move(answer)] {
                    m_accept(number, answer);
                },
                Qt::QueuedConnection);
        }
    }

    QObject* m_receiver;
    Overtaken m_overtaken;
    Compute m_compute;
    Accept m_accept;
    WorkerPool m_pool;
    // Shared, under the mutex.
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::optional<Numbered> m_pending;
    std::stop_source m_current; ///< of the answer under way
    bool m_isClosing = false;

    std::jthread m_thread;
};

} // namespace scorefield::ui
