// SPDX-License-Identifier: GPL-3.0-or-later
// What the soak test's user does with popups and with dialogs that wait for an answer.
#include "tests/trust/soak_hand.h"
#include "tests/trust/soak_user.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAction>
#include <QApplication>
#include <QFileDialog>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QTest>

namespace scorefield::ui {

namespace {

constexpr int kFileNames = 4; ///< to save under: later ones are written over

} // namespace

/// Whether something had to be answered.
bool SoakUser::answer()
{
    if (QWidget* popup = QApplication::activePopupWidget()) {
        if (m_isFinishing || below(m_random, 8) == 0) {
            note("Escape in a popup");
            QTest::keyClick(popup, Qt::Key_Escape);
            if (m_isFinishing && popup->isVisible())
                popup->close();
        } else if (auto* menu = qobject_cast<QMenu*>(popup)) {
            chooseFrom(*menu);
        } else {
            chooseIn(*popup);
        }
        return true;
    }
    QWidget* modal = QApplication::activeModalWidget();
    if (auto* dialog = qobject_cast<QFileDialog*>(modal)) {
        answerFileDialog(*dialog);
        return true;
    }
    if (auto* box = qobject_cast<QMessageBox*>(modal)) {
        const auto buttons = box->buttons();
        QAbstractButton* button = buttons[below(m_random, static_cast<int>(buttons.size()))];
        note("message box: " + button->text().toStdString());
        if (m_isFinishing)
            box->reject();
        else
            Hand(*box, m_random).click(button->mapTo(box, button->rect().center()));
        return true;
    }
    if (modal && m_isFinishing) {
        note("Escape in a dialog");
        QTest::keyClick(modal, Qt::Key_Escape);
        return true;
    }
    return false;
}

void SoakUser::chooseFrom(QMenu& menu)
{
    std::vector<std::string> names;
    std::vector<QAction*> actions;
    for (QAction* action : menu.actions()) {
        if (!action->isEnabled() || !action->isVisible() || action->isSeparator())
            continue;
        names.push_back(actionName(menu, *action));
        actions.push_back(action);
    }
    if (actions.empty()) {
        note("Escape in an empty menu");
        return QTest::keyClick(&menu, Qt::Key_Escape);
    }
    const std::size_t chosen = choose(names);
    const QRect place = menu.actionGeometry(actions[chosen]);
    if (below(m_random, 3) != 0 && menu.rect().contains(place.center())) {
        Hand hand(menu, m_random);
        hand.move(place.center() - QPoint(1, 0));
        hand.click(place.center());
    } else {
        menu.setActiveAction(actions[chosen]);
        QTest::keyClick(&menu, Qt::Key_Return);
    }
}

/// The list of a choice, with or without a search field. Its headings choose nothing.
void SoakUser::chooseIn(QWidget& popup)
{
    auto* view = popup.findChild<QAbstractItemView*>();
    auto* search = popup.findChild<QLineEdit*>();
    if (search && search->text().isEmpty() && below(m_random, 6) == 0) {
        note("search in a choice");
        QTest::keyClicks(search, QString(QChar('a' + below(m_random, 26))));
        return;
    }
    std::vector<std::string> names;
    std::vector<QModelIndex> rows;
    for (int i = 0; view && view->model() && i < view->model()->rowCount(); ++i) {
        const QModelIndex row = view->model()->index(i, 0);
        if (!row.flags().testFlag(Qt::ItemIsSelectable) || !row.flags().testFlag(Qt::ItemIsEnabled))
            continue;
        rows.push_back(row);
        names.push_back(rowName(m_openers.empty() ? "choice" : m_openers.front(), row));
    }
    if (rows.empty()) {
        note("Escape in a popup without rows");
        return QTest::keyClick(&popup, Qt::Key_Escape);
    }
    const QModelIndex row = rows[choose(names)];
    view->scrollTo(row);
    const QPoint place = view->viewport()->mapTo(&popup, view->visualRect(row).center());
    if (popup.rect().contains(place) && below(m_random, 4) != 0)
        return Hand(popup, m_random).click(place);
    QTest::keyClick(view, below(m_random, 2) ? Qt::Key_Down : Qt::Key_Up);
    view->setCurrentIndex(row);
    QTest::keyClick(view, Qt::Key_Return);
}

/// Types the path of a file that is there, or of one to be written, or gives up.
void SoakUser::answerFileDialog(QFileDialog& dialog)
{
    auto* name = dialog.findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
    if (m_isFinishing || name == nullptr || below(m_random, 5) == 0) {
        note("file dialog: cancel");
        return dialog.reject();
    }
    QString path = m_folder.filePath(QStringLiteral("saved-%1").arg(below(m_random, kFileNames)));
    const QStringList files = m_folder.entryList(QDir::Files);
    if (dialog.acceptMode() == QFileDialog::AcceptOpen && !files.isEmpty())
        path = m_folder.filePath(files[below(m_random, static_cast<int>(files.size()))]);
    if (dialog.fileMode() == QFileDialog::Directory)
        path = m_folder.path();
    note("file dialog: " + path.toStdString());
    name->setText(path); // quicker than keys, which the completer of Qt's dialog would answer
    QTest::keyClick(name, Qt::Key_Return);
}

} // namespace scorefield::ui
