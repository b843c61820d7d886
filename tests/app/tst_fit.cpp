// SPDX-License-Identifier: GPL-3.0-or-later
// `fit` on real data against scikit-learn and mclust.
#include "core/session/session_json.h"
#include "tests/support/command.h"
#include "tests/support/compare.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

class TestFit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oldFaithful();
    void theReferencesStart();
    void oneGaussianPerClass();
    void smoothedPoints();
    void principalAxes();
    void seedsAreReproducible();

private:
    static QString data(const char* name)
    {
        return QStringLiteral(SCOREFIELD_SOURCE_DIR "/resources/data/") + QLatin1String(name);
    }
    static QJsonDocument json(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll())
                                              : QJsonDocument();
    }
};

void TestFit::oldFaithful()
{
    const QTemporaryDir folder;
    const auto result = runCommand(folder.path(),
                                   {"fit",
                                    data("old-faithful.csv"),
                                    "--components",
                                    "2",
                                    "-o",
                                    "m.json",
                                    "--log",
                                    "log.json"});
    VERIFY_SUCCESS(result);
    QVERIFY(result.out.isEmpty());
    const QJsonDocument log = json(folder.filePath("log.json"));
    COMPARE_CLOSE(log[QStringLiteral("total_log_likelihood")].toDouble(),
                  -1130.26396,
                  0,
                  1e-4); // scikit-learn and mclust
    QVERIFY(log[QStringLiteral("converged")].toBool());
    const QJsonArray history = log[QStringLiteral("log_likelihood")].toArray();
    QCOMPARE(history.size(), log[QStringLiteral("iterations")].toInt() + 1);
    const auto mixture = loadMixture(folder.filePath("m.json").toStdString());
    QVERIFY(mixture.ok());
    QCOMPARE(mixture->coordinateNames, (std::vector<std::string>{"eruptions", "waiting"}));
}

void TestFit::theReferencesStart()
{
    const QTemporaryDir folder;
    const std::string path = "em/faithful_k2/";
    const NpyArray weights = referenceArray(path + "weights_init.npy"),
                   means = referenceArray(path + "means_init.npy"),
                   covs = referenceArray(path + "covs_init.npy");
    QCOMPARE(means.shape, (std::vector<std::size_t>{2, 2}));
    MixtureSpec start;
    for (std::size_t k = 0; k < 2; ++k)
        start.components.push_back({weights.values[k],
                                    Eigen::Vector2d(means.values[2 * k], means.values[2 * k + 1]),
                                    Eigen::Map<const Eigen::Matrix2d>(covs.values.data() + 4 * k),
                                    static_cast<int>(k)});
    QFile file(folder.filePath("start.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(mixtureToJson(start)));
    file.close();
    VERIFY_SUCCESS(runCommand(folder.path(),
                              {"fit",
                               QStringLiteral(SCOREFIELD_REFERENCE_DIR "/em/faithful_k2/X.npy"),
                               "--init",
                               "start.json",
                               "--iterations",
                               "3",
                               "-o",
                               "m.json",
                               "--log",
                               "log.json"}));
    const NpyArray expected = referenceArray(path + "loglik_mean.npy");
    const QJsonArray history =
        json(folder.filePath("log.json"))[QStringLiteral("log_likelihood")].toArray();
    QCOMPARE(history.size(), 4);
    for (int i = 0; i < 4; ++i)
        COMPARE_CLOSE(
            history[i].toDouble(), expected.values[static_cast<std::size_t>(i)], 1e-10, 0);
    const auto mixture = loadMixture(folder.filePath("m.json").toStdString());
    const NpyArray iterations = referenceArray(path + "means_iter.npy"); // [3,2,2]
    QVERIFY(mixture.ok());
    for (std::size_t k = 0; k < 2; ++k)
        for (std::size_t j = 0; j < 2; ++j)
            COMPARE_CLOSE(mixture->components[k].mean(static_cast<Eigen::Index>(j)),
                          iterations.values[8 + 2 * k + j],
                          1e-10,
                          0);
}

void TestFit::oneGaussianPerClass()
{
    const QTemporaryDir folder;
    VERIFY_SUCCESS(
        runCommand(folder.path(), {"fit", data("iris.csv"), "--label", "Species", "-o", "m.json"}));
    const auto mixture = loadMixture(folder.filePath("m.json").toStdString());
    QVERIFY(mixture.ok());
    QCOMPARE(mixture->components.size(), std::size_t{3});
    QCOMPARE(mixture->dimension, 4);
    QCOMPARE(mixture->classNames, (std::vector<std::string>{"setosa", "versicolor", "virginica"}));
    for (const ComponentSpec& component : mixture->components)
        COMPARE_CLOSE(component.weight, 1.0 / 3, 1e-12, 0);
    COMPARE_CLOSE(mixture->components[0].mean(0), 5.006, 1e-9, 0); // mean sepal length of setosa
}

void TestFit::smoothedPoints()
{
    const QTemporaryDir folder;
    VERIFY_SUCCESS(runCommand(
        folder.path(), {"fit", data("old-faithful.csv"), "--bandwidth", "0.5", "-o", "m.json"}));
    const auto mixture = loadMixture(folder.filePath("m.json").toStdString());
    QVERIFY(mixture.ok());
    QCOMPARE(mixture->components.size(), std::size_t{272});
    QCOMPARE(mixture->components[0].covariance(0, 0), .25);
    VERIFY_SUCCESS(
        runCommand(folder.path(),
                   {"fit", data("old-faithful.csv"), "--bandwidth", "silverman", "-o", "s.json"}));
    const auto silverman = loadMixture(folder.filePath("s.json").toStdString());
    QVERIFY(silverman.ok() && silverman->components[0].covariance(0, 0) > 1);
}

void TestFit::principalAxes()
{
    const QTemporaryDir folder;
    VERIFY_SUCCESS(runCommand(folder.path(),
                              {"fit",
                               data("iris.csv"),
                               "--columns",
                               "1,2,3,4",
                               "--principal",
                               "2",
                               "--components",
                               "1",
                               "-o",
                               "m.json"}));
    const auto mixture = loadMixture(folder.filePath("m.json").toStdString());
    QVERIFY(mixture.ok());
    QCOMPARE(mixture->dimension, 2);
    const auto& component = mixture->components[0];
    QVERIFY(component.mean.norm() < 1e-12); // rounding of a mean over 150 points
    QVERIFY(std::abs(component.covariance(0, 1)) < 1e-12);
    COMPARE_CLOSE(component.covariance(0, 0),
                  4.22824171 * 149 / 150,
                  1e-6,
                  0); // R: prcomp(iris[1:4])$sdev[1]^2, with divisor n - 1
}

void TestFit::seedsAreReproducible()
{
    const QTemporaryDir folder;
    QList<QByteArray> contents;
    for (const char* name : {"a.json", "b.json"}) {
        VERIFY_SUCCESS(runCommand(
            folder.path(),
            {"fit", data("old-faithful.csv"), "--components", "5", "--seed", "4", "-o", name}));
        QFile file(folder.filePath(QLatin1String(name)));
        QVERIFY(file.open(QIODevice::ReadOnly));
        contents += file.readAll();
    }
    QCOMPARE(contents[0], contents[1]);
}

QTEST_APPLESS_MAIN(TestFit)
#include "tst_fit.moc"
