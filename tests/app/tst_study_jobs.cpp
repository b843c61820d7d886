// SPDX-License-Identifier: GPL-3.0-or-later
// `study` on several threads and processes, killed and gone on with: always the same bytes.
#include "tests/support/command.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

using namespace scorefield;
using namespace scorefield::test;

namespace {

constexpr int kPatience = 60000; // ms; sanitizer builds on a busy machine are slow

/// 96 rows, 144 measurements: seconds of work, so that a run can be killed amidst them.
const QStringList kStudy{"study",
                         "guidance-sweep",
                         "three-modes",
                         "--particles",
                         "1000",
                         "--sweep",
                         "lanes.*.guidance.w=1:4:48",
                         "--sweep",
                         "lanes.0.eta=0:1:2"};

QByteArray readFile(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList filesIn(const QTemporaryDir& folder)
{
    return QDir(folder.path()).entryList(QDir::Files | QDir::Hidden);
}

/// The table of one process, which all others must repeat.
const QByteArray& expected()
{
    static const QByteArray table = [] {
        const QTemporaryDir folder;
        const auto result = runCommand(folder.path(), kStudy + QStringList{"-o", "t.json"});
        return result.status == 0 ? readFile(folder.filePath("t.json")) : QByteArray();
    }();
    return table;
}

QString mpirun()
{
    return QStandardPaths::findExecutable(QStringLiteral("mpirun"));
}

bool hasMpi()
{
    const auto version = runCommand(QDir::tempPath(), {"--version"});
    return !mpirun().isEmpty() && version.out.contains("MPI: mpirun");
}

/// A program in a folder, with what Open MPI wants to hear before it works for root.
class Started {
public:
    Started(const QTemporaryDir& folder, const QString& program, const QStringList& words)
    {
        QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
        variables.insert(QStringLiteral("OMPI_ALLOW_RUN_AS_ROOT"), QStringLiteral("1"));
        variables.insert(QStringLiteral("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"), QStringLiteral("1"));
        m_process.setProcessEnvironment(variables);
        m_process.setWorkingDirectory(folder.path());
        m_process.start(program, words);
        m_process.waitForStarted(kPatience);
    }
    ~Started()
    {
        m_process.kill();
        m_process.waitForFinished(kPatience);
    }

    qint64 id() const { return m_process.processId(); }
    void kill(int signal) { ::kill(static_cast<pid_t>(id()), signal); }
    CommandResult end()
    {
        CommandResult result;
        if (m_process.waitForFinished(kPatience) && m_process.exitStatus() == QProcess::NormalExit)
            result.status = m_process.exitCode();
        result.out = m_process.readAllStandardOutput();
        result.err = QString::fromUtf8(m_process.readAllStandardError());
        return result;
    }
    bool isRunning() const { return m_process.state() == QProcess::Running; }

private:
    QProcess m_process;
};

QStringList onRanks(int count, const QStringList& more, const QStringList& words)
{
    return QStringList{"--oversubscribe", "-n", QString::number(count)} + more
           + QStringList{QStringLiteral(SCOREFIELD_EXECUTABLE)} + words;
}

/// The process that is this rank of a job on this machine, or 0.
pid_t processOfRank(int rank, const QByteArray& folder)
{
    const QByteArray wanted = "OMPI_COMM_WORLD_RANK=" + QByteArray::number(rank);
    for (const QString& entry : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs)) {
        const QString path = "/proc/" + entry;
        const bool isHere = QFile::symLinkTarget(path + "/cwd").toUtf8() == folder;
        if (isHere && readFile(path + "/environ").split('\0').contains(wanted))
            return entry.toInt();
    }
    return 0;
}

/// The same, once the job has begun.
pid_t waitForRank(int rank, const QTemporaryDir& folder)
{
    const QByteArray path = QFileInfo(folder.path()).canonicalFilePath().toUtf8();
    pid_t process = 0;
    for (int i = 0; i < kPatience / 5 && process == 0; ++i) {
        QTest::qSleep(5);
        process = processOfRank(rank, path);
    }
    return process;
}

/// Waits until the journal has some cells, and the study many more to go.
bool waitForCells(const Started& run, const QString& journal)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < kPatience && run.isRunning()) {
        const auto lines = readFile(journal).count('\n');
        if (lines >= 4)
            return lines < 100;
        QTest::qSleep(2);
    }
    return false;
}

} // namespace

class TestStudyJobs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void jobsDoNotChangeTheBytes();
    void aKilledStudyIsResumed();
    void anInterruptedStudySaysHowToGoOn();
    void journalsOfOtherWorkAreRefused();
    void aFailingRowLeavesTheOthers();
    void ranksDoNotChangeTheBytes();
    void aLostRankIsReplaced();
    void aKilledJobIsResumed();
    void ranksRefuseTogether();
    void ranksNeedMpi();
};

void TestStudyJobs::jobsDoNotChangeTheBytes()
{
    QVERIFY(!expected().isEmpty());
    const QTemporaryDir folder;
    for (const char* jobs : {"1", "2", "3"}) {
        VERIFY_SUCCESS(
            runCommand(folder.path(), kStudy + QStringList{"--jobs", jobs, "-o", "t.json"}));
        QCOMPARE(readFile(folder.filePath("t.json")), expected());
    }
    // With a journal from its beginning to its end.
    VERIFY_SUCCESS(runCommand(folder.path(), kStudy + QStringList{"--resume", "-o", "t.json"}));
    QCOMPARE(readFile(folder.filePath("t.json")), expected());
    QCOMPARE(filesIn(folder), QStringList{"t.json"});
}

void TestStudyJobs::aKilledStudyIsResumed()
{
    const QTemporaryDir folder;
    const QString journal = folder.filePath("t.json.journal");
    const QStringList words = kStudy + QStringList{"--jobs", "1", "--resume", "-o", "t.json"};
    {
        Started run(folder, QStringLiteral(SCOREFIELD_EXECUTABLE), words);
        QVERIFY(waitForCells(run, journal));
        run.kill(SIGKILL);
        run.end();
    }
    QCOMPARE(filesIn(folder), QStringList{"t.json.journal"});
    QFile file(journal);
    QVERIFY(file.open(QIODevice::Append));
    file.write("{\"row\":12,\"lane\":0,\"estim"); // torn
    file.close();
    VERIFY_SUCCESS(runCommand(folder.path(), words));
    QCOMPARE(readFile(folder.filePath("t.json")), expected());
    QCOMPARE(filesIn(folder), QStringList{"t.json"});
}

void TestStudyJobs::anInterruptedStudySaysHowToGoOn()
{
    const QTemporaryDir folder;
    const QStringList words = kStudy + QStringList{"--jobs", "1", "--resume", "-o", "t.json"};
    Started run(folder, QStringLiteral(SCOREFIELD_EXECUTABLE), words);
    QVERIFY(waitForCells(run, folder.filePath("t.json.journal")));
    run.kill(SIGINT);
    const auto result = run.end();
    QCOMPARE(result.status, 128 + SIGINT);
    QVERIFY2(result.err.contains("of 96 rows; the same line goes on from t.json.journal"),
             qPrintable(result.err));
    const qsizetype before = readFile(folder.filePath("t.json.journal")).count('\n');
    QVERIFY(before >= 4);
    VERIFY_SUCCESS(runCommand(folder.path(), words));
    QCOMPARE(readFile(folder.filePath("t.json")), expected());
}

void TestStudyJobs::journalsOfOtherWorkAreRefused()
{
    const QTemporaryDir folder;
    const QStringList words = kStudy + QStringList{"--jobs", "1", "--resume", "-o", "t.json"};
    {
        Started run(folder, QStringLiteral(SCOREFIELD_EXECUTABLE), words);
        QVERIFY(waitForCells(run, folder.filePath("t.json.journal")));
        // While it runs nobody else may write there.
        const auto second = runCommand(folder.path(), words);
        QCOMPARE(second.status, 2);
        QVERIFY2(second.err.contains("another run of this study writes it"),
                 qPrintable(second.err));
        run.kill(SIGKILL);
        run.end();
    }
    const QByteArray kept = readFile(folder.filePath("t.json.journal"));
    const auto seeded = runCommand(folder.path(), words + QStringList{"--seed", "77"});
    QCOMPARE(seeded.status, 2);
    QVERIFY2(seeded.err.contains("t.json.journal: belongs to other work"), qPrintable(seeded.err));
    QCOMPARE(readFile(folder.filePath("t.json.journal")), kept);

    QFile other(folder.filePath("o.csv.journal"));
    QVERIFY(other.open(QIODevice::WriteOnly));
    other.write("a diary\n");
    other.close();
    const auto diary = runCommand(folder.path(), kStudy + QStringList{"--resume", "-o", "o.csv"});
    QCOMPARE(diary.status, 2);
    QVERIFY2(diary.err.contains("is not the journal of a study"), qPrintable(diary.err));
    QCOMPARE(readFile(folder.filePath("o.csv.journal")), QByteArray("a diary\n"));
}

/// A row whose run does not fit into the memory that the process may have.
void TestStudyJobs::aFailingRowLeavesTheOthers()
{
#ifdef __SANITIZE_ADDRESS__
    QSKIP("the sanitizer needs more memory than the limit leaves");
#endif
    const QTemporaryDir folder;
    const QString line =
        QStringLiteral("ulimit -v 1500000; exec \"$0\" study ridge-window three-modes --set "
                       "lanes.*.grid.steps=1000 --sweep particles.count=100:300000:2 --jobs 2 "
                       "-o t.json");
    Started run(
        folder, QStringLiteral("/bin/sh"), {"-c", line, QStringLiteral(SCOREFIELD_EXECUTABLE)});
    const auto result = run.end();
    QCOMPARE(result.status, 1);
    QVERIFY2(result.err.contains("lanes.0: row 2 of 2 is missing: there is not enough memory"),
             qPrintable(result.err));
    QVERIFY2(result.err.contains("t.json has no numbers there, --resume measures them again"),
             qPrintable(result.err));
    const QJsonObject table = QJsonDocument::fromJson(readFile(folder.filePath("t.json"))).object();
    const QJsonArray values = table["columns"].toArray()[1].toObject()["values"].toArray();
    QVERIFY(values[0].isDouble() && values[1].isNull());
    // What was measured is kept, although nobody had asked for it.
    QVERIFY(readFile(folder.filePath("t.json.journal")).count('\n') >= 2);
}

void TestStudyJobs::ranksDoNotChangeTheBytes()
{
    if (!hasMpi())
        QSKIP("there is no mpirun, or this build has no MPI");
    const QTemporaryDir folder;
    Started run(folder,
                mpirun(),
                onRanks(3, {}, kStudy + QStringList{"--jobs", "1", "-o", "t.json", "--quiet"}));
    const auto result = run.end();
    VERIFY_SUCCESS(result);
    QVERIFY2(result.out.isEmpty() && result.err.isEmpty(), qPrintable(result.err));
    QCOMPARE(readFile(folder.filePath("t.json")), expected());
    QCOMPARE(filesIn(folder), QStringList{"t.json"});
}

void TestStudyJobs::aLostRankIsReplaced()
{
    if (!hasMpi())
        QSKIP("there is no mpirun, or this build has no MPI");
    const QTemporaryDir folder;
    const QStringList words = kStudy + QStringList{"--jobs", "1", "--resume", "-o", "t.json"};
    Started run(folder, mpirun(), onRanks(3, {"--enable-recovery"}, words));
    const pid_t lost = waitForRank(1, folder);
    QVERIFY(lost > 0);
    QVERIFY(waitForCells(run, folder.filePath("t.json.journal")));
    QCOMPARE(::kill(lost, SIGKILL), 0);
    const auto result = run.end();
    VERIFY_SUCCESS(result);
    QVERIFY2(result.err.contains("rank 1 on "), qPrintable(result.err));
    QVERIFY2(result.err.contains("has ended"), qPrintable(result.err));
    QVERIFY2(result.err.contains("96 rows of 2 lanes in "), qPrintable(result.err));
    QCOMPARE(readFile(folder.filePath("t.json")), expected());
    QCOMPARE(filesIn(folder), QStringList{"t.json"});
}

/// Without --enable-recovery mpirun ends all ranks when one is lost; what they had is kept.
void TestStudyJobs::aKilledJobIsResumed()
{
    if (!hasMpi())
        QSKIP("there is no mpirun, or this build has no MPI");
    const QTemporaryDir folder;
    const QStringList words = kStudy + QStringList{"--jobs", "1", "--resume", "-o", "t.json"};
    {
        Started run(folder, mpirun(), onRanks(3, {}, words));
        const pid_t lost = waitForRank(2, folder);
        QVERIFY(lost > 0);
        QVERIFY(waitForCells(run, folder.filePath("t.json.journal")));
        QCOMPARE(::kill(lost, SIGKILL), 0);
        QVERIFY(run.end().status != 0);
    }
    // Rank 0 may have come to the end of the table before mpirun came to it.
    QCOMPARE(filesIn(folder).size(), 1);
    QVERIFY(filesIn(folder)[0] == "t.json.journal"
            || readFile(folder.filePath("t.json")) == expected());
    VERIFY_SUCCESS(runCommand(folder.path(), words));
    QCOMPARE(readFile(folder.filePath("t.json")), expected());
    QCOMPARE(filesIn(folder), QStringList{"t.json"});
}

void TestStudyJobs::ranksRefuseTogether()
{
    if (!hasMpi())
        QSKIP("there is no mpirun, or this build has no MPI");
    const QTemporaryDir folder;
    for (const char* wrong : {"--particels", "--lane=7"}) {
        Started run(folder, mpirun(), onRanks(3, {}, kStudy + QStringList{wrong, "-o", "t.json"}));
        const auto result = run.end();
        QVERIFY(result.status != 0);
        QCOMPARE(result.err.count("scorefield: "), 1); // of three ranks one speaks
        QVERIFY(filesIn(folder).isEmpty());
    }
}

/// A copy of the program without its module, as where it was built without MPI.
void TestStudyJobs::ranksNeedMpi()
{
    const QTemporaryDir folder;
    const QString program = folder.filePath("scorefield");
    QVERIFY(QFile::copy(QStringLiteral(SCOREFIELD_EXECUTABLE), program));
    const QStringList line{"-c",
                           "OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0 exec \"$0\" study "
                           "guidance-sweep -o t.json",
                           program};
    Started run(folder, QStringLiteral("/bin/sh"), line);
    const auto result = run.end();
    QCOMPARE(result.status, 2);
    QVERIFY2(result.err.contains("this build has no MPI"), qPrintable(result.err));
    Started version(folder, program, {"--version"});
    QVERIFY(version.end().out.contains("MPI: none in this build"));
}

QTEST_GUILESS_MAIN(TestStudyJobs)
#include "tst_study_jobs.moc"
