// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The two small dialogs of bookmarks, beside the window that stays usable: a name for a new one,
// and the list to rename, replace, reorder and delete. Every change is an edit of the document at
// once.
#include "ui/widgets/quiet_children.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace scorefield::ui {

class Bookmarks;
class IconButton;

class NewBookmarkDialog : public QDialog {
    Q_OBJECT
public:
    explicit NewBookmarkDialog(Bookmarks& bookmarks, QWidget* parent = nullptr);

public Q_SLOTS:
    void accept() override; ///< adds it, or says why the name cannot be

private:
    Bookmarks& m_bookmarks;
    QLineEdit* m_name = nullptr;
    QLabel* m_problem = nullptr;
    QuietChildren m_quietChildren{*this};
};

class BookmarkDialog : public QDialog {
    Q_OBJECT
public:
    explicit BookmarkDialog(Bookmarks& bookmarks, QWidget* parent = nullptr);

private:
    void build();
    void refresh();
    void refreshButtons();
    void renamed(int row);
    void say(const QString& problem);

    Bookmarks& m_bookmarks;
    QListWidget* m_list = nullptr;
    QLabel *m_empty = nullptr, *m_problem = nullptr;
    QPushButton *m_go = nullptr, *m_replace = nullptr;
    IconButton *m_up = nullptr, *m_down = nullptr, *m_delete = nullptr;
    QuietChildren m_quietChildren{*this};
};

} // namespace scorefield::ui
