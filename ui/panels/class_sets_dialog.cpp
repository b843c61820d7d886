// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/class_sets_dialog.h"

#include "ui/document/document.h"
#include "ui/panels/mixture_edit.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/style.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace scorefield::ui {

class ClassSetsDialog::Line {
public:
    Line(ClassSetsDialog& dialog, int set)
    {
        const QString key = QStringLiteral("sets.%1.").arg(set);
        widget = new QWidget(&dialog);
        auto* line = new QHBoxLayout(widget);
        line->setContentsMargins(0, 0, 0, 0);
        line->setSpacing(px(8));
        name = new QLineEdit(widget);
        name->setObjectName(key + QStringLiteral("name"));
        name->setAccessibleName(tr("Name of the set"));
        name->setFixedWidth(px(140));
        classes = new QListWidget(widget);
        classes->setObjectName(key + QStringLiteral("classes"));
        classes->setAccessibleName(tr("Classes of the set"));
        classes->setFlow(QListView::LeftToRight);
        classes->setWrapping(true);
        classes->setResizeMode(QListView::Adjust);
        classes->setSpacing(px(2));
        classes->setIconSize(QSize(px(12), px(12)));
        classes->setSelectionMode(QAbstractItemView::NoSelection);
        classes->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        auto* remove = new IconButton(QStringLiteral("delete"), tr("Delete this set"), widget);
        remove->setObjectName(key + QStringLiteral("delete"));
        line->addWidget(name, 0, Qt::AlignVCenter);
        line->addWidget(classes, 1);
        line->addWidget(remove, 0, Qt::AlignVCenter);
        QObject::connect(
            name, &QLineEdit::editingFinished, &dialog, [&dialog, set] { dialog.rename(set); });
        QObject::connect(
            classes, &QListWidget::itemChanged, &dialog, [&dialog, set](QListWidgetItem* item) {
                dialog.toggle(set, item->listWidget()->row(item));
            });
        QObject::connect(
            remove,
            &QToolButton::clicked,
            &dialog,
            [&dialog, set] { dialog.removeSet(set); },
            Qt::QueuedConnection); // the line goes, and is the sender
    }
    ~Line() { delete widget; }

    void show(const MixtureSpec& mixture, const ClassSet& set)
    {
        constexpr int kFewClasses = 12; // two lines of them, then the list scrolls
        const QSignalBlocker noRename(name), noToggle(classes);
        const QString text = QString::fromStdString(set.name);
        if (name->text() != text)
            name->setText(text);
        const int count = mixture.classCount();
        while (classes->count() > count)
            delete classes->takeItem(classes->count() - 1);
        while (classes->count() < count)
            classes->addItem(new QListWidgetItem);
        for (int label = 0; label < count; ++label) {
            QListWidgetItem* item = classes->item(label);
            const bool isIn =
                std::find(set.classes.begin(), set.classes.end(), label) != set.classes.end();
            item->setText(QString::fromStdString(mixture.className(label)));
            item->setIcon(classIcon(label));
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
            item->setCheckState(isIn ? Qt::Checked : Qt::Unchecked);
        }
        classes->setFixedHeight(px(count > kFewClasses ? 96 : count > 4 ? 66 : 38));
    }

    QWidget* widget;
    QLineEdit* name;
    QListWidget* classes;
};

ClassSetsDialog::ClassSetsDialog(Document& document, QWidget* parent)
    : QDialog(parent)
    , m_document(document)
{
    setObjectName(QStringLiteral("classSets"));
    setWindowTitle(tr("Class sets"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(20), px(16), px(20), px(16));
    column->setSpacing(px(12));
    auto* about = new QLabel(
        tr("A set is a target of guidance like a class: the union of its classes."), this);
    about->setProperty("quiet", true);
    about->setWordWrap(true);
    column->addWidget(about);

    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    auto* inside = new QWidget(area);
    m_column = new QVBoxLayout(inside);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(px(8));
    m_empty = new QLabel(tr("No sets yet."), inside);
    m_empty->setProperty("quiet", true);
    m_column->addWidget(m_empty);
    m_column->addStretch(1);
    area->setWidget(inside);
    column->addWidget(area, 1);

    m_problem = new QLabel(this);
    m_problem->setObjectName(QStringLiteral("sets.error"));
    m_problem->setProperty("problem", true);
    m_problem->setWordWrap(true);
    m_problem->hide();
    column->addWidget(m_problem);
    auto* foot = new QHBoxLayout;
    m_add = new QPushButton(tr("Add set"), this);
    m_add->setObjectName(QStringLiteral("sets.add"));
    m_add->setAutoDefault(false);
    auto* close = new QPushButton(tr("Close"), this);
    close->setObjectName(QStringLiteral("sets.close"));
    close->setAutoDefault(false); // Return ends typing a name, not the dialog
    foot->addWidget(m_add);
    foot->addStretch(1);
    foot->addWidget(close);
    column->addLayout(foot);
    connect(m_add, &QPushButton::clicked, this, &ClassSetsDialog::addSet);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        if (changes.data)
            refresh();
    });
    resize(px(560), px(320));
    refresh();
}

ClassSetsDialog::~ClassSetsDialog() = default;

void ClassSetsDialog::addSet()
{
    const Status status =
        m_document.edit(tr("Add Class Set"), [](Session& session) { addClassSet(session); });
    if (!status)
        return say(QString::fromStdString(status.error().message));
    m_lines.back()->name->setFocus();
    m_lines.back()->name->selectAll();
}

void ClassSetsDialog::removeSet(int set)
{
    if (set >= static_cast<int>(m_document.session().data->sets.size()))
        return;
    const Status status = m_document.edit(
        tr("Delete Class Set"), [set](Session& session) { deleteClassSet(session, set); });
    if (!status)
        say(QString::fromStdString(status.error().message));
}

void ClassSetsDialog::rename(int set)
{
    const auto index = static_cast<std::size_t>(set);
    if (index >= m_document.session().data->sets.size())
        return; // a line that goes is left
    const std::string name = m_lines[index]->name->text().trimmed().toStdString();
    if (name == m_document.session().data->sets[index].name)
        return refresh();
    const Status status = m_document.edit(tr("Rename Class Set"), [&](Session& session) {
        session.data.edit([&](MixtureSpec& mixture) { mixture.sets[index].name = name; });
    });
    if (!status) // the text stays, to be mended
        say(QString::fromStdString(status.error().message));
}

void ClassSetsDialog::toggle(int set, int row)
{
    const auto index = static_cast<std::size_t>(set);
    const bool wanted = m_lines[index]->classes->item(row)->checkState() == Qt::Checked;
    const std::vector<int>& before = m_document.session().data->sets[index].classes;
    if (!wanted && before == std::vector<int>{row}) {
        refresh();
        return say(tr("A set keeps its last class; delete the set with the button on its right."));
    }
    const Status status = m_document.edit(tr("Change Class Set"), [&](Session& session) {
        session.data.edit([&](MixtureSpec& mixture) {
            std::vector<int>& classes = mixture.sets[index].classes;
            std::erase(classes, row);
            if (wanted)
                classes.insert(std::upper_bound(classes.begin(), classes.end(), row), row);
        });
    });
    if (!status) {
        refresh();
        say(QString::fromStdString(status.error().message));
    }
}

void ClassSetsDialog::refresh()
{
    say({});
    const MixtureSpec& mixture = *m_document.session().data;
    while (m_lines.size() > mixture.sets.size())
        m_lines.pop_back();
    while (m_lines.size() < mixture.sets.size()) {
        const int set = static_cast<int>(m_lines.size());
        m_lines.push_back(std::make_unique<Line>(*this, set));
        m_column->insertWidget(set, m_lines.back()->widget);
    }
    for (std::size_t i = 0; i < m_lines.size(); ++i)
        m_lines[i]->show(mixture, mixture.sets[i]);
    m_empty->setVisible(m_lines.empty());
    const bool full = m_lines.size() >= static_cast<std::size_t>(kMaxClassSets);
    m_add->setEnabled(!full);
    m_add->setToolTip(full ? tr("A mixture has at most %1 sets").arg(kMaxClassSets)
                           : tr("Add a set of classes"));
}

void ClassSetsDialog::say(const QString& problem)
{
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

} // namespace scorefield::ui
