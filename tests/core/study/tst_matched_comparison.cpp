// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/parameter_table.h"
#include "core/study/matched_comparison.h"
#include "core/study/study.h"
#include "tests/support/compare.h"

#include <QtTest>

#include <cmath>

using namespace scorefield;

class TestMatchedComparison : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theLadderTelescopes();
    void whatLanesShareAddsNothing();
    void theLastRungIsNothingMatched();
    void theStudySaysTheSame();
    void everyLaneClimbs();
    void aSweepBesideTheLadder();
    void oneLaneIsRefused();
    void aRungThatCannotRunIsNamed();
};

namespace {

/// VP and RF that differ in every part.
Session pairOfLanes()
{
    Session session = defaultSession();
    session.particles.count = 150;
    const char* const parts[2][3] = {{"vp:horizon=3,stop=0.01", "uniform:steps=12", "ddim"},
                                     {"rf", "karras:steps=8,final=denoise", "heun"}};
    for (int lane = 0; lane < 2; ++lane) {
        const char* const families[] = {"process", "grid", "sampler"};
        for (int i = 0; i < 3; ++i)
            if (!setVariantText(session, lane, families[i], parts[lane][i]))
                qFatal("a mistake in the test");
        if (!setVariantText(session, lane, "guidance", "none"))
            qFatal("a mistake in the test");
    }
    return session;
}

MatchLadder ladderOf(const Session& session, int lane = 1)
{
    WorkerPool pool(2);
    const auto ladder = climbLadder(session, lane, 0, pool);
    if (!ladder)
        qFatal("%s", ladder.error().sentence().c_str());
    return *ladder;
}

const Column& column(const Table& table, const std::string& id)
{
    const Column* found = table.find(id);
    if (found == nullptr)
        qFatal("no column %s", id.c_str());
    return *found;
}

} // namespace

void TestMatchedComparison::theLadderTelescopes()
{
    const Session session = pairOfLanes();
    const MatchLadder ladder = ladderOf(session);
    QVERIFY(ladder.note.empty());
    QVERIFY(ladder.at(MatchRung::Matched).gap.value < 1e-12); // theory O4
    double sum = 0;
    for (const LadderStep& step : ladder.steps) {
        sum += step.contribution;
        COMPARE_CLOSE(sum, step.gap.value, 1e-12, 1e-14);
    }
    // Each part differs, so each moves the ends.
    for (const LadderStep& step : ladder.steps)
        QVERIFY(&step == ladder.steps.data() || std::abs(step.contribution) > 1e-6);
    COMPARE_CLOSE(ladder.at(MatchRung::Spacing).alone,
                  ladder.at(MatchRung::Spacing).contribution,
                  1e-9,
                  1e-12); // the first to be un-matched is alone
}

void TestMatchedComparison::whatLanesShareAddsNothing()
{
    Session session = pairOfLanes();
    session.lanes[1].sampler = session.lanes[0].sampler;
    session.lanes[0].prior = session.lanes[1].prior = 1;
    const MatchLadder ladder = ladderOf(session);
    QCOMPARE(ladder.at(MatchRung::Sampler).contribution, 0.);
    QCOMPARE(ladder.at(MatchRung::Sampler).alone, 0.);
    QCOMPARE(ladder.at(MatchRung::Prior).contribution, 0.);
    QVERIFY(ladder.at(MatchRung::Steps).contribution != 0);
}

void TestMatchedComparison::theLastRungIsNothingMatched()
{
    Session session = pairOfLanes();
    const MatchLadder ladder = ladderOf(session);
    session.view.matchNoise = 0;
    WorkerPool pool(1);
    const auto gap = laneGap(session, 1, 0, pool);
    QVERIFY(gap.ok());
    COMPARE_CLOSE(gap->value, ladder.steps.back().gap.value, 1e-13, 0);
    COMPARE_CLOSE(gap->error, ladder.steps.back().gap.error, 1e-12, 0);
    QVERIFY(gap->error > 0 && gap->error < gap->value);
}

void TestMatchedComparison::theStudySaysTheSame()
{
    const Session session = pairOfLanes();
    WorkerPool pool(2);
    const auto table = runStudy(**findStudy("matched-comparison"), session, {}, pool);
    QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
    QCOMPARE(table->rows(), std::size_t{kMatchRungs});
    QCOMPARE(table->columns.front().id, std::string("study.rung"));
    QCOMPARE(table->columns.front().words.front(), std::string("matched"));
    QCOMPARE(table->columns.front().current.front(), double{kMatchRungs - 1}); // nothing is matched
    const MatchLadder ladder = ladderOf(session);
    double sum = 0;
    for (std::size_t row = 0; row < table->rows(); ++row) {
        COMPARE_CLOSE(
            column(*table, "lanes.1.gap").values[row], ladder.steps[row].gap.value, 1e-13, 1e-13);
        COMPARE_CLOSE(
            column(*table, "lanes.1.gap.alone").values[row], ladder.steps[row].alone, 1e-12, 1e-12);
        sum += column(*table, "lanes.1.gap.contribution").values[row];
        QVERIFY(std::isnan(column(*table, "lanes.0.gap").values[row]));
        for (const char* id : {"lanes.0.w2", "lanes.1.w2", "lanes.0.w2.floor", "lanes.1.kl"})
            QVERIFY2(std::isfinite(column(*table, id).values[row]), id);
    }
    COMPARE_CLOSE(sum, column(*table, "lanes.1.gap").values.back(), 1e-12, 0);
    // The whole gap is mostly this lane's error: few steps from a prior of high noise.
    QVERIFY(column(*table, "lanes.1.w2").values.back()
            != column(*table, "lanes.1.w2").values.front());
}

void TestMatchedComparison::everyLaneClimbs()
{
    Session session = pairOfLanes();
    session.lanes.push_back(session.lanes[0]);
    session.lanes.push_back(session.lanes[1]);
    const MatchLadder twin = ladderOf(session, 2); // of the first
    for (const LadderStep& step : twin.steps)
        QVERIFY(step.gap.value < 1e-12);
    const MatchLadder second = ladderOf(session, 1), fourth = ladderOf(session, 3);
    for (std::size_t i = 0; i < second.steps.size(); ++i)
        COMPARE_CLOSE(fourth.steps[i].gap.value, second.steps[i].gap.value, 1e-14, 0);
}

void TestMatchedComparison::aSweepBesideTheLadder()
{
    // A sweep of the first lane alone changes the gap of the second, too.
    const Session session = pairOfLanes();
    const StudyKind& study = **findStudy("matched-comparison");
    std::vector<Sweep> sweeps{parseSweep(session, "lanes.0.grid.steps=6:24:2", study.own).value(),
                              parseSweep(session, "study.rung=matched:range:6", study.own).value()};
    WorkerPool pool(2);
    const auto table = runStudy(study, session, sweeps, pool);
    QVERIFY(table.ok());
    QCOMPARE(table->rows(), std::size_t{12});
    const Column& gap = column(*table, "lanes.1.gap");
    const Column& part = column(*table, "lanes.1.gap.contribution");
    QVERIFY(gap.values[5] != gap.values[11]);
    for (const std::size_t first : {0, 6}) {
        double sum = 0;
        for (std::size_t row = first; row < first + 6; ++row)
            sum += part.values[row];
        COMPARE_CLOSE(sum, gap.values[first + 5], 1e-12, 0);
    }
}

void TestMatchedComparison::oneLaneIsRefused()
{
    Session session = pairOfLanes();
    session.lanes.pop_back();
    WorkerPool pool(1);
    QVERIFY(!climbLadder(session, 1, 0, pool).ok());
    const auto table = runStudy(**findStudy("matched-comparison"), session, {}, pool);
    QVERIFY(!table.ok());
    QCOMPARE(table.error().path, std::string("lanes"));
    session.lanes.push_back(session.lanes[0]);
    QVERIFY(!climbLadder(session, 0, 0, pool).ok() && !climbLadder(session, 2, 0, pool).ok());
}

void TestMatchedComparison::aRungThatCannotRunIsNamed()
{
    Session session = pairOfLanes();
    QVERIFY(setVariantText(session, 0, "process", "ve-edm").ok());
    QVERIFY(setVariantText(session, 0, "grid", "edm-iddpm:steps=12,table_size=40").ok());
    QVERIFY(setVariantText(session, 1, "grid", "karras:steps=300").ok());
    const MatchLadder ladder = ladderOf(session); // K alone asks the table for 300 levels
    QVERIFY(std::isnan(ladder.at(MatchRung::Steps).alone));
    QVERIFY(std::isfinite(ladder.at(MatchRung::Steps).contribution));
    QVERIFY(ladder.note.find("view.match.steps") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestMatchedComparison)
#include "tst_matched_comparison.moc"
