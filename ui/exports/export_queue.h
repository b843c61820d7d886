// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Exports of the window, one after another on a thread of their own, each with the session as it
// was when it was asked for.
#include "ui/export/export_run.h"

#include <QObject>

#include <deque>
#include <memory>
#include <optional>
#include <thread>

namespace scorefield::ui {

class ExportQueue : public QObject {
    Q_OBJECT
public:
    explicit ExportQueue(QObject* parent = nullptr);
    ~ExportQueue() override; ///< cancels and joins

    /// Networks that the window has trained; set before anything is added.
    void setModels(const RunModels& models) { m_models = models; }
    void add(const Session& session, const ExportJob& job, const QString& file);

    bool isBusy() const { return m_running.has_value(); }
    /// Name of the one that runs; empty: none.
    QString running() const;
    int waiting() const { return static_cast<int>(m_waiting.size()); }
    bool isWaiting(const QString& name) const;
    const render::ExportProgress& progress() const { return m_progress; }

    /// The running one; the next one starts.
    void cancel();
    /// All; nothing is left behind.
    void cancelAll();

Q_SIGNALS:
    void changed(); ///< what runs, what waits, or how far it is
    void finished(const QString& name, const QString& file);
    void failed(const QString& name, const QString& sentence);
    void cancelled(const QString& name);

private:
    struct Task {
        Session session;
        ExportJob job;
        QString file;
    };
    struct Mail;
    void startNext();
    void hear();
    void end(const Status& status);

    RunModels m_models;
    std::deque<Task> m_waiting;
    std::optional<Task> m_running;
    render::ExportProgress m_progress;
    std::shared_ptr<Mail> m_mail;
    std::jthread m_thread;
    bool m_cancelled = false;
};

} // namespace scorefield::ui
