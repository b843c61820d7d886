// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The worker that runs one study at a time on a copy of the session, so that edits do not touch it.
// What it has is shown while it goes on.
#include "core/study/study.h"

#include <QObject>
#include <QString>

#include <memory>
#include <vector>

namespace scorefield::ui {

class StudyRunner : public QObject {
    Q_OBJECT
public:
    explicit StudyRunner(unsigned threads = 0, QObject* parent = nullptr);
    ~StudyRunner() override; ///< stops and joins

    /// Replaces the one that runs. Empty sweeps: the study's own.
    void start(const StudyKind& study, const Session& session, std::vector<Sweep> sweeps);
    /// At once for the window; the worker ends the simulation it is in.
    void cancel();
    bool isRunning() const { return m_running; }
    /// Rows so far, or of the finished study; null before.
    std::shared_ptr<const Table> table() const { return m_table; }
    /// What `table` was measured on.
    const Session& session() const { return m_session; }

Q_SIGNALS:
    void progressed(quint64 rows, quint64 total); ///< table() has them
    void finished();
    void failed(const QString& sentence);
    void runningChanged(bool running);

private:
    struct Private;
    void setRunning(bool running);
    void
    accept(quint64 number, const std::shared_ptr<const Table>& table, quint64 rows, quint64 total);
    void finish(quint64 number, const Result<Table>& result);

    std::unique_ptr<Private> m_private;
    std::shared_ptr<const Table> m_table;
    Session m_session;
    quint64 m_number = 0; ///< of the study that is wanted
    bool m_running = false;
};

} // namespace scorefield::ui
