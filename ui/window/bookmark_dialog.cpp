// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/bookmark_dialog.h"

#include "ui/widgets/icon_button.h"
#include "ui/widgets/style.h"
#include "ui/window/bookmarks.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace scorefield::ui {

namespace {

QLabel* problemLabel(const char* name, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(QLatin1StringView(name));
    label->setProperty("problem", true);
    label->setWordWrap(true);
    label->hide();
    return label;
}

QVBoxLayout* dialogColumn(QDialog* dialog)
{
    auto* column = new QVBoxLayout(dialog);
    column->setContentsMargins(px(20), px(16), px(20), px(16));
    column->setSpacing(px(10));
    return column;
}

QPushButton* button(const char* name, const QString& text, QWidget* parent)
{
    auto* made = new QPushButton(text, parent);
    made->setObjectName(QLatin1StringView(name));
    made->setAutoDefault(false); // Return ends typing a name
    return made;
}

} // namespace

NewBookmarkDialog::NewBookmarkDialog(Bookmarks& bookmarks, QWidget* parent)
    : QDialog(parent)
    , m_bookmarks(bookmarks)
{
    setObjectName(QStringLiteral("newBookmark"));
    setWindowTitle(tr("Add bookmark"));
    auto* column = dialogColumn(this);
    auto* about =
        new QLabel(tr("A bookmark keeps data, lanes, view and play-head as they are now."), this);
    about->setProperty("quiet", true);
    about->setWordWrap(true);
    column->addWidget(about);
    m_name = new QLineEdit(bookmarks.proposedName(), this);
    m_name->setObjectName(QStringLiteral("bookmarkName"));
    m_name->setAccessibleName(tr("Name of the bookmark"));
    m_name->selectAll();
    column->addWidget(m_name);
    m_problem = problemLabel("bookmarkProblem", this);
    column->addWidget(m_problem);
    auto* foot = new QHBoxLayout;
    auto* cancel = button("bookmarkCancel", tr("Cancel"), this);
    auto* add = button("bookmarkAdd", tr("Add"), this);
    add->setProperty("primary", true);
    add->setDefault(true);
    foot->addStretch(1);
    foot->addWidget(cancel);
    foot->addWidget(add);
    column->addLayout(foot);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(add, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_name, &QLineEdit::textEdited, m_problem, &QWidget::hide);
    m_name->setFocus();
    setMinimumWidth(px(380));
}

void NewBookmarkDialog::accept()
{
    const Status added = m_bookmarks.add(m_name->text());
    if (added)
        return QDialog::accept();
    m_problem->setText(QString::fromStdString(added.error().message));
    m_problem->show();
}

BookmarkDialog::BookmarkDialog(Bookmarks& bookmarks, QWidget* parent)
    : QDialog(parent)
    , m_bookmarks(bookmarks)
{
    setObjectName(QStringLiteral("bookmarkDialog"));
    setWindowTitle(tr("Bookmarks"));
    build();
    connect(&m_bookmarks, &Bookmarks::changed, this, &BookmarkDialog::refresh);
    connect(m_list, &QListWidget::currentRowChanged, this, &BookmarkDialog::refreshButtons);
    connect(m_list, &QListWidget::itemChanged, this, [this](QListWidgetItem* item) {
        renamed(m_list->row(item));
    });
    const auto onRow = [this](auto act) {
        return [this, act] {
            say({});
            if (m_list->currentRow() >= 0)
                act(m_list->currentRow());
        };
    };
    connect(m_go, &QPushButton::clicked, this, onRow([this](int row) { m_bookmarks.goTo(row); }));
    connect(m_replace, &QPushButton::clicked, this, onRow([this](int row) {
                m_bookmarks.replace(row);
            }));
    const auto moveBy = [this](int row, int by) {
        m_bookmarks.move(row, by);
        m_list->setCurrentRow(row + by);
    };
    connect(m_up, &IconButton::clicked, this, onRow([=](int row) { moveBy(row, -1); }));
    connect(m_down, &IconButton::clicked, this, onRow([=](int row) { moveBy(row, 1); }));
    connect(m_delete, &IconButton::clicked, this, onRow([this](int row) {
                const Status removed = m_bookmarks.remove(row);
                if (!removed)
                    say(QString::fromStdString(removed.error().message));
            }));
    refresh();
    if (m_bookmarks.current())
        m_list->setCurrentRow(*m_bookmarks.current());
    resize(px(420), px(340));
}

void BookmarkDialog::build()
{
    auto* column = dialogColumn(this);
    auto* about = new QLabel(
        tr("Page Down and Page Up step through them in this order, also in a presentation (F11). "
           "Double-click to rename."),
        this);
    about->setProperty("quiet", true);
    about->setWordWrap(true);
    column->addWidget(about);
    m_list = new QListWidget(this);
    m_list->setObjectName(QStringLiteral("bookmarkList"));
    m_list->setAccessibleName(tr("Bookmarks"));
    m_list->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setIconSize(QSize(px(10), px(10)));
    column->addWidget(m_list, 1);
    m_empty = new QLabel(tr("No bookmarks yet: Ctrl+B adds one of what the window shows."), this);
    m_empty->setProperty("quiet", true);
    m_empty->setWordWrap(true);
    column->addWidget(m_empty);
    m_problem = problemLabel("bookmarksProblem", this);
    column->addWidget(m_problem);
    auto* foot = new QHBoxLayout;
    foot->setSpacing(px(8));
    m_go = button("bookmarkGo", tr("Go to"), this);
    m_replace = button("bookmarkReplace", tr("Replace"), this);
    m_replace->setToolTip(tr("Keep its name and give it what the window shows now"));
    m_up = new IconButton(QStringLiteral("move-up"), tr("Move up"), this);
    m_up->setObjectName(QStringLiteral("bookmarkUp"));
    m_down = new IconButton(QStringLiteral("move-down"), tr("Move down"), this);
    m_down->setObjectName(QStringLiteral("bookmarkDown"));
    m_delete = new IconButton(QStringLiteral("delete"), tr("Delete"), this);
    m_delete->setObjectName(QStringLiteral("bookmarkDelete"));
    auto* close = button("bookmarkClose", tr("Close"), this);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    for (QWidget* widget : {static_cast<QWidget*>(m_go),
                            static_cast<QWidget*>(m_replace),
                            static_cast<QWidget*>(m_up),
                            static_cast<QWidget*>(m_down),
                            static_cast<QWidget*>(m_delete)})
        foot->addWidget(widget);
    foot->addStretch(1);
    foot->addWidget(close);
    column->addLayout(foot);
}

void BookmarkDialog::refresh()
{
    const QSignalBlocker noRename(m_list);
    const int count = m_bookmarks.count();
    while (m_list->count() > count)
        delete m_list->takeItem(m_list->count() - 1);
    while (m_list->count() < count)
        m_list->addItem(new QListWidgetItem);
    for (int row = 0; row < count; ++row) {
        QListWidgetItem* item = m_list->item(row);
        item->setText(m_bookmarks.nameOf(row));
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsEditable);
        const bool isHere = m_bookmarks.current() == row;
        QFont font = m_list->font();
        font.setBold(isHere);
        item->setFont(font);
        item->setToolTip(isHere ? tr("The window shows it") : QString());
    }
    if (m_list->currentRow() < 0 && count > 0)
        m_list->setCurrentRow(0);
    m_list->setVisible(count > 0);
    m_empty->setVisible(count == 0);
    refreshButtons();
}

void BookmarkDialog::refreshButtons()
{
    const int row = m_list->currentRow(), last = m_list->count() - 1;
    for (QWidget* widget : {static_cast<QWidget*>(m_go),
                            static_cast<QWidget*>(m_replace),
                            static_cast<QWidget*>(m_delete)})
        widget->setEnabled(row >= 0);
    m_up->setEnabled(row > 0);
    m_down->setEnabled(row >= 0 && row < last);
}

void BookmarkDialog::renamed(int row)
{
    const QString name = m_list->item(row)->text();
    if (name == m_bookmarks.nameOf(row))
        return;
    const Status status = m_bookmarks.rename(row, name);
    say(status ? QString() : QString::fromStdString(status.error().message));
    if (!status)
        refresh(); // the name it has
}

void BookmarkDialog::say(const QString& problem)
{
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

} // namespace scorefield::ui
