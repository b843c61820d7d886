// SPDX-License-Identifier: GPL-3.0-or-later
// `bench` as a user runs it. What it measures is not judged here: no test depends on a time.
#include "core/field/kernel.h"
#include "tests/support/command.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

// The median is the program's own, and the program is no library.
#include "app/bench/bench_figures.cpp"

using namespace scorefield;
using namespace scorefield::test;

namespace {

QStringList machineSets()
{
    QStringList sets;
    for (const char* name : {"avx512", "avx2", "sse2"})
        if (fieldKernels(name) != nullptr)
            sets.append(QString::fromLatin1(name));
    return sets;
}

QJsonObject benchJson(const QStringList& options, const QStringList& environment = {})
{
    const QTemporaryDir folder;
    const CommandResult result =
        runCommand(folder.path(), QStringList{"bench", "--json", "--quiet"} + options, environment);
    if (result.status != 0)
        qWarning("%s", qPrintable(result.err));
    return QJsonDocument::fromJson(result.out).object();
}

/// Every key is there, and the numbers are numbers in order.
void checkFigure(const QJsonObject& figure, int repetitions)
{
    for (const char* key : {"name", "unit", "note"})
        QVERIFY2(figure[QLatin1String(key)].isString(), key);
    for (const char* key : {"median", "lowest", "highest", "repetitions"})
        QVERIFY2(figure[QLatin1String(key)].isDouble(), key);
    QVERIFY(figure["more_is_better"].isBool());
    QVERIFY(figure.contains("target") && figure.contains("target_is_met"));
    QCOMPARE(figure["target"].isNull(), figure["target_is_met"].isNull());
    QVERIFY(!figure["name"].toString().isEmpty() && !figure["unit"].toString().isEmpty());
    QVERIFY(figure["lowest"].toDouble() > 0);
    QVERIFY(figure["lowest"].toDouble() <= figure["median"].toDouble());
    QVERIFY(figure["median"].toDouble() <= figure["highest"].toDouble());
    QCOMPARE(figure["repetitions"].toInt(), repetitions);
}

} // namespace

class TestBench : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aFigureIsTheMedianOfItsSamples();
    void aTargetIsMetOrNot();
    void workIsRepeated();
    void casesAreListed();
    void everyInstructionSetIsMeasured();
    void oneInstructionSetAlone();
    void theTableSaysTheSame();
    void whatTheMachineLacksIsSkipped();
    void wrongUse_data();
    void wrongUse();
};

void TestBench::aFigureIsTheMedianOfItsSamples()
{
    const auto odd = app::figureOf("a", "ms", {5, 1, 9});
    QCOMPARE(odd.median, 5.0);
    QCOMPARE(odd.lowest, 1.0);
    QCOMPARE(odd.highest, 9.0);
    QCOMPARE(odd.repetitions, 3);
    QCOMPARE(app::figureOf("a", "ms", {4, 1, 2, 9}).median, 3.0);
    QCOMPARE(app::figureOf("a", "ms", {}).repetitions, 0);
    QCOMPARE(app::ratesOf(6, {2, 3}), (std::vector<double>{3, 2}));
}

void TestBench::aTargetIsMetOrNot()
{
    const auto figure = app::figureOf("a", "ms", {2});
    QVERIFY(!figure.isMet());
    QVERIFY(*app::atLeast(2, figure).isMet() && !*app::atLeast(2.1, figure).isMet());
    QVERIFY(*app::atMost(2, figure).isMet() && !*app::atMost(1.9, figure).isMet());
    QVERIFY(app::isCaseFailure(app::caseFailure("broken")));
    QVERIFY(!app::isCaseFailure(Error{"", "no display"}));
}

void TestBench::workIsRepeated()
{
    WorkerPool pool(1);
    app::BenchContext context{.pool = pool, .repetitions = 1, .say = {}};
    int calls = 0;
    QCOMPARE(app::repeatedSeconds(context, [&] { ++calls; }).size(), std::size_t{1});
    QCOMPARE(calls, 2); // the first is not counted
    context.repetitions = 3;
    QVERIFY(app::repeatedSeconds(context, [&] { ++calls; }).size() > 3); // they are short
}

void TestBench::casesAreListed()
{
    const QTemporaryDir folder;
    const CommandResult listed = runCommand(folder.path(), {"bench", "--list"});
    VERIFY_SUCCESS(listed);
    const CommandResult help = runCommand(folder.path(), {"bench", "--help"});
    VERIFY_SUCCESS(help);
    for (const char* id : {"ceilings", "euler", "maruyama", "mixture25", "guided"}) {
        QVERIFY2(listed.out.contains(QByteArray("\n") + id + " ") || listed.out.startsWith(id), id);
        QVERIFY2(help.out.contains(id), id);
    }
}

void TestBench::everyInstructionSetIsMeasured()
{
    const QJsonObject report = benchJson({"--case", "ceilings", "--repetitions", "1"});
    for (const char* key : {"scorefield", "date", "build", "instruction_set"})
        QVERIFY2(!report[QLatin1String(key)].toString().isEmpty(), key);
    QVERIFY(!report["machine"]["processor"].toString().isEmpty());
    QVERIFY(!report["machine"]["system"].toString().isEmpty());
    QVERIFY(report["machine"]["processors"].toInt() > 0);
    QVERIFY(report["machine"]["memory_gib"].toDouble() > 0);
    QVERIFY(report["threads"].toInt() > 0);
    QVERIFY(report["opengl"]["renderer"].isNull() != report["opengl"]["reason"].isNull());

    QStringList sets;
    for (const QJsonValue& value : report["cases"].toArray()) {
        const QJsonObject one = value.toObject();
        QCOMPARE(one["case"].toString(), QStringLiteral("ceilings"));
        QCOMPARE(one["status"].toString(), QStringLiteral("measured"));
        QVERIFY(!one["summary"].toString().isEmpty() && one["sentence"].toString().isEmpty());
        QVERIFY(one["seconds"].toDouble() > 0);
        QVERIFY(!one["figures"].toArray().isEmpty());
        for (const QJsonValue& figure : one["figures"].toArray())
            checkFigure(figure.toObject(), 1);
        sets.append(one["instruction_set"].toString());
    }
    if (qgetenv("SCOREFIELD_SIMD").isEmpty())
        QCOMPARE(sets, machineSets());
}

void TestBench::oneInstructionSetAlone()
{
    for (const QString& set : machineSets().mid(1)) { // the widest is what the test above ran in
        const QJsonObject report =
            benchJson({"--case", "ceilings", "--repetitions", "1", "--instruction-set", set});
        QCOMPARE(report["instruction_set"].toString(), set);
        QCOMPARE(report["cases"].toArray().size(), 1);
        QCOMPARE(report["cases"][0]["instruction_set"].toString(), set);
    }
    const QJsonObject limited =
        benchJson({"--case", "ceilings", "--repetitions", "1"}, {"SCOREFIELD_SIMD=sse2"});
    QCOMPARE(limited["instruction_set"].toString(), QStringLiteral("sse2"));
    QCOMPARE(limited["cases"].toArray().size(), 1);
}

void TestBench::theTableSaysTheSame()
{
    const QTemporaryDir folder;
    const CommandResult result = runCommand(
        folder.path(),
        {"bench", "--case", "ceilings", "--repetitions", "1", "--instruction-set", "sse2"});
    VERIFY_SUCCESS(result);
    const QString table = QString::fromUtf8(result.out);
    QVERIFY(table.startsWith("Scorefield "));
    for (const char* words : {"OpenGL: ", "kernels: sse2", "ceilings: ", "  exp, float", "G exp/s"})
        QVERIFY2(table.contains(QLatin1String(words)), qPrintable(table));
    QVERIFY(result.err.contains("ceilings (sse2)")); // progress
}

void TestBench::whatTheMachineLacksIsSkipped()
{
    // A machine without a driver of OpenGL, and without a display and programs that make one.
    const QStringList bare = {"__EGL_VENDOR_LIBRARY_DIRS=/nowhere", "PATH=/nowhere"};
    const QJsonObject report = benchJson({"--case", "gpu,start", "--repetitions", "1"}, bare);
    QVERIFY(report["opengl"]["renderer"].isNull());
    QVERIFY(report["opengl"]["reason"].toString().contains("without a display"));
    QCOMPARE(report["cases"].toArray().size(), 2);
    for (const QJsonValue& one : report["cases"].toArray()) {
        QCOMPARE(one["status"].toString(), QStringLiteral("skipped"));
        QVERIFY(one["sentence"].toString().contains("display"));
        QVERIFY(one["figures"].toArray().isEmpty());
    }
    const QTemporaryDir folder;
    const CommandResult table = runCommand(folder.path(), {"bench", "--case", "gpu"}, bare);
    VERIFY_SUCCESS(table);
    QVERIFY(table.out.contains("OpenGL: none, "));
    QVERIFY(table.out.contains("skipped: "));
}

void TestBench::wrongUse_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("case") << QStringList{"--case", "eule"}
                          << "--case: 'eule' is no case; did you mean 'euler'?";
    QTest::newRow("one of two") << QStringList{"--case", "ceilings,guide"}
                                << "'guide' is no case; did you mean 'guided'?";
    QTest::newRow("repetitions") << QStringList{"--repetitions", "0"}
                                 << "must be a whole number from 1 to 1000";
    QTest::newRow("set") << QStringList{"--instruction-set", "avx3"} << "did you mean 'avx2'?";
    QTest::newRow("no such set") << QStringList{"--instruction-set", "neon"}
                                 << "must be sse2, avx2 or avx512";
    QTest::newRow("option") << QStringList{"--jsn"} << "did you mean '--json'?";
    QTest::newRow("argument") << QStringList{"euler"} << "unexpected argument 'euler'";
}

void TestBench::wrongUse()
{
    QFETCH(QStringList, options);
    QFETCH(QString, sentence);
    const QTemporaryDir folder;
    const CommandResult result = runCommand(folder.path(), QStringList{"bench"} + options);
    QCOMPARE(result.status, 2);
    QVERIFY(result.out.isEmpty());
    QVERIFY2(result.err.contains(sentence), qPrintable(result.err));
    QCOMPARE(result.err.trimmed().count('\n'), 0);
}

QTEST_APPLESS_MAIN(TestBench)
#include "tst_bench.moc"
