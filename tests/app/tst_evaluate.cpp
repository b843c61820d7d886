// SPDX-License-Identifier: GPL-3.0-or-later
// `evaluate` against scipy's and torch's values of the same mixtures.
#include "tests/support/command.h"
#include "tests/support/compare.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

using namespace scorefield;
using namespace scorefield::test;

class TestEvaluate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithTheReference_data();
    void agreesWithTheReference();
    void aProcessIsItsLevel();
    void droppedComponentsKeepTheirNumber();
    void oneDimension();

private:
    static QString reference(const QString& path)
    {
        return QStringLiteral(SCOREFIELD_REFERENCE_DIR "/") + path;
    }
};

void TestEvaluate::agreesWithTheReference_data()
{
    QTest::addColumn<QString>("mixture");
    QTest::addColumn<QString>("level");
    QTest::addColumn<double>("alpha");
    QTest::addColumn<double>("sigma");
    for (const char* mixture : {"M1", "M4"}) {
        QFile file(reference(QStringLiteral("pointwise/%1/meta.json").arg(QLatin1String(mixture))));
        QVERIFY(file.open(QIODevice::ReadOnly));
        for (const auto& item :
             QJsonDocument::fromJson(file.readAll())[QStringLiteral("levels")].toArray()) {
            const QJsonObject level = item.toObject();
            const QString name = level[QStringLiteral("name")].toString();
            QTest::newRow(qPrintable(QLatin1String(mixture) + QLatin1Char(' ') + name))
                << mixture << name << level[QStringLiteral("alpha")].toDouble()
                << level[QStringLiteral("sigma")].toDouble();
        }
    }
}

void TestEvaluate::agreesWithTheReference()
{
    QFETCH(QString, mixture);
    QFETCH(QString, level);
    QFETCH(double, alpha);
    QFETCH(double, sigma);
    const QTemporaryDir folder;
    const auto result = runCommand(folder.path(),
                                   {"evaluate",
                                    "--mixture",
                                    reference("mixtures/" + mixture + ".json"),
                                    "--at",
                                    reference("pointwise/" + mixture + "/points.npy"),
                                    "--alpha",
                                    QString::number(alpha, 'g', 17),
                                    "--sigma",
                                    QString::number(sigma, 'g', 17),
                                    "--what",
                                    "score,log_density,denoised,hessian,responsibilities",
                                    "-o",
                                    "out"});
    VERIFY_SUCCESS(result);
    QVERIFY(result.out.isEmpty());
    const std::pair<const char*, const char*> names[] = {{"score", "score"},
                                                         {"log_density", "logp"},
                                                         {"denoised", "denoised"},
                                                         {"hessian", "hessian"},
                                                         {"responsibilities", "resp"}};
    int compared = 0;
    for (const auto& [ours, theirs] : names) {
        const std::string path = "pointwise/" + mixture.toStdString() + "/" + theirs + "_"
                                 + level.toStdString() + ".npy";
        if (!QFile::exists(reference(QString::fromStdString(path))))
            continue; // there is no posterior mean at sigma = 0
        const NpyArray expected = referenceArray(path);
        const auto actual = readNpy(
            folder.filePath(QStringLiteral("out/%1.npy").arg(QLatin1String(ours))).toStdString());
        QVERIFY(actual.ok());
        QCOMPARE(actual->shape, expected.shape);
        double largest = 0;
        for (const double value : expected.values)
            largest = std::max(largest, std::abs(value));
        // The reference's own rounding: it subtracts terms as large as the largest entry.
        for (std::size_t i = 0; i < expected.values.size(); ++i)
            COMPARE_CLOSE(actual->values[i], expected.values[i], 1e-10, 1e-10 * largest);
        ++compared;
    }
    QVERIFY(compared >= 4);
}

void TestEvaluate::aProcessIsItsLevel()
{
    const QTemporaryDir folder;
    const QStringList common = {"evaluate",
                                "--mixture",
                                reference("mixtures/M1.json"),
                                "--at",
                                reference("pointwise/M1/points.npy"),
                                "--what",
                                "score"};
    // x_t = exp(-t/2) x_0 + sqrt(1 - exp(-t)) eps, and x_t = (1 - t) x_0 + t eps.
    const std::tuple<const char*, const char*, double, double> rows[] = {
        {"vp:horizon=10", "2", std::exp(-1.0), std::sqrt(1 - std::exp(-2.0))},
        {"rf", "0.5", .5, .5}};
    for (const auto& [process, time, alpha, sigma] : rows) {
        VERIFY_SUCCESS(runCommand(
            folder.path(), common + QStringList{"--process", process, "--time", time, "-o", "a"}));
        VERIFY_SUCCESS(runCommand(folder.path(),
                                  common
                                      + QStringList{"-o",
                                                    "b",
                                                    "--alpha=" + QString::number(alpha, 'g', 17),
                                                    "--sigma=" + QString::number(sigma, 'g', 17)}));
        const auto a = readNpy(folder.filePath("a/score.npy").toStdString());
        const auto b = readNpy(folder.filePath("b/score.npy").toStdString());
        QVERIFY(a.ok() && b.ok());
        for (std::size_t i = 0; i < a->size(); ++i) // alpha and sigma differ by rounding
            COMPARE_CLOSE(a->values[i], b->values[i], 1e-12, 1e-12);
    }
}

void TestEvaluate::droppedComponentsKeepTheirNumber()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath("m.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"weights": [1, 0, 1], "means": [[0], [1], [2]], "covs": [1, 1, 1]})");
    file.close();
    QFile points(folder.filePath("x.npy"));
    QVERIFY(points.open(QIODevice::WriteOnly));
    const std::size_t shape[] = {2, 1};
    const double values[] = {1, 5};
    const std::string bytes = npyBytes(shape, std::span<const double>(values));
    points.write(bytes.data(), static_cast<qint64>(bytes.size()));
    points.close();
    VERIFY_SUCCESS(runCommand(folder.path(),
                              {"evaluate",
                               "--mixture",
                               "m.json",
                               "--at",
                               "x.npy",
                               "--alpha",
                               "1",
                               "--sigma",
                               "1",
                               "--what",
                               "responsibilities",
                               "-o",
                               "."}));
    const auto r = readNpy(folder.filePath("responsibilities.npy").toStdString());
    QVERIFY(r.ok());
    QCOMPARE(r->shape, (std::vector<std::size_t>{2, 3}));
    COMPARE_CLOSE(r->values[0], .5, 1e-14, 0);
    QCOMPARE(r->values[1], 0.0);
    // Two Gaussians of variance 2 at 0 and 2: log odds at x = 5 are (25 - 9)/4.
    COMPARE_CLOSE(r->values[5] / r->values[3], std::exp(4.0), 1e-12, 0);
}

void TestEvaluate::oneDimension()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath("m.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"means": [[1]], "covs": [[[4]]]})");
    file.close();
    const std::size_t shape[] = {3}; // a list [n] of numbers
    const double values[] = {-1, 1, 5};
    QFile points(folder.filePath("x.npy"));
    QVERIFY(points.open(QIODevice::WriteOnly));
    const std::string bytes = npyBytes(shape, std::span<const double>(values));
    points.write(bytes.data(), static_cast<qint64>(bytes.size()));
    points.close();
    VERIFY_SUCCESS(runCommand(folder.path(),
                              {"evaluate",
                               "--mixture",
                               "m.json",
                               "--at",
                               "x.npy",
                               "--alpha",
                               "1",
                               "--sigma",
                               "0",
                               "--what",
                               "score",
                               "-o",
                               "."}));
    const auto score = readNpy(folder.filePath("score.npy").toStdString());
    QVERIFY(score.ok());
    QCOMPARE(score->size(), std::size_t{3});
    for (std::size_t i = 0; i < 3; ++i)
        COMPARE_CLOSE(score->values[i], (1 - values[i]) / 4, 1e-14, 0);
}

QTEST_APPLESS_MAIN(TestEvaluate)
#include "tst_evaluate.moc"
