// SPDX-License-Identifier: GPL-3.0-or-later
// Cells of studies: the same numbers in any order and by themselves, as text, and a table that
// survives those that fail.
#include "core/session/parameter_table.h"
#include "core/study/measured_cell.h"
#include "core/study/table_assembly.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <new>
#include <numeric>

using namespace scorefield;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Session smallSession()
{
    Session session = defaultSession(); // VP | RF
    session.particles.count = 40;
    return setParameterText(session, "lanes.*.grid.steps", "6") ? session : Session();
}

std::vector<Sweep> sweepsOf(const Session& session, const std::vector<std::string>& texts)
{
    std::vector<Sweep> sweeps;
    for (const std::string& text : texts)
        sweeps.push_back(parseSweep(session, text).value());
    return sweeps;
}

PreparedStudy
prepared(const StudyKind& kind, const Session& session, const std::vector<std::string>& texts)
{
    return PreparedStudy::create(kind, session, sweepsOf(session, texts)).value();
}

Result<Measurement> alone(const PreparedStudy& study, std::size_t cell)
{
    WorkerPool pool(1);
    StudyCache cache;
    return study.measure(cell, pool, {}, {.library = std::make_shared<ModelLibrary>()}, cache);
}

/// A study that measures eta, and cannot everywhere.
Result<Measurement> measureEta(const StudyPoint& point, WorkerPool& pool, std::stop_token)
{
    const double eta = point.session.lanes[static_cast<std::size_t>(point.lane)].eta;
    if (point.lane == 0 && eta == .25)
        return Error{"lanes.0.eta", "is no number for this test"};
    if (point.lane == 0 && (eta == .5 || eta == .75))
        pool.parallelFor(8, [](std::size_t block) {
            if (block == 5)
                throw std::bad_alloc();
        });
    return Measurement{{{eta, .1}}, eta == 1 ? "the end" : ""};
}

Result<Measurement> measureNothing(const StudyPoint&, WorkerPool&, std::stop_token)
{
    return Error{"", "nothing can be measured"};
}

StudyKind testStudy(Result<Measurement> (*measure)(const StudyPoint&, WorkerPool&, std::stop_token))
{
    return {{"eta",
             "Eta",
             "It measures eta.",
             "this test",
             {{.id = "eta", .label = "Eta", .hasError = true}}},
            nullptr,
            measure,
            nullptr};
}

} // namespace

class TestStudyCells : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anyOrderGivesOneTable()
    {
        const Session session = smallSession();
        for (const StudyKind& kind : studyKinds()) {
            const auto study = prepared(kind, session, {"lanes.1.eta=0:1:3"});
            const bool needsAll = kind.info.followsPlayHead || kind.info.comparesLanes;
            // Lane 0 keeps its numbers, unless those of other lanes are part of them.
            QCOMPARE(study.cells().size(), std::size_t{needsAll ? 6U : 4U});
            std::vector<Result<Measurement>> measured;
            for (std::size_t cell = 0; cell < study.cells().size(); ++cell)
                measured.push_back(alone(study, cell));
            std::string first;
            for (const std::size_t stride : {std::size_t{1}, measured.size() - 1}) { // or backwards
                TableAssembly assembly(study);
                for (std::size_t i = 0; i < measured.size(); ++i) {
                    QVERIFY(!assembly.isComplete());
                    const std::size_t cell = i * stride % measured.size();
                    assembly.take(cell, measured[cell]);
                    QCOMPARE(assembly.table().rows(), assembly.rows());
                }
                QVERIFY(assembly.isComplete());
                const std::string text = tableToJson(assembly.finished().value());
                if (first.empty())
                    first = text;
                QCOMPARE(text, first);
            }
            WorkerPool pool(3);
            const auto whole = runStudy(kind, session, study.sweeps(), pool);
            QCOMPARE(tableToJson(*whole), first);
        }
    }

    /// Rows that come early stand in the order of the grid, with those missing between them.
    void partialTablesAreInOrder()
    {
        const Session session = smallSession();
        const StudyKind kind = testStudy(measureEta);
        const auto study = prepared(kind, session, {"lanes.1.eta=0:1:5"});
        TableAssembly assembly(study);
        assembly.take(study.cellOf(4, 1), alone(study, study.cellOf(4, 1)));
        QCOMPARE(assembly.rows(), std::size_t{0});
        assembly.take(study.cellOf(0, 0), alone(study, study.cellOf(0, 0))); // of every row
        QCOMPARE(assembly.rows(), std::size_t{1});
        assembly.take(study.cellOf(2, 1), alone(study, study.cellOf(2, 1)));
        QCOMPARE(assembly.table().columns[0].values, (std::vector<double>{.5, 1}));
        QCOMPARE(assembly.table().find("lanes.1.eta")->values, (std::vector<double>{.5, 1}));
    }

    /// A lane that keeps its cell would have come to the same numbers in its own row, also where
    /// the noise clock ties it to the lane that changes.
    void whatIsKeptWouldBeMeasuredAgain()
    {
        Session session = smallSession();
        session.timeline.clock = 2; // noise
        session.timeline.position = .6;
        for (const StudyKind& kind : studyKinds()) {
            if (kind.info.id == "one-step")
                continue; // the dearest, and no clock is read
            const auto study = prepared(kind, session, {"lanes.0.grid.steps=3:9:2"});
            const Session second = sessionAt(session, study.sweeps(), 1).value();
            const auto own = prepared(kind, second, {"lanes.0.grid.steps=9:9:1"});
            const StudyCell there{1, 1}, here{0, 1};
            const auto kept = alone(study, study.cellOf(there.row, there.lane));
            const auto again = alone(own, own.cellOf(here.row, here.lane));
            QVERIFY(kept.ok() && again.ok());
            QCOMPARE(lineOf({here, kept}), lineOf({here, again}));
        }
    }

    void linesReadBackExactly()
    {
        Measurement measurement;
        for (const double value : {1. / 3, -0., 5e-324, 1.7976931348623157e308, kNaN, kInfinity})
            measurement.estimates.push_back({value, -value});
        measurement.note = "line\nbreak, \"quotes\", 3–5 σ̃";
        const std::string line = lineOf({{12, 3}, measurement});
        QVERIFY(line.find('\n') == std::string::npos);
        const auto back = measuredCellFrom(line);
        QVERIFY2(back.ok(), back ? "" : back.error().sentence().c_str());
        QCOMPARE(back->cell.row, std::size_t{12});
        QCOMPARE(back->cell.lane, 3);
        QCOMPARE(back->measured->note, measurement.note);
        QCOMPARE(back->measured->estimates.size(), measurement.estimates.size());
        for (std::size_t i = 0; i < measurement.estimates.size(); ++i) {
            const StudyValue is = back->measured->estimates[i], was = measurement.estimates[i];
            QVERIFY(is.value == was.value || (std::isnan(is.value) && std::isnan(was.value)));
            QCOMPARE(std::signbit(is.error), std::signbit(was.error) && !std::isnan(was.error));
        }
        for (std::size_t length = 0; length < line.size(); ++length)
            QVERIFY(!measuredCellFrom(line.substr(0, length))); // torn
        QVERIFY(!measuredCellFrom(R"({"row":1,"lane":0,"estimates":[1],"note":""})"));
        QVERIFY(!measuredCellFrom(R"({"row":1,"lane":0,"estimates":["x",1],"note":""})"));
        const auto failed = measuredCellFrom(lineOf({{1, 0}, Error{"lanes.0.eta", "is \"bad\""}}));
        QCOMPARE(failed->measured.error(), (Error{"lanes.0.eta", "is \"bad\""}));
    }

    void failingRowsLeaveTheOthers_data()
    {
        QTest::addColumn<int>("threads");
        QTest::newRow("one thread") << 1;
        QTest::newRow("three threads") << 3;
    }
    void failingRowsLeaveTheOthers()
    {
        QFETCH(int, threads);
        const Session session = smallSession();
        const StudyKind kind = testStudy(measureEta);
        WorkerPool pool(static_cast<unsigned>(threads));
        const auto table = runStudy(kind, session, sweepsOf(session, {"lanes.*.eta=0:1:5"}), pool);
        QVERIFY(table.ok());
        const Column& failing = *table->find("lanes.0.eta");
        const Column& whole = *table->find("lanes.1.eta");
        QCOMPARE(failing.values[0], 0.);
        QCOMPARE(failing.values[4], 1.);
        for (const std::size_t row : {1, 2, 3})
            QVERIFY(std::isnan(failing.values[row]) && std::isnan(failing.errors[row]));
        QCOMPARE(whole.values, (std::vector<double>{0, .25, .5, .75, 1}));
        QCOMPARE(table->notes,
                 (std::vector<std::string>{
                     "lanes.0: the end",
                     "lanes.1: the end",
                     "lanes.0: row 2 of 5 is missing: lanes.0.eta: is no number for this test",
                     "lanes.0: rows 3–4 of 5 are missing: there is not enough memory"}));
    }

    void aStudyThatMeasuresNothingSaysWhy()
    {
        const Session session = smallSession();
        const StudyKind kind = testStudy(measureNothing);
        WorkerPool pool(2);
        const auto table = runStudy(kind, session, sweepsOf(session, {"lanes.*.eta=0:1:2"}), pool);
        QVERIFY(!table.ok());
        QCOMPARE(table.error().sentence(), std::string("nothing can be measured"));
    }

    void otherWorkHasAnotherIdentity()
    {
        const Session session = smallSession();
        const auto& kind = **findStudy("guidance-sweep");
        const std::string own = identityOf(prepared(kind, session, {"lanes.0.eta=0:1:2"}));
        QCOMPARE(identityOf(prepared(kind, session, {"lanes.0.eta=0:1:2"})), own);
        QVERIFY(identityOf(prepared(kind, session, {"lanes.0.eta=0:1:3"})) != own);
        QVERIFY(identityOf(prepared(kind, session, {"lanes.1.eta=0:1:2"})) != own);
        const auto& other = **findStudy("confidence-diversity");
        QVERIFY(identityOf(prepared(other, session, {"lanes.0.eta=0:1:2"})) != own);
        Session seeded = session;
        seeded.particles.seed += 1;
        QVERIFY(identityOf(prepared(kind, seeded, {"lanes.0.eta=0:1:2"})) != own);
    }
};

QTEST_APPLESS_MAIN(TestStudyCells)
#include "tst_study_cells.moc"
