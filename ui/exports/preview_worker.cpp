// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/preview_worker.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace scorefield::ui {

struct PreviewWorker::Private {
    explicit Private(PreviewWorker& worker)
        : owner(worker)
        , thread([this](const std::stop_token& stop) { loop(stop); })
    {
    }

    void loop(const std::stop_token& stop)
    {
        std::any kept;
        while (true) {
            Task task;
            quint64 number = 0;
            {
                std::unique_lock lock(mutex);
                if (!wake.wait(lock, stop, [this] { return waiting != nullptr; }))
                    return;
                task = std::exchange(waiting, nullptr);
                number = waitingNumber;
            }
            const Result<QImage> picture = task(kept, stop);
            if (stop.stop_requested())
                return;
            QMetaObject::invokeMethod(
                &owner,
                [this, picture, number] { owner.accept(picture, number); },
                Qt::QueuedConnection);
        }
    }

    PreviewWorker& owner;
    std::mutex mutex;
    std::condition_variable_any wake;
    Task waiting;
    quint64 waitingNumber = 0;
    std::jthread thread; // last: it reads the others
};

PreviewWorker::PreviewWorker(QObject* parent)
    : QObject(parent)
    , m_private(std::make_unique<Private>(*this))
{
}

PreviewWorker::~PreviewWorker() = default;

void PreviewWorker::request(Task task)
{
    {
        const std::lock_guard lock(m_private->mutex);
        m_private->waiting = std::move(task);
        m_private->waitingNumber = ++m_asked;
    }
    m_private->wake.notify_one();
    Q_EMIT busyChanged();
}

void PreviewWorker::accept(const Result<QImage>& picture, quint64 number)
{
    m_answered = number;
    if (picture)
        Q_EMIT ready(*picture);
    else
        Q_EMIT failed(QString::fromStdString(picture.error().path),
                      QString::fromStdString(picture.error().message));
    Q_EMIT busyChanged();
}

} // namespace scorefield::ui
