// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/ladder_worker.h"

#include "core/field/trained_error.h"
#include "ui/document/engine.h"

#include <QCoreApplication>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace scorefield::ui {

namespace {

/// Units of runCost for one run of all lanes: about 40 ms of one core in double.
constexpr double kRunCost = 4e6;
constexpr double kFewest = 64, kMost = 1000; ///< particles

bool hasTrainedScore(const RunProduct& run)
{
    return std::any_of(run.lanes.begin(), run.lanes.end(), [](const auto& lane) {
        return lane && dynamic_cast<const TrainedError*>(lane->plan.error.get()) != nullptr;
    });
}

LaneComparison
comparisonOf(const RunProduct& run, int lane, WorkerPool& pool, const std::stop_token& stop)
{
    LaneComparison comparison;
    comparison.match = sharedParts(run.session);
    if (hasTrainedScore(run)) {
        comparison.problem = QCoreApplication::translate(
            "LadderWorker",
            "A lane's score is a trained network: the study Matched comparison climbs its ladder.");
        return comparison;
    }
    const std::size_t particles = ladderParticles(run.session);
    const auto ladder = climbLadder(run.session, lane, particles, pool, stop);
    const auto now = laneGap(run.session, lane, particles, pool, stop);
    if (ladder)
        comparison.ladder = *ladder;
    if (now)
        comparison.now = *now;
    for (const Error* error : {ladder ? nullptr : &ladder.error(), now ? nullptr : &now.error()})
        if (error != nullptr && comparison.problem.isEmpty())
            comparison.problem = QString::fromStdString(error->sentence());
    return comparison;
}

} // namespace

std::size_t ladderParticles(const Session& session)
{
    const double each = runCost(session) / std::max(1.0, session.particles.count);
    return static_cast<std::size_t>(
        std::min(std::clamp(kRunCost / each, kFewest, kMost), session.particles.count));
}

struct LadderWorker::Private {
    struct Request {
        std::shared_ptr<const RunProduct> run;
        int lane = 1;
        unsigned long long number = 0;
    };

    Private(LadderWorker& worker, unsigned threads) : owner(worker), pool(threads)
    {
        // Last: everything the thread reads exists.
        thread = std::jthread([this](const std::stop_token& stop) { loop(stop); });
    }

    ~Private()
    {
        thread.request_stop();
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
            std::stop_token cancelled;
            {
                std::unique_lock lock(mutex);
                if (!wake.wait(lock, stop, [this] { return pending.has_value(); }))
                    return;
                request = std::move(*pending);
                pending.reset();
                current = std::stop_source();
                cancelled = current.get_token();
            }
            auto comparison = std::make_shared<const LaneComparison>(
                comparisonOf(*request.run, request.lane, pool, cancelled));
            if (!cancelled.stop_requested())
                QMetaObject::invokeMethod(
                    &owner,
                    [worker = &owner, comparison, number = request.number] {
                        worker->accept(comparison, number);
                    },
                    Qt::QueuedConnection);
        }
    }

    LadderWorker& owner;
    WorkerPool pool;

    // Shared, under the mutex.
    std::mutex mutex;
    std::condition_variable_any wake;
    std::optional<Request> pending;
    std::stop_source current;

    std::jthread thread;
};

LadderWorker::LadderWorker(unsigned threads, QObject* parent)
    : QObject(parent)
    , m_private(std::make_unique<Private>(*this, threads))
{
}

LadderWorker::~LadderWorker() = default;

void LadderWorker::request(std::shared_ptr<const RunProduct> run, int lane)
{
    ++m_requests;
    {
        const std::lock_guard lock(m_private->mutex);
        m_private->pending = Private::Request{std::move(run), lane, m_requests};
        m_private->current.request_stop();
    }
    m_private->wake.notify_one();
}

void LadderWorker::cancel()
{
    m_private->stopNow();
    m_finished = ++m_requests;
}

void LadderWorker::accept(const std::shared_ptr<const LaneComparison>& comparison,
                          unsigned long long number)
{
    if (number != m_requests)
        return;
    m_finished = number;
    Q_EMIT compared(comparison);
}

} // namespace scorefield::ui
