// SPDX-License-Identifier: GPL-3.0-or-later
// Bookmarks in the window: their menu, their dialogs, and what says where the session stands.
#include "ui/window/bookmark_dialog.h"
#include "ui/window/fading_caption.h"
#include "ui/window/main_window.h"

#include <QLabel>
#include <QMenuBar>
#include <QStatusBar>

#include <algorithm>

namespace scorefield::ui {

namespace {

constexpr int kMostKeys = 9; ///< Alt+1 … Alt+9

/// "2 / 5"
QString placeText(int index, int count)
{
    return QStringLiteral("%1 / %2").arg(index + 1).arg(count);
}

} // namespace

void MainWindow::buildBookmarkMenu()
{
    m_bookmarkMenu = menuBar()->addMenu(tr("&Bookmarks"));
    add(m_bookmarkMenu,
        "addBookmark",
        tr("&Add bookmark…"),
        {QKeySequence(Qt::CTRL | Qt::Key_B)},
        [this] { addBookmark(); });
    add(m_bookmarkMenu, "manageBookmarks", tr("&Manage bookmarks…"), {}, [this] {
        manageBookmarks();
    });
    m_bookmarkMenu->addSeparator();
    add(m_bookmarkMenu, "nextBookmark", tr("&Next"), {QKeySequence(Qt::Key_PageDown)}, [this] {
        m_bookmarks.step(1);
    });
    add(m_bookmarkMenu,
        "previousBookmark",
        tr("&Previous"),
        {QKeySequence(Qt::Key_PageUp)},
        [this] { m_bookmarks.step(-1); });
    m_bookmarkMenu->addSeparator();
}

void MainWindow::connectBookmarks()
{
    m_bookmarkLabel = new QLabel(this);
    m_bookmarkLabel->setObjectName(QStringLiteral("bookmarkLabel"));
    statusBar()->addWidget(m_bookmarkLabel);
    connect(&m_bookmarks, &Bookmarks::changed, this, &MainWindow::refreshBookmarks);
    connect(&m_document, &Document::filmChanged, this, [this] { // which shows something else
        m_bookmarkLabel->setVisible(m_bookmarks.current() && !m_document.showsFilm());
    });
    connect(&m_bookmarks, &Bookmarks::arrived, this, [this](int index) {
        sayOverLanes(placeText(index, m_bookmarks.count()), m_bookmarks.nameOf(index));
    });
    connect(&m_bookmarks, &Bookmarks::nothingToStep, this, [this] {
        sayOverLanes({}, tr("No bookmarks yet: Ctrl+B adds one"));
    });
    refreshBookmarks();
}

/// The list is in the menu all the time, not only while that is open: its keys must work.
void MainWindow::refreshBookmarks()
{
    const int count = m_bookmarks.count();
    while (m_bookmarkActions.size() > count)
        delete m_bookmarkActions.takeLast();
    while (m_bookmarkActions.size() < count) {
        const int index = static_cast<int>(m_bookmarkActions.size());
        QList<QKeySequence> keys;
        if (index < kMostKeys)
            keys = {QKeySequence(Qt::ALT | static_cast<Qt::Key>(Qt::Key_1 + index))};
        m_bookmarkActions.append(
            add(m_bookmarkMenu, "bookmark", QStringLiteral("…"), keys, [=, this] {
                m_bookmarks.goTo(index);
            }));
        m_bookmarkActions.back()->setCheckable(true);
    }
    const auto current = m_bookmarks.current();
    for (int i = 0; i < count; ++i) {
        QString name = m_bookmarks.nameOf(i);
        m_bookmarkActions[i]->setText(name.replace(QLatin1Char('&'), QStringLiteral("&&")));
        m_bookmarkActions[i]->setChecked(current == i);
    }
    m_bookmarkLabel->setVisible(current && !m_document.showsFilm());
    if (current)
        m_bookmarkLabel->setText(
            tr("Bookmark %1 · %2").arg(placeText(*current, count), m_bookmarks.nameOf(*current)));
}

void MainWindow::addBookmark()
{
    if (auto* open = findChild<NewBookmarkDialog*>())
        return open->activateWindow();
    auto* dialog = new NewBookmarkDialog(m_bookmarks, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this] {
        const int added = m_bookmarks.count() - 1;
        sayOverLanes(placeText(added, added + 1), m_bookmarks.nameOf(added));
    });
    dialog->show(); // beside the window, which stays usable
}

void MainWindow::manageBookmarks()
{
    if (auto* open = findChild<BookmarkDialog*>())
        return open->activateWindow();
    auto* dialog = new BookmarkDialog(m_bookmarks, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

} // namespace scorefield::ui
