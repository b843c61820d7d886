// SPDX-License-Identifier: GPL-3.0-or-later
// Lists of points among the parameters (control points, given levels) and the tape's path: setting,
// text, files.
#include "core/process/time_grid.h"
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"

#include <QtTest>

using namespace scorefield;

class TestParameterPoints : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void appearWithTheirVariant();
    void refusedPointsChangeNothing();
    void textIsReadAndWritten();
    void roundTripThroughFiles();
    void wrongFilesNameThePlace_data();
    void wrongFilesNameThePlace();
    void tapeIsKept();

private:
    static Session withLevels(const char* text)
    {
        Session session = defaultSession();
        for (const auto& [key, value] :
             {std::pair{"lanes.0.grid.kind", "levels"}, {"lanes.0.grid.levels", text}})
            if (const auto status = setParameterText(session, key, value); !status)
                qFatal("%s", status.error().sentence().c_str());
        return session;
    }
};

void TestParameterPoints::appearWithTheirVariant()
{
    Session session = defaultSession();
    QVERIFY(pointsKeys(session).empty());
    QVERIFY(!describePoints(session, "lanes.0.process.points").ok());
    QVERIFY(setParameterText(session, "lanes.0.process.kind", "custom").ok());
    QVERIFY(setParameterText(session, "lanes.1.grid.kind", "levels").ok());
    QCOMPARE(pointsKeys(session),
             (std::vector<std::string>{"lanes.0.process.points", "lanes.1.grid.levels"}));
    const auto info = describePoints(session, "lanes.0.process.points");
    QVERIFY(info.ok() && !info->list && info->key == "lanes.0.process.points");
    QCOMPARE(*pointsValue(session, "lanes.0.process.points"), info->defaultPoints);
}

void TestParameterPoints::refusedPointsChangeNothing()
{
    Session session = withLevels("80,10,1,0");
    const Session before = session;
    const auto rising = setPoints(session, "lanes.0.grid.levels", {{0, 1}, {1, 2}});
    QVERIFY(!rising.ok());
    QCOMPARE(rising.error().path, "lanes.0.grid.levels");
    QVERIFY2(rising.error().message.find("number 1") != std::string::npos,
             rising.error().message.c_str());
    QVERIFY(!setPoints(session, "lanes.0.grid.levels", {}).ok());
    QVERIFY(!setPoints(session, "lanes.0.grid.levels", {{0, 1}, {1, std::nan("")}}).ok());
    QVERIFY(session == before);
}

void TestParameterPoints::textIsReadAndWritten()
{
    Session session = withLevels("80,10,1,0");
    const auto points = pointsValue(session, "lanes.0.grid.levels");
    QCOMPARE(points->size(), std::size_t{4});
    QCOMPARE((*points)[1].y, 10.0);
    const auto info = describePoints(session, "lanes.0.grid.levels");
    QCOMPARE(info->format(*points), "80,10,1,0");
    QVERIFY(!setParameterText(session, "lanes.0.grid.levels", "80,ten").ok());
    QVERIFY(setParameterText(session, "lanes.0.process.kind", "custom").ok());
    const auto curve = describePoints(session, "lanes.0.process.points");
    const auto parsed = curve->parse(curve->format(curve->defaultPoints));
    QVERIFY(parsed.ok());
    QCOMPARE(*parsed, curve->defaultPoints);
    QVERIFY(!curve->parse("0;1").ok());
}

void TestParameterPoints::roundTripThroughFiles()
{
    Session session = withLevels("80,10.5,1,0");
    QVERIFY(setParameterText(session, "lanes.1.process.kind", "custom").ok());
    const auto info = describePoints(session, "lanes.1.process.points");
    auto points = info->defaultPoints;
    const double middle = (points[0].y + points[1].y) / 2;
    points[1].y = middle;
    QVERIFY(setPoints(session, "lanes.1.process.points", points).ok());
    const auto again = sessionFromJson(sessionToJson(session));
    QVERIFY2(again.ok(), again ? "" : again.error().sentence().c_str());
    QVERIFY(*again == session);
    QVERIFY(!(session == withLevels("80,10.5,1,0")));
}

void TestParameterPoints::wrongFilesNameThePlace_data()
{
    QTest::addColumn<QString>("levels");
    QTest::addColumn<QString>("word");
    QTest::newRow("rising") << "[1, 2]"
                            << "number 1";
    QTest::newRow("no list") << "\"all\""
                             << "list of numbers";
    QTest::newRow("pairs") << "[[0, 80], [1, 2]]"
                           << "list of numbers";
    QTest::newRow("negative") << "[80, -1]"
                              << "number 1";
    QTest::newRow("empty") << "[]"
                           << "must have";
}

void TestParameterPoints::wrongFilesNameThePlace()
{
    QFETCH(QString, levels);
    QFETCH(QString, word);
    QString text = QString::fromStdString(sessionToJson(withLevels("80,1")));
    const auto key = text.indexOf(QStringLiteral("\"levels\": ["));
    QVERIFY(key > 0);
    const auto begin = text.indexOf('[', key), end = text.indexOf(']', begin);
    text.replace(begin, end + 1 - begin, levels);
    const auto session = sessionFromJson(text.toStdString());
    QVERIFY(!session.ok());
    QCOMPARE(session.error().path, "/lanes/0/grid/levels");
    QVERIFY2(QString::fromStdString(session.error().message).contains(word),
             session.error().message.c_str());
}

void TestParameterPoints::tapeIsKept()
{
    Session session = defaultSession();
    session.particles.tape = "/somewhere/noise.npy";
    const auto again = sessionFromJson(sessionToJson(session));
    QVERIFY(again.ok());
    QVERIFY(*again == session);
    const Changes changes = diff(defaultSession(), session);
    QVERIFY(changes.simulation[0] && changes.simulation[1]);
}

QTEST_APPLESS_MAIN(TestParameterPoints)
#include "tst_parameter_points.moc"
