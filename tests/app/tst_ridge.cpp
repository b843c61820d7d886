// SPDX-License-Identifier: GPL-3.0-or-later
// `ridge` against subspace-constrained mean shift by others (EuDirSCMS), and its lines.
#include "core/base/file.h"
#include "tests/support/command.h"
#include "tests/support/compare.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
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

NpyArray stored(const QString& name, const char* array)
{
    return referenceArray(
        QStringLiteral("scms/%1/%2.npy").arg(name, QLatin1String(array)).toStdString());
}

/// The kernel density of the stored data at bandwidth 0, as a mixture file: the noise is the
/// bandwidth. Coordinates times `scale`.
QString writeMixture(const QTemporaryDir& folder, const QString& name, double scale = 1)
{
    const Eigen::MatrixXd data = asMatrix(stored(name, "data"));
    QJsonArray weights, means, covariances;
    for (Eigen::Index i = 0; i < data.rows(); ++i) {
        weights.append(1);
        means.append(QJsonArray{scale * data(i, 0), scale * data(i, 1)});
        covariances.append(QJsonArray{QJsonArray{0, 0}, QJsonArray{0, 0}});
    }
    const QString path = folder.filePath(QStringLiteral("m.json"));
    QFile file(path);
    if (file.open(QIODevice::WriteOnly))
        file.write(QJsonDocument(QJsonObject{{QStringLiteral("weights"), weights},
                                             {QStringLiteral("means"), means},
                                             {QStringLiteral("covariances"), covariances}})
                       .toJson());
    return path;
}

double bandwidth(const QString& name)
{
    QFile file(reference(QStringLiteral("scms/%1/meta.json").arg(name)));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return QJsonDocument::fromJson(file.readAll())[QStringLiteral("arguments")]
        .toObject()[QStringLiteral("h")]
        .toDouble();
}

/// What `ridge --trace` writes for these mixture options.
QJsonObject traced(const QTemporaryDir& folder, const QStringList& options)
{
    const auto result =
        runCommand(folder.path(), QStringList{"ridge", "--trace", "-o", "r.json"} + options);
    QFile file(folder.filePath(QStringLiteral("r.json")));
    if (result.status != 0 || !file.open(QIODevice::ReadOnly)) {
        qWarning("%s", qPrintable(result.err));
        return {};
    }
    return QJsonDocument::fromJson(file.readAll()).object();
}

} // namespace

class TestRidgeCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithTheReference_data();
    void agreesWithTheReference();
    void coordinatesAreThoseOfTheProcess();
    void linesOfARing();
    void linesAsCsv();
    void threeDimensions();
    void wrongUse_data();
    void wrongUse();
};

void TestRidgeCommand::agreesWithTheReference_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("ends");
    for (const char* data : {"circle", "ring12"}) {
        const QString name = QLatin1String(data);
        QTest::addRow("%s density", data)
            << name + "_density" << QStringList{"--hessian", "density"} << "points_end";
        QTest::addRow("%s log", data) << name + "_log" << QStringList{} << "points_end";
        QTest::addRow("%s modes", data)
            << name + "_meanshift" << QStringList{"--dimension", "0"} << "modes";
    }
}

void TestRidgeCommand::agreesWithTheReference()
{
    QFETCH(QString, name);
    QFETCH(QStringList, options);
    QFETCH(QString, ends);
    const QTemporaryDir folder;
    const double h = bandwidth(name);
    QVERIFY(h > 0);
    VERIFY_SUCCESS(runCommand(folder.path(),
                              QStringList{"ridge",
                                          "--mixture",
                                          writeMixture(folder, name),
                                          "--noise",
                                          QString::number(h, 'g', 17),
                                          "--project",
                                          reference("scms/" + name + "/starts.npy"),
                                          "--path",
                                          "path.npy",
                                          "--steps",
                                          "10",
                                          "-o",
                                          "out.npy"}
                                  + options));
    // The tolerances that the reference states.
    const NpyArray steps = stored(name, "path_steps");
    const auto path = readNpy(folder.filePath(QStringLiteral("path.npy")).toStdString());
    QVERIFY(path.ok());
    QCOMPARE(path->shape, steps.shape);
    const bool hasSensitivity = QFile::exists(reference("scms/" + name + "/sensitivity.npy"));
    const NpyArray sensitivity = hasSensitivity ? stored(name, "sensitivity") : NpyArray{};
    const std::size_t particles = steps.shape[1];
    const auto sensitive = [&](std::size_t particle) {
        return hasSensitivity ? sensitivity.values[particle] : 0;
    };
    for (std::size_t i = 0; i < steps.values.size(); ++i)
        if (sensitive(i / 2 % particles) <= 1e-9)
            COMPARE_CLOSE(path->values[i], steps.values[i], 0, 1e-9);
    const NpyArray expected = stored(name, ends.toUtf8().constData());
    const auto actual = readNpy(folder.filePath(QStringLiteral("out.npy")).toStdString());
    QVERIFY(actual.ok());
    QCOMPARE(actual->shape, expected.shape);
    int compared = 0;
    for (std::size_t i = 0; i < expected.values.size(); ++i) {
        if (sensitive(i / 2) > 1e-9) // the start is near a bifurcation: skip it, says the reference
            continue;
        ++compared;
        COMPARE_CLOSE(
            actual->values[i], expected.values[i], 0, std::max(1e-7, 1e3 * sensitive(i / 2)));
    }
    QVERIFY(compared >= 60);
}

void TestRidgeCommand::coordinatesAreThoseOfTheProcess()
{
    // x_t = alpha x~: points and lines scale, curvatures do not.
    const QTemporaryDir folder;
    const QString mixture = writeMixture(folder, QStringLiteral("ring12_log"));
    const QJsonObject still = traced(folder, {"--mixture", mixture, "--noise", "1"});
    const QJsonObject scaled =
        traced(folder, {"--mixture", mixture, "--alpha", "0.5", "--sigma", "0.5"});
    const QJsonObject rf =
        traced(folder, {"--mixture", mixture, "--process", "rf", "--time", "0.5"});
    const double length = still[QStringLiteral("length")].toDouble();
    QVERIFY(length > 1);
    for (const QJsonObject& other : {scaled, rf}) {
        COMPARE_CLOSE(other[QStringLiteral("length")].toDouble(), length / 2, 1e-9, 0);
        COMPARE_CLOSE(other[QStringLiteral("sigma")].toDouble(), .5, 1e-12, 0);
        const auto point = [](const QJsonObject& ridge) {
            return ridge[QStringLiteral("lines")][0][QStringLiteral("points")][3][0].toDouble();
        };
        COMPARE_CLOSE(point(other), point(still) / 2, 1e-9, 0);
        const auto density = [](const QJsonObject& ridge) {
            return ridge[QStringLiteral("critical_points")][0][QStringLiteral("log_density")]
                .toDouble();
        };
        COMPARE_CLOSE(density(other), density(still) + 2 * std::log(2), 1e-9, 0);
    }
}

void TestRidgeCommand::linesOfARing()
{
    const QTemporaryDir folder;
    QJsonArray weights, means, covariances;
    for (int i = 0; i < 24; ++i) {
        weights.append(1);
        means.append(QJsonArray{2 * std::cos(i * M_PI / 12), 2 * std::sin(i * M_PI / 12)});
        covariances.append(QJsonArray{QJsonArray{0, 0}, QJsonArray{0, 0}});
    }
    QFile file(folder.filePath(QStringLiteral("ring.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QJsonDocument(QJsonObject{{QStringLiteral("weights"), weights},
                                         {QStringLiteral("means"), means},
                                         {QStringLiteral("covariances"), covariances}})
                   .toJson());
    file.close();
    const QJsonObject ridge = traced(folder, {"--mixture", "ring.json", "--noise", "0.6"});
    QCOMPARE(ridge[QStringLiteral("components")].toInt(), 1);
    const QJsonObject line = ridge[QStringLiteral("lines")][0].toObject();
    QVERIFY(line[QStringLiteral("closed")].toBool());
    const QJsonArray points = line[QStringLiteral("points")].toArray();
    QVERIFY(points.size() > 100);
    for (const auto& point : points) // theory: 1.902920
        COMPARE_CLOSE(std::hypot(point[0].toDouble(), point[1].toDouble()), 1.902920, 0, 1e-6);
    QCOMPARE(line[QStringLiteral("kappa1")].toArray().size(), points.size());
    QVERIFY(ridge[QStringLiteral("ends")].toArray().isEmpty());
    // A box of a quarter: an open line and no ends of the thresholds' making.
    const QJsonObject part = traced(
        folder,
        {"--mixture", "ring.json", "--noise", "0.6", "--box", "0,0,3,3", "--resolution", "64"});
    COMPARE_CLOSE(part[QStringLiteral("length")].toDouble(), M_PI / 2 * 1.902920, 5e-3, 0);
    QVERIFY(!part[QStringLiteral("lines")][0][QStringLiteral("closed")].toBool());
    QVERIFY(part[QStringLiteral("ends")].toArray().isEmpty());
    // Thresholds that it cannot keep.
    const QJsonObject none =
        traced(folder, {"--mixture", "ring.json", "--noise", "0.6", "--gamma", "9"});
    QVERIFY(none.contains(QStringLiteral("lines"))
            && none[QStringLiteral("lines")].toArray().isEmpty());
}

void TestRidgeCommand::linesAsCsv()
{
    const QTemporaryDir folder;
    VERIFY_SUCCESS(runCommand(folder.path(),
                              {"ridge", "three-modes", "--noise", "2", "--trace", "-o", "r.csv"}));
    QFile file(folder.filePath(QStringLiteral("r.csv")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QStringList lines = QString::fromUtf8(file.readAll()).split(QRegularExpression("\r?\n"));
    QVERIFY(lines[0].startsWith(QLatin1String("line,component,closed,")));
    QVERIFY(lines[0].endsWith(QLatin1String(",kappa1,kappa2,log10_gap")));
    QVERIFY(lines.size() > 20);
    QCOMPARE(lines[1].count(','), 7);
}

void TestRidgeCommand::threeDimensions()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("m.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"weights": [1], "means": [[1, 2, 3]],
                   "covariances": [[[4, 0, 0], [0, 0.1, 0], [0, 0, 0.2]]]})");
    file.close();
    const QJsonObject ridge = traced(folder, {"--mixture", "m.json", "--noise", "1"});
    const QJsonArray points = ridge[QStringLiteral("lines")][0][QStringLiteral("points")].toArray();
    QVERIFY(points.size() > 10);
    for (const auto& point : points) {
        COMPARE_CLOSE(point[1].toDouble(), 2, 0, 1e-10);
        COMPARE_CLOSE(point[2].toDouble(), 3, 0, 1e-10);
    }
}

void TestRidgeCommand::wrongUse_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("part");
    const QStringList level{"--noise", "1"};
    const QString starts = reference(QStringLiteral("scms/ring12_log/starts.npy"));
    QTest::newRow("neither") << QStringList{"three-modes", "-o", "r.json"} + level << "--trace";
    QTest::newRow("both")
        << QStringList{"three-modes", "--trace", "--project", starts, "-o", "r.json"} + level
        << "--trace";
    QTest::newRow("no level") << QStringList{"three-modes", "--trace", "-o", "r.json"} << "--noise";
    QTest::newRow("two levels")
        << QStringList{"three-modes", "--trace", "-o", "r.json", "--alpha", "1"} + level
        << "--alpha";
    QTest::newRow("alpha 0")
        << QStringList{"three-modes", "--trace", "-o", "r.json", "--process", "rf", "--time", "1"}
        << "--time";
    QTest::newRow("no output") << QStringList{"three-modes", "--trace"} + level << "-o";
    QTest::newRow("extension") << QStringList{"three-modes", "--trace", "-o", "r.png"} + level
                               << ".json";
    QTest::newRow("dimension")
        << QStringList{"three-modes", "--project", starts, "--dimension", "2", "-o", "y.npy"}
               + level
        << "--dimension";
    QTest::newRow("hessian")
        << QStringList{"three-modes", "--project", starts, "--hessian", "square", "-o", "y.npy"}
               + level
        << "density";
    QTest::newRow("box")
        << QStringList{"three-modes", "--trace", "--box", "0,0,0,1", "-o", "r.json"} + level
        << "--box";
    QTest::newRow("beta") << QStringList{"three-modes", "--trace", "--beta", "2", "-o", "r.json"}
                                 + level
                          << "--beta";
    QTest::newRow("option of the other mode")
        << QStringList{"three-modes", "--trace", "--dimension", "0", "-o", "r.json"} + level
        << "--project";
    QTest::newRow("no points") << QStringList{"three-modes", "--project", "none.npy", "-o", "y.npy"}
                                      + level
                               << "none.npy";
}

void TestRidgeCommand::wrongUse()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, part);
    const QTemporaryDir folder;
    const auto result = runCommand(folder.path(), QStringList{"ridge"} + arguments);
    QCOMPARE(result.status, 2);
    QVERIFY(result.out.isEmpty());
    QVERIFY2(result.err.contains(part), qPrintable(result.err));
    QCOMPARE(result.err.trimmed().count('\n'), 0); // one sentence
    QVERIFY(QDir(folder.path()).isEmpty());
}

QTEST_APPLESS_MAIN(TestRidgeCommand)
#include "tst_ridge.moc"
