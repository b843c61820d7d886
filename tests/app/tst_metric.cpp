// SPDX-License-Identifier: GPL-3.0-or-later
// `metric` against the values of POT and scipy (tests/reference/ot, quadrature), and its words on
// bad input.
#include "tests/support/command.h"
#include "tests/support/compare.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace scorefield;
using namespace scorefield::test;

namespace {

QString reference(const QString& path)
{
    return QStringLiteral(SCOREFIELD_REFERENCE_DIR "/") + path;
}

QString mixture(const QString& name)
{
    return reference("mixtures/" + name + ".json");
}

QJsonObject referenceValues(const QString& folder)
{
    QFile file(reference(folder + "/meta.json"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.readAll())[QStringLiteral("values")].toObject();
}

void writeArray(const QString& path, std::vector<std::size_t> shape, std::vector<double> values)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    const std::string bytes = npyBytes(shape, std::span<const double>(values));
    file.write(bytes.data(), static_cast<qint64>(bytes.size()));
}

/// The object that `metric` prints.
QJsonObject measured(const QStringList& arguments)
{
    const QTemporaryDir folder;
    const auto result = runCommand(folder.path(), QStringList{"metric"} + arguments);
    if (result.status != 0)
        qWarning("%s", qPrintable(result.err));
    return QJsonDocument::fromJson(result.out).object();
}

/// A matrix of the output against a reference array.
bool sameMatrix(const QJsonArray& rows, const NpyArray& expected, double tolerance)
{
    if (expected.shape.size() != 2 || rows.size() != static_cast<qsizetype>(expected.shape[0]))
        return false;
    for (qsizetype i = 0; i < rows.size(); ++i)
        for (std::size_t j = 0; j < expected.shape[1]; ++j) {
            const double value =
                expected.values[static_cast<std::size_t>(i) * expected.shape[1] + j];
            if (!isClose(rows[i].toArray()[static_cast<qsizetype>(j)].toDouble(),
                         value,
                         tolerance,
                         tolerance))
                return false;
        }
    return true;
}

} // namespace

class TestMetric : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void transportAgreesWithPot_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("key");
        QTest::addColumn<double>("tolerance");
        const QStringList sliced{"--projections", reference("ot/M1_M1_n256/projections.npy")};
        const auto add = [](const char* folder,
                            const char* name,
                            QStringList arguments,
                            const char* key = "value",
                            double tolerance = 1e-9) {
            QTest::addRow("%s %s", folder, name)
                << QString(folder) << QString(name) << arguments << QString(key) << tolerance;
        };
        for (const char* folder : {"ot/M1_M1_n256", "ot/one_dim_300_200"}) {
            add(folder, "W2", {"w2"});
            add(folder, "W2_squared", {"w2"}, "squared");
            add(folder, "W1", {"w1"});
            add(folder,
                "sinkhorn_reg0.1_transport_cost",
                {"sinkhorn", "--regularisation", "0.1"},
                "value",
                1e-6);
            add(folder,
                "sinkhorn_reg1_transport_cost",
                {"sinkhorn", "--regularisation=1"},
                "value",
                1e-6);
        }
        add("ot/M1_M1_n256", "sliced_W2", QStringList{"sliced-w2"} + sliced);
        add("ot/M1_M1_n256", "sliced_W1", QStringList{"sliced-w1"} + sliced);
        add("ot/M1_M1_n256", "max_sliced_W2", QStringList{"max-sliced-w2"} + sliced);
        add("ot/one_dim_300_200", "energy_distance_scipy_stats", {"energy-distance"});
    }
    void transportAgreesWithPot()
    {
        QFETCH(QString, folder);
        QFETCH(QString, name);
        QFETCH(QStringList, arguments);
        QFETCH(QString, key);
        QFETCH(double, tolerance);
        const QJsonObject values = referenceValues(folder);
        QVERIFY(values.contains(name));
        const QJsonObject found = measured(arguments
                                           + QStringList{reference(folder + "/X.npy"),
                                                         reference(folder + "/Y.npy"),
                                                         "--weights-a",
                                                         reference(folder + "/wX.npy"),
                                                         "--weights-b",
                                                         reference(folder + "/wY.npy")});
        QVERIFY(found.contains(key));
        COMPARE_CLOSE(found[key].toDouble(), values[name].toDouble(), tolerance, 0);
    }

    void gaussiansAgreeWithScipy()
    {
        for (const QString& name : {QStringLiteral("M2"), QStringLiteral("M3")}) {
            const QStringList both{"--p", mixture(name), "--q", mixture(name)};
            QVERIFY(sameMatrix(
                measured(QStringList{"bures"} + both)["components_squared"].toArray(),
                referenceArray("ot/gaussian/bures_squared_" + name.toStdString() + ".npy"),
                1e-9));
            // Few draws: of M3 in eight dimensions the mixture itself is beside the point here.
            QVERIFY(sameMatrix(
                measured(QStringList{"kl", "--draws", "2000"} + both)["components"].toArray(),
                referenceArray("ot/gaussian/kl_" + name.toStdString() + ".npy"),
                1e-9));
        }
        const QJsonObject mw2 = measured({"mw2", "--p", mixture("M1"), "--q", mixture("M2")});
        COMPARE_CLOSE(mw2["squared"].toDouble(),
                      referenceValues("ot/gaussian")["MW2_squared_M1_M2"].toDouble(),
                      1e-9,
                      0);
        QVERIFY(sameMatrix(
            mw2["costs"].toArray(), referenceArray("ot/gaussian/MW2_cost_M1_M2.npy"), 1e-9));
        QVERIFY(sameMatrix(
            mw2["plan"].toArray(), referenceArray("ot/gaussian/MW2_plan_M1_M2.npy"), 1e-9));
    }

    void divergencesAgreeWithQuadrature_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<double>("expected");
        QTest::addColumn<double>("tolerance");
        QTest::addColumn<bool>("hellinger");
        const QJsonObject values = referenceValues("quadrature/divergences");
        const QRegularExpression pattern(
            "^(KL|JS|TV|Hellinger_squared_int)\\((\\w+)(?:\\|\\||,)(\\w+)\\)$");
        for (const QString& name : values.keys()) {
            const auto match = pattern.match(name);
            if (!match.hasMatch())
                continue; // a closed form of the same value
            const QJsonObject value = values[name].toObject();
            const QString kind = match.captured(1);
            // The tails of M2mom are cut at 16 in the reference.
            const bool isCut = kind != "KL" && name.contains("M2mom");
            QTest::newRow(qPrintable(name))
                << QStringList{kind.startsWith("Hell") ? QStringLiteral("hellinger")
                                                       : kind.toLower(),
                               "--p",
                               mixture(match.captured(2)),
                               "--q",
                               mixture(match.captured(3))}
                << value["value"].toDouble()
                << std::max(isCut ? 1e-6 : 1e-8, 10 * value["grid_change"].toDouble())
                << kind.startsWith("Hell");
        }
    }
    void divergencesAgreeWithQuadrature()
    {
        QFETCH(QStringList, arguments);
        QFETCH(double, expected);
        QFETCH(double, tolerance);
        QFETCH(bool, hellinger);
        const QJsonObject found = measured(arguments);
        QVERIFY(found["standard_error"].isDouble());
        // The reference integrates (sqrt p - sqrt q)^2, which is twice the squared distance.
        const double value =
            hellinger ? 2 * found["squared"].toDouble() : found["value"].toDouble(NAN);
        COMPARE_CLOSE(value, expected, 0, tolerance);
    }

    void entropiesAgreeWithQuadrature_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<double>("expected");
        QTest::addColumn<double>("tolerance");
        QTest::addColumn<double>("information");
        const QJsonObject values = referenceValues("quadrature/entropy");
        for (const QString& name : values.keys()) {
            if (name.startsWith("check"))
                continue;
            const QStringList words = name.split(' ');
            const QJsonObject value = values[name].toObject();
            const bool isConditional = name.contains("conditional");
            QStringList arguments{
                isConditional ? "conditional-entropy" : "entropy", "--p", mixture(words[0])};
            if (words.size() > 1 && words[1] == "VE") {
                arguments += {"--alpha", "1", "--sigma", words[2].section('=', 1)};
            } else if (words.size() > 1) {
                const QString time = words[2].section('=', 1);
                if (time != "0")
                    arguments += {"--process",
                                  words[1].toLower() == "vp" ? "vp:horizon=10" : "rf",
                                  "--time",
                                  time};
            }
            QTest::newRow(qPrintable(name)) << arguments << value["value"].toDouble()
                                            << std::max(1e-8, 10 * value["grid_change"].toDouble())
                                            << value["mutual_information"].toDouble(NAN);
        }
    }
    void entropiesAgreeWithQuadrature()
    {
        QFETCH(QStringList, arguments);
        QFETCH(double, expected);
        QFETCH(double, tolerance);
        QFETCH(double, information);
        const QJsonObject found = measured(arguments);
        COMPARE_CLOSE(found["value"].toDouble(NAN), expected, 0, tolerance);
        if (!std::isnan(information))
            COMPARE_CLOSE(found["mutual_information"].toDouble(), information, 0, tolerance);
    }

    /// Other sizes and pairs: a cloud moved by a step, and exact draws of the law it is held to.
    void cloudsOfOtherSizes()
    {
        const QTemporaryDir folder;
        const int n = 600, d = 3;
        std::vector<double> a, b;
        for (int i = 0; i < n; ++i)
            for (int c = 0; c < d; ++c) {
                const double z = std::sin(12.9898 * i + 78.233 * c) * 43758.5453;
                a.push_back(z - std::floor(z));
                b.push_back(a.back() + (c == 0 ? 2 : 0));
            }
        writeArray(folder.filePath("a.npy"), {std::size_t(n), std::size_t(d)}, a);
        writeArray(folder.filePath("b.npy"), {std::size_t(n), std::size_t(d)}, b);
        const QStringList files{folder.filePath("a.npy"), folder.filePath("b.npy")};
        for (const char* metric : {"w2", "w1", "bures"})
            COMPARE_CLOSE(measured(QStringList{metric} + files)["value"].toDouble(), 2, 1e-9, 0);
        const QJsonObject same = measured({"mmd", files[0], files[0]});
        QVERIFY(std::abs(same["value"].toDouble(NAN)) < .02);
        const QJsonObject apart = measured(QStringList{"mmd"} + files);
        QVERIFY(apart["value"].toDouble() > 20 * apart["standard_error"].toDouble());
        QVERIFY(apart["floor"].toDouble() < apart["value"].toDouble() / 10);
        QVERIFY(apart["bandwidth"].toDouble() > 0);
        QCOMPARE(apart["sizes"].toObject()["points_a"].toInt(), n);
    }

    void drawsOfALawAreAtItsFloor_data()
    {
        QTest::addColumn<QString>("metric");
        for (const char* metric : {"w2",
                                   "w1",
                                   "sliced-w2",
                                   "kl",
                                   "mmd",
                                   "energy-distance",
                                   "mode-weights",
                                   "bures",
                                   "confidence",
                                   "coverage"})
            QTest::newRow(metric) << QString(metric);
    }
    void drawsOfALawAreAtItsFloor()
    {
        QFETCH(QString, metric);
        const QTemporaryDir folder;
        // Draws of M1: those of the reference, which another program drew.
        const QJsonObject found =
            measured({metric, reference("ot/M1_M1_n256/X.npy"), "--p", mixture("M1")});
        QVERIFY(found["value"].isDouble());
        const double value = found["value"].toDouble(), error = found["standard_error"].toDouble();
        if (metric == "coverage")
            QCOMPARE(value, 1.);
        else if (metric == "confidence")
            QVERIFY(value > .999);
        else if (metric == "bures")
            QVERIFY(value < .5);
        else
            QVERIFY(std::abs(value) < 2 * found["floor"].toDouble() + 5 * error);
    }

    void aRunHasAShape()
    {
        const QTemporaryDir folder;
        VERIFY_SUCCESS(runCommand(folder.path(),
                                  {"sample",
                                   "three-modes",
                                   "--particles",
                                   "50",
                                   "--trajectory",
                                   "run.npy",
                                   "--guidance",
                                   "none"}));
        const QString run = folder.filePath("run.npy");
        double last = 0;
        for (const char* metric : {"path-length", "curvature", "straightness"}) {
            const QJsonObject found =
                measured({metric, run, "--session", "three-modes", "--coordinate", "rf"});
            QVERIFY2(found["value"].toDouble(-1) > 0, metric);
            QCOMPARE(found["sizes"].toObject()["particles"].toInt(), 50);
            QVERIFY(found["value"].toDouble() != last);
            last = found["value"].toDouble();
        }
        const auto wrong = runCommand(folder.path(), {"metric", "curvature", run});
        QCOMPARE(wrong.status, 2);
        QVERIFY(wrong.err.contains("--session"));
    }

    void badInputIsOneSentence_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("says");
        const QString x = reference("ot/M1_M1_n256/X.npy"),
                      line = reference("ot/one_dim_300_200/X.npy");
        QTest::newRow("name") << QStringList{"w3", x, x} << "did you mean 'w2'";
        QTest::newRow("missing file") << QStringList{"w2", "none.npy", x} << "none.npy";
        QTest::newRow("dimensions") << QStringList{"w2", x, line} << "has 1 dimensions";
        QTest::newRow("one cloud") << QStringList{"w2", x} << "takes two clouds";
        QTest::newRow("nothing") << QStringList{"kl"} << "takes two mixtures";
        QTest::newRow("a mixture too many")
            << QStringList{"w2", x, x, "--p", mixture("M1")} << "takes two clouds";
        QTest::newRow("not a number") << QStringList{"w2", "nan.npy", x} << "nan.npy";
        QTest::newRow("negative weight")
            << QStringList{"w2", "two.npy", "two.npy", "--weights-a", "negative.npy"}
            << "must be at least 0";
        QTest::newRow("too few weights")
            << QStringList{"w2", x, x, "--weights-a", "negative.npy"} << "2 weights for 256 points";
        QTest::newRow("singular") << QStringList{"kl", "--p", "flat.json", "--q", mixture("M1")}
                                  << "singular";
        QTest::newRow("option of another")
            << QStringList{"w2", x, x, "--bandwidth", "1"} << "no option of w2";
        QTest::newRow("range") << QStringList{"sinkhorn", x, x, "--regularisation", "0"}
                               << "--regularisation";
        QTest::newRow("directions not of length 1")
            << QStringList{"sliced-w2", "two.npy", "two.npy", "--projections", "two.npy"}
            << "must be 1";
        QTest::newRow("noise without a law")
            << QStringList{"w2", x, x, "--sigma", "1", "--alpha", "1"} << "--p";
        QTest::newRow("class") << QStringList{"confidence", x, "--p", mixture("M1"), "--class", "9"}
                               << "--class";
    }
    void badInputIsOneSentence()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, says);
        const QTemporaryDir folder;
        writeArray(folder.filePath("two.npy"), {2, 2}, {3, 0, 0, 4});
        writeArray(folder.filePath("nan.npy"), {1, 2}, {NAN, 0});
        writeArray(folder.filePath("negative.npy"), {2}, {1, -1});
        QFile flat(folder.filePath("flat.json"));
        QVERIFY(flat.open(QIODevice::WriteOnly));
        flat.write(R"({"weights": [1], "means": [[0, 0]], "covs": [[[1, 0], [0, 0]]]})");
        flat.close();
        const auto result = runCommand(folder.path(), QStringList{"metric"} + arguments);
        QCOMPARE(result.status, 2);
        QVERIFY(result.out.isEmpty());
        QVERIFY2(result.err.contains(says), qPrintable(result.err));
        QCOMPARE(result.err.trimmed().count('\n'), 0);
    }

    void theRegistryIsListed()
    {
        const QTemporaryDir folder;
        const auto result = runCommand(folder.path(), {"list", "metrics", "--json"});
        VERIFY_SUCCESS(result);
        const QJsonArray metrics = QJsonDocument::fromJson(result.out).array();
        QStringList names;
        for (const auto& metric : metrics) {
            names.append(metric.toObject()["id"].toString());
            for (const char* field : {"label", "help", "source", "formula"})
                QVERIFY2(!metric.toObject()[QLatin1String(field)].toString().isEmpty(),
                         qPrintable(names.last()));
            QVERIFY(!metric.toObject()["takes"].toArray().isEmpty());
        }
        for (const char* name : {"w2",
                                 "w1",
                                 "sliced-w2",
                                 "sliced-w1",
                                 "max-sliced-w2",
                                 "sinkhorn",
                                 "bures",
                                 "mw2",
                                 "kl",
                                 "js",
                                 "tv",
                                 "hellinger",
                                 "entropy",
                                 "mutual-information",
                                 "conditional-entropy",
                                 "mmd",
                                 "energy-distance",
                                 "mode-weights",
                                 "coverage",
                                 "confidence",
                                 "straightness",
                                 "curvature",
                                 "path-length"})
            QVERIFY2(names.contains(QLatin1String(name)), name);
    }
};

QTEST_GUILESS_MAIN(TestMetric)
#include "tst_metric.moc"
