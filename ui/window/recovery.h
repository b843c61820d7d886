// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Copies of the unsaved session in the user's state folder, written every few seconds of change and
// removed at a proper end. What a crash leaves behind is offered at the next start. A process locks
// its copies while it lives (a lock ends with its process, however that ends), so that windows side
// by side neither offer nor touch each other's.
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
    /// `folder` empty: defaultFolder().
    explicit Recovery(Document& document, const QString& folder = {}, QObject* parent = nullptr);
    ~Recovery() override; ///< removes this process's own copies, unless they are kept
    static constexpr int kGenerations = 10;
    /// scorefield/recovery in $XDG_STATE_HOME, which is ~/.local/state unless set.
    static QString defaultFolder();

    /// The newest copy left by a process that no longer runs; it stays, and is offered to nobody
    /// else meanwhile, until it is discarded or this object ends.
    std::optional<Session> leftBehind();
    void discardLeftBehind();
    /// The newest copy; older ones have 1 to 9 before the ending.
    QString ownFile(int generation = 0) const;
    /// Writes now if there is something unsaved (the timer does).
    void writeNow();
    /// For an end that nobody could be asked about (a signal): writes, and leaves the copies for
    /// the next start to offer.
    void writeAndKeep();

Q_SIGNALS:
    /// Once: copies cannot be written, and why.
    void failed(const QString& sentence);

private:
    QString fileOf(const QString& key, int generation) const;
    QString lockOf(const QString& key) const;
    void removeCopies(const QString& key) const;
    int lockUnlessHeld(const QString& key) const; ///< a descriptor, -1 where another holds it
    QStringList keysByAge() const;                ///< newest first
    void report(const QString& reason);

    Document& m_document;
    QString m_folder, m_key, m_leftBehind;
    int m_ownLock = -1, m_leftLock = -1;
    bool m_keeps = false, m_hasFailed = false;
    QTimer m_delay;
};

} // namespace scorefield::ui
