// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/arrow_worker.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace scorefield::ui {

namespace {

unsigned threadsFor(unsigned wanted)
{
    return wanted > 0 ? wanted : std::max(1U, std::thread::hardware_concurrency() - 1);
}

bool isWanted(const ArrowRequest& request)
{
    return request.run && request.view.arrows.layer.visible > 0;
}

/// Whether both ask for the same numbers.
bool sameWork(const ArrowRequest& a, const ArrowRequest& b)
{
    if (isWanted(a) != isWanted(b))
        return false;
    return !isWanted(a)
           || (a.run == b.run && a.view.arrows.field == b.view.arrows.field
               && a.windows == b.windows);
}

} // namespace

struct ArrowWorker::Private {
    struct Request {
        ArrowRequest asked;
        unsigned long long number = 0;
    };

    Private(ArrowWorker& worker, unsigned threads) : owner(worker), pool(threadsFor(threads))
    {
        // Last: everything the thread reads exists.
        thread = std::jthread([this](const std::stop_token& stop) { loop(stop); });
    }

    void loop(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            Request request;
            {
                std::unique_lock lock(mutex);
                if (!wake.wait(lock, stop, [this] { return pending.has_value(); }))
                    return;
                request = std::move(*pending);
                pending.reset();
            }
            const auto arrows = std::make_shared<const LaneArrows>(computeLaneArrows(
                *request.asked.run, request.asked.view, request.asked.windows, pool, stop));
            if (stop.stop_requested())
                return;
            QMetaObject::invokeMethod(
                &owner,
                [worker = &owner, number = request.number, arrows] {
                    worker->accept(number, arrows);
                },
                Qt::QueuedConnection);
        }
    }

    ArrowWorker& owner;
    WorkerPool pool;
    // Shared, under the mutex.
    std::mutex mutex;
    std::condition_variable_any wake;
    std::optional<Request> pending;

    std::jthread thread;
};

ArrowWorker::ArrowWorker(unsigned threads, QObject* parent)
    : QObject(parent)
    , m_private(std::make_unique<Private>(*this, threads))
{
}

ArrowWorker::~ArrowWorker() = default;

void ArrowWorker::request(const ArrowRequest& request)
{
    if (sameWork(m_asked, request))
        return;
    ++m_requests;
    const bool wanted = isWanted(request);
    {
        const std::lock_guard lock(m_private->mutex);
        m_private->pending.reset();
        if (wanted)
            m_private->pending = Private::Request{request, m_requests};
    }
    m_private->wake.notify_one();
    m_asked = request;
    if (!wanted) { // nothing is kept
        m_asked = {};
        m_arrows.reset();
        m_answered = m_requests;
    }
}

void ArrowWorker::accept(unsigned long long number, const std::shared_ptr<const LaneArrows>& arrows)
{
    if (!m_asked.run) // the layer was hidden meanwhile
        return;
    m_arrows = arrows;
    m_answered = std::max(m_answered, number);
    Q_EMIT arrowsReady();
}

} // namespace scorefield::ui
