// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/study_runner.h"

#include <QElapsedTimer>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace scorefield::ui {

namespace {

constexpr qint64 kProgressMs = 120; ///< a chart drawn again more often only costs time

} // namespace

struct StudyRunner::Private {
    struct Job {
        const StudyKind* study = nullptr;
        Session session;
        std::vector<Sweep> sweeps;
        quint64 number = 0;
    };

    Private(StudyRunner& runner, unsigned threads) : owner(runner), pool(threads)
    {
        // Last: everything the thread reads exists.
        worker = std::jthread([this](const std::stop_token& stop) { loop(stop); });
    }

    ~Private()
    {
        worker.request_stop();
        replace(std::nullopt);
        wake.notify_all();
    }

    void replace(std::optional<Job> job)
    {
        const std::lock_guard lock(mutex);
        pending = std::move(job);
        current.request_stop();
    }

    void loop(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            Job job;
            std::stop_token cancelled;
            {
                std::unique_lock lock(mutex);
                if (!wake.wait(lock, stop, [this] { return pending.has_value(); }))
                    return;
                job = std::move(*pending);
                pending.reset();
                current = std::stop_source();
                cancelled = current.get_token();
            }
            auto table = std::make_shared<Result<Table>>(
                runStudy(*job.study, job.session, job.sweeps, pool, progressOf(job), cancelled));
            QMetaObject::invokeMethod(
                &owner,
                [runner = &owner, number = job.number, table] { runner->finish(number, *table); },
                Qt::QueuedConnection);
        }
    }

    StudyProgress progressOf(const Job& job)
    {
        auto since = std::make_shared<QElapsedTimer>();
        return [this, since, number = job.number](
                   const Table& table, std::size_t rows, std::size_t total) {
            if (since->isValid() && since->elapsed() < kProgressMs)
                return;
            since->start();
            auto copy = std::make_shared<const Table>(table);
            QMetaObject::invokeMethod(
                &owner,
                [runner = &owner, number, copy, rows, total] {
                    runner->accept(number, copy, rows, total);
                },
                Qt::QueuedConnection);
        };
    }

    StudyRunner& owner;
    WorkerPool pool;

    // Shared, under the mutex.
    std::mutex mutex;
    std::condition_variable_any wake;
    std::optional<Job> pending;
    std::stop_source current;

    std::jthread worker;
};

StudyRunner::StudyRunner(unsigned threads, QObject* parent)
    : QObject(parent)
    , m_private(std::make_unique<Private>(*this, threads))
{
}

StudyRunner::~StudyRunner() = default;

void StudyRunner::start(const StudyKind& study, const Session& session, std::vector<Sweep> sweeps)
{
    ++m_number;
    m_session = session;
    m_table.reset();
    m_private->replace(Private::Job{&study, session, std::move(sweeps), m_number});
    m_private->wake.notify_one();
    setRunning(true);
}

void StudyRunner::cancel()
{
    ++m_number;
    m_private->replace(std::nullopt);
    setRunning(false);
}

void StudyRunner::setRunning(bool running)
{
    if (running == m_running)
        return;
    m_running = running;
    Q_EMIT runningChanged(running);
}

void StudyRunner::accept(quint64 number,
                         const std::shared_ptr<const Table>& table,
                         quint64 rows,
                         quint64 total)
{
    if (number != m_number)
        return;
    m_table = table;
    Q_EMIT progressed(rows, total);
}

void StudyRunner::finish(quint64 number, const Result<Table>& result)
{
    if (number != m_number)
        return;
    setRunning(false);
    if (!result) {
        Q_EMIT failed(QString::fromStdString(result.error().sentence()));
        return;
    }
    m_table = std::make_shared<const Table>(result.value());
    Q_EMIT finished();
}

} // namespace scorefield::ui
