// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The bookmarks of the open session: going to one, stepping through them, and which one the session
// stands at. Editing the list is an edit of the document like any other.
#include "core/session/session.h"

#include <QObject>
#include <QString>

#include <optional>

namespace scorefield::ui {

class Document;

class Bookmarks : public QObject {
    Q_OBJECT
public:
    explicit Bookmarks(Document& document, QObject* parent = nullptr);

    int count() const;
    QString nameOf(int index) const;
    /// The bookmark whose scene the session shows: of several alike the one last gone to.
    std::optional<int> current() const { return m_current; }

    /// One undo step; play position and cameras are those of the bookmark, too.
    void goTo(int index);
    /// The next (1) or the one before (−1), seen from the bookmark last gone to; no further than
    /// the ends.
    void step(int direction);
    /// What is shown now, behind the others. Errors are returned, not emitted.
    Status add(const QString& name);
    Status rename(int index, const QString& name);
    Status remove(int index);
    void replace(int index);
    void move(int index, int by);
    QString proposedName() const;

Q_SIGNALS:
    void changed(); ///< the list, or current()
    /// A jump has been made, or a step led to no other bookmark.
    void arrived(int index);
    void nothingToStep(); ///< the session has no bookmarks

private:
    void refresh();
    SessionState shownState() const;
    std::optional<int> last() const;

    Document& m_document;
    QString m_last; ///< name of the bookmark last gone to or made
    std::optional<int> m_current;
};

} // namespace scorefield::ui
