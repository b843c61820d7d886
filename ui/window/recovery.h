// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A copy of the unsaved session, written a few seconds after a change and removed at a proper end.
// What a crash leaves behind is offered at the next start.
#include "core/session/session.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <optional>

namespace scorefield::ui {

class Document;

class Recovery : public QObject {
    Q_OBJECT
public:
    /// `folder` empty: the user's application data.
    explicit Recovery(Document& document, const QString& folder = {}, QObject* parent = nullptr);
    ~Recovery() override; ///< removes this process's own copy

    /// A session left by a process that no longer runs; the file stays until discard() is called.
    std::optional<Session> leftBehind();
    void discardLeftBehind();
    QString ownFile() const;
    /// Writes now if there is something unsaved (the timer does).
    void writeNow();

private:
    Document& m_document;
    QString m_folder, m_leftBehind;
    QTimer m_delay;
};

} // namespace scorefield::ui
