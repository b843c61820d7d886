// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/scale_space_worker.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace scorefield::ui {

namespace {

struct Job {
    RidgeSubject subject;
    ScaleSpaceRequest request;
    unsigned long long number = 0;
};

/// What was asked: equal where the result would be.
struct Asked {
    SharedValue<MixtureSpec> data;
    Eigen::MatrixXd axes;
    Eigen::VectorXd origin;
    ScaleSpaceRequest request;

    bool operator==(const Asked& other) const
    {
        return request == other.request && data == other.data && axes.rows() == other.axes.rows()
               && axes.cols() == other.axes.cols() && axes == other.axes && origin == other.origin;
    }
};

unsigned threadsFor(unsigned wanted)
{
    return wanted > 0 ? wanted : std::max(1U, std::thread::hardware_concurrency() / 2);
}

} // namespace

struct ScaleSpaceWorker::Private {
    Private(ScaleSpaceWorker& worker, unsigned threads) : owner(worker), pool(threadsFor(threads))
    {
        // Last: everything the thread reads exists.
        thread = std::jthread([this](const std::stop_token& stop) { loop(stop); });
    }

    ~Private()
    {
        thread.request_stop();
        {
            const std::lock_guard lock(mutex);
            running.request_stop();
            isClosing = true;
        }
        wake.notify_all();
    }

    void loop(const std::stop_token& stop);
    void send(unsigned long long number, const ScaleSpace& result);
    void replace(std::optional<Job> job);

    ScaleSpaceWorker& owner;
    WorkerPool pool;
    std::optional<Asked> asked; ///< of the thread of the owner

    // Shared, under the mutex.
    std::mutex mutex;
    std::condition_variable_any wake;
    std::optional<Job> pending;
    std::stop_source running;
    bool isClosing = false;

    std::jthread thread;
};

void ScaleSpaceWorker::Private::loop(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        Job job;
        std::stop_token token;
        {
            std::unique_lock lock(mutex);
            if (!wake.wait(lock, stop, [this] { return pending.has_value(); }))
                return;
            job = std::move(*pending);
            pending.reset();
            running = std::stop_source();
            if (isClosing)
                running.request_stop();
            token = running.get_token();
        }
        const ScaleSpace result =
            scaleSpace(job.subject, job.request, pool, token, [&](const ScaleSpace& part) {
                if (!token.stop_requested())
                    send(job.number, part);
            });
        if (!token.stop_requested())
            send(job.number, result);
    }
}

void ScaleSpaceWorker::Private::send(unsigned long long number, const ScaleSpace& result)
{
    const auto shared = std::make_shared<const ScaleSpace>(result);
    QMetaObject::invokeMethod(
        &owner,
        [worker = &owner, number, shared] { worker->accept(number, shared); },
        Qt::QueuedConnection);
}

void ScaleSpaceWorker::Private::replace(std::optional<Job> job)
{
    {
        const std::lock_guard lock(mutex);
        pending = std::move(job);
        running.request_stop();
    }
    wake.notify_one();
}

ScaleSpaceWorker::ScaleSpaceWorker(unsigned threads, QObject* parent)
    : QObject(parent)
    , m_private(std::make_unique<Private>(*this, threads))
{
}

ScaleSpaceWorker::~ScaleSpaceWorker() = default;

void ScaleSpaceWorker::request(const std::shared_ptr<const RunProduct>& run, const ViewSpec& view)
{
    std::optional<Asked> wanted;
    QString note;
    if (run) {
        if (const auto request = planScaleSpace(*run, view))
            wanted = Asked{run->session.data, run->plane.axes, run->plane.origin, *request};
        else
            note = QString::fromStdString(request.error().message);
    }
    if (wanted == m_private->asked && note == m_note)
        return;
    m_private->asked = wanted;
    m_note = note;
    ++m_requests;
    m_busy = wanted.has_value();
    m_isStale = wanted.has_value(); // the old one stays in sight until the first new level
    if (!wanted)
        m_result.reset();
    m_private->replace(wanted ? std::optional(Job{ridgeSubject(*run), wanted->request, m_requests})
                              : std::nullopt);
    Q_EMIT changed();
}

void ScaleSpaceWorker::accept(unsigned long long number,
                              const std::shared_ptr<const ScaleSpace>& result)
{
    if (number != m_requests)
        return;
    m_result = result;
    m_isStale = false;
    m_busy = !result->complete;
    Q_EMIT changed();
}

} // namespace scorefield::ui
