// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"
#include "tests/support/sessions.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace scorefield;

class TestSessionJson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void randomSessionsComeBack();
    void extremesComeBack();
    void missingKeysTakeDefaults();
    void dataMayBeLists();
    void layoutIsForPeople();
    void numbersReadBackExactly();
    void errors_data();
    void errors();
    void files();
};

namespace {

const char* const kSmall = R"({"format": "scorefield", "version": 1,
 "data": {"components": [{"mean": [0, 0], "covariance": 1}, {"mean": [3, 0], "covariance": [1, 2]}]},
 "lanes": [{"process": {"kind": "rf"}, "guidance": {"kind": "cfg", "target": 1}}, {}]})";

Result<Session> replaced(const QString& from, const QString& to)
{
    QString text = QString::fromUtf8(kSmall);
    if (!text.contains(from))
        return Error{"", "the test replaces what is not there"};
    return sessionFromJson(text.replace(from, to).toStdString());
}

} // namespace

void TestSessionJson::randomSessionsComeBack()
{
    for (unsigned seed = 0; seed < 40; ++seed) {
        const Session session = test::randomSession(seed);
        QVERIFY(!session.lanes.empty());
        const std::string text = sessionToJson(session);
        const auto back = sessionFromJson(text);
        QVERIFY2(back.ok(), back.ok() ? "" : back.error().sentence().c_str());
        QVERIFY(*back == session);
        QCOMPARE(sessionToJson(*back), text);
    }
}

void TestSessionJson::extremesComeBack()
{
    const Session base = test::randomSession(2);
    for (const std::string& key : parameterKeys(base)) {
        const auto row = describe(base, key);
        for (const double value : {row->minimum, row->maximum}) {
            Session session = base;
            QVERIFY(setParameter(session, key, value).ok());
            if (!checkSession(session))
                continue; // e.g. the smallest horizon below the stop: refused for another reason
            const auto back = sessionFromJson(sessionToJson(session));
            QVERIFY2(back.ok(), key.c_str());
            QVERIFY2(*back == session, key.c_str());
        }
    }
}

void TestSessionJson::missingKeysTakeDefaults()
{
    const auto session = sessionFromJson(kSmall);
    QVERIFY2(session.ok(), session.ok() ? "" : session.error().sentence().c_str());
    QCOMPARE(session->particles, ParticleSpec());
    QCOMPARE(session->view, ViewSpec());
    QCOMPARE(session->timeline, Timeline());
    QVERIFY(session->lanes[1] == defaultLane("vp"));
    QCOMPARE(session->lanes[0].process.kind, std::string("rf"));
    QCOMPARE(session->lanes[0].guidance.values.at("target"), 1.0);
    QCOMPARE(session->data->components[0].weight, 1.0);
    QCOMPARE(session->data->components[1].classLabel, 1);
    QCOMPARE(session->data->components[1].covariance(1, 1), 2.0);
}

void TestSessionJson::dataMayBeLists()
{
    const auto session = sessionFromJson(
        R"({"format":"scorefield","version":1,"data":{"weights":[1,3],"means":[[0],[1]],"covs":[[[1]],[[2]]]}})");
    QVERIFY2(session.ok(), session.ok() ? "" : session.error().sentence().c_str());
    QCOMPARE(session->data->dimension, 1);
    QCOMPARE(session->lanes.size(), std::size_t{2});
}

void TestSessionJson::layoutIsForPeople()
{
    const QString text = QString::fromStdString(sessionToJson(defaultSession()));
    for (const QString& line : text.split('\n'))
        QVERIFY2(line.size() <= 100, qPrintable(line));
    QVERIFY(text.contains(QStringLiteral(
        R"({"weight": 0.3333333333333333, "mean": [-3, 0], "covariance": 0.25, "class": 0})")));
    QVERIFY(text.contains(
        QStringLiteral(R"("process": {"kind": "vp", "horizon": 10, "stop": 0.001})")));
    QVERIFY(text.contains(QStringLiteral(R"("target": "centre")")));
    QVERIFY(
        text.startsWith(QStringLiteral("{\n  \"format\": \"scorefield\",\n  \"version\": 1,\n")));
    QVERIFY(text.endsWith(QStringLiteral("}\n")));
    // A diff of one changed number is one line.
    Session other = defaultSession();
    other.data.edit([](MixtureSpec& data) { data.components[1].weight = 2; });
    const QStringList before = text.split('\n');
    const QStringList after = QString::fromStdString(sessionToJson(other)).split('\n');
    QCOMPARE(after.size(), before.size());
    int changed = 0;
    for (int i = 0; i < before.size(); ++i)
        changed += before[i] != after[i] ? 1 : 0;
    QCOMPARE(changed, 1);
}

void TestSessionJson::numbersReadBackExactly()
{
    Session session = defaultSession();
    const std::vector<double> hard = {
        .1, 1.0 / 3, 5e-324, -0.0, 9007199254740993.0, 1e22, 123456789012345678.0};
    session.data.edit([&](MixtureSpec& data) {
        data.components.clear();
        for (const double value : hard) {
            ComponentSpec component{
                1, Eigen::Vector2d(value, -value), Eigen::Matrix2d::Identity() / 3, 0};
            data.components.push_back(component);
        }
    });
    session.lanes[0].guidance.values.set("target", 0);
    session.lanes[1].guidance.values.set("target", 0);
    session.particles.seed = 9007199254740991.0;
    const auto back = sessionFromJson(sessionToJson(session));
    QVERIFY2(back.ok(), back.ok() ? "" : back.error().sentence().c_str());
    QVERIFY(*back == session);
}

void TestSessionJson::errors_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("part");
    const QString lane = QStringLiteral("\"process\": {\"kind\": \"rf\"}");
    QTest::newRow("unknown top key") << "\"lanes\""
                                     << "\"lane\""
                                     << "/lane"
                                     << "did you mean 'lanes'";
    QTest::newRow("unknown lane key") << "\"process\""
                                      << "\"proces\""
                                      << "/lanes/0/proces"
                                      << "did you mean 'process'";
    QTest::newRow("unknown view key") << "{}]"
                                      << "{}], \"view\": {\"density\": {\"opacty\": 1}}"
                                      << "/view/density/opacty"
                                      << "did you mean 'opacity'";
    QTest::newRow("unknown group") << "{}]"
                                   << "{}], \"view\": {\"densty\": {\"opacity\": 1}}"
                                   << "/view/densty"
                                   << "did you mean 'density'";
    QTest::newRow("unknown empty group") << "{}]"
                                         << "{}], \"view\": {\"densty\": {}}"
                                         << "/view/densty"
                                         << "did you mean 'density'";
    QTest::newRow("unknown kind") << "\"rf\""
                                  << "\"rff\""
                                  << "/lanes/0/process/kind"
                                  << "did you mean 'rf'";
    QTest::newRow("another variant's key") << "\"rf\""
                                           << "\"rf\", \"beta_min\": 1"
                                           << "/lanes/0/process/beta_min"
                                           << "belongs to process vp-linear";
    QTest::newRow("out of range") << lane << lane + ", \"eta\": -1"
                                  << "/lanes/0/eta"
                                  << "0 to 10";
    QTest::newRow("text for a number") << lane << lane + ", \"eta\": \"1\""
                                       << "/lanes/0/eta"
                                       << "must be a number";
    QTest::newRow("list for a number") << lane << lane + ", \"eta\": [1]"
                                       << "/lanes/0/eta"
                                       << "must be a number";
    QTest::newRow("object for a number") << lane << lane + ", \"eta\": {\"a\": 1}"
                                         << "/lanes/0/eta"
                                         << "must be a value";
    QTest::newRow("null for a number") << lane << lane + ", \"eta\": null"
                                       << "/lanes/0/eta"
                                       << "is null, must be a number";
    QTest::newRow("number for a kind") << "\"rf\""
                                       << "1"
                                       << "/lanes/0/process/kind"
                                       << "is 1, must be vp";
    QTest::newRow("dots in a key") << "{}]"
                                   << "{}], \"view\": {\"density.opacity\": 0.5}"
                                   << "/view/density.opacity"
                                   << "unknown key";
    QTest::newRow("dots in a lane's key") << lane << lane + ", \"grid.steps\": 3"
                                          << "/lanes/0/grid.steps"
                                          << "unknown key";
    QTest::newRow("class of ten digits") << "\"covariance\": 1}"
                                         << "\"covariance\": 1, \"class\": 1e30}"
                                         << "/data/components/0/class"
                                         << "nine digits";
    QTest::newRow("no components")
        << "[{\"mean\": [0, 0], \"covariance\": 1}, {\"mean\": [3, 0], \"covariance\": [1, 2]}]"
        << "[]"
        << "/data/components"
        << "0 components";
    QTest::newRow("number for a switch") << "{}]"
                                         << "{}], \"timeline\": {\"loop\": 1}"
                                         << "/timeline/loop"
                                         << "true or false";
    QTest::newRow("switch for a number") << lane << lane + ", \"eta\": true"
                                         << "/lanes/0/eta"
                                         << "must be a number";
    QTest::newRow("number for a group") << "{}]"
                                        << "{}], \"view\": 3"
                                        << "/view"
                                        << "must be an object";
    QTest::newRow("lane is a number") << "{}]"
                                      << "4]"
                                      << "/lanes/1"
                                      << "must be an object";
    QTest::newRow("five lanes") << "{}]"
                                << "{},{},{},{}]"
                                << "/lanes"
                                << "1 to 4 lanes";
    QTest::newRow("no lane") << "[{\"process\": {\"kind\": \"rf\"}, \"guidance\": {\"kind\": "
                                "\"cfg\", \"target\": 1}}, {}]"
                             << "[]"
                             << "/lanes"
                             << "1 to 4 lanes";
    QTest::newRow("lane kind") << "{}]"
                               << "{\"kind\": \"discrete\"}]"
                               << "/lanes/1/kind"
                               << "diffusion";
    QTest::newRow("target beyond") << "\"target\": 1"
                                   << "\"target\": 2"
                                   << "/lanes/0/guidance/target"
                                   << "0 to 1";
    QTest::newRow("target unknown") << "\"target\": 1"
                                    << "\"target\": \"clas 1\""
                                    << "/lanes/0/guidance/target"
                                    << "class 1";
    QTest::newRow("duplicate key") << lane << lane + ", \"eta\": 1, \"eta\": 1"
                                   << "/lanes/0/eta"
                                   << "stands twice";
    QTest::newRow("syntax") << "{}]"
                            << "{,}]"
                            << ""
                            << "line 3, column 84";
    QTest::newRow("NaN") << "[3, 0]"
                         << "[NaN, 0]"
                         << ""
                         << "line 2";
    QTest::newRow("too large") << "[3, 0]"
                               << "[1e999, 0]"
                               << "/data/components/1/mean/0"
                               << "is a number beyond ±1.8e308";
    QTest::newRow("nested without end") << "[3, 0]" << QString(200, '[') + QString(200, ']') << ""
                                        << "nested deeper";
    QTest::newRow("negative weight") << "\"covariance\": 1}"
                                     << "\"covariance\": 1, \"weight\": -1}"
                                     << "/data/components/0/weight"
                                     << "at least 0";
    QTest::newRow("not positive") << "[1, 2]"
                                  << "[1, -2]"
                                  << "/data/components/1/covariance"
                                  << "positive semi-definite";
    QTest::newRow("mean too long") << "[3, 0]"
                                   << "[3, 0, 0]"
                                   << "/data/components/1/mean"
                                   << "dimension is 2";
    QTest::newRow("mean missing") << "\"mean\": [3, 0], "
                                  << ""
                                  << "/data/components/1"
                                  << "'mean' is missing";
    QTest::newRow("text in a mean") << "[3, 0]"
                                    << "[3, \"0\"]"
                                    << "/data/components/1/mean/1"
                                    << "must be a finite number";
    QTest::newRow("unknown component key") << "\"mean\": [3"
                                           << "\"man\": 1, \"mean\": [3"
                                           << "/data/components/1/man"
                                           << "did you mean 'mean'";
    QTest::newRow("not a session") << "\"format\": \"scorefield\""
                                   << "\"format\": \"other\""
                                   << "/format"
                                   << "scorefield";
    QTest::newRow("no format") << "\"format\": \"scorefield\", "
                               << ""
                               << ""
                               << "'format' is missing";
    QTest::newRow("no version") << "\"version\": 1,"
                                << ""
                                << ""
                                << "'version' is missing";
    QTest::newRow("newer") << "\"version\": 1"
                           << "\"version\": 2"
                           << "/version"
                           << "newer Scorefield";
    QTest::newRow("version 0") << "\"version\": 1"
                               << "\"version\": 0"
                               << "/version"
                               << "from 1 to 1";
    QTest::newRow("info is a text") << "\"data\""
                                    << "\"info\": \"x\", \"data\""
                                    << "/info"
                                    << "must be an object";
    QTest::newRow("title is a number") << "\"data\""
                                       << "\"info\": {\"title\": 3}, \"data\""
                                       << "/info/title"
                                       << "must be a text";
    QTest::newRow("stop above horizon") << "\"rf\""
                                        << "\"vp\", \"horizon\": 0.1, \"stop\": 0.3"
                                        << "/lanes/0/process/stop"
                                        << "below the horizon";
}

void TestSessionJson::errors()
{
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, path);
    QFETCH(QString, part);
    const auto session = replaced(from, to);
    QVERIFY(!session.ok());
    QVERIFY2(QString::fromStdString(session.error().message).contains(part),
             session.error().sentence().c_str());
    QCOMPARE(QString::fromStdString(session.error().path), path);
}

void TestSessionJson::files()
{
    const QTemporaryDir folder;
    const std::string path = folder.filePath(QStringLiteral("a.scorefield.json")).toStdString();
    const Session session = test::randomSession(5);
    QVERIFY(saveSession(session, path).ok());
    const auto back = loadSession(path);
    QVERIFY(back.ok() && *back == session);
    const auto missing = loadSession(path + "x");
    QVERIFY(!missing.ok());
    QVERIFY(missing.error().path.find(path + "x") == 0);
    QFile file(QString::fromStdString(path));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(kSmall).replace("\"rf\"", "\"rff\""));
    file.close();
    const auto broken = loadSession(path);
    QVERIFY(!broken.ok());
    QCOMPARE(broken.error().path, path + "#/lanes/0/process/kind");
}

QTEST_APPLESS_MAIN(TestSessionJson)
#include "tst_session_json.moc"
