// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/export_queue.h"

#include "ui/exports/chart_hook.h"

#include <algorithm>
#include <filesystem>
#include <mutex>

namespace scorefield::ui {

/// The newest progress: a film reports every frame, the window need not hear each.
struct ExportQueue::Mail {
    std::mutex mutex;
    render::ExportProgress progress;
    bool isUnread = false;
};

ExportQueue::ExportQueue(QObject* parent) : QObject(parent), m_mail(std::make_shared<Mail>()) {}

ExportQueue::~ExportQueue()
{
    m_waiting.clear();
    m_thread.request_stop(); // and joined by its destructor
}

void ExportQueue::add(const Session& session, const ExportJob& job, const QString& file)
{
    m_waiting.push_back({session, job, file});
    if (!m_running)
        startNext();
    else
        Q_EMIT changed();
}

QString ExportQueue::running() const
{
    return m_running ? QString::fromStdString(m_running->job.name) : QString();
}

bool ExportQueue::isWaiting(const QString& name) const
{
    return std::any_of(m_waiting.begin(), m_waiting.end(), [&](const Task& task) {
        return QString::fromStdString(task.job.name) == name;
    });
}

void ExportQueue::cancel()
{
    m_cancelled = true;
    m_thread.request_stop();
}

void ExportQueue::cancelAll()
{
    m_waiting.clear();
    cancel();
}

void ExportQueue::startNext()
{
    if (m_waiting.empty()) {
        Q_EMIT changed();
        return;
    }
    m_running = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_cancelled = false;
    m_progress = {};
    Q_EMIT changed();
    m_thread = std::jthread(
        [this, task = *m_running, models = m_models, mail = m_mail](const std::stop_token& stop) {
            render::ExportHooks hooks;
            hooks.stop = stop;
            hooks.models = models;
            hooks.charts = chartHook(stop);
            hooks.progress = [this, mail](const render::ExportProgress& progress) {
                const std::lock_guard lock(mail->mutex);
                const QImage preview =
                    progress.preview.isNull() ? mail->progress.preview : progress.preview;
                mail->progress = progress;
                mail->progress.preview = preview;
                if (!std::exchange(mail->isUnread, true))
                    QMetaObject::invokeMethod(this, &ExportQueue::hear, Qt::QueuedConnection);
            };
            const Status status = render::runExport(
                task.session, task.job, std::filesystem::path(task.file.toStdU16String()), hooks);
            // The queue joins this thread before it dies.
            QMetaObject::invokeMethod(
                this, [this, status] { end(status); }, Qt::QueuedConnection);
        });
}

void ExportQueue::hear()
{
    {
        const std::lock_guard lock(m_mail->mutex);
        m_progress = m_mail->progress;
        m_mail->isUnread = false;
    }
    if (m_running)
        Q_EMIT changed();
}

void ExportQueue::end(const Status& status)
{
    m_thread.join();
    const QString name = running(), file = m_running->file;
    m_running.reset();
    {
        const std::lock_guard lock(m_mail->mutex);
        m_mail->progress = {};
    }
    if (status)
        Q_EMIT finished(name, file);
    else if (m_cancelled)
        Q_EMIT cancelled(name);
    else
        Q_EMIT failed(name, QString::fromStdString(status.error().sentence()));
    startNext();
}

} // namespace scorefield::ui
