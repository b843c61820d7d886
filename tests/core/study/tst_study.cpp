// SPDX-License-Identifier: GPL-3.0-or-later
// The frame of all studies: sweeps and grids, tables as text, cancelling, and the same numbers on
// any number of threads.
#include "core/session/parameter_table.h"
#include "core/study/study.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <cmath>
#include <limits>

using namespace scorefield;

namespace {

/// VP | RF on three modes, small enough for a test.
Session smallSession()
{
    Session session = defaultSession();
    session.particles.count = 150;
    return setParameterText(session, "lanes.*.grid.steps", "10") ? session : Session();
}

std::vector<Sweep> sweepsOf(const Session& session, const std::vector<std::string>& texts)
{
    std::vector<Sweep> sweeps;
    for (const std::string& text : texts)
        sweeps.push_back(parseSweep(session, text).value());
    return sweeps;
}

const StudyKind& study(const std::string& id)
{
    return **findStudy(id);
}

} // namespace

class TestStudy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sweepsRead_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QList<double>>("values");
        const auto row = [](const char* name, const char* text, const QList<double>& values) {
            QTest::newRow(name) << QString::fromUtf8(text) << values;
        };
        row("linear", "lanes.0.guidance.w=0:3:4", {0, 1, 2, 3});
        row("downwards", "lanes.0.guidance.w=3:-1:3", {3, 1, -1});
        row("one value", "lanes.0.guidance.w=3:3:1", {3});
        row("logarithmic", "lanes.1.guidance.w=1:16:5:log", {1, 2, 4, 8, 16});
        row("every lane", "lanes.*.eta=0:1:3", {0, .5, 1});
        row("whole numbers", "lanes.0.grid.steps=10:320:6:log", {10, 20, 40, 80, 160, 320});
        row("whole numbers once", "lanes.0.grid.steps=1:3:7", {1, 2, 3});
        row("words", "lanes.0.prior=gaussian:exact:2", {0, 1});
        row("blanks", " lanes.0.guidance.w = 1 : 2 : 2 : log ", {1, 2});
    }
    void sweepsRead()
    {
        QFETCH(QString, text);
        QFETCH(QList<double>, values);
        const auto sweep = parseSweep(defaultSession(), text.toStdString());
        QVERIFY2(sweep.ok(), sweep ? "" : sweep.error().sentence().c_str());
        QCOMPARE(sweep->values.size(), static_cast<std::size_t>(values.size()));
        for (int i = 0; i < values.size(); ++i) // equal factors are powers: a few roundings
            QVERIFY(std::abs(sweep->values[static_cast<std::size_t>(i)] - values[i]) < 1e-12);
    }

    void badSweepsSayWhy_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* text, const char* part) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(part);
        };
        row("w", "--sweep: is 'w', must be KEY=FROM:TO:N or KEY=FROM:TO:N:log");
        row("lanes.0.guidance.w=1:2", "must be KEY=FROM:TO:N");
        row("lanes.0.guidance.w=1:2:3:exp", "must be KEY=FROM:TO:N");
        row("lanes.0.guidance.v=1:2:3", "did you mean 'lanes.0.guidance.w'");
        row("lanes.*.guidance.v=1:2:3", "did you mean");
        row("lanes.7.guidance.w=1:2:3", "lanes.7.guidance.w: ");
        row("lanes.0.guidance.w=1:x:3", "lanes.0.guidance.w: is 'x', must be a number from ");
        row("lanes.0.guidance.w=1:1e9:3", "must be a number from ");
        row("lanes.0.grid.steps=0:10:2", "lanes.0.grid.steps: is 0, must be a whole number from 1");
        row("lanes.0.guidance.w=1:2:0", "is '0', must be a whole number from 1 to 1000");
        row("lanes.0.guidance.w=1:2:2.5", "is '2.5', must be a whole number from 1 to 1000");
        row("lanes.0.guidance.w=1:2:1", "one value cannot reach from 1 to 2");
        row("lanes.0.guidance.w=0:5:3:log",
            "from 0 to 5 is impossible, both ends must be positive");
        row("lanes.0.prior=gaussian:exakt:2", "did you mean 'exact'?");
        row("view.density.opacity=0:1:2", "view.density.opacity: changes only what is drawn");
    }
    void badSweepsSayWhy()
    {
        QFETCH(QString, text);
        QFETCH(QString, part);
        const auto sweep = parseSweep(defaultSession(), text.toStdString());
        QVERIFY(!sweep.ok());
        const QString sentence = QString::fromStdString(sweep.error().sentence());
        QVERIFY2(sentence.contains(part), qPrintable(sentence));
    }

    void theLastSweepVariesFastest()
    {
        const Session session = smallSession();
        const auto sweeps =
            sweepsOf(session, {"lanes.*.guidance.w=1:2:2", "lanes.1.grid.steps=4:6:3"});
        QCOMPARE(countRows(session, sweeps).value(), std::size_t{6});
        const double w[] = {1, 1, 1, 2, 2, 2}, steps[] = {4, 5, 6, 4, 5, 6};
        for (std::size_t row = 0; row < 6; ++row) {
            const Session at = sessionAt(session, sweeps, row).value();
            for (const char* key : {"lanes.0.guidance.w", "lanes.1.guidance.w"})
                QCOMPARE(parameterValue(at, key).value(), w[row]);
            QCOMPARE(parameterValue(at, "lanes.1.grid.steps").value(), steps[row]);
            QCOMPARE(parameterValue(at, "lanes.0.grid.steps").value(), 10.);
        }
        QCOMPARE(rowsAlong(sweeps, 0, 4), (std::vector<std::size_t>{1, 4}));
        QCOMPARE(rowsAlong(sweeps, 1, 4), (std::vector<std::size_t>{3, 4, 5}));
        QCOMPARE(sweepOf(session, sweeps, "lanes.1.guidance.w"), std::optional<std::size_t>(0));
        QVERIFY(!sweepOf(session, sweeps, "lanes.0.grid.steps"));
    }

    void gridsThatCannotBeRunAreRefusedBefore()
    {
        const Session session = smallSession();
        WorkerPool pool(1);
        const auto refusal = [&](const std::vector<std::string>& texts) {
            bool hasRun = false;
            const auto table =
                runStudy(study("guidance-sweep"),
                         session,
                         sweepsOf(session, texts),
                         pool,
                         [&](const Table&, std::size_t, std::size_t) { hasRun = true; });
            return table || hasRun ? std::string() : table.error().sentence();
        };
        QCOMPARE(refusal({"lanes.*.eta=0:1:2", "lanes.1.eta=0:1:2"}),
                 std::string("lanes.1.eta: is swept twice"));
        QVERIFY(refusal({"lanes.0.eta=0:1:200", "lanes.1.eta=0:1:200"}).find("more than 10000 rows")
                != std::string::npos);
        // A VP run that stops at its horizon: each value is in range, the pair is not.
        QVERIFY(!refusal({"lanes.0.process.stop=0.01:0.1:2", "lanes.0.process.horizon=0.1:0.1:1"})
                     .empty());
    }

    void aStudyAndItsNearestName()
    {
        QVERIFY(findStudy("convergence-order").ok());
        QCOMPARE(findStudy("convergance-order").error().sentence(),
                 std::string("'convergance-order' is no study; did you mean 'convergence-order'?"));
        QVERIFY(findStudy("zzz").error().sentence().find("there are guidance-sweep")
                != std::string::npos);
    }

    void columnsAndRolesBelongTogether()
    {
        const Session session = smallSession();
        WorkerPool pool(2);
        for (const StudyKind& kind : studyKinds()) {
            const auto table =
                runStudy(kind, session, sweepsOf(session, {"lanes.*.grid.steps=3:5:2"}), pool);
            QVERIFY(table.ok());
            QCOMPARE(table->columns.size(), 1 + 2 * kind.info.quantities.size());
            for (const Column& column : table->columns) {
                QCOMPARE(column.values.size(), std::size_t{2});
                QVERIFY(column.errors.empty() || column.errors.size() == 2);
                QVERIFY(!column.label.empty());
                const bool belongs =
                    column.role != ColumnRole::Measured && column.role != ColumnRole::Parameter;
                QCOMPARE(table->find(column.of) != nullptr, belongs);
            }
        }
    }

    void threadsDoNotChangeANumber()
    {
        const Session session = smallSession();
        for (const StudyKind& kind : studyKinds()) {
            std::string first;
            for (const unsigned threads : {1U, 2U, 5U}) {
                WorkerPool pool(threads);
                const auto table = runStudy(
                    kind,
                    session,
                    sweepsOf(session, {"lanes.*.guidance.w=1:4:2", "lanes.*.grid.steps=4:8:2"}),
                    pool);
                QVERIFY(table.ok());
                if (first.empty())
                    first = tableToJson(*table);
                QCOMPARE(tableToJson(*table), first);
            }
        }
    }

    void anUnsweptLaneKeepsItsNumbers()
    {
        const Session session = smallSession();
        WorkerPool pool(2);
        const auto sweeps = sweepsOf(session, {"lanes.0.guidance.w=1:3:3"});
        const auto table = runStudy(study("guidance-sweep"), session, sweeps, pool);
        QVERIFY(table.ok());
        const auto& swept = table->find("lanes.0.confidence")->values;
        const auto& kept = table->find("lanes.1.confidence")->values;
        QVERIFY(swept[0] != swept[1] && swept[1] != swept[2]);
        QVERIFY(kept[0] == kept[1] && kept[1] == kept[2]);
        const Session alone = sessionAt(session, sweeps, 2).value();
        const auto again =
            runStudy(study("guidance-sweep"), alone, sweepsOf(alone, {"lanes.0.eta=0:0:1"}), pool);
        QCOMPARE(again->find("lanes.0.confidence")->values[0], swept[2]);
    }

    void cancellingEndsIt()
    {
        const Session session = smallSession();
        const auto sweeps = sweepsOf(session, {"lanes.*.guidance.w=1:4:4"});
        WorkerPool pool(2);
        for (const StudyKind& kind : studyKinds()) {
            std::stop_source stop;
            std::size_t seen = 0;
            const auto table = runStudy(
                kind,
                session,
                sweeps,
                pool,
                [&](const Table& partial, std::size_t rows, std::size_t total) {
                    seen = rows;
                    if (partial.rows() != rows || total != 4)
                        seen = 99;
                    if (rows == 2)
                        stop.request_stop();
                },
                stop.get_token());
            QVERIFY(!table.ok());
            QCOMPARE(table.error().sentence(), std::string("cancelled"));
            QCOMPARE(seen, std::size_t{2});
        }
    }

    void tablesAsText()
    {
        Table table{"s", "Title", "source", {}, {"a note"}};
        Column kind{"lanes.0.prior", "Prior", "", ColumnRole::Parameter};
        kind.values = {0, 1, 1};
        kind.words = {"gaussian", "exact", "exact"};
        Column measured{"lanes.0.error", "Error", "nats"};
        measured.values = {.1, std::nan(""), -std::numeric_limits<double>::infinity()};
        measured.errors = {1. / 3, std::nan(""), 0};
        table.columns = {kind, measured};
        QCOMPARE(tableToCsv(table),
                 std::string("lanes.0.prior,lanes.0.error,lanes.0.error.standard_error\n"
                             "gaussian,0.1,0.3333333333333333\n"
                             "exact,,\n"
                             "exact,-inf,0\n"));
        const auto json =
            QJsonDocument::fromJson(QByteArray::fromStdString(tableToJson(table))).object();
        QCOMPARE(json["rows"].toInt(), 3);
        QCOMPARE(json["notes"].toArray()[0].toString(), QStringLiteral("a note"));
        const auto columns = json["columns"].toArray();
        QCOMPARE(columns[0].toObject()["role"].toString(), QStringLiteral("parameter"));
        QCOMPARE(columns[0].toObject()["values"].toArray()[1].toString(), QStringLiteral("exact"));
        const QJsonObject second = columns[1].toObject();
        QCOMPARE(second["unit"].toString(), QStringLiteral("nats"));
        QCOMPARE(second["values"].toArray()[0].toDouble(), .1);
        QVERIFY(second["values"].toArray()[1].isNull());
        QVERIFY(second["values"].toArray()[2].isNull());
        QCOMPARE(second["standard_errors"].toArray()[0].toDouble(), 1. / 3);
    }

    void choicesAreSweptByTheirWords()
    {
        const Session session = smallSession();
        WorkerPool pool(2);
        const auto table = runStudy(study("guidance-sweep"),
                                    session,
                                    sweepsOf(session, {"lanes.0.prior=gaussian:exact:2"}),
                                    pool);
        QVERIFY(table.ok());
        QCOMPARE(table->columns[0].words, (std::vector<std::string>{"gaussian", "exact"}));
        QCOMPARE(table->columns[0].lane, 0);
        QVERIFY(tableToCsv(*table).find("\nexact,") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestStudy)
#include "tst_study.moc"
