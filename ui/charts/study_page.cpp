// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/study_page.h"

#include "ui/document/document.h"
#include "ui/render/typeset.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/style.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QStyle>
#include <QThread>

#include <algorithm>

namespace scorefield::ui {

namespace {

constexpr int kFormWidth = 300;

const StudyKind& kindAt(int index)
{
    return studyKinds()[static_cast<std::size_t>(std::max(0, index))];
}

QString helpOf(const StudyKind& kind)
{
    const QString help = QString::fromStdString(kind.info.help);
    return kind.info.source.empty()
               ? help
               : help + QStringLiteral("\n") + QString::fromStdString(kind.info.source);
}

/// "12 s", "3 min".
QString durationText(double seconds)
{
    constexpr double kMinute = 60;
    return seconds < 2 * kMinute ? StudyPage::tr("%1 s").arg(render::prettyNumber(seconds, 2))
                                 : StudyPage::tr("%1 min").arg(qRound(seconds / kMinute));
}

} // namespace

StudyPage::StudyPage(Document& document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_runner(static_cast<unsigned>(std::max(1, QThread::idealThreadCount() / 2)))
{
    build();
    connect(&m_runner, &StudyRunner::progressed, this, &StudyPage::showProgress);
    connect(&m_runner, &StudyRunner::finished, this, [this] {
        showTable();
        showNotes();
    });
    connect(&m_runner, &StudyRunner::failed, this, [this](const QString& sentence) {
        say(sentence, true);
    });
    connect(&m_runner, &StudyRunner::runningChanged, this, [this](bool running) {
        m_run->setText(running ? tr("Cancel") : tr("Run"));
        m_progress->setVisible(running);
    });
    applyLook();
}

void StudyPage::build()
{
    m_quantity = new ChoiceBox(this);
    m_quantity->setObjectName(QStringLiteral("studyQuantity"));
    m_quantity->setAccessibleName(tr("What is drawn"));
    m_over = new ChoiceBox(this);
    m_over->setObjectName(QStringLiteral("studyOver"));
    m_over->setAccessibleName(tr("What it is drawn over"));
    for (ChoiceBox* box : {m_quantity, m_over})
        connect(box, &QComboBox::activated, this, &StudyPage::showTable);
    m_export = new QPushButton(tr("Export"), this);
    m_export->setObjectName(QStringLiteral("studyExport"));
    m_export->setEnabled(false);
    m_export->setToolTip(tr("Run a study first"));
    auto* menu = new QMenu(m_export);
    menu->addAction(tr("Copy table"), this, &StudyPage::copyTable);
    menu->addAction(tr("Save table (CSV, JSON)…"), this, &StudyPage::saveTable);
    menu->addAction(tr("Save figure (PNG, SVG, PDF)…"), this, &StudyPage::saveFigure);
    m_export->setMenu(menu);
    // The style sheet's default puts the arrow of a button with a menu into its lower corner.
    m_export->setStyleSheet(
        QStringLiteral("QPushButton { padding-right: 22px; } QPushButton::menu-indicator { "
                       "subcontrol-position: center right; right: 7px; }"));
    m_caption = new QLabel(this);
    m_caption->setObjectName(QStringLiteral("studyCaption"));
    m_caption->setProperty("quiet", true);
    m_caption->setWordWrap(true);
    m_caption->setText(tr("The chart of a study appears here, row by row while it runs."));
    m_caption->setContentsMargins(px(12), 0, px(12), px(4));

    m_result = new QWidget(this);
    auto* line = new QHBoxLayout;
    line->setContentsMargins(px(8), px(4), px(12), 0);
    line->addWidget(m_quantity, 2);
    line->addWidget(new QLabel(tr("over"), m_result));
    line->addWidget(m_over, 1);
    line->addWidget(m_export);
    auto* shown = new QVBoxLayout(m_result);
    shown->setContentsMargins(0, 0, 0, 0);
    shown->setSpacing(px(2));
    shown->addLayout(line);
    m_row = new QHBoxLayout;
    shown->addLayout(m_row, 1);
    showCharts({{}});
    m_result->hide(); // until there is one
    auto* right = new QVBoxLayout;
    right->setSpacing(px(2));
    right->addWidget(m_result, 1);
    right->addWidget(m_caption);
    auto* all = new QHBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(buildForm());
    all->addLayout(right, 1);
}

QWidget* StudyPage::buildForm()
{
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setFixedWidth(px(kFormWidth));
    auto* form = new QWidget(area);
    auto* column = new QVBoxLayout(form);
    column->setContentsMargins(px(12), px(6), px(8), px(6));
    column->setSpacing(px(6));
    m_study = new ChoiceBox(form);
    m_study->setObjectName(QStringLiteral("studyKind"));
    m_study->setAccessibleName(tr("Study"));
    for (const StudyKind& kind : studyKinds()) {
        m_study->addItem(QString::fromStdString(kind.info.label));
        m_study->setItemData(m_study->count() - 1, helpOf(kind), Qt::ToolTipRole);
    }
    connect(m_study, &QComboBox::activated, this, &StudyPage::chooseStudy);
    m_first = new SweepRow(tr("sweep"), false, form);
    m_first->setObjectName(QStringLiteral("firstSweep"));
    m_second = new SweepRow(tr("and"), true, form);
    m_second->setObjectName(QStringLiteral("secondSweep"));
    m_run = new QPushButton(tr("Run"), form);
    m_run->setObjectName(QStringLiteral("studyRun"));
    m_run->setProperty("primary", true);
    connect(m_run, &QPushButton::clicked, this, &StudyPage::toggleRun);
    m_progress = new QProgressBar(form);
    m_progress->setObjectName(QStringLiteral("studyProgress"));
    m_progress->setTextVisible(false);
    m_progress->hide();
    m_message = new QLabel(form);
    m_message->setObjectName(QStringLiteral("studyMessage"));
    m_message->setWordWrap(true);
    for (QWidget* widget : {static_cast<QWidget*>(m_study),
                            static_cast<QWidget*>(m_first),
                            static_cast<QWidget*>(m_second),
                            static_cast<QWidget*>(m_run),
                            static_cast<QWidget*>(m_progress),
                            static_cast<QWidget*>(m_message)})
        column->addWidget(widget);
    column->addStretch(1);
    area->setWidget(form);
    return area;
}

void StudyPage::applyLook()
{
    for (plots::Chart* chart : m_charts)
        chart->setLook(currentTheme(), scaleFactor());
}

void StudyPage::showEvent(QShowEvent* event)
{
    if (m_sessionShown)
        refreshSession();
    else
        chooseStudy(); // the study's own sweep is that of the session of the first look
    QWidget::showEvent(event);
}

void StudyPage::refreshSession()
{
    refreshCaption();
    if (!isVisible())
        return;
    for (plots::Chart* chart : m_charts)
        chart->setMarks(marksOf(chart->spec()));
    m_first->setSession(m_document.session());
    m_second->setSession(m_document.session());
}

void StudyPage::chooseStudy()
{
    const StudyKind& kind = kindAt(m_study->currentIndex());
    const Session& session = m_document.session();
    m_sessionShown = true;
    m_study->setToolTip(helpOf(kind));
    m_first->setOwn(session, kind.own);
    m_second->setOwn(session, kind.own);
    const auto sweeps = kind.defaultSweeps(session);
    if (!sweeps)
        return say(QString::fromStdString(sweeps.error().message), true);
    m_first->setSweep(session, sweeps->front());
    if (sweeps->size() > 1)
        m_second->setSweep(session, (*sweeps)[1]);
    else
        m_second->clear();
    say(helpOf(kind), false);
}

void StudyPage::toggleRun()
{
    if (!m_runner.isRunning())
        return run();
    m_runner.cancel();
    say(m_runner.table() ? tr("Cancelled; the rows so far are shown.") : tr("Cancelled."), false);
}

void StudyPage::run()
{
    const Session session = m_document.session(); // edits from now on do not touch the study
    std::vector<Sweep> sweeps;
    for (SweepRow* row : {m_first, m_second}) {
        if (row->isEmpty())
            continue;
        auto sweep = row->sweep(session);
        if (!sweep)
            return say(QString::fromStdString(sweep.error().sentence()), true);
        sweeps.push_back(std::move(sweep).value());
    }
    const auto rows = countRows(session, sweeps);
    if (!rows)
        return say(QString::fromStdString(rows.error().sentence()), true);
    const QString title = QString::fromStdString(session.info.title);
    m_ran = title.isEmpty() ? tr("untitled session") : title;
    m_elapsed.start();
    m_progress->setRange(0, static_cast<int>(*rows));
    m_progress->setValue(0);
    say(tr("0 of %1 rows").arg(*rows), false);
    m_swept = sweeps;
    m_runner.start(kindAt(m_study->currentIndex()), session, std::move(sweeps));
}

void StudyPage::showProgress(quint64 rows, quint64 total)
{
    const double left = static_cast<double>(m_elapsed.elapsed()) / 1000.0
                        / static_cast<double>(std::max<quint64>(rows, 1))
                        * static_cast<double>(total - rows);
    m_progress->setRange(0, static_cast<int>(total));
    m_progress->setValue(static_cast<int>(rows));
    say(tr("%1 of %2 rows, about %3 left").arg(rows).arg(total).arg(durationText(left)), false);
    showTable();
}

/// What is missing from the table, and why; all of it on the tool tip.
void StudyPage::showNotes()
{
    constexpr std::size_t kShown = 3; // sentences of the form's width
    const auto& notes = m_runner.table()->notes;
    QStringList shown, all;
    for (const std::string& note : notes)
        all << QString::fromStdString(note);
    for (std::size_t i = 0; i < std::min(kShown, notes.size()); ++i)
        shown << all[static_cast<int>(i)];
    if (notes.size() > kShown)
        shown << tr("… and %1 more").arg(notes.size() - kShown);
    say(shown.join(QLatin1Char('\n')), false);
    m_message->setToolTip(all.join(QLatin1Char('\n')));
}

void StudyPage::say(const QString& sentence, bool isError)
{
    m_message->setText(sentence);
    m_message->setToolTip(QString());
    m_message->setProperty("quiet", !isError);
    m_message->setProperty("problem", isError);
    style()->unpolish(m_message); // the style sheet reads the properties anew
    style()->polish(m_message);
}

} // namespace scorefield::ui
