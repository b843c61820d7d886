// SPDX-License-Identifier: GPL-3.0-or-later
// `sample` against k-diffusion's runs from the same starts, levels and normals, and its own
// conventions.
#include "core/base/file.h"
#include "core/base/npy.h"
#include "core/base/philox.h"
#include "tests/support/command.h"
#include "tests/support/compare.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

class TestSample : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithKDiffusion_data();
    void agreesWithKDiffusion();
    void trajectoriesAreInGridOrder();
    void moreParticlesKeepTheFirst();
    void floatIsCloseToDouble();
    void guidanceFollowsGivenLevels();
    void sessionsWithATapeUseIt();
    void csvReadsBack();
    void optionsInAnyOrder();
    void sessionsAndLanes();
    void outputsAreReproducible();

private:
    static QString reference(const QString& path)
    {
        return QStringLiteral(SCOREFIELD_REFERENCE_DIR "/") + path;
    }
    static QStringList small()
    {
        return {"sample", "--mixture", reference("mixtures/M1.json"), "--quiet"};
    }
};

void TestSample::agreesWithKDiffusion_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("sampler");
    QTest::addColumn<bool>("noise");
    QTest::newRow("euler") << "euler"
                           << "euler" << false;
    QTest::newRow("heun") << "heun"
                          << "heun" << false;
    QTest::newRow("ancestral") << "euler_ancestral"
                               << "ddim:eta=1" << true;
    QTest::newRow("ancestral eta 0.5") << "euler_ancestral_eta05"
                                       << "ddim:eta=0.5" << true;
}

void TestSample::agreesWithKDiffusion()
{
    QFETCH(QString, name);
    QFETCH(QString, sampler);
    QFETCH(bool, noise);
    const QTemporaryDir folder;
    const QString given = reference("kdiff/M1/karras/" + name + "/");
    QStringList arguments = small()
                            + QStringList{"--process",
                                          "ve-edm",
                                          "--sampler",
                                          sampler,
                                          "--levels",
                                          given + "sigmas.npy",
                                          "--init",
                                          given + "x_init.npy",
                                          "-o",
                                          "end.npy",
                                          "--trajectory",
                                          "all.npy"};
    if (noise)
        arguments += {"--noise", reference("common/noise_d2.npy")};
    VERIFY_SUCCESS(runCommand(folder.path(), arguments));
    const NpyArray expected =
        referenceArray("kdiff/M1/karras/" + name.toStdString() + "/x_final.npy");
    const auto end = readNpy(folder.filePath("end.npy").toStdString());
    QVERIFY(end.ok());
    QCOMPARE(end->shape, expected.shape);
    for (std::size_t i = 0; i < expected.size();
         ++i) // tolerance_abs of the case: 1.0e-10 … 1.7e-10
        COMPARE_CLOSE(end->values[i], expected.values[i], 0, 1e-10);
    const NpyArray steps = referenceArray("kdiff/M1/karras/" + name.toStdString() + "/x_steps.npy");
    const auto all = readNpy(folder.filePath("all.npy").toStdString());
    QVERIFY(all.ok());
    QCOMPARE(all->shape, (std::vector<std::size_t>{21, 64, 2}));
    const std::size_t indices[] = {
        1, 5, 10, 15, 19}; // steps_index of the case: x before these steps
    for (std::size_t j = 0; j < 5; ++j)
        for (std::size_t i = 0; i < 128; ++i)
            COMPARE_CLOSE(
                all->values[indices[j] * 128 + i], steps.values[j * 128 + i], 1e-11, 2e-10);
}

void TestSample::trajectoriesAreInGridOrder()
{
    const QTemporaryDir folder;
    VERIFY_SUCCESS(runCommand(folder.path(),
                              small()
                                  + QStringList{"--process",
                                                "rf",
                                                "--grid",
                                                "uniform:steps=6",
                                                "--particles",
                                                "5",
                                                "--seed",
                                                "3",
                                                "-o",
                                                "end.npy",
                                                "--trajectory",
                                                "all.npy",
                                                "--stats",
                                                "stats.json"}));
    const auto all = readNpy(folder.filePath("all.npy").toStdString());
    const auto end = readNpy(folder.filePath("end.npy").toStdString());
    QVERIFY(all.ok() && end.ok());
    QCOMPARE(all->shape, (std::vector<std::size_t>{7, 5, 2}));
    QCOMPARE(end->shape, (std::vector<std::size_t>{5, 2}));
    for (std::size_t i = 0; i < 10; ++i) {
        QCOMPARE(all->values[60 + i], end->values[i]);
        // At t = 1 rectified flow starts from the standard normal of the seed itself.
        COMPARE_CLOSE(all->values[i],
                      philoxNormal(3,
                                   Stream::Initial,
                                   static_cast<std::uint32_t>(i / 2),
                                   0,
                                   static_cast<std::uint32_t>(i % 2)),
                      1e-15,
                      0);
    }
    QFile file(folder.filePath("stats.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonDocument stats = QJsonDocument::fromJson(file.readAll());
    QCOMPARE(stats[QStringLiteral("steps")].toInt(), 6);
    QCOMPARE(stats[QStringLiteral("evaluations")].toInt(), 12); // Heun: two a step
    QVERIFY(stats[QStringLiteral("sigma_tilde")][0].isNull());  // infinite
    QCOMPARE(stats[QStringLiteral("t")][6].toDouble(), .001);
}

void TestSample::moreParticlesKeepTheFirst()
{
    const QTemporaryDir folder;
    const QStringList sde = small() + QStringList{"--sampler", "euler-maruyama:eta=1"};
    VERIFY_SUCCESS(
        runCommand(folder.path(), sde + QStringList{"--particles", "10", "-o", "few.npy"}));
    VERIFY_SUCCESS(
        runCommand(folder.path(), sde + QStringList{"--particles", "1000", "-o", "many.npy"}));
    const auto few = readNpy(folder.filePath("few.npy").toStdString());
    const auto many = readNpy(folder.filePath("many.npy").toStdString());
    QVERIFY(few.ok() && many.ok());
    QCOMPARE(few->size(), std::size_t{20});
    for (std::size_t i = 0; i < few->size(); ++i)
        QCOMPARE(few->values[i], many->values[i]);
}

/// A rule whose weight depends on the levels of the run sees the given ones, not the lane's grid.
void TestSample::guidanceFollowsGivenLevels()
{
    QTemporaryDir folder;
    const auto run = [&](const QString& out, const QStringList& more) {
        return runCommand(folder.path(),
                          small()
                              + QStringList{"--process",
                                            "ve-edm",
                                            "--sampler",
                                            "ddim",
                                            "--particles",
                                            "50",
                                            "--guidance",
                                            "cfg++:target=1",
                                            "-o",
                                            out}
                              + more);
    };
    VERIFY_SUCCESS(run("grid.npy", {"--grid", "karras:steps=6", "--stats", "stats.json"}));
    QFile file(folder.filePath("stats.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    std::vector<double> levels;
    for (const QJsonValue& level :
         QJsonDocument::fromJson(file.readAll()).object()["sigma_tilde"].toArray())
        levels.push_back(level.toDouble());
    QCOMPARE(levels.size(), std::size_t{7});
    const std::vector<std::size_t> shape{levels.size()};
    QVERIFY(writeFileAtomically(folder.filePath("levels.npy").toStdString(),
                                npyBytes(shape, std::span<const double>(levels)))
                .ok());
    VERIFY_SUCCESS(run("given.npy", {"--grid", "karras:steps=40", "--levels", "levels.npy"}));
    const auto grid = readNpy(folder.filePath("grid.npy").toStdString());
    const auto given = readNpy(folder.filePath("given.npy").toStdString());
    QVERIFY(grid.ok() && given.ok());
    QCOMPARE(grid->values, given->values);
}

void TestSample::sessionsWithATapeUseIt()
{
    QTemporaryDir folder;
    const QStringList run = small()
                            + QStringList{"--sampler",
                                          "ddim:eta=1",
                                          "--grid",
                                          "karras:steps=4",
                                          "--particles",
                                          "64",
                                          "-o",
                                          "end.npy"};
    const QStringList taped = run + QStringList{"--set", "particles.noise=tape"};
    const CommandResult refused = runCommand(folder.path(), taped);
    QCOMPARE(refused.status, 2);
    QVERIFY2(refused.err.contains(QStringLiteral("names no file")), qPrintable(refused.err));
    VERIFY_SUCCESS(runCommand(folder.path(),
                              taped + QStringList{"--noise", reference("common/noise_d2.npy")}));
}

void TestSample::floatIsCloseToDouble()
{
    const QTemporaryDir folder;
    const QStringList common = small() + QStringList{"--particles", "64", "-o"};
    VERIFY_SUCCESS(runCommand(folder.path(), common + QStringList{"a.npy"}));
    VERIFY_SUCCESS(
        runCommand(folder.path(), common + QStringList{"b.npy", "--precision", "float"}));
    QVERIFY(QFile(folder.filePath("b.npy")).size() < QFile(folder.filePath("a.npy")).size());
    const auto a = readNpy(folder.filePath("a.npy").toStdString());
    const auto b = readNpy(folder.filePath("b.npy").toStdString());
    QVERIFY(a.ok() && b.ok());
    bool different = false;
    for (std::size_t i = 0; i < a->size(); ++i) {
        COMPARE_CLOSE(b->values[i],
                      a->values[i],
                      0,
                      4e-3); // 1e-3 of the data scale: single precision, amplified at basin borders
        different = different || a->values[i] != b->values[i];
    }
    QVERIFY(different);
}

void TestSample::csvReadsBack()
{
    const QTemporaryDir folder;
    const QStringList common = small() + QStringList{"--particles", "20", "-o"};
    VERIFY_SUCCESS(runCommand(folder.path(), common + QStringList{"a.npy"}));
    // A locale with decimal commas changes nothing.
    VERIFY_SUCCESS(
        runCommand(folder.path(), common + QStringList{"a.csv"}, {"LC_ALL=de_DE.UTF-8"}));
    const auto npy = readNpy(folder.filePath("a.npy").toStdString());
    QVERIFY(npy.ok());
    QFile file(folder.filePath("a.csv"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
    QCOMPARE(lines.size(), 21);
    QCOMPARE(lines[0], QByteArray("x1,x2"));
    for (int i = 0; i < 20; ++i)
        for (int j = 0; j < 2; ++j)
            QCOMPARE(lines[i + 1].split(',')[j].toDouble(),
                     npy->values[static_cast<std::size_t>(2 * i + j)]);
}

void TestSample::optionsInAnyOrder()
{
    const QTemporaryDir folder;
    VERIFY_SUCCESS(runCommand(folder.path(),
                              {"sample",
                               "three-modes",
                               "--lane",
                               "1",
                               "--particles",
                               "7",
                               "--set",
                               "lanes.1.grid.steps=9",
                               "-o",
                               "a.npy"}));
    VERIFY_SUCCESS(runCommand(folder.path(),
                              {"sample",
                               "-o",
                               "b.npy",
                               "--set=lanes.1.grid.steps=9",
                               "--particles=7",
                               "--lane=1",
                               "three-modes"}));
    QFile a(folder.filePath("a.npy")), b(folder.filePath("b.npy"));
    QVERIFY(a.open(QIODevice::ReadOnly) && b.open(QIODevice::ReadOnly));
    QCOMPARE(a.readAll(), b.readAll());
}

void TestSample::sessionsAndLanes()
{
    const QTemporaryDir folder;
    for (const char* lane : {"0", "1"})
        VERIFY_SUCCESS(runCommand(folder.path(),
                                  {"sample",
                                   "three-modes",
                                   "--particles",
                                   "3",
                                   "--lane",
                                   lane,
                                   "--stats",
                                   QStringLiteral("%1.json").arg(lane)}));
    QStringList processes;
    for (const char* name : {"0.json", "1.json"}) {
        QFile file(folder.filePath(QLatin1String(name)));
        QVERIFY(file.open(QIODevice::ReadOnly));
        processes += QJsonDocument::fromJson(file.readAll())[QStringLiteral("process")].toString();
    }
    QCOMPARE(processes, (QStringList{"vp", "rf"}));
}

void TestSample::outputsAreReproducible()
{
    const QTemporaryDir folder;
    QList<QByteArray> contents;
    for (const char* name : {"a", "b"}) {
        const QString file = QLatin1String(name);
        VERIFY_SUCCESS(runCommand(
            folder.path(),
            small()
                + QStringList{"--particles", "50", "-o", file + ".npy", "--stats", file + ".json"},
            {"SOURCE_DATE_EPOCH=0"}));
        for (const char* ending : {".npy", ".json"}) {
            QFile written(folder.filePath(file + QLatin1String(ending)));
            QVERIFY(written.open(QIODevice::ReadOnly));
            contents += written.readAll();
        }
    }
    QCOMPARE(contents[0], contents[2]);
    QCOMPARE(contents[1], contents[3]);
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(),
             4); // no temporary files stay
}

QTEST_APPLESS_MAIN(TestSample)
#include "tst_sample.moc"
