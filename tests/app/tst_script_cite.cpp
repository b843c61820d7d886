// SPDX-License-Identifier: GPL-3.0-or-later
// `script` and `cite` as a user runs them: the script's end points against `sample`'s.
#include "core/base/file.h"
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"
#include "tests/support/command.h"
#include "tests/support/compare.h"
#include "tests/support/runs.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

QByteArray contents(const QTemporaryDir& folder, const char* name)
{
    QFile file(folder.filePath(QString::fromLatin1(name)));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

CommandResult runPython(const QTemporaryDir& folder, const QStringList& words)
{
    QProcess python;
    python.setWorkingDirectory(folder.path());
    python.start(QStringLiteral("/usr/bin/python3"), words);
    CommandResult result;
    if (!python.waitForFinished(120000))
        return result;
    result.status = python.exitCode();
    result.err = QString::fromUtf8(python.readAllStandardError());
    return result;
}

Eigen::MatrixXd points(const QTemporaryDir& folder, const char* name)
{
    return asMatrix(readNpy(folder.filePath(QString::fromLatin1(name)).toStdString()).value());
}

} // namespace

class TestScriptCite : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scriptRepeatsSample_data();
    void scriptRepeatsSample();
    void exportedNoiseIsATape();
    void scriptOnStandardOutput();
    void citations();
    void wrongUse_data();
    void wrongUse();
};

void TestScriptCite::scriptRepeatsSample_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::newRow("as it is") << QStringList{};
    QTest::newRow("second lane") << QStringList{"--lane", "1", "--seed", "99"};
    QTest::newRow("stochastic") << QStringList{
        "--set", "lanes.0.sampler.kind=dpmpp-sde", "--set", "lanes.0.eta=1", "--particles", "500"};
    QTest::newRow("shorthands") << QStringList{
        "--process", "rf", "--sampler", "ddim:eta=0.5", "--guidance", "interval:w=4,target=1"};
}

void TestScriptCite::scriptRepeatsSample()
{
    QFETCH(QStringList, options);
    const QTemporaryDir folder;
    VERIFY_SUCCESS(
        runCommand(folder.path(), QStringList{"script", "three-modes", "-o", "lane.py"} + options));
    VERIFY_SUCCESS(runCommand(folder.path(),
                              QStringList{"sample", "three-modes", "-o", "ends.npy"} + options));
    QVERIFY(contents(folder, "lane.py").count('\n') <= 80);
    VERIFY_SUCCESS(runPython(folder, {"lane.py", "script.npy"}));
    const Eigen::MatrixXd ends = points(folder, "ends.npy");
    QVERIFY(ends.rows() >= 500);
    // 1e-6 of the data's scale, 2.5 here, as the product promises.
    const double difference = largestDifference(points(folder, "script.npy"), ends);
    QVERIFY2(difference < 2.5e-6, qPrintable(QString::number(difference)));
}

void TestScriptCite::exportedNoiseIsATape()
{
    // The noise of a run, exported as a job, makes `sample` with another seed repeat
    // it bit for bit.
    const QTemporaryDir folder;
    Session session = defaultSession();
    for (const auto& [key, text] : {std::pair{"particles.count", "200"},
                                    {"lanes.*.sampler.kind", "euler-maruyama"},
                                    {"lanes.*.eta", "1"}})
        QVERIFY(setParameterText(session, key, text).ok());
    session.jobs.push_back(
        {"noise", "noise.npy", {}, DataSpec{static_cast<double>(DataContent::Noise), 1}});
    QVERIFY(writeFileAtomically(folder.filePath(QStringLiteral("s.scorefield.json")).toStdString(),
                                sessionToJson(session))
                .ok());
    VERIFY_SUCCESS(runCommand(folder.path(), {"validate", "s.scorefield.json"}));
    VERIFY_SUCCESS(runCommand(folder.path(), {"run", "s.scorefield.json"}));
    VERIFY_SUCCESS(
        runCommand(folder.path(),
                   {"sample", "s.scorefield.json", "-o", "ends.npy", "--trajectory", "all.npy"}));
    const auto all = readNpy(folder.filePath(QStringLiteral("all.npy")).toStdString());
    QVERIFY(all.ok());
    const std::array<std::size_t, 2> shape{200, 2};
    QFile start(folder.filePath(QStringLiteral("start.npy")));
    QVERIFY(start.open(QIODevice::WriteOnly));
    start.write(QByteArray::fromStdString(
        npyBytes(shape, std::span<const double>(all->values.data(), 400))));
    start.close();
    VERIFY_SUCCESS(runCommand(folder.path(),
                              {"sample",
                               "s.scorefield.json",
                               "--seed",
                               "12345",
                               "--init",
                               "start.npy",
                               "--noise",
                               "noise.npy",
                               "-o",
                               "again.npy"}));
    QCOMPARE(contents(folder, "again.npy"), contents(folder, "ends.npy"));
}

void TestScriptCite::scriptOnStandardOutput()
{
    const QTemporaryDir folder;
    const auto result = runCommand(folder.path(), {"script", "triangle"});
    VERIFY_SUCCESS(result);
    QVERIFY(result.out.startsWith("#!/usr/bin/env python3\n"));
    QCOMPARE(result.err, QString());
}

void TestScriptCite::citations()
{
    const QTemporaryDir folder;
    const auto result = runCommand(folder.path(), {"cite", "iris"});
    VERIFY_SUCCESS(result);
    QVERIFY(result.out.startsWith("% The program\n@software{scorefield,"));
    QVERIFY(result.out.contains("@article{fisher1936use,"));
    VERIFY_SUCCESS(runCommand(folder.path(), {"cite", "iris", "-o", "refs.bib", "--quiet"}));
    QCOMPARE(contents(folder, "refs.bib"), result.out);
    const auto ddim =
        runCommand(folder.path(), {"cite", "iris", "--set", "lanes.0.sampler.kind=unipc"});
    QVERIFY(ddim.out.contains("zhao2023unipc"));
    const auto help = runCommand(folder.path(), {"--help"});
    QVERIFY(help.out.contains("scorefield script") && help.out.contains("scorefield cite"));
}

void TestScriptCite::wrongUse_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("word");
    QTest::newRow("lane") << QStringList{"script", "three-modes", "--lane", "2"} << "--lane";
    QTest::newRow("adaptive") << QStringList{"script", "three-modes", "--sampler", "rk45"}
                              << "rk45";
    QTest::newRow("network") << QStringList{"script", "two-points-rf"} << "random-features";
    QTest::newRow("folder") << QStringList{"script", "three-modes", "-o", "no/where.py"} << "no";
    QTest::newRow("session") << QStringList{"cite", "no-such-session"} << "no-such-session";
    QTest::newRow("nothing") << QStringList{"cite"} << "cite";
}

void TestScriptCite::wrongUse()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, word);
    const QTemporaryDir folder;
    const auto result = runCommand(folder.path(), arguments);
    QCOMPARE(result.status, 2);
    QVERIFY2(result.err.contains(word), qPrintable(result.err));
    QVERIFY(result.out.isEmpty());
    QVERIFY(QDir(folder.path()).isEmpty());
}

QTEST_APPLESS_MAIN(TestScriptCite)
#include "tst_script_cite.moc"
