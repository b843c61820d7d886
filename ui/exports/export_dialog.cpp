// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/export_dialog.h"

#include "ui/document/document.h"
#include "ui/exports/export_jobs.h"
#include "ui/exports/export_queue.h"
#include "ui/exports/session_origin.h"
#include "ui/widgets/style.h"

#include <QClipboard>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>

namespace scorefield::ui {

namespace {

constexpr int kSoonMs = 150;       // a playing session changes sixty times a second
constexpr double kLeftWidth = 430; // the form: labels of 130, two lengths and their unit
constexpr double kScrollBar = 10;  // as the style sheet has it
constexpr double kMostOfScreen = .94;

QFrame* hairline(QWidget* parent, bool vertical)
{
    auto* line = new QFrame(parent);
    line->setFrameShape(QFrame::NoFrame);
    line->setAutoFillBackground(true);
    line->setBackgroundRole(QPalette::Mid);
    vertical ? line->setFixedWidth(1) : line->setFixedHeight(1);
    return line;
}

} // namespace

ExportDialog::ExportDialog(const ExportContext& context,
                           SpecForm* form,
                           const QString& what,
                           QWidget* parent)
    : QDialog(parent)
    , m_context(context)
    , m_form(form)
    , m_what(what)
{
    build();
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    connect(&m_soon, &QTimer::timeout, this, [this] {
        if (isVisible())
            showChange();
    });
    connect(m_form, &SpecForm::edited, this, [this] {
        say({});
        refresh();
        m_soon.start();
    });
    connect(&m_context.document, &Document::sessionChanged, this, [this](const Changes& changes) {
        const bool playing = changes.timeline && !changes.style && !changes.info && !changes.exports
                             && !changes.anySimulation();
        if (!playing) {
            m_form->setSession(m_context.document.stored());
            refresh();
        }
        if (!m_soon.isActive())
            m_soon.start();
    });
    m_form->setSession(m_context.document.stored());
    refresh();
}

void ExportDialog::build()
{
    m_left = buildLeft();
    auto* right = new QWidget(this);
    m_side = new QVBoxLayout(right);
    m_side->setContentsMargins(0, 0, 0, 0);
    m_side->setSpacing(0);
    m_message = new QLabel(this);
    m_message->setObjectName(QStringLiteral("message"));
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message->hide();
    m_export = new QPushButton(tr("Export…"), this);
    m_export->setObjectName(QStringLiteral("export"));
    m_export->setProperty("primary", true);
    m_export->setAutoDefault(false); // Return ends typing a number, not the dialog
    connect(m_export, &QPushButton::clicked, this, &ExportDialog::chooseFile);
    m_foot = new QHBoxLayout;
    m_foot->addStretch(1);
    m_foot->addWidget(m_export);
    auto* copy = addButton(QStringLiteral("copyCommandLine"),
                           tr("Copy as command line"),
                           tr("The command that makes the same file without the window"));
    connect(copy, &QPushButton::clicked, this, &ExportDialog::copyCommandLine);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_left);
    row->addWidget(hairline(this, true));
    row->addWidget(right, 1);
}

QWidget* ExportDialog::buildLeft()
{
    auto* left = new QWidget(this);
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* area = new QScrollArea(left);
    area->setObjectName(QStringLiteral("formArea"));
    area->setWidget(m_form);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    column->addWidget(area, 1);
    column->addWidget(hairline(left, false));

    auto* foot = new QVBoxLayout;
    foot->setObjectName(QStringLiteral("jobColumn"));
    auto* line = new QHBoxLayout;
    line->setObjectName(QStringLiteral("jobLine"));
    m_name = new QLineEdit(left);
    m_name->setObjectName(QStringLiteral("jobName"));
    m_name->setAccessibleName(tr("Name of the job"));
    m_name->setToolTip(tr("The session keeps the %1 under this name, to be made again: File ▸ "
                          "Export jobs, or scorefield run")
                           .arg(m_what));
    m_addJob = new QPushButton(left);
    m_addJob->setObjectName(QStringLiteral("addJob"));
    m_addJob->setAutoDefault(false);
    connect(m_addJob, &QPushButton::clicked, this, &ExportDialog::addJob);
    connect(m_name, &QLineEdit::textEdited, this, [this] {
        m_jobFile.clear();
        refresh();
    });
    connect(m_name, &QLineEdit::returnPressed, m_addJob, &QPushButton::click);
    m_nameProblem = new QLabel(left);
    m_nameProblem->setObjectName(QStringLiteral("jobName.error"));
    m_nameProblem->setProperty("problem", true);
    m_nameProblem->setWordWrap(true);
    m_nameProblem->hide();
    line->addWidget(m_name, 1);
    line->addWidget(m_addJob);
    foot->addLayout(line);
    foot->addWidget(m_nameProblem);
    column->addLayout(foot);
    return left;
}

void ExportDialog::finishLayout(QSize size)
{
    m_side->addWidget(m_message);
    m_side->addWidget(hairline(this, false));
    m_side->addLayout(m_foot);
    m_name->setText(freeJobName(m_context.document.stored(), m_what));
    applyMetrics();
    refresh();
    resize(px(size.width()), px(size.height()));
}

void ExportDialog::applyMetrics()
{
    const int pad = px(12);
    // No row is cut, whatever the font.
    m_left->setFixedWidth(
        std::max(px(kLeftWidth), m_form->minimumSizeHint().width() + px(kScrollBar)));
    m_foot->setContentsMargins(pad, pad, pad, pad);
    m_foot->setSpacing(px(8));
    m_message->setContentsMargins(pad, 0, pad, px(8));
    if (auto* foot = m_left->findChild<QVBoxLayout*>(QStringLiteral("jobColumn")))
        foot->setContentsMargins(pad, pad, pad, pad);
    if (auto* line = m_left->findChild<QHBoxLayout*>(QStringLiteral("jobLine")))
        line->setSpacing(px(8));
}

void ExportDialog::changeEvent(QEvent* event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::StyleChange && m_foot != nullptr)
        applyMetrics();
}

void ExportDialog::showEvent(QShowEvent* event)
{
    QDialog::showEvent(event);
    applyMetrics(); // fonts are known now
    if (const QScreen* display = screen(); display != nullptr && std::exchange(m_fresh, false))
        resize(size().boundedTo(display->availableSize() * kMostOfScreen));
    m_soon.start();
}

QPushButton* ExportDialog::addButton(const QString& name, const QString& text, const QString& help)
{
    auto* button = new QPushButton(text, this);
    button->setObjectName(name);
    button->setToolTip(help);
    button->setAutoDefault(false);
    m_foot->insertWidget(m_foot->count() - 2, button);
    return button;
}

void ExportDialog::say(const QString& sentence, bool isProblem)
{
    m_message->setProperty(isProblem ? "problem" : "quiet", true);
    m_message->setProperty(isProblem ? "quiet" : "problem", false);
    m_message->style()->unpolish(m_message); // reads the properties again
    m_message->style()->polish(m_message);
    m_message->setText(sentence);
    m_message->setVisible(!sentence.isEmpty());
}

QString ExportDialog::fileOf(const QString& stem) const
{
    const QString ending = m_form->ending();
    // Pictures of a film are many: a folder of them.
    const bool isFrames =
        std::holds_alternative<VideoSpec>(m_form->spec()) && ending == QLatin1String(".png");
    return isFrames ? stem + QStringLiteral("/%05d.png") : stem + ending;
}

QString ExportDialog::defaultFile() const
{
    return fileOf(fileStem(m_context.document) + QLatin1Char('-')
                  + fileStem(m_name->text(), m_what));
}

ExportJob ExportDialog::job() const
{
    ExportJob job;
    job.name = m_name->text().trimmed().toStdString();
    job.bookmark = m_form->bookmark().toStdString();
    job.spec = m_form->spec();
    const bool isSame = QString::fromStdString(m_jobFile).endsWith(m_form->ending());
    job.file = !m_jobFile.empty() && isSame
                   ? m_jobFile
                   : fileOf(fileStem(m_name->text(), m_what)).toStdString();
    return job;
}

void ExportDialog::setJob(const ExportJob& job)
{
    m_name->setText(QString::fromStdString(job.name));
    m_jobFile = job.file;
    m_form->setEnding(QLatin1Char('.')
                      + QFileInfo(QString::fromStdString(job.file)).suffix().toLower());
    m_form->setBookmark(QString::fromStdString(job.bookmark));
    m_form->setSpec(job.spec);
    refresh();
    m_soon.start();
}

void ExportDialog::chooseFile()
{
    const QString folder = exportFolder(m_context.document);
    QStringList filters;
    for (const FileFormat& format : m_form->formats()) {
        const QString filter = QStringLiteral("%1 (*%2)").arg(format.label, format.ending);
        format.ending == m_form->ending() ? filters.prepend(filter) : filters.append(filter);
    }
    const QString path = QFileDialog::getSaveFileName(this,
                                                      windowTitle(),
                                                      QDir(folder).filePath(defaultFile()),
                                                      filters.join(QStringLiteral(";;")));
    if (path.isEmpty())
        return;
    rememberExportFolder(path);
    exportTo(path);
}

bool ExportDialog::exportTo(const QString& path)
{
    const QString suffix = QFileInfo(path).suffix();
    const QString file = suffix.isEmpty() ? path + m_form->ending() : path;
    if (!suffix.isEmpty())
        m_form->setEnding(QLatin1Char('.') + suffix);
    ExportJob job = this->job();
    job.file = QFileInfo(file).fileName().toStdString();
    if (job.name.empty())
        job.name = QFileInfo(file).fileName().toStdString();
    const Session& session = exportedSession(m_context.document, job);
    Status status = m_form->check();
    if (status)
        status = render::checkExport(session, job, std::filesystem::path(file.toStdU16String()));
    if (!status) {
        say(QString::fromStdString(status.error().sentence()), true);
        return false;
    }
    m_context.queue.add(session, job, file);
    say(tr("%1 is being made; the window shows how far it is.").arg(QFileInfo(file).fileName()));
    return true;
}

Session ExportDialog::exported() const
{
    const bool isNow = m_form->bookmark().isEmpty();
    return isNow ? exportedSession(m_context.document, job()) : m_form->state();
}

void ExportDialog::addJob()
{
    const ExportJob job = this->job();
    if (const Status status = m_form->check(); !status)
        return say(QString::fromStdString(status.error().sentence()), true);
    const Status status = keepJob(m_context.document, job);
    if (!status)
        return say(QString::fromStdString(status.error().message), true);
    say(tr("The session keeps “%1”: File ▸ Export jobs.").arg(QString::fromStdString(job.name)));
    refresh();
}

void ExportDialog::copyCommandLine()
{
    ExportJob job = this->job();
    job.file = defaultFile().toStdString();
    job.name = m_what.toStdString(); // a command has none, but a job must
    const auto text = commandLineOf(m_context.document, job);
    if (!text)
        return say(QString::fromStdString(text.error().message), true);
    QGuiApplication::clipboard()->setText(*text);
    say(tr("Copied: %1").arg(*text));
}

void ExportDialog::refresh()
{
    const QString name = m_name->text().trimmed();
    const Session& session = m_context.document.stored();
    const ExportJob* same = findJob(session, name);
    const bool isOther = same != nullptr && same->spec.index() != m_form->spec().index();
    m_addJob->setText(same != nullptr && !isOther ? tr("Replace job") : tr("Add as job"));
    const QString problem = isOther          ? tr("A job of this name makes something else.")
                            : name.isEmpty() ? tr("A job needs a name.")
                                             : QString();
    m_nameProblem->setText(problem);
    m_nameProblem->setVisible(!problem.isEmpty());
    const Status status = m_form->check();
    const QString wrong = status ? QString() : QString::fromStdString(status.error().sentence());
    m_addJob->setEnabled(status.ok() && problem.isEmpty());
    m_addJob->setToolTip(!status ? wrong
                         : problem.isEmpty()
                             ? tr("Kept in the session; changes of it can be undone")
                             : problem);
    m_export->setEnabled(status.ok());
    m_export->setToolTip(status ? tr("Choose a file; the window stays usable") : wrong);
}

} // namespace scorefield::ui
