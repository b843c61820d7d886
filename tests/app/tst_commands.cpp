// SPDX-License-Identifier: GPL-3.0-or-later
// What every command promises: help, lists, exit status; and that broken input ends with one
// sentence and writes nothing.
#include "core/base/npy.h"
#include "core/session/session_json.h"
#include "tests/support/command.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtEndian>
#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

class TestCommands : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void helpAndVersion();
    void lists_data();
    void lists();
    void everyPresetIsValid();
    void quietIsQuiet();
    void brokenInput_data();
    void brokenInput();
    void anExistingFileSurvivesAFailure();
    void aPictureCarriesItsSession();

private:
    static QByteArray read(const QTemporaryDir& folder, const char* name)
    {
        QFile file(folder.filePath(QLatin1String(name)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static void write(const QTemporaryDir& folder, const char* name, const QByteArray& bytes)
    {
        QFile file(folder.filePath(QLatin1String(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }
};

void TestCommands::helpAndVersion()
{
    const QTemporaryDir folder;
    const auto version = runCommand(folder.path(), {"--version"});
    QCOMPARE(version.status, 0);
    QVERIFY(QString::fromUtf8(version.out)
                .contains(QRegularExpression(QStringLiteral("^scorefield \\d+\\.\\d+\\.\\d+\nMPI: .+\n$"))));
    const auto overview = runCommand(folder.path(), {"--help"});
    QCOMPARE(overview.status, 0);
    for (const char* command : {"render", "sample", "evaluate", "ridge", "fit", "metric", "list", "validate"}) {
        QVERIFY(overview.out.contains(QByteArray("scorefield ") + command));
        const auto help = runCommand(folder.path(), {command, "--help"});
        QCOMPARE(help.status, 0);
        QVERIFY(help.out.contains("--quiet"));
        QVERIFY(help.err.isEmpty());
    }
}

void TestCommands::lists_data()
{
    QTest::addColumn<QString>("topic");
    QTest::addColumn<QString>("id");
    QTest::newRow("presets") << "presets"
                             << "three-modes";
    QTest::newRow("processes") << "processes"
                               << "rf";
    QTest::newRow("grids") << "grids"
                           << "karras";
    QTest::newRow("samplers") << "samplers"
                              << "ddim";
    QTest::newRow("guidance") << "guidance"
                              << "cfg";
    QTest::newRow("errors") << "errors"
                            << "score-smoothing";
    QTest::newRow("metrics") << "metrics"
                             << "sliced-w2";
    QTest::newRow("parameters") << "parameters"
                                << "lanes.*.grid.rho";
    QTest::newRow("colormaps") << "colormaps"
                               << "viridis";
}

void TestCommands::lists()
{
    QFETCH(QString, topic);
    QFETCH(QString, id);
    const QTemporaryDir folder;
    const auto text = runCommand(folder.path(), {"list", topic});
    VERIFY_SUCCESS(text);
    QVERIFY(QString::fromUtf8(text.out).contains(
        QRegularExpression(QStringLiteral("(^|\n)%1 ").arg(QRegularExpression::escape(id)))));
    const auto json = runCommand(folder.path(), {"list", topic, "--json"});
    VERIFY_SUCCESS(json);
    bool found = false;
    for (const auto& item : QJsonDocument::fromJson(json.out).array())
        found = found
                || item.toObject()[topic == QLatin1String("parameters") ? "key" : "id"].toString()
                       == id;
    QVERIFY(found);
}

void TestCommands::everyPresetIsValid()
{
    const QTemporaryDir folder;
    const auto list = runCommand(folder.path(), {"list", "presets", "--json"});
    const QJsonArray presets = QJsonDocument::fromJson(list.out).array();
    QVERIFY(presets.size() >= 13);
    for (const auto& preset : presets) {
        const QJsonObject object = preset.toObject();
        for (const char* key : {"title", "description", "source", "try"})
            QVERIFY2(!object[QLatin1String(key)].toString().isEmpty(),
                     qPrintable(object[QStringLiteral("id")].toString() + key));
        VERIFY_SUCCESS(
            runCommand(folder.path(), {"validate", object[QStringLiteral("id")].toString()}));
    }
}

void TestCommands::quietIsQuiet()
{
    const QTemporaryDir folder;
    const auto loud = runCommand(folder.path(), {"validate", "three-modes"});
    const auto quiet = runCommand(folder.path(), {"validate", "three-modes", "--quiet"});
    QVERIFY(loud.status == 0 && !loud.err.isEmpty() && loud.out.isEmpty());
    QVERIFY(quiet.status == 0 && quiet.err.isEmpty() && quiet.out.isEmpty());
}

void TestCommands::brokenInput_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("part");
    const auto sample = [](const char* mixture) {
        return QStringList{"sample", "--mixture", mixture, "-o", "new.npy"};
    };
    QTest::newRow("broken session")
        << QStringList{"validate", "broken.json"}
        << "broken.json#/lanes/0/proces: unknown key; did you mean 'process'?";
    QTest::newRow("broken session in the window")
        << QStringList{"broken.json"} << "did you mean 'process'?";
    QTest::newRow("broken session drawn")
        << QStringList{"render", "broken.json", "-o", "new.png"} << "did you mean 'process'?";
    QTest::newRow("cut session") << QStringList{"validate", "cut.json"}
                                 << "cut.json: not valid JSON: line 1";
    QTest::newRow("newer session") << QStringList{"validate", "newer.json"} << "newer Scorefield";
    QTest::newRow("mixture as session") << QStringList{"render", "good.json", "-o", "x.png"} << "is a mixture";
    QTest::newRow("NaN weight") << sample("nan.json") << "nan.json: not valid JSON: line 1";
    QTest::newRow("null weight") << sample("null.json") << "null.json#/weights/1";
    QTest::newRow("weights sum to 0") << sample("zero.json") << "sum to 0";
    QTest::newRow("not semi-definite") << sample("indefinite.json")
                                       << "indefinite.json#/covs/1: Component 1 has a covariance "
                                          "that is not positive semi-definite";
    QTest::newRow("text in CSV")
        << QStringList{"fit", "text.csv", "--components", "1", "-o", "new.json"} << "text.csv";
    QTest::newRow("ragged CSV")
        << QStringList{"fit", "ragged.csv", "--components", "1", "-o", "new.json"} << "ragged.csv";
    QTest::newRow("too many components")
        << QStringList{"fit", "points.csv", "--components", "9", "-o", "new.json"} << "9";
    QTest::newRow("no such file")
        << QStringList{"fit", "nothing.csv", "--components", "1", "-o", "new.json"}
        << "nothing.csv";
    QTest::newRow("unknown preset")
        << QStringList{"render", "three-mode", "-o", "new.png"} << "did you mean 'three-modes'?";
    QTest::newRow("unknown preset in the window")
        << QStringList{"tree-modes"} << "did you mean 'three-modes'?";
    QTest::newRow("no such folder") << QStringList{"sample", "three-modes", "-o", "no/new.npy"}
                                    << "the folder 'no' does not exist";
    QTest::newRow("output is a folder")
        << QStringList{"sample", "three-modes", "-o", "folder.npy"} << "is a folder";
    QTest::newRow("cannot be written")
        << QStringList{"sample", "three-modes", "-o", "/proc/new.npy"} << "cannot be written";
    QTest::newRow("figure cannot be written")
        << QStringList{"render", "three-modes", "-o", "/proc/new.png"} << "cannot be written";
    QTest::newRow("fit cannot be written")
        << QStringList{"fit", "points.csv", "--components", "1", "-o", "no/m.json"}
        << "does not exist";
    QTest::newRow("values cannot be written") << QStringList{"evaluate",
                                                             "three-modes",
                                                             "--at",
                                                             "x.npy",
                                                             "--alpha",
                                                             "1",
                                                             "--sigma",
                                                             "1",
                                                             "--what",
                                                             "score",
                                                             "-o",
                                                             "good.json"}
                                              << "must be a folder";
    QTest::newRow("wrong ending") << QStringList{"sample", "three-modes", "-o", "new.txt"}
                                  << ".npy or .csv";
    QTest::newRow("unknown command") << QStringList{"smaple", "x"} << "'smaple' is no command";
    QTest::newRow("unknown option")
        << QStringList{"sample", "three-modes", "--particels", "5", "-o", "new.npy"}
        << "did you mean '--particles'?";
    QTest::newRow("missing value") << QStringList{"sample", "three-modes", "-o"} << "needs a value";
    QTest::newRow("unknown key")
        << QStringList{"sample", "three-modes", "--set", "lanes.0.etaa=1", "-o", "new.npy"}
        << "did you mean 'lanes.0.eta'?";
    QTest::newRow("out of range")
        << QStringList{"sample", "three-modes", "--set", "lanes.0.eta=-1", "-o", "new.npy"}
        << "lanes.0.eta: is -1, must be a number from 0 to 10";
    QTest::newRow("no particles")
        << QStringList{"sample", "three-modes", "--particles", "0", "-o", "new.npy"}
        << "--particles";
    QTest::newRow("unknown kind")
        << QStringList{"sample", "three-modes", "--process", "vpp", "-o", "new.npy"}
        << "did you mean 'vp'";
    QTest::newRow("no lane 2")
        << QStringList{"sample", "three-modes", "--lane", "2", "-o", "new.npy"} << "0 to 1";
    QTest::newRow("wrong precision")
        << QStringList{"sample", "three-modes", "--precision", "half", "-o", "new.npy"}
        << "float or double";
    QTest::newRow("start of another dimension")
        << QStringList{"sample", "three-modes", "--init", "x3.npy", "-o", "new.npy"}
        << "x3.npy: has the shape [2, 3], must be [n, 2]";
    QTest::newRow("noise of another shape")
        << QStringList{"sample", "three-modes", "--noise", "x.npy", "-o", "new.npy"}
        << "must be [calls,";
    QTest::newRow("rising levels")
        << QStringList{"sample", "three-modes", "--levels", "rising.npy", "-o", "new.npy"}
        << "rising.npy";
    QTest::newRow("not an NPY")
        << QStringList{"sample", "three-modes", "--init", "good.json", "-o", "new.npy"}
        << "good.json";
    QTest::newRow("unknown quantity") << QStringList{"evaluate",
                                                     "three-modes",
                                                     "--at",
                                                     "x.npy",
                                                     "--alpha",
                                                     "1",
                                                     "--sigma",
                                                     "1",
                                                     "--what",
                                                     "scores",
                                                     "-o",
                                                     "new"}
                                      << "did you mean 'score'?";
    QTest::newRow("neither level nor time")
        << QStringList{"evaluate", "three-modes", "--at", "x.npy", "--what", "score", "-o", "new"}
        << "--alpha A --sigma S or --process P --time T";
    QTest::newRow("time beyond") << QStringList{"evaluate",
                                                "three-modes",
                                                "--at",
                                                "x.npy",
                                                "--process",
                                                "rf",
                                                "--time",
                                                "2",
                                                "--what",
                                                "score",
                                                "-o",
                                                "new"}
                                 << "from 0 to 1";
    QTest::newRow("size") << QStringList{"render", "three-modes", "--size", "10", "-o", "new.png"}
                          << "WIDTHxHEIGHT";
    QTest::newRow("step beyond")
        << QStringList{"render", "three-modes", "--step", "5000", "-o", "new.png"}
        << "whole number from 0 to";
    QTest::newRow("unknown list") << QStringList{"list", "proceses"} << "did you mean 'processes'?";
}

void TestCommands::brokenInput()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, part);
    const QTemporaryDir folder;
    write(
        folder,
        "broken.json",
        R"({"format":"scorefield","version":1,"data":{"means":[[0,0]],"covs":[1]},"lanes":[{"proces":{"kind":"vp"}}]})");
    write(folder, "cut.json", R"({"format":"scorefield","version":1,"data":{"means":[[0)");
    write(folder,
          "newer.json",
          R"({"format":"scorefield","version":99,"data":{"means":[[0,0]],"covs":[1]}})");
    write(folder, "good.json", R"({"means":[[0,0]],"covs":[1]})");
    write(folder, "nan.json", R"({"weights":[1,NaN],"means":[[0,0],[1,1]],"covs":[1,1]})");
    write(folder, "null.json", R"({"weights":[1,null],"means":[[0,0],[1,1]],"covs":[1,1]})");
    write(folder, "zero.json", R"({"weights":[0,0],"means":[[0,0],[1,1]],"covs":[1,1]})");
    write(folder, "indefinite.json", R"({"means":[[0,0],[1,1]],"covs":[1,[[1,2],[2,1]]]})");
    write(folder, "text.csv", "a,b\n1,2\n3,four\n5,6\n");
    write(folder, "ragged.csv", "a,b\n1,2\n3\n5,6\n");
    write(folder, "points.csv", "a,b\n1,2\n3,4\n5,7\n");
    const double values[] = {3, 2, 1, 4, 5, 6};
    const auto npy = [&](std::vector<std::size_t> shape, std::size_t n) {
        return QByteArray::fromStdString(npyBytes(shape, std::span(values, n)));
    };
    write(folder, "x.npy", npy({3, 2}, 6));
    write(folder, "x3.npy", npy({2, 3}, 6));
    write(folder, "rising.npy", npy({4}, 4));
    QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("folder.npy")));
    const auto everything = [&] {
        return QDir(folder.path())
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    };
    const QStringList before = everything();

    const auto result = runCommand(folder.path(), arguments);
    QVERIFY2(result.status == 2,
             qPrintable(QStringLiteral("status %1: %2").arg(result.status).arg(result.err)));
    QVERIFY2(result.err.startsWith(QLatin1String("scorefield: ")), qPrintable(result.err));
    QVERIFY2(result.err.count('\n') == 1 && result.err.endsWith('\n'), qPrintable(result.err));
    QVERIFY2(result.err.contains(part), qPrintable(result.err));
    QVERIFY(result.out.isEmpty());
    QCOMPARE(everything(), before);
}

void TestCommands::anExistingFileSurvivesAFailure()
{
    const QTemporaryDir folder;
    write(folder, "old.npy", "precious");
    const auto result = runCommand(
        folder.path(), {"sample", "three-modes", "--set", "lanes.0.eta=-1", "-o", "old.npy"});
    QCOMPARE(result.status, 2);
    QFile file(folder.filePath("old.npy"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("precious"));
}

void TestCommands::aPictureCarriesItsSession()
{
    const QTemporaryDir folder;
    const auto drawn = runCommand(folder.path(),
                                  {"render",
                                   "three-modes",
                                   "-o",
                                   "a.png",
                                   "--size",
                                   "640x360",
                                   "--time",
                                   "1",
                                   "--set",
                                   "lanes.0.grid.steps=13"});
    VERIFY_SUCCESS(drawn);
    QCOMPARE(drawn.err, QStringLiteral("a.png: 640 x 360 pixels\n"));
    const QByteArray png = read(folder, "a.png");
    QVERIFY(png.startsWith("\x89PNG"));
    QCOMPARE(qFromBigEndian<quint32>(png.constData() + 16), 640U); // IHDR: width, then height
    QCOMPARE(qFromBigEndian<quint32>(png.constData() + 20), 360U);
    VERIFY_SUCCESS(runCommand(folder.path(), {"validate", "a.png"}));
    VERIFY_SUCCESS(
        runCommand(folder.path(), {"sample", "a.png", "--particles", "2", "--stats", "s.json"}));
    QFile file(folder.filePath("s.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(QJsonDocument::fromJson(file.readAll())[QStringLiteral("steps")].toInt(), 13);
    // Two runs draw the same bytes; another moment draws others.
    const std::pair<const char*, const char*> moments[] = {
        {"b.png", "0.5"}, {"c.png", "0.5"}, {"d.png", "0.9"}};
    for (const auto& [name, position] : moments)
        VERIFY_SUCCESS(runCommand(
            folder.path(),
            {"render", "three-modes", "-o", name, "--size", "320x180", "--position", position}));
    QVERIFY(read(folder, "b.png") == read(folder, "c.png"));
    QVERIFY(read(folder, "b.png") != read(folder, "d.png"));
}

QTEST_APPLESS_MAIN(TestCommands)
#include "tst_commands.moc"
