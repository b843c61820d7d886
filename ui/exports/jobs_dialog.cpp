// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/jobs_dialog.h"

#include "ui/document/document.h"
#include "ui/exports/export_jobs.h"
#include "ui/exports/export_queue.h"
#include "ui/exports/job_model.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/style.h"

#include <QDir>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

namespace scorefield::ui {

namespace {

/// The bookmarks of the session as a list.
class StateDelegate : public QStyledItemDelegate {
public:
    StateDelegate(Document& document, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_document(document)
    {
    }

    QWidget* createEditor(QWidget* parent,
                          const QStyleOptionViewItem&,
                          const QModelIndex& index) const override
    {
        auto* box = new ChoiceBox(parent);
        box->setObjectName(QStringLiteral("jobState"));
        box->addItem(JobsDialog::tr("As it is now"));
        for (const Bookmark& bookmark : m_document.stored().bookmarks)
            box->addItem(QString::fromStdString(bookmark.name));
        Q_UNUSED(index)
        return box;
    }
    void setEditorData(QWidget* editor, const QModelIndex& index) const override
    {
        auto* box = static_cast<ChoiceBox*>(editor);
        box->setCurrentIndex(std::max(0, box->findText(index.data().toString())));
    }
    void setModelData(QWidget* editor,
                      QAbstractItemModel* model,
                      const QModelIndex& index) const override
    {
        const auto* box = static_cast<ChoiceBox*>(editor);
        model->setData(index, box->currentIndex() > 0 ? box->currentText() : QString());
    }

private:
    Document& m_document;
};

} // namespace

JobsDialog::JobsDialog(Document& document, ExportQueue& queue, QWidget* parent)
    : QDialog(parent)
    , m_document(document)
    , m_queue(queue)
    , m_model(new JobModel(document, queue, this))
{
    setObjectName(QStringLiteral("jobsDialog"));
    setWindowTitle(tr("Export jobs"));
    build();
    connect(m_model, &JobModel::refused, this, &JobsDialog::say);
    connect(m_model, &QAbstractItemModel::dataChanged, this, [this] { refresh(); });
    connect(m_model, &QAbstractItemModel::modelReset, this, &JobsDialog::refresh);
    connect(m_table->selectionModel(),
            &QItemSelectionModel::selectionChanged,
            this,
            &JobsDialog::refresh);
    m_folder->setText(QDir::toNativeSeparators(exportFolder(document)));
    selectRow(0);
    refresh();
    resize(px(760), px(380));
}

JobsDialog::~JobsDialog()
{
    m_model->stop();
}

void JobsDialog::build()
{
    m_table = new QTableView(this);
    m_table->setObjectName(QStringLiteral("jobs"));
    m_table->setAccessibleName(tr("Export jobs"));
    m_table->setModel(m_model);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    m_table->setItemDelegateForColumn(JobModel::State, new StateDelegate(m_document, m_table));
    m_table->setShowGrid(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(px(30));
    QHeaderView* header = m_table->horizontalHeader();
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setHighlightSections(false);
    header->setSectionResizeMode(QHeaderView::Stretch);
    for (const auto& [column, width] : {std::pair{JobModel::Kind, 72}, {JobModel::Progress, 72}}) {
        header->setSectionResizeMode(column, QHeaderView::Fixed);
        header->resizeSection(column, px(width));
    }
    m_empty = new QLabel(
        tr("No jobs yet. “Add as job” in the dialogs of figures, videos and data keeps one here."),
        this);
    m_empty->setProperty("quiet", true);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_message = new QLabel(this);
    m_message->setObjectName(QStringLiteral("message"));
    m_message->setProperty("problem", true);
    m_message->setWordWrap(true);
    m_message->hide();

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(px(8));
    const auto add = [&](QPushButton*& button,
                         const char* name,
                         const QString& text,
                         const QString& help,
                         const std::function<void()>& act) {
        button = new QPushButton(text, this);
        button->setObjectName(QLatin1String(name));
        button->setToolTip(help);
        button->setAutoDefault(false);
        connect(button, &QPushButton::clicked, this, act);
        buttons->addWidget(button);
    };
    add(m_edit, "editJob", tr("Edit…"), tr("Open its dialog"), [this] { edit(); });
    add(m_rename, "renameJob", tr("Rename"), tr("Type another name (F2)"), [this] {
        m_table->edit(m_model->index(selected(), JobModel::Name));
    });
    add(m_duplicate, "duplicateJob", tr("Duplicate"), tr("Another one like it"), [this] {
        const int row = selected();
        if (duplicateJob(m_document, row))
            selectRow(row + 1);
    });
    add(m_delete, "deleteJob", tr("Delete"), tr("Its files stay"), [this] {
        const int row = selected();
        if (deleteJob(m_document, row))
            selectRow(std::min(row, m_model->rowCount() - 1));
    });
    buttons->addStretch(1);
    add(m_runAll, "runAllJobs", tr("Run all"), tr("One after another"), [this] {
        run(0, m_model->rowCount());
    });
    add(m_run, "runJob", tr("Run"), tr("Make the selected one"), [this] { run(selected(), 1); });
    m_run->setProperty("primary", true);

    auto* folder = new QHBoxLayout;
    folder->setSpacing(px(8));
    auto* label = new QLabel(tr("Folder"), this);
    label->setProperty("quiet", true);
    m_folder = new QLineEdit(this);
    m_folder->setObjectName(QStringLiteral("jobFolder"));
    m_folder->setAccessibleName(tr("Folder"));
    m_folder->setToolTip(tr("The files of the jobs go into this folder"));
    auto* browse = new QPushButton(tr("Browse…"), this);
    browse->setObjectName(QStringLiteral("browseFolder"));
    browse->setAutoDefault(false);
    connect(browse, &QPushButton::clicked, this, &JobsDialog::chooseFolder);
    connect(m_folder, &QLineEdit::textEdited, this, &JobsDialog::refresh);
    folder->addWidget(label);
    folder->addWidget(m_folder, 1);
    folder->addWidget(browse);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(16), px(12), px(16), px(16));
    column->setSpacing(px(12));
    column->addWidget(m_table, 1);
    column->addWidget(m_empty, 1);
    column->addWidget(m_message);
    column->addLayout(folder);
    column->addLayout(buttons);
}

QString JobsDialog::folder() const
{
    return m_folder->text().trimmed();
}

void JobsDialog::setFolder(const QString& folder)
{
    m_folder->setText(folder);
    refresh();
}

void JobsDialog::chooseFolder()
{
    const QString path =
        QFileDialog::getExistingDirectory(this, tr("Folder of the files"), folder());
    if (path.isEmpty())
        return;
    rememberExportFolder(path + QStringLiteral("/file"));
    setFolder(path);
}

int JobsDialog::selected() const
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    return rows.isEmpty() ? -1 : rows.front().row();
}

void JobsDialog::selectRow(int row)
{
    if (row >= 0 && row < m_model->rowCount())
        m_table->selectRow(row);
}

void JobsDialog::run(int from, int count)
{
    say({});
    const Session& session = m_document.stored();
    for (int i = from; i < from + count; ++i) {
        const ExportJob& job = session.jobs[static_cast<std::size_t>(i)];
        const QString name = QString::fromStdString(job.name);
        if (m_queue.running() == name || m_queue.isWaiting(name))
            continue; // it is on its way
        const QString file = QDir(folder()).filePath(QString::fromStdString(job.file));
        const Status status =
            render::checkExport(session, job, std::filesystem::path(file.toStdU16String()));
        if (!status)
            return say(tr("“%1”: %2").arg(name, QString::fromStdString(status.error().sentence())));
        m_queue.add(session, job, file);
    }
}

void JobsDialog::edit()
{
    const int row = selected();
    if (row >= 0)
        Q_EMIT editRequested(m_document.stored().jobs[static_cast<std::size_t>(row)]);
}

void JobsDialog::say(const QString& sentence)
{
    m_message->setText(sentence);
    m_message->setVisible(!sentence.isEmpty());
}

void JobsDialog::refresh()
{
    const bool any = m_model->rowCount() > 0, one = selected() >= 0;
    const QString why = !any                 ? tr("The session has no jobs yet.")
                        : !one               ? tr("Select a job first.")
                        : folder().isEmpty() ? tr("Choose a folder first.")
                                             : QString();
    m_table->setVisible(any);
    m_empty->setVisible(!any);
    const auto enable = [&](QPushButton* button, bool enabled) {
        // A disabled button says why, an enabled one what it does.
        if (!button->property("help").isValid())
            button->setProperty("help", button->toolTip());
        button->setEnabled(enabled);
        button->setToolTip(enabled ? button->property("help").toString() : why);
    };
    for (QPushButton* button : {m_edit, m_rename, m_duplicate, m_delete})
        enable(button, one);
    enable(m_run, one && !folder().isEmpty());
    enable(m_runAll, any && !folder().isEmpty());
}

} // namespace scorefield::ui
