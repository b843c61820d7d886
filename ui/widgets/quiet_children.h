// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The children of a dialog outlive its class: QDialog's destructor hides them, and QWidget's
// deletes them, when only a QWidget is left of their parent.
#include <QObject>

namespace scorefield::ui {

/// A member of dialogs and windows. When it goes, what their children still signal (a field that
/// loses the focus, a dock that hides) no longer reaches slots of a class that is gone.
class QuietChildren {
public:
    explicit QuietChildren(QObject& owner) : m_owner(owner) {}
    ~QuietChildren()
    {
        for (const QObject* child : m_owner.findChildren<QObject*>())
            QObject::disconnect(child, nullptr, &m_owner, nullptr);
    }
    QuietChildren(const QuietChildren&) = delete;
    QuietChildren& operator=(const QuietChildren&) = delete;

private:
    QObject& m_owner;
};

} // namespace scorefield::ui
