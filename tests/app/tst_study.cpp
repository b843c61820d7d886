// SPDX-License-Identifier: GPL-3.0-or-later
// `study` as a user runs it: table files, the same bytes on any number of threads, and one sentence
// for every mistake.
#include "tests/support/command.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

using namespace scorefield;
using namespace scorefield::test;

class TestStudyCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesTables();
    void everyStudyIsListed();
    void shorthandsGoToTheLane();
    void jobsDoNotChangeTheBytes();
    void drawsCharts();
    void badInput_data();
    void badInput();
    void interruptionLeavesNoFile();

private:
    static QByteArray read(const QTemporaryDir& folder, const char* name)
    {
        QFile file(folder.filePath(QLatin1String(name)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static QStringList small(const QStringList& more)
    {
        return QStringList{"study", "guidance-sweep", "three-modes", "--particles", "100"} + more;
    }
};

void TestStudyCommand::writesTables()
{
    const QTemporaryDir folder;
    const QStringList sweeps{
        "--sweep", "lanes.*.guidance.w=1:4:3:log", "--sweep", "lanes.0.eta=0:1:2"};
    const auto csv = runCommand(folder.path(), small(sweeps + QStringList{"-o", "t.csv"}));
    VERIFY_SUCCESS(csv);
    QVERIFY(csv.out.isEmpty());
    QVERIFY2(csv.err.contains("6 rows of 2 lanes in "), qPrintable(csv.err));
    QVERIFY(!csv.err.contains('\r')); // progress is for terminals
    const QList<QByteArray> lines = read(folder, "t.csv").trimmed().split('\n');
    QCOMPARE(lines.size(), 7);
    QVERIFY(lines[0].startsWith("lanes.*.guidance.w,lanes.0.eta,lanes.0.confidence,"
                                "lanes.0.confidence.standard_error,"));
    for (const QByteArray& line : lines)
        QCOMPARE(line.count(','), lines[0].count(','));
    QVERIFY(lines[2].startsWith("1,1,0."));
    QVERIFY(lines[3].startsWith("2,0,0."));

    const auto json =
        runCommand(folder.path(), small(sweeps + QStringList{"-o", "t.json", "--quiet"}));
    VERIFY_SUCCESS(json);
    QVERIFY(json.err.isEmpty() && json.out.isEmpty());
    const QJsonObject table = QJsonDocument::fromJson(read(folder, "t.json")).object();
    QCOMPARE(table["study"].toString(), QStringLiteral("guidance-sweep"));
    QCOMPARE(table["rows"].toInt(), 6);
    const QList<QByteArray> fields = lines[3].split(',');
    const QJsonObject confidence = table["columns"].toArray()[2].toObject();
    QCOMPARE(confidence["id"].toString(), QStringLiteral("lanes.0.confidence"));
    QCOMPARE(confidence["values"].toArray()[2].toDouble(), fields[2].toDouble());
    QCOMPARE(confidence["standard_errors"].toArray()[2].toDouble(), fields[3].toDouble());
    QVERIFY(lines[3].contains(",,")); // three modes: no exponent, no bound
}

void TestStudyCommand::everyStudyIsListed()
{
    const QTemporaryDir folder;
    const auto list = runCommand(folder.path(), {"list", "studies", "--json"});
    VERIFY_SUCCESS(list);
    const QJsonArray studies = QJsonDocument::fromJson(list.out).array();
    QVERIFY(studies.size() >= 2);
    const auto text = runCommand(folder.path(), {"list", "studies"});
    const auto help = runCommand(folder.path(), {"study", "--help"});
    for (const auto& item : studies) {
        const QJsonObject study = item.toObject();
        QVERIFY(text.out.contains(study["id"].toString().toUtf8()));
        QVERIFY(help.out.contains(study["id"].toString().toUtf8() + ": "));
        for (const char* key : {"label", "help", "source"})
            QVERIFY(!study[QLatin1String(key)].toString().isEmpty());
        // Without --sweep: the study's own. Without SESSION that of a new window, which has no
        // network to train.
        QStringList words{"study", study["id"].toString()};
        if (words[1] == "training-curves" || words[1] == "inter-mode")
            words << "two-points-rf";
        VERIFY_SUCCESS(runCommand(
            folder.path(), words + QStringList{"--particles", "20", "-o", "own.csv", "--quiet"}));
        const QByteArray header = read(folder, "own.csv").split('\n')[0];
        for (const auto& column : study["columns"].toArray())
            QVERIFY(header.contains("lanes.1." + column.toObject()["id"].toString().toUtf8()));
    }
}

void TestStudyCommand::shorthandsGoToTheLane()
{
    const QTemporaryDir folder;
    const auto evaluations = [&](const QStringList& more) {
        const auto result = runCommand(folder.path(),
                                       QStringList{"study",
                                                   "convergence-order",
                                                   "--particles",
                                                   "20",
                                                   "--sweep",
                                                   "lanes.*.grid.steps=7:7:1",
                                                   "-o",
                                                   "t.json"}
                                           + more);
        QList<double> counts;
        const QJsonObject table = QJsonDocument::fromJson(read(folder, "t.json")).object();
        for (const auto& column : table["columns"].toArray())
            if (column.toObject()["id"].toString().endsWith(".evaluations"))
                counts << column.toObject()["values"].toArray()[0].toDouble();
        return result.status == 0 ? counts : QList<double>();
    };
    QCOMPARE(evaluations({"--sampler", "euler"}), (QList<double>{7, 7}));
    QCOMPARE(evaluations({"--sampler", "euler", "--lane", "1"}), (QList<double>{14, 7}));
}

void TestStudyCommand::jobsDoNotChangeTheBytes()
{
    const QTemporaryDir folder;
    for (const char* jobs : {"1", "3"})
        VERIFY_SUCCESS(runCommand(folder.path(),
                                  small({"--sweep",
                                         "lanes.0.guidance.w=1:4:2",
                                         "--jobs",
                                         jobs,
                                         "-o",
                                         QString(jobs) + ".json"})));
    QVERIFY(!read(folder, "1.json").isEmpty());
    QCOMPARE(read(folder, "1.json"), read(folder, "3.json"));
}

void TestStudyCommand::drawsCharts()
{
    const QTemporaryDir folder;
    const QStringList sweep{"--sweep", "lanes.*.guidance.w=1:4:3:log"};
    const auto png = runCommand(folder.path(),
                                small(sweep
                                      + QStringList{"--plot",
                                                    "f.png",
                                                    "--size",
                                                    "500x300",
                                                    "--theme",
                                                    "dark",
                                                    "--show",
                                                    "confidence",
                                                    "-o",
                                                    "t.csv"}));
    VERIFY_SUCCESS(png);
    const QByteArray header = read(folder, "f.png").left(24); // width and height end it
    QVERIFY(header.startsWith("\x89PNG"));
    QCOMPARE(header.mid(16), QByteArray("\0\0\x01\xf4\0\0\x01\x2c", 8)); // 500, 300
    QCOMPARE(read(folder, "t.csv").count('\n'), 4);
    // Without a table, one quantity over another, as lines and text.
    const auto svg = runCommand(
        folder.path(),
        small(sweep
              + QStringList{
                  "--plot", "f.svg", "--show", "pairwise_distance", "--over", "confidence"}));
    VERIFY_SUCCESS(svg);
    QVERIFY(read(folder, "f.svg").contains("Mean pairwise distance"));
    QVERIFY(read(folder, "f.svg").contains("Mean class confidence"));
    VERIFY_SUCCESS(runCommand(folder.path(), small(sweep + QStringList{"--plot", "f.pdf"})));
    QVERIFY(read(folder, "f.pdf").startsWith("%PDF"));
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden),
             (QStringList{"f.pdf", "f.png", "f.svg", "t.csv"}));
}

void TestStudyCommand::badInput_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("part");
    const auto sweep = [](const char* text) { return small({"--sweep", text, "-o", "new.csv"}); };
    QTest::newRow("no name") << QStringList{"study"} << "'study' needs NAME [SESSION]";
    QTest::newRow("unknown study") << QStringList{"study", "guidance-swep", "-o", "new.csv"}
                                   << "did you mean 'guidance-sweep'?";
    QTest::newRow("unknown session")
        << QStringList{"study", "convergence-order", "three-mode", "-o", "new.csv"}
        << "did you mean 'three-modes'?";
    QTest::newRow("no output") << small({}) << "-o: is missing";
    QTest::newRow("other output") << small({"-o", "new.txt"}) << "must end in .csv or .json";
    QTest::newRow("no folder") << small({"-o", "none/new.csv"}) << "does not exist";
    QTest::newRow("jobs") << small({"-o", "new.csv", "--jobs", "0"})
                          << "--jobs: is '0', must be a whole number from 1 to ";
    QTest::newRow("lane") << small({"-o", "new.csv", "--lane", "2"})
                          << "--lane: is '2', must be a whole number from 0 to 1";
    QTest::newRow("form") << sweep("lanes.0.guidance.w=1:2") << "must be KEY=FROM:TO:N";
    QTest::newRow("key") << sweep("lanes.0.guidanse.w=1:2:3")
                         << "did you mean 'lanes.0.guidance.w'";
    QTest::newRow("range") << sweep("lanes.0.grid.steps=5:5000:3")
                           << "lanes.0.grid.steps: is 5000, must be a whole number from 1 to ";
    QTest::newRow("count") << sweep("lanes.0.guidance.w=1:2:0")
                           << "lanes.0.guidance.w: the number of values is '0', must be a whole "
                              "number from 1 to 1000";
    QTest::newRow("log") << sweep("lanes.0.guidance.w=0:2:3:log") << "both ends must be positive";
    const auto plot = [](const QStringList& more) {
        return small(QStringList{"--plot", "new.png"} + more);
    };
    QTest::newRow("other figure") << small({"--plot", "new.gif"})
                                  << "--plot: is 'new.gif', must end in .png, .svg or .pdf";
    QTest::newRow("no folder for it") << small({"--plot", "none/new.png"}) << "does not exist";
    QTest::newRow("size") << plot({"--size", "9x9"})
                          << "--size: makes 9 pixels at 96 dpi, must be from 16 to 16384";
    QTest::newRow("no size") << plot({"--size", "9"}) << "--size: is '9', must be WIDTHxHEIGHT";
    QTest::newRow("theme") << plot({"--theme", "blue"}) << "--theme: ";
    QTest::newRow("no chart") << small({"-o", "new.csv", "--size", "300x300"})
                              << "--size: is for a chart; give --plot";
    QTest::newRow("show") << plot({"--show", "confidense"})
                          << "--show: 'confidense' is not measured by guidance-sweep; there are "
                             "confidence,";
    QTest::newRow("over") << plot({"--sweep", "lanes.0.eta=0:1:2", "--over", "eta"})
                          << "--over: 'eta' is neither swept nor measured";
    QTest::newRow("nothing to sweep")
        << small({"--guidance", "none", "-o", "new.csv"}) << "no lane has a guidance weight";
}

void TestStudyCommand::badInput()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, part);
    const QTemporaryDir folder;
    const auto result = runCommand(folder.path(), arguments);
    QCOMPARE(result.status, 2);
    QVERIFY2(result.err.contains(part), qPrintable(result.err));
    QVERIFY2(result.err.startsWith("scorefield: ") && result.err.count('\n') == 1,
             qPrintable(result.err)); // one sentence
    QVERIFY(result.out.isEmpty());
    QVERIFY(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).isEmpty());
}

void TestStudyCommand::interruptionLeavesNoFile()
{
    const QTemporaryDir folder;
    QProcess process;
    process.setWorkingDirectory(folder.path());
    process.start(QStringLiteral(SCOREFIELD_EXECUTABLE),
                  {"study",
                   "convergence-order",
                   "--sweep",
                   "particles.seed=1:1000:1000", // minutes of work
                   "-o",
                   "new.csv"});
    QVERIFY(process.waitForStarted());
    QTest::qWait(2000); // past the reading of the arguments, long before the end
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(60000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 128 + SIGINT);
    QVERIFY(process.readAllStandardError().contains("interrupted; nothing was written"));
    QVERIFY(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).isEmpty());
}

QTEST_GUILESS_MAIN(TestStudyCommand)
#include "tst_study.moc"
