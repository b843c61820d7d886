// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/analyst.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace scorefield::ui {

struct Analyst::Private {
    struct Request {
        std::shared_ptr<const RunProduct> run;
        AnalysisRequest parts;
        unsigned long long number = 0;
    };

    Private(Analyst& analyst, unsigned threads) : owner(analyst), pool(threads)
    {
        // Last: everything the thread reads exists.
        worker = std::jthread([this](const std::stop_token& stop) { loop(stop); });
    }

    ~Private()
    {
        worker.request_stop();
        stopNow();
        wake.notify_all();
    }

    void stopNow()
    {
        const std::lock_guard lock(mutex);
        pending.reset();
        current.request_stop();
    }

    void loop(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            Request request;
            std::stop_token dear;
            {
                std::unique_lock lock(mutex);
                if (!wake.wait(lock, stop, [this] { return pending.has_value(); }))
                    return;
                request = std::move(*pending);
                pending.reset();
                current = std::stop_source();
                dear = current.get_token();
            }
            serve(request, dear);
            post([number = request.number](Analyst& analyst) { analyst.finish(number); });
        }
    }

    void serve(const Request& request, const std::stop_token& dear)
    {
        AnalysisRequest cheap = request.parts;
        cheap.entropy = cheap.twin = cheap.clocks = false;
        last = analyseRun(request.run, cheap, pool, {}, last);
        send(request.number);
        if ((!request.parts.entropy && !request.parts.twin && !request.parts.clocks)
            || dear.stop_requested())
            return;
        // What was finished before a stop is worth keeping, too.
        last = analyseRun(request.run, request.parts, pool, dear, last);
        if (!dear.stop_requested())
            send(request.number);
    }

    void send(unsigned long long number)
    {
        post([analysis = last, number](Analyst& analyst) { analyst.accept(analysis, number); });
    }

    template <class Act>
    void post(Act act)
    {
        QMetaObject::invokeMethod(
            &owner, [analyst = &owner, act] { act(*analyst); }, Qt::QueuedConnection);
    }

    Analyst& owner;
    WorkerPool pool;
    std::shared_ptr<const RunAnalysis> last; ///< of the worker alone

    // Shared, under the mutex.
    std::mutex mutex;
    std::condition_variable_any wake;
    std::optional<Request> pending;
    std::stop_source current;

    std::jthread worker;
};

Analyst::Analyst(unsigned threads, QObject* parent)
    : QObject(parent)
    , m_private(std::make_unique<Private>(*this, threads))
{
}

Analyst::~Analyst() = default;

void Analyst::request(std::shared_ptr<const RunProduct> run, const AnalysisRequest& parts)
{
    ++m_requests;
    {
        const std::lock_guard lock(m_private->mutex);
        m_private->pending = Private::Request{std::move(run), parts, m_requests};
        m_private->current.request_stop();
    }
    m_private->wake.notify_one();
}

void Analyst::cancel()
{
    m_private->stopNow();
    m_oldest = m_requests + 1;
    m_finished = m_requests;
}

void Analyst::accept(const std::shared_ptr<const RunAnalysis>& analysis, unsigned long long request)
{
    if (request < m_oldest)
        return;
    m_analysis = analysis;
    Q_EMIT analysed(analysis);
}

void Analyst::finish(unsigned long long request)
{
    m_finished = std::max(m_finished, request);
}

} // namespace scorefield::ui
