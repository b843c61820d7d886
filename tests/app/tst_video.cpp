// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield video as a user runs it: what it writes, what it refuses, and that it leaves nothing
// behind when it cannot finish. What is in the films is tested beside the renderer.
#include "tests/support/command.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/resource.h>

#include <csignal>

using namespace scorefield::test;

namespace {

QStringList everythingIn(const QString& folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot,
                                  QDir::Name);
}

QByteArray bytesOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList filmArguments(const QString& output, const QStringList& more = {})
{
    return QStringList{"video",
                       "three-modes",
                       "-o",
                       output,
                       "--size",
                       "160x90",
                       "--particles",
                       "50",
                       "--fps",
                       "10",
                       "--seconds",
                       "0.5",
                       "--hold-end",
                       "0"}
           + more;
}

} // namespace

class VideoCommandTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesAFilm_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("mark");
        QTest::newRow("mp4") << "film.mp4" << QByteArray("ftyp");
        QTest::newRow("webm") << "film.webm" << QByteArray("webm");
        QTest::newRow("gif") << "film.gif" << QByteArray("NETSCAPE2.0"); // repeats for ever
        QTest::newRow("apng") << "film.apng" << QByteArray("acTL");
    }

    void writesAFilm()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, mark);
        const QTemporaryDir folder;
        const auto result = runCommand(folder.path(), filmArguments(name));
        QVERIFY2(result.status == 0, qPrintable(result.err));
        QVERIFY(result.out.isEmpty());
        QCOMPARE(result.err, name + ": 5 frames of 160 x 90 pixels, 0.5 s\n");
        QCOMPARE(everythingIn(folder.path()), QStringList{name});
        QVERIFY(bytesOf(folder.filePath(name)).left(2000).contains(mark));
    }

    void optionsChangeTheFilm_data()
    {
        QTest::addColumn<QStringList>("more");
        QTest::newRow("animate") << QStringList{"--animate", "lanes.*.guidance.w=1:8:in-out"};
        QTest::newRow("keys") << QStringList{"--animate", "view.density.opacity=0@0,1@.5,0@1"};
        QTest::newRow("set") << QStringList{"--set", "view.density.visible=false"};
        QTest::newRow("seed") << QStringList{"--seed", "99"};
        QTest::newRow("theme") << QStringList{"--theme", "light"};
        QTest::newRow("lane") << QStringList{"--content", "lane", "--lane", "2"};
        QTest::newRow("scale") << QStringList{"--scale", "0.5"};
        QTest::newRow("parts") << QStringList{"--panel-titles", "false"};
        QTest::newRow("easing") << QStringList{"--easing", "in"};
    }

    void optionsChangeTheFilm()
    {
        QFETCH(QStringList, more);
        const QTemporaryDir folder;
        QCOMPARE(runCommand(folder.path(), filmArguments("a.apng")).status, 0);
        const auto result = runCommand(folder.path(), filmArguments("b.apng", more));
        QVERIFY2(result.status == 0, qPrintable(result.err));
        QVERIFY(bytesOf(folder.filePath("a.apng")) != bytesOf(folder.filePath("b.apng")));
    }

    void refuses_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("expected");
        const auto with = [](const QString& output, const QStringList& more) {
            return filmArguments(output, more);
        };
        const auto sized = [](const QString& size) {
            return QStringList{"video", "three-modes", "-o", "film.mp4", "--size", size};
        };
        QTest::newRow("no output") << QStringList{"video", "three-modes"} << "-o: is missing";
        QTest::newRow("ending") << with("film.avi", {}) << "must end in .mp4, .webm, .gif";
        QTest::newRow("no pixels") << sized("0x0") << "--size";
        QTest::newRow("too many pixels") << sized("100000x100000") << "--size";
        QTest::newRow("no size") << sized("big") << "WIDTHxHEIGHT";
        QTest::newRow("no folder") << with("missing/film.mp4", {}) << "does not exist";
        QTest::newRow("read-only folder") << with("/proc/film.mp4", {}) << "cannot be written";
        QTest::newRow("folder") << with(".", {}) << "must end in";
        QTest::newRow("key") << with("film.mp4", {"--animate", "lanes.0.guidance.x=1:2"})
                             << "lanes.0.guidance.x";
        QTest::newRow("range") << with("film.mp4", {"--animate", "view.density.opacity=0:7"})
                               << "view.density.opacity";
        QTest::newRow("easing") << with("film.mp4", {"--animate", "lanes.0.eta=0:1:bounce"})
                                << "bounce";
        QTest::newRow("lane") << with("film.mp4", {"--content", "lane", "--lane", "3"}) << "--lane";
        QTest::newRow("rate") << with("film.gif", {}) + QStringList{"--loops", "0"} << "--loops";
    }

    void refuses()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, expected);
        const QTemporaryDir folder;
        const auto result = runCommand(folder.path(), arguments);
        QCOMPARE(result.status, 2);
        QVERIFY2(result.err.contains(expected), qPrintable(result.err));
        QCOMPARE(result.err.count('\n'), 1);
        QCOMPARE(everythingIn(folder.path()), QStringList());
    }

    void aFullDiskLeavesNothing_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"film.mp4", "film.webm", "film.gif", "film.apng", "new/f%d.png"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }

    /// A limit on the size of files stands for a full disk: both are errors of a write.
    void aFullDiskLeavesNothing()
    {
        QFETCH(QString, name);
        const QTemporaryDir folder;
        QProcess process;
        process.setWorkingDirectory(folder.path());
        process.setChildProcessModifier([] {
            constexpr rlim_t most = 1000; // bytes: less than any film
            const rlimit limit{most, most};
            setrlimit(RLIMIT_FSIZE, &limit);
        });
        process.start(QStringLiteral(SCOREFIELD_EXECUTABLE), filmArguments(name));
        QVERIFY(process.waitForFinished(60000));
        const QString sentence = QString::fromUtf8(process.readAllStandardError());
        QVERIFY2(process.exitStatus() == QProcess::NormalExit && process.exitCode() == 1,
                 qPrintable(sentence));
        QVERIFY2(sentence.contains("cannot be written"), qPrintable(sentence));
        QCOMPARE(everythingIn(folder.path()), QStringList());
    }

    void anInterruptionLeavesNothing_data() { aFullDiskLeavesNothing_data(); }

    void anInterruptionLeavesNothing()
    {
        QFETCH(QString, name);
        const QTemporaryDir folder;
        QProcess process;
        process.setWorkingDirectory(folder.path());
        // Far more frames than it gets to write.
        process.start(QStringLiteral(SCOREFIELD_EXECUTABLE),
                      QStringList{"video", "three-modes", "-o", name, "--seconds", "600"});
        QElapsedTimer waiting;
        waiting.start();
        const auto hasBegun = [&] { // the check of the folder leaves no trace of its probe
            const QStringList entries = everythingIn(folder.path());
            return !entries.filter("film").isEmpty() || entries.contains("new");
        };
        while (!hasBegun() && waiting.elapsed() < 60000
               && process.state() != QProcess::NotRunning)
            QTest::qWait(5);
        QVERIFY(hasBegun());
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 128 + SIGINT);
        QVERIFY(process.readAllStandardError().contains("interrupted"));
        QCOMPARE(everythingIn(folder.path()), QStringList());
    }
};

QTEST_GUILESS_MAIN(VideoCommandTest)
#include "tst_video.moc"
