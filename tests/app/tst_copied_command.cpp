// SPDX-License-Identifier: GPL-3.0-or-later
// "Copy as command line": a session with changes since it was saved, exported by `run` as the
// window does, against the command that the core writes for it, in a shell. The files are the same
// byte for byte.
#include "core/base/file.h"
#include "core/session/command_line.h"
#include "core/session/film.h"
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"
#include "tests/support/command.h"

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

void set(Session& session, const std::string& key, const std::string& text)
{
    if (const auto status = setParameterText(session, key, text); !status)
        qFatal("%s", status.error().sentence().c_str());
}

/// A small session, as it was saved.
Session savedSession()
{
    Session session = defaultSession();
    set(session, "particles.count", "60");
    set(session, "lanes.*.grid.steps", "8");
    set(session, "timeline.position", "0.5");
    return session;
}

/// The same after an hour in the window.
Session changedSession()
{
    Session session = savedSession();
    set(session, "lanes.0.sampler.kind", "ddim");
    set(session, "lanes.0.eta", "0.3333333333333333");
    set(session, "lanes.*.guidance.w", "2.5");
    set(session, "lanes.1.camera.x", "0.123456789012345678");
    set(session, "lanes.1.camera.span", "7");
    set(session, "view.trails.visible", "false");
    set(session, "timeline.position", "0.8123");
    return session;
}

FigureSpec figure()
{
    FigureSpec spec;
    spec.width = 3.25;
    spec.height = 2;
    spec.unit = static_cast<double>(LengthUnit::Inch);
    spec.dpi = 60;
    spec.theme = static_cast<double>(PictureTheme::Print);
    spec.title = "It's a title";
    spec.letters = static_cast<double>(LetterStyle::LowerParentheses);
    return spec;
}

QByteArray contents(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestCopiedCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void makesTheSameFile_data();
    void makesTheSameFile();
};

void TestCopiedCommand::makesTheSameFile_data()
{
    QTest::addColumn<int>("row");
    const char* names[] = {"png",
                           "svg",
                           "pdf",
                           "grid.png",
                           "film.mp4",
                           "ends.csv",
                           "ridge.json",
                           "bookmark.png",
                           "chart.svg",
                           "share.png"};
    for (int i = 0; i < 10; ++i)
        QTest::newRow(names[i]) << i;
}

void TestCopiedCommand::makesTheSameFile()
{
    QFETCH(int, row);
    Session saved = savedSession(), now = changedSession();
    ExportJob job{"job", std::string("file ") + QTest::currentDataTag(), {}, figure()};
    if (row < 3)
        job.file = std::string("file.") + QTest::currentDataTag();
    if (row == 3) {
        FigureSpec spec = figure();
        spec.content = static_cast<double>(FigureContent::Grid);
        spec.clock = static_cast<double>(MomentClock::Noise);
        spec.moments = {5, .4};
        spec.width = 4;
        job.spec = spec;
    } else if (row == 4) {
        VideoSpec spec;
        spec.width = 160;
        spec.height = 90;
        spec.framesPerSecond = 10;
        spec.seconds = .5;
        spec.holdEnd = .1;
        job.spec = spec;
        now.keyframes.push_back(parseTrack(now, "lanes.*.guidance.w=0:4:in-out").value());
    } else if (row == 5 || row == 6) {
        job.spec =
            DataSpec{static_cast<double>(row == 5 ? DataContent::Ends : DataContent::Ridge), 2};
    } else if (row == 7) {
        saved.bookmarks.push_back({"the end", static_cast<const SessionState&>(changedSession())});
        now.bookmarks = saved.bookmarks;
        job.bookmark = "the end";
    } else if (row == 8) {
        FigureSpec spec = figure();
        spec.content = static_cast<double>(FigureContent::OverTime);
        spec.width = 8;
        spec.height = 6;
        job.spec = spec;
    } else if (row == 9) {
        FigureSpec spec = figure();
        spec.clock = static_cast<double>(MomentClock::Share);
        spec.moments = {.25};
        job.spec = spec;
        now.keyframes.push_back(parseTrack(now, "lanes.0.guidance.w=0:4").value());
    }
    const QTemporaryDir folder;
    const auto path = [&](const char* name) { return folder.filePath(QString::fromLatin1(name)); };
    const auto line = commandLine(now, job, saved, "my session.scorefield.json");
    QVERIFY2(line.ok(), line ? "" : line.error().sentence().c_str());
    // What a picture carries besides its state is that of the saved session.
    Session exported = now;
    exported.jobs = saved.jobs = {job};
    QVERIFY(
        writeFileAtomically(path("my session.scorefield.json").toStdString(), sessionToJson(saved))
            .ok());
    QVERIFY(writeFileAtomically(path("now.scorefield.json").toStdString(), sessionToJson(exported))
                .ok());
    const QStringList stamp{QStringLiteral("SOURCE_DATE_EPOCH=1700000000")};
    VERIFY_SUCCESS(
        runCommand(folder.path(), {"run", "now.scorefield.json", "--out", "window"}, stamp));

    QProcess shell;
    QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
    variables.insert("SOURCE_DATE_EPOCH", "1700000000");
    variables.insert("PATH",
                     QFileInfo(QStringLiteral(SCOREFIELD_EXECUTABLE)).path() + ":"
                         + variables.value("PATH"));
    for (const char* display : {"DISPLAY", "WAYLAND_DISPLAY"})
        variables.remove(QString::fromLatin1(display));
    shell.setProcessEnvironment(variables);
    shell.setWorkingDirectory(folder.path());
    shell.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), QString::fromStdString(*line)});
    QVERIFY(shell.waitForFinished(120000));
    QVERIFY2(shell.exitCode() == 0,
             qPrintable(QString::fromStdString(*line) + "\n" + shell.readAllStandardError()));
    const QByteArray made = contents(folder.filePath(QString::fromStdString(job.file)));
    QVERIFY(made.size() > 200);
    QVERIFY2(made == contents(folder.filePath("window/" + QString::fromStdString(job.file))),
             line->c_str());
}

QTEST_APPLESS_MAIN(TestCopiedCommand)
#include "tst_copied_command.moc"
