// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session.h"
#include "core/session/session_migrations.h"

#include <QtTest>

using namespace scorefield;
using json::Json;

class TestSessionMigrations : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theTableReachesTodaysVersion();
    void versionsFollowEachOther();
    void aGapIsReported();
    void aProblemStopsTheChain();
};

void TestSessionMigrations::theTableReachesTodaysVersion()
{
    const auto& migrations = json::sessionMigrations();
    QCOMPARE(static_cast<int>(migrations.size()), kSessionVersion - 1);
    for (std::size_t i = 0; i < migrations.size(); ++i)
        QCOMPARE(migrations[i].from, static_cast<int>(i) + 1);
}

void TestSessionMigrations::versionsFollowEachOther()
{
    const std::vector<json::Migration> migrations = {{1,
                                                      [](Json& document, json::Problems&) {
                                                          document["b"] = document["a"];
                                                          document.erase("a");
                                                      }},
                                                     {2, [](Json& document, json::Problems&) {
                                                          document["b"] =
                                                              document["b"].get<int>() * 10;
                                                      }}};
    Json document = {{"version", 1}, {"a", 4}};
    json::Problems problems;
    json::migrate(document, 1, 3, migrations, problems);
    QVERIFY(!problems.any());
    QVERIFY(document == Json({{"version", 3}, {"b", 40}}));
    json::migrate(document, 3, 3, migrations, problems);
    QVERIFY(document["b"] == 40);
}

void TestSessionMigrations::aGapIsReported()
{
    Json document = {{"version", 1}};
    json::Problems problems;
    json::migrate(document, 1, 3, {{2, [](Json&, json::Problems&) {}}}, problems);
    QVERIFY(problems.any());
    QCOMPARE(problems.first().path, std::string("/version"));
}

void TestSessionMigrations::aProblemStopsTheChain()
{
    const std::vector<json::Migration> migrations = {
        {1, [](Json&, json::Problems& problems) { problems.add("/a", "cannot be turned"); }},
        {2, [](Json& document, json::Problems&) { document["touched"] = true; }}};
    Json document = {{"version", 1}};
    json::Problems problems;
    json::migrate(document, 1, 3, migrations, problems);
    QCOMPARE(problems.first().path, std::string("/a"));
    QVERIFY(!document.contains("touched"));
}

QTEST_APPLESS_MAIN(TestSessionMigrations)
#include "tst_session_migrations.moc"
