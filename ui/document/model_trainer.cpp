// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/model_trainer.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

namespace scorefield::ui {

bool ModelTrainer::Job::operator==(const Job& other) const
{
    return spec == other.spec
           && (mixture == other.mixture || TrainingData(*mixture) == TrainingData(*other.mixture));
}

struct ModelTrainer::Private {
    struct Numbered {
        Job job;
        quint64 number = 0;
    };

    Private(ModelTrainer& trainer, std::shared_ptr<ModelLibrary> library_, unsigned threads)
        : owner(trainer)
        , library(std::move(library_))
        , pool(threads)
    {
        // Last: everything the thread reads exists.
        worker = std::jthread([this](const std::stop_token& stop) { loop(stop); });
    }

    ~Private()
    {
        worker.request_stop();
        replace(std::nullopt);
    }

    /// Cancels what is under way.
    void replace(std::optional<Numbered> next)
    {
        {
            const std::lock_guard lock(mutex);
            pending = std::move(next);
            current.request_stop();
        }
        wake.notify_all();
    }

    void loop(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            Numbered next;
            std::stop_token cancelled;
            {
                std::unique_lock lock(mutex);
                if (!wake.wait(lock, stop, [this] { return pending.has_value(); }))
                    return;
                next = std::move(*pending);
                pending.reset();
                current = std::stop_source();
                cancelled = current.get_token();
            }
            const auto tell = [this, number = next.number, last = -1](double share) mutable {
                if (static_cast<int>(100 * share) == last)
                    return;
                last = static_cast<int>(100 * share);
                QMetaObject::invokeMethod(
                    &owner,
                    [trainer = &owner, number, share] { trainer->accept(number, share); },
                    Qt::QueuedConnection);
            };
            const auto model =
                library->train(next.job.spec, next.job.mixture, pool, cancelled, tell);
            const QString problem =
                model ? QString() : QString::fromStdString(model.error().message);
            QMetaObject::invokeMethod(
                &owner,
                [trainer = &owner, number = next.number, problem] {
                    trainer->finish(number, problem);
                },
                Qt::QueuedConnection);
        }
    }

    ModelTrainer& owner;
    std::shared_ptr<ModelLibrary> library;
    WorkerPool pool;

    // Shared, under the mutex.
    std::mutex mutex;
    std::condition_variable_any wake;
    std::optional<Numbered> pending;
    std::stop_source current;

    std::jthread worker;
};

ModelTrainer::ModelTrainer(std::shared_ptr<ModelLibrary> library, unsigned threads, QObject* parent)
    : QObject(parent)
    , m_private(std::make_unique<Private>(*this, std::move(library), threads))
{
}

ModelTrainer::~ModelTrainer() = default;

void ModelTrainer::want(std::vector<Job> jobs)
{
    std::vector<Job> each;
    for (Job& job : jobs)
        if (std::find(each.begin(), each.end(), job) == each.end())
            each.push_back(std::move(job));
    if (m_progress) {
        const auto running = std::find(each.begin(), each.end(), m_wanted.front());
        if (running != each.end()) {
            std::rotate(each.begin(), running, running + 1);
            m_wanted = std::move(each);
            return;
        }
    }
    const bool wasTraining = m_progress.has_value();
    m_wanted = std::move(each);
    start();
    if (wasTraining || m_progress)
        Q_EMIT progressed();
}

void ModelTrainer::start()
{
    ++m_number; // what is still reported of an earlier training is of no interest
    m_progress = m_wanted.empty() ? std::nullopt : std::optional(0.);
    m_private->replace(m_wanted.empty()
                           ? std::nullopt
                           : std::optional(Private::Numbered{m_wanted.front(), m_number}));
}

void ModelTrainer::accept(quint64 number, double share)
{
    if (number != m_number || !m_progress)
        return;
    m_progress = share;
    Q_EMIT progressed();
}

void ModelTrainer::finish(quint64 number, const QString& problem)
{
    if (number != m_number || m_wanted.empty())
        return;
    m_wanted.erase(m_wanted.begin());
    start();
    Q_EMIT progressed();
    if (problem.isEmpty())
        Q_EMIT trained();
    else
        Q_EMIT failed(problem);
}

} // namespace scorefield::ui
