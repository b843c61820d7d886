// SPDX-License-Identifier: GPL-3.0-or-later
// Data files of a run, read back, and runs repeated with the step noise that was exported.
#include "core/base/file.h"
#include "core/base/npy.h"
#include "core/base/text.h"
#include "core/session/data_export.h"
#include "core/session/parameter_table.h"
#include "tests/support/runs.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <clocale>

using namespace scorefield;
using namespace scorefield::test;

namespace {

Session smallSession(const std::string& sampler, double eta = 0)
{
    Session session = defaultSession();
    session.particles.count = 600; // two blocks
    for (Lane& lane : session.lanes)
        lane.eta = eta;
    for (int lane = 0; lane < 2; ++lane)
        if (!setVariantText(session, lane, "sampler", sampler))
            qFatal("no sampler %s", sampler.c_str());
    return session;
}

std::shared_ptr<const RunProduct> runOf(const Session& session)
{
    WorkerPool pool(2);
    return runSession(session, pool).value();
}

NpyArray readBack(const std::string& bytes)
{
    const QTemporaryDir folder;
    const auto path = folder.filePath(QStringLiteral("a.npy")).toStdString();
    if (!writeFileAtomically(path, bytes))
        qFatal("cannot write");
    return readNpy(path).value();
}

NpyArray exported(const RunProduct& run, DataContent content, double lane = 1)
{
    return readBack(dataBytes(run, {static_cast<double>(content), lane}, DataFormat::Npy).value());
}

using Rows = std::vector<std::vector<std::string>>;

Rows readCsv(const std::string& bytes)
{
    Rows rows;
    for (const std::string& line : splitText(trimmed(bytes), '\n'))
        rows.push_back(splitText(line, ','));
    return rows;
}

QJsonObject readJson(const std::string& bytes)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(bytes)).object();
}

} // namespace

class TestDataExport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void arraysHoldTheRun();
    void textHoldsTheSameNumbers();
    void everyLocaleWritesPoints();
    void noiseRepeatsTheRun_data();
    void noiseRepeatsTheRun();
    void ridgeHoldsItsLines();
    void refusals();
};

void TestDataExport::arraysHoldTheRun()
{
    const auto run = runOf(smallSession("ddim", 1));
    const Trajectories& states = run->lanes[1]->trajectories;
    const NpyArray all = exported(*run, DataContent::Trajectory, 2);
    QCOMPARE(all.shape, (std::vector<std::size_t>{41, 600, 2}));
    for (const int step : {0, 7, 40})
        for (const std::size_t i : {std::size_t{0}, std::size_t{599}})
            for (const int axis : {0, 1})
                QCOMPARE(all.values[(static_cast<std::size_t>(step) * 600 + i) * 2
                                    + static_cast<std::size_t>(axis)],
                         static_cast<double>(states.coordinate(step, axis)[i]));
    const NpyArray ends = exported(*run, DataContent::Ends, 2);
    const NpyArray starts = exported(*run, DataContent::Starts, 2);
    QCOMPARE(ends.shape, (std::vector<std::size_t>{600, 2}));
    QVERIFY(std::equal(starts.values.begin(), starts.values.end(), all.values.begin()));
    QVERIFY(std::equal(ends.values.begin(), ends.values.end(), all.values.end() - 1200));
    QVERIFY(exported(*run, DataContent::Ends, 1).values != ends.values);
}

void TestDataExport::textHoldsTheSameNumbers()
{
    const auto run = runOf(smallSession("ddim", 1));
    const auto bytes = [&](DataContent content, DataFormat format) {
        return dataBytes(*run, {static_cast<double>(content), 2}, format).value();
    };
    const NpyArray all = exported(*run, DataContent::Trajectory, 2);
    const Rows ends = readCsv(bytes(DataContent::Ends, DataFormat::Csv));
    QCOMPARE(ends.size(), std::size_t{601});
    QCOMPARE(ends[0], (std::vector<std::string>{"x1", "x2"}));
    QCOMPARE(*parseNumber(ends[600][1]), all.values.back());
    const Rows path = readCsv(bytes(DataContent::Trajectory, DataFormat::Csv));
    QCOMPARE(path[0], (std::vector<std::string>{"step", "t", "particle", "x1", "x2"}));
    QCOMPARE(path.size(), std::size_t{41 * 600 + 1});
    const auto& row = path[1 + 3 * 600 + 17];
    QCOMPARE(row[0], std::string("3"));
    QCOMPARE(row[2], std::string("17"));
    QCOMPARE(*parseNumber(row[1]), run->lanes[1]->plan.levels[3].t);
    QCOMPARE(*parseNumber(row[3]), all.values[(3 * 600 + 17) * 2]);

    const QJsonObject json = readJson(bytes(DataContent::Trajectory, DataFormat::Json));
    QCOMPARE(json[QStringLiteral("content")].toString(), QStringLiteral("trajectory"));
    QCOMPARE(json[QStringLiteral("shape")].toArray(), (QJsonArray{41, 600, 2}));
    QCOMPARE(json[QStringLiteral("values")][3][17][0].toDouble(), all.values[(3 * 600 + 17) * 2]);
    QCOMPARE(json[QStringLiteral("values")][40].toArray().size(), 600);
    const auto levels = json[QStringLiteral("levels")].toObject();
    for (const char* name : {"t", "alpha", "sigma", "sigma_tilde"})
        QCOMPARE(levels[QLatin1String(name)].toArray().size(), 41);
    // Rectified flow starts in pure noise: its first sigma~ is no number that JSON has.
    QVERIFY(levels[QStringLiteral("sigma_tilde")][0].isNull()
            || levels[QStringLiteral("sigma_tilde")][0].toDouble() > 1);
    const QJsonObject flat = readJson(bytes(DataContent::Ends, DataFormat::Json));
    QCOMPARE(flat[QStringLiteral("values")][599][1].toDouble(), all.values.back());
}

void TestDataExport::everyLocaleWritesPoints()
{
    const auto run = runOf(smallSession("ddim", 0));
    const DataSpec spec{static_cast<double>(DataContent::Ends), 1};
    const auto csv = dataBytes(*run, spec, DataFormat::Csv).value();
    const auto json = dataBytes(*run, spec, DataFormat::Json).value();
    const char* set = std::setlocale(LC_ALL, "de_DE.UTF-8");
    const auto again = dataBytes(*run, spec, DataFormat::Csv).value();
    const auto jsonAgain = dataBytes(*run, spec, DataFormat::Json).value();
    std::setlocale(LC_ALL, "C");
    QCOMPARE(again, csv);
    QCOMPARE(jsonAgain, json);
    if (set == nullptr)
        qInfo("there is no German locale here; the check compared C with C");
}

void TestDataExport::noiseRepeatsTheRun_data()
{
    QTest::addColumn<QString>("sampler");
    QTest::addColumn<QString>("set");
    for (const char* sampler : {"ddim", "euler-maruyama", "dpmpp-sde", "dpmpp-2m-sde", "langevin"})
        QTest::addRow("%s", sampler) << sampler << QString();
    QTest::newRow("churn") << "edm:churn=20" << QString();
    QTest::newRow("tree") << "ddim"
                          << "particles.noise=brownian";
    QTest::newRow("corrected") << "ddim"
                               << "lanes.*.guidance.kind=predictor-corrector";
    QTest::newRow("four dimensions") << "ddim"
                                     << "lanes.*.eta=1";
}

void TestDataExport::noiseRepeatsTheRun()
{
    QFETCH(QString, sampler);
    QFETCH(QString, set);
    Session session = smallSession(sampler.toStdString(), 1);
    if (QTest::currentDataTag() == QStringLiteral("four dimensions"))
        session.data =
            isotropicMixture({Eigen::Vector4d(1, 2, 0, 0), Eigen::Vector4d(0, 0, -1, 2)}, .2);
    fitReferencesToData(session);
    if (!set.isEmpty())
        QVERIFY(setParameterText(
            session, set.section('=', 0, 0).toStdString(), set.section('=', 1).toStdString()));
    const auto run = runOf(session);
    const NpyArray noise = exported(*run, DataContent::Noise);
    QCOMPARE(noise.shape[1], std::size_t{600});
    QVERIFY(noise.shape[0] >= 30);
    SimulationPlan plan = run->lanes[0]->plan;
    WorkerPool pool(2);
    const auto drawn = simulate<double>(plan, pool);
    plan.seed += 1; // only the tape can make the same run
    plan.noise = NoisePolicy::Independent;
    SimulationInputs inputs;
    inputs.noise = noise.values;
    inputs.noiseCalls = noise.shape[0];
    inputs.start = statesAt(drawn.trajectories, 0);
    const auto again = simulate<double>(plan, pool, {}, inputs);
    QCOMPARE(statesAt(again.trajectories), statesAt(drawn.trajectories)); // bit for bit
    // What was exported of the run itself is computed in float in two dimensions, so the repeated
    // run agrees with it to float rounding, 1e-7, times what the dynamics make of it.
    const Eigen::MatrixXd shown = statesAt(run->lanes[0]->trajectories);
    std::vector<double> distances;
    for (Eigen::Index i = 0; i < shown.rows(); ++i)
        distances.push_back((shown.row(i) - statesAt(again.trajectories).row(i)).norm());
    std::nth_element(distances.begin(), distances.begin() + 300, distances.end());
    QVERIFY2(distances[300] < 1e-4, qPrintable(QString::number(distances[300])));
    // Its numbers are standard normals: mean 0 and variance 1 to five standard errors.
    const Eigen::Map<const Eigen::ArrayXd> z(noise.values.data(),
                                             static_cast<Eigen::Index>(noise.size()));
    const double count = static_cast<double>(noise.size());
    QVERIFY(std::abs(z.mean()) < 5 / std::sqrt(count));
    QVERIFY(std::abs(z.square().mean() - 1) < 5 * std::sqrt(2 / count));
}

void TestDataExport::ridgeHoldsItsLines()
{
    Session session = smallSession("ddim");
    session.timeline.position = .5;
    const auto run = runOf(session);
    const DataSpec spec{static_cast<double>(DataContent::Ridge), 1};
    const Rows csv = readCsv(dataBytes(*run, spec, DataFormat::Csv).value());
    QCOMPARE(csv[0],
             (std::vector<std::string>{
                 "line", "component", "closed", "x1", "x2", "kappa1", "kappa2", "log10_gap"}));
    const QJsonObject json = readJson(dataBytes(*run, spec, DataFormat::Json).value());
    QVERIFY(!json[QStringLiteral("lines")].toArray().isEmpty());
    QCOMPARE(json[QStringLiteral("lines")][0][QStringLiteral("points")][0][0].toDouble(),
             *parseNumber(csv[1][3]));
    const auto level = levelAtStep(*run->lanes[0]->process,
                                   run->lanes[0]->plan.levels,
                                   stepAtPosition(session.timeline, .5, run->levels(), 0));
    QCOMPARE(json[QStringLiteral("alpha")].toDouble(), level.alpha);
    // Records: eight doubles each, named in the header.
    const std::string npy = dataBytes(*run, spec, DataFormat::Npy).value();
    QVERIFY(npy.find("('kappa1', '<f8')") != std::string::npos);
    const std::size_t header =
        10 + static_cast<unsigned char>(npy[8]) + 256U * static_cast<unsigned char>(npy[9]);
    QCOMPARE(npy.size() - header, (csv.size() - 1) * 8 * sizeof(double));
    double x1 = 0;
    std::memcpy(&x1, npy.data() + header + 3 * sizeof(double), sizeof(double));
    QCOMPARE(x1, *parseNumber(csv[1][3]));
}

void TestDataExport::refusals()
{
    const auto run = runOf(smallSession("heun"));
    const auto refuse = [](const RunProduct& of, DataContent content, double lane) {
        const auto bytes = dataBytes(of, {static_cast<double>(content), lane}, DataFormat::Csv);
        return bytes ? std::string("no error") : bytes.error().sentence();
    };
    QCOMPARE(
        refuse(*run, DataContent::Noise, 1),
        std::string("content: is step noise, but this lane draws none: its run is deterministic"));
    QVERIFY(refuse(*run, DataContent::Ends, 3).find("the session has 2 lanes")
            != std::string::npos);
    Session line = smallSession("heun");
    line.data = isotropicMixture({Eigen::VectorXd::Zero(1)}, 1);
    fitReferencesToData(line);
    QVERIFY(refuse(*runOf(line), DataContent::Ridge, 1).find("one dimension") != std::string::npos);
    Session clean = smallSession("heun");
    clean.timeline.position = 1;
    const auto cleanRun = runOf(clean);
    if (cleanRun->lanes[0]->plan.levels.back().sigma == 0)
        QVERIFY(refuse(*cleanRun, DataContent::Ridge, 1).find("no noise") != std::string::npos);
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = dataBytes(*runOf(smallSession("ddim", 1)),
                                   {static_cast<double>(DataContent::Noise), 1},
                                   DataFormat::Npy,
                                   stop.get_token());
    QVERIFY(!stopped.ok());
    QCOMPARE(dataFormat("a.b.CSV"), DataFormat::Csv);
    QCOMPARE(dataFormat("x.json"), DataFormat::Json);
    QCOMPARE(dataFormat("x.npy"), DataFormat::Npy);
}

QTEST_APPLESS_MAIN(TestDataExport)
#include "tst_data_export.moc"
