// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs: kept by the dialogs, run, renamed, duplicated and deleted in their list, undone, saved. And
// data files.
#include "tests/support/export_fixture.h"
#include "ui/exports/figure_form.h"
#include "ui/exports/jobs_dialog.h"

#include <QTableView>

using namespace scorefield;
using namespace scorefield::ui;

class ExportJobsTest : public QObject, public ExportFixture {
    Q_OBJECT
private Q_SLOTS:
    void init() { openSmall(); }
    void cleanup() { close(); }

    void aDialogKeepsAJob();
    void aJobOfAnotherKindIsNotReplaced();
    void jobsRunIntoAFolder();
    void jobsAreRenamedDuplicatedAndDeleted();
    void aJobOpensItsDialog();
    void aJobCanBeOfABookmark();
    void jobsAreSaved();
    void dataAreExported();

private:
    const std::vector<ExportJob>& jobs() { return session().jobs; }
    JobsDialog* openJobs()
    {
        window().findChild<QAction*>(QStringLiteral("exportJobs"))->trigger();
        auto* dialog = find<JobsDialog>("jobsDialog");
        if (dialog == nullptr || !QTest::qWaitForWindowExposed(dialog, kPatienceMs))
            return nullptr;
        QApplication::setActiveWindow(dialog);
        return dialog;
    }
    /// A quick figure and a quick film.
    void addTwo()
    {
        QVERIFY(document().edit(QStringLiteral("jobs"), [](Session& session) {
            FigureSpec figure;
            figure.width = 160;
            figure.height = 90;
            VideoSpec video;
            video.width = 160;
            video.height = 90;
            video.framesPerSecond = 4;
            video.seconds = 1;
            session.jobs = {{"small", "small.png", "", figure}, {"film", "film.gif", "", video}};
        }));
    }
};

void ExportJobsTest::aDialogKeepsAJob()
{
    FigureDialog* dialog = openFigure();
    QVERIFY(dialog);
    auto* name = control<QLineEdit>(dialog, "jobName");
    QCOMPARE(name->text(), QStringLiteral("figure 1"));
    type(dialog, "width", QStringLiteral("500"));
    const int before = document().undoStack().count();
    click(dialog, "addJob");
    QCOMPARE(jobs().size(), std::size_t(1));
    QCOMPARE(jobs()[0].name, std::string("figure 1"));
    QCOMPARE(jobs()[0].file, std::string("figure-1.png"));
    QCOMPARE(std::get<FigureSpec>(jobs()[0].spec).width, 500.);
    QCOMPARE(document().undoStack().count(), before + 1);
    // The same name means the same job.
    auto* add = control<QPushButton>(dialog, "addJob");
    QCOMPARE(add->text(), QStringLiteral("Replace job"));
    type(dialog, "width", QStringLiteral("600"));
    click(dialog, "addJob");
    QCOMPARE(jobs().size(), std::size_t(1));
    QCOMPARE(std::get<FigureSpec>(jobs()[0].spec).width, 600.);
    type(dialog, "jobName", QStringLiteral("Über alles")); // Return adds it
    QCOMPARE(jobs().size(), std::size_t(2));
    QCOMPARE(QString::fromStdString(jobs()[1].file), QStringLiteral("über-alles.png"));
    document().undoStack().undo();
    document().undoStack().undo();
    QCOMPARE(std::get<FigureSpec>(jobs()[0].spec).width, 500.);
    document().undoStack().undo();
    QVERIFY(jobs().empty());
    QCOMPARE(add->text(), QStringLiteral("Add as job"));
}

void ExportJobsTest::aJobOfAnotherKindIsNotReplaced()
{
    addTwo();
    FigureDialog* dialog = openFigure();
    QVERIFY(dialog);
    type(dialog, "jobName", QStringLiteral("film"));
    QVERIFY(!control<QPushButton>(dialog, "addJob")->isEnabled());
    QVERIFY(text(dialog, "jobName.error").contains(QStringLiteral("something else")));
    QVERIFY(std::holds_alternative<VideoSpec>(jobs()[1].spec));
    auto* name = control<QLineEdit>(dialog, "jobName");
    name->selectAll();
    QTest::keyClick(name, Qt::Key_Backspace);
    QVERIFY(text(dialog, "jobName.error").contains(QStringLiteral("name")));
}

void ExportJobsTest::jobsRunIntoAFolder()
{
    addTwo();
    JobsDialog* dialog = openJobs();
    QVERIFY(dialog);
    const QString here = folder("jobs");
    type(dialog, "jobFolder", here);
    click(dialog, "runJob"); // the first is selected
    waitForQueue();
    QCOMPARE(QDir(here).entryList(QDir::Files), QStringList{QStringLiteral("small.png")});
    click(dialog, "runAllJobs");
    waitForQueue();
    QCOMPARE(QDir(here).entryList(QDir::Files),
             (QStringList{QStringLiteral("film.gif"), QStringLiteral("small.png")}));
    type(dialog, "jobFolder", QStringLiteral("/nowhere"));
    click(dialog, "runJob");
    QVERIFY2(text(dialog, "message").contains(QStringLiteral("/nowhere")),
             qPrintable(text(dialog, "message")));
}

void ExportJobsTest::jobsAreRenamedDuplicatedAndDeleted()
{
    addTwo();
    JobsDialog* dialog = openJobs();
    QVERIFY(dialog);
    auto* table = dialog->findChild<QTableView*>(QStringLiteral("jobs"));
    const auto rename = [&](const QString& name) {
        click(dialog, "renameJob");
        auto* editor = table->findChild<QLineEdit*>();
        QVERIFY(editor);
        editor->selectAll();
        QTest::keyClicks(editor, name);
        QTest::keyClick(editor, Qt::Key_Return);
        // The table takes the text in its own time.
        QTRY_VERIFY(table->findChildren<QLineEdit*>().isEmpty());
    };
    rename(QStringLiteral("large"));
    QCOMPARE(jobs()[0].name, std::string("large"));
    rename(QStringLiteral("film")); // is taken
    QCOMPARE(jobs()[0].name, std::string("large"));
    QVERIFY2(text(dialog, "message").contains(QStringLiteral("another job")),
             qPrintable(text(dialog, "message")));
    click(dialog, "duplicateJob");
    QCOMPARE(jobs().size(), std::size_t(3));
    QCOMPARE(jobs()[1].name, std::string("large 1"));
    QCOMPARE(jobs()[1].file, std::string("small-1.png"));
    QVERIFY(jobs()[1].spec == jobs()[0].spec);
    click(dialog, "deleteJob"); // the duplicate, which is selected now
    QCOMPARE(jobs().size(), std::size_t(2));
    QCOMPARE(jobs()[1].name, std::string("film"));
    click(dialog, "deleteJob");
    click(dialog, "deleteJob");
    QVERIFY(jobs().empty());
    QVERIFY(!control<QPushButton>(dialog, "runJob")->isEnabled());
    QVERIFY(control<QPushButton>(dialog, "runJob")->toolTip().contains(QStringLiteral("no jobs")));
    for (int i = 0; i < 5; ++i)
        document().undoStack().undo();
    QCOMPARE(jobs().size(), std::size_t(2));
    QCOMPARE(jobs()[0].name, std::string("small"));
}

void ExportJobsTest::aJobOpensItsDialog()
{
    addTwo();
    JobsDialog* jobsDialog = openJobs();
    QVERIFY(jobsDialog);
    click(jobsDialog, "editJob");
    auto* dialog = find<FigureDialog>("figureDialog");
    QVERIFY(dialog && dialog->isVisible());
    QVERIFY(dialog->job() == jobs()[0]);
    // Its file stays under another size, and follows another format.
    type(dialog, "width", QStringLiteral("200"));
    QCOMPARE(dialog->job().file, std::string("small.png"));
    clickSegment(dialog, "format", 2);
    QCOMPARE(dialog->job().file, std::string("small.pdf"));
}

void ExportJobsTest::aJobCanBeOfABookmark()
{
    QVERIFY(document().edit(QStringLiteral("mark"), [](Session& session) {
        Bookmark bookmark{"start", SharedValue<SessionState>(session)};
        bookmark.state.edit([](SessionState& state) { state.timeline.position = 0; });
        session.bookmarks.push_back(bookmark);
    }));
    FigureDialog* dialog = openFigure();
    QVERIFY(dialog);
    choose(dialog, "bookmark", 1);
    QCOMPARE(dialog->job().bookmark, std::string("start"));
    QCOMPARE(dialog->form()->state().timeline.position, 0.);
    click(dialog, "addJob");
    QCOMPARE(jobs()[0].bookmark, std::string("start"));
}

void ExportJobsTest::jobsAreSaved()
{
    addTwo();
    const auto kept = jobs();
    const QString path = filePath("jobs.scorefield.json");
    QVERIFY(document().save(path));
    QTest::keyClick(&window(), Qt::Key_N, Qt::ControlModifier);
    QVERIFY(jobs().empty());
    QVERIFY(window().openFile(path));
    QVERIFY(jobs() == kept);
}

void ExportJobsTest::dataAreExported()
{
    window().findChild<QAction*>(QStringLiteral("exportData"))->trigger();
    auto* dialog = find<DataDialog>("dataDialog");
    QVERIFY(dialog && QTest::qWaitForWindowExposed(dialog, kPatienceMs));
    QApplication::setActiveWindow(dialog);
    const QString here = folder("data");
    choose(dialog, "content", 2);
    type(dialog, "lane", QStringLiteral("2"));
    QVERIFY2(dialog->exportTo(here + QStringLiteral("/all.npy")),
             qPrintable(text(dialog, "message")));
    waitForQueue();
    QVERIFY2(errorText().startsWith(QStringLiteral("Saved")), qPrintable(errorText()));
    const QByteArray bytes = contentOf(here + QStringLiteral("/all.npy"));
    // Eight steps: nine states of 60 particles in the plane.
    QVERIFY2(bytes.left(128).contains("(9, 60, 2)"), bytes.left(128).constData());
    choose(dialog, "content", 0);
    QVERIFY(dialog->exportTo(here + QStringLiteral("/ends.csv")));
    waitForQueue();
    QCOMPARE(contentOf(here + QStringLiteral("/ends.csv")).count('\n'), 61);
}

int main(int argc, char** argv)
{
    return runWindowTest<ExportJobsTest>(argc, argv);
}
#include "tst_export_jobs.moc"
