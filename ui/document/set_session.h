// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The one undo command: the session before and after. Steps of one gesture, or of one key in quick
// succession, merge; a merged step that came home to where it began is obsolete and leaves the
// stack.
#include "core/session/session.h"

#include <QElapsedTimer>
#include <QString>
#include <QUndoCommand>

namespace scorefield::ui {

class Document;

class SetSession : public QUndoCommand {
public:
    SetSession(Document& document,
               Session before,
               Session after,
               const QString& text,
               int gesture,
               QString mergeKey,
               qint64 mergeMs);

    void undo() override;
    void redo() override;
    int id() const override { return 1; }
    bool mergeWith(const QUndoCommand* next) override;

private:
    Document& m_document;
    Session m_before, m_after;
    int m_gesture;
    QString m_mergeKey;
    qint64 m_mergeMs;
    QElapsedTimer m_sinceEdit;
};

/// `session` with the parts that are no undo step (timeline, cameras of the lanes both have) of
/// `other`.
Session withViewStateOf(Session session, const Session& other);

} // namespace scorefield::ui
