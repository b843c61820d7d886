// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield render and scorefield run: figures by their options, the jobs of a session, and what
// stands in the way of writing them.
#include "core/session/session_json.h"
#include "tests/support/command.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtEndian>
#include <QTest>

#include <sys/resource.h>

#include <csignal>

using namespace scorefield;
using namespace scorefield::test;

namespace {

const QStringList kFixedDate = {"SOURCE_DATE_EPOCH=1700000000"};

QByteArray readAll(const QTemporaryDir& folder, const QString& name)
{
    QFile file(folder.filePath(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList everything(const QTemporaryDir& folder)
{
    return QDir(folder.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
}

QSize pngSize(const QByteArray& png)
{
    const auto side = [&](qsizetype at) {
        return static_cast<int>(qFromBigEndian<quint32>(png.constData() + at));
    };
    return png.size() > 24 ? QSize(side(16), side(20)) : QSize(); // IHDR
}

Session smallSession()
{
    Session session = defaultSession();
    session.particles.count = 40;
    session.timeline.position = 0.7;
    return session;
}

FigureSpec smallFigure()
{
    FigureSpec spec;
    spec.width = 320;
    spec.height = 200;
    return spec;
}

void save(const QTemporaryDir& folder, const QString& name, const Session& session)
{
    const auto saved = saveSession(session, folder.filePath(name).toStdString());
    QVERIFY2(saved.ok(), saved.ok() ? "" : saved.error().sentence().c_str());
}

} // namespace

class ExportCommandsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sizesAndPresets_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QSize>("size");
        QTest::newRow("usual") << QStringList{} << QSize(1600, 900);
        QTest::newRow("pixels") << QStringList{"--size", "300x200"} << QSize(300, 200);
        QTest::newRow("print") << QStringList{"--size", "3.25x2.4in", "--dpi", "1200"}
                               << QSize(3900, 2880);
        QTest::newRow("millimetres")
            << QStringList{"--size", "50.8x25.4mm", "--dpi", "100"} << QSize(200, 100);
        QTest::newRow("preset") << QStringList{"--preset", "single-column", "--dpi", "200"}
                                << QSize(650, 480);
        QTest::newRow("rows") << QStringList{"--width", "2", "--height", "1", "--unit", "in"}
                              << QSize(192, 96);
    }

    void sizesAndPresets()
    {
        QFETCH(QStringList, options);
        QFETCH(QSize, size);
        const QTemporaryDir folder;
        const QStringList arguments = {"render", "three-modes", "-o", "a.png", "--particles", "20"};
        VERIFY_SUCCESS(runCommand(folder.path(), arguments + options));
        QCOMPARE(pngSize(readAll(folder, "a.png")), size);
    }

    void filesRepeatToTheByte_data()
    {
        QTest::addColumn<QString>("ending");
        for (const char* ending : {"png", "svg", "pdf"})
            QTest::newRow(ending) << ending;
    }

    /// By `render`, by `run`, and again of a copy that was saved from the figure itself.
    void filesRepeatToTheByte()
    {
        QFETCH(QString, ending);
        const QTemporaryDir folder;
        Session session = smallSession();
        save(folder, "s.json", session);
        const QString a = "a." + ending, b = "b." + ending;
        const auto render = [&](const QString& from, const QString& to) {
            VERIFY_SUCCESS(runCommand(
                folder.path(), {"render", from, "-o", to, "--size", "320x200"}, kFixedDate));
        };
        render("s.json", a);
        render(a, b);
        QVERIFY(!readAll(folder, a).isEmpty());
        QVERIFY(readAll(folder, a) == readAll(folder, b));
        session.jobs = {{"one", ("c." + ending).toStdString(), {}, smallFigure()}};
        save(folder, "jobs.json", session);
        VERIFY_SUCCESS(runCommand(folder.path(), {"run", "jobs.json"}, kFixedDate));
        render("jobs.json", b); // which carries its jobs too
        QVERIFY(readAll(folder, "c." + ending) == readAll(folder, b));
    }

    void severalMomentsMakeAGrid()
    {
        const QTemporaryDir folder;
        save(folder, "s.json", smallSession());
        VERIFY_SUCCESS(runCommand(folder.path(),
                                  {"render",
                                   "s.json",
                                   "-o",
                                   "a.svg",
                                   "--time",
                                   "4,1,0.25",
                                   "--lanes",
                                   "2",
                                   "--letters",
                                   "(a)",
                                   "--title",
                                   "A & B",
                                   "--color-bar",
                                   "shared"}));
        const QByteArray svg = readAll(folder, "a.svg");
        for (const char* text : {">(a)<", ">(c)<", ">A &amp; B<", "= 0.25"})
            QVERIFY2(svg.contains(text), text);
        QVERIFY(!svg.contains(">(d)<"));
    }

    void aFilmIsAGridOfItsShares()
    {
        const QTemporaryDir folder;
        save(folder, "s.json", smallSession());
        VERIFY_SUCCESS(runCommand(folder.path(),
                                  {"render",
                                   "s.json",
                                   "-o",
                                   "a.svg",
                                   "--share",
                                   "0,1",
                                   "--animate",
                                   "lanes.*.eta=0:0.5"}));
        const QByteArray svg = readAll(folder, "a.svg");
        QVERIFY(svg.contains("= 0<") && svg.contains("= 0.5<"));
    }

    void wrongFiguresAreRefused_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* name, const QStringList& options, const char* part) {
            QTest::newRow(name) << options << part;
        };
        row("nothing", {"--size", "0x100"}, "--size");
        row("huge", {"--size", "100000x100"}, "--width: is 1e+05");
        row("huge in print", {"--size", "90x90in", "--dpi", "1200"}, "pixels");
        row("unit", {"--size", "10x10cm"}, "mm, in or px");
        row("font", {"--font-family", "Interr"}, "did you mean 'Inter'?");
        row("preset", {"--preset", "postcard"}, "--preset");
        row("lane", {"--content", "lane", "--lane", "3"}, "--lane");
        row("lanes", {"--content", "grid", "--lanes", "1,7"}, "--lanes");
        row("two kinds", {"--time", "1", "--step", "3"}, "only one of");
        row("outside", {"--time", "1e9"}, "--time");
        row("no grid", {"--content", "view", "--time", "1,2"}, "--time");
    }

    void wrongFiguresAreRefused()
    {
        QFETCH(QStringList, options);
        QFETCH(QString, part);
        const QTemporaryDir folder;
        const QStringList arguments = {"render", "three-modes", "-o", "a.png", "--particles", "20"};
        const auto result = runCommand(folder.path(), arguments + options);
        QVERIFY2(result.status == 2, qPrintable(result.err));
        QVERIFY2(result.err.contains(part), qPrintable(result.err));
        QCOMPARE(result.err.count('\n'), 1);
        QCOMPARE(everything(folder), QStringList());
    }

    void aFullDiskLeavesNothing_data() { filesRepeatToTheByte_data(); }

    void aFullDiskLeavesNothing()
    {
        QFETCH(QString, ending);
        const QTemporaryDir folder;
        save(folder, "s.json", smallSession());
        QProcess process;
        process.setWorkingDirectory(folder.path());
        process.setChildProcessModifier([] {
            const rlimit limit{4096, 4096}; // bytes of a file
            setrlimit(RLIMIT_FSIZE, &limit);
        });
        process.start(QStringLiteral(SCOREFIELD_EXECUTABLE),
                      {"render", "s.json", "-o", "a." + ending, "--size", "320x200"});
        QVERIFY(process.waitForFinished(120000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        const QString said = QString::fromUtf8(process.readAllStandardError());
        QVERIFY2(process.exitCode() == 1, qPrintable(said));
        QVERIFY2(said.contains("cannot be written") && said.count('\n') == 1, qPrintable(said));
        QCOMPARE(everything(folder), QStringList("s.json"));
    }

    void aFailingJobDoesNotStopTheOthers()
    {
        const QTemporaryDir folder;
        Session session = smallSession();
        FigureSpec late = smallFigure();
        late.clock = static_cast<double>(MomentClock::Step);
        late.moments = {5000};
        session.jobs = {{"late", "late.png", {}, late},
                        {"up", "../up.png", {}, smallFigure()},
                        {"root", "/tmp/scorefield-root.png", {}, smallFigure()},
                        {"deep", "new/folder/deep.png", {}, smallFigure()},
                        {"failing deep", "other/late.png", {}, late},
                        {"ends", "ends.csv", {}, DataSpec{}}};
        save(folder, "s.json", session);
        const auto result = runCommand(folder.path(), {"run", "s.json", "--out", "out"});
        QCOMPARE(result.status, 1);
        const QStringList lines = result.err.trimmed().split('\n');
        QVERIFY2(lines.size() == 7, qPrintable(result.err)); // one for each, and the sum
        for (const char* name : {"late", "up", "root", "failing deep"})
            QVERIFY2(
                result.err.contains(QStringLiteral("scorefield: %1: ").arg(QLatin1String(name))),
                qPrintable(result.err));
        QVERIFY(lines.last().contains("4 of 6 exports failed"));
        QCOMPARE(pngSize(readAll(folder, "out/new/folder/deep.png")), QSize(320, 200));
        QVERIFY(readAll(folder, "out/ends.csv").count('\n') > 40);
        QCOMPARE(everything(folder), QStringList({"out", "s.json"}));
        QVERIFY(!QFile::exists("/tmp/scorefield-root.png"));
        QVERIFY(!QDir(folder.filePath("out/other")).exists());
    }

    void jobsByName()
    {
        const QTemporaryDir folder;
        Session session = smallSession();
        session.jobs = {{"first", "first.png", {}, smallFigure()},
                        {"second", "second.png", {}, smallFigure()}};
        save(folder, "s.json", session);
        const auto list = runCommand(folder.path(), {"run", "s.json", "--list"});
        VERIFY_SUCCESS(list);
        QCOMPARE(list.out, QByteArray("first\tfigure\tfirst.png\nsecond\tfigure\tsecond.png\n"));
        const auto one = runCommand(folder.path(), {"run", "s.json", "--job", "second"});
        VERIFY_SUCCESS(one);
        QCOMPARE(one.err, QStringLiteral("second: second.png\n"));
        QCOMPARE(everything(folder), QStringList({"s.json", "second.png"}));
        const auto wrong = runCommand(folder.path(), {"run", "s.json", "--job", "secnd"});
        QCOMPARE(wrong.status, 2);
        QVERIFY(wrong.err.contains("did you mean 'second'?"));
        save(folder, "none.json", smallSession());
        QCOMPARE(runCommand(folder.path(), {"run", "none.json"}).status, 2);
    }
};

QTEST_APPLESS_MAIN(ExportCommandsTest)
#include "tst_export_commands.moc"
