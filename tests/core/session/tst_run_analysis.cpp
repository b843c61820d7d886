// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of a finished run agrees with what its parts say, is computed once, and knows when
// it has nothing to say.
#include "core/session/parameter_table.h"
#include "core/session/run_analysis.h"

#include <QtTest>

#include <cmath>

using namespace scorefield;

namespace {

constexpr AnalysisRequest kEverything{true, true, true, true};

Session smallSession(double w)
{
    Session session = defaultSession();
    session.particles.count = 300;
    for (Lane& lane : session.lanes)
        lane.guidance.values.set("w", w);
    return session;
}

std::shared_ptr<const RunProduct> runOf(const Session& session,
                                        const std::shared_ptr<const RunProduct>& previous = nullptr)
{
    WorkerPool pool(2);
    auto run = runSession(session, pool, {}, previous);
    return run ? *run : nullptr;
}

bool set(Session& session, const char* key, const char* text)
{
    return setParameterText(session, key, text).ok();
}

} // namespace

class TestRunAnalysis : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void onlyWhatIsAskedForIsThere();
    void theReadoutsAreThoseOfTheMeter();
    void noGuidanceLeavesEveryParticleInItsBasin();
    void fateColoursCarryTheTwin();
    void overTimeEndsWhereTheRunEnds();
    void theExactClassHasNoDivergence();
    void whatHasNoEntropySaysWhy_data();
    void whatHasNoEntropySaysWhy();
    void unchangedLanesAreKept();
    void runsLieInTheMemoryOfEarlierOnes();
    void aStopLeavesTheDearPartsOut();
    void theNumbersDoNotDependOnTheThreads();
    void stageColoursCarryTheStages();
    void stagesAndClocksAreKeptWhileNothingChanges();
};

void TestRunAnalysis::onlyWhatIsAskedForIsThere()
{
    WorkerPool pool(2);
    const auto run = runOf(smallSession(2));
    AnalysisRequest request;
    request.collapse = true;
    const auto analysis = analyseRun(run, request, pool);
    QCOMPARE(analysis->lanes.size(), std::size_t{2});
    for (const LaneAnalysis& lane : analysis->lanes) {
        QVERIFY(lane.collapse.value);
        QVERIFY(!lane.overTime.isDone() && !lane.entropy.isDone() && !lane.twin.isDone());
    }
}

void TestRunAnalysis::theReadoutsAreThoseOfTheMeter()
{
    WorkerPool pool(2);
    const auto run = runOf(smallSession(4));
    const auto analysis = analyseRun(run, kEverything, pool);
    for (std::size_t i = 0; i < 2; ++i) {
        const SimulationPlan& plan = run->lanes[i]->plan;
        const auto meter = CollapseMeter::create(
            plan.mixture, plan.levels.back(), plan.guidance->target(), plan.particles, plan.seed);
        const auto expected = meter->read(run->lanes[i]->trajectories);
        const auto& actual = *analysis->lanes[i].collapse.value;
        QCOMPARE(actual.confidence.value, expected.confidence.value);
        QCOMPARE(actual.shrinkage.value, expected.shrinkage.value);
        QCOMPARE(analysis->lanes[i].meter->floor().shrinkage.value, meter->floor().shrinkage.value);
    }
}

void TestRunAnalysis::noGuidanceLeavesEveryParticleInItsBasin()
{
    WorkerPool pool(2);
    AnalysisRequest request;
    request.twin = true;
    // w = 0 is the unguided field, so every particle ends where its twin does.
    const auto none = analyseRun(runOf(smallSession(0)), request, pool);
    for (const LaneAnalysis& lane : none->lanes) {
        QVERIFY2(lane.twin.value, lane.twin.note.c_str());
        QCOMPARE(lane.twin.value->flips.flipped.value, 0.0);
        QCOMPARE(lane.twin.value->fates.shares[2].value, 0.0);
    }
    // w = 1 takes what would end at the two outer modes to the centre one: two thirds.
    const auto guided = analyseRun(runOf(smallSession(1)), request, pool);
    for (const LaneAnalysis& lane : guided->lanes) {
        const Estimate& flipped = lane.twin.value->flips.flipped;
        QVERIFY(std::abs(flipped.value - 2.0 / 3) < 5 * flipped.error);
    }
}

void TestRunAnalysis::fateColoursCarryTheTwin()
{
    Session session = smallSession(2);
    const auto plain = runOf(session);
    QVERIFY(!plain->lanes[0]->twin && plain->lanes[0]->twinNote.empty());
    session.view.particleColor = kColorByFate;
    session.lanes[1].guidance = {"none", {}};
    const auto colored = runOf(session, plain);
    QVERIFY(colored->lanes[0]->twin);
    QCOMPARE(colored->lanes[0]->twin->fates.of.size(), std::size_t{300});
    // Completed, not run again.
    QCOMPARE(colored->lanes[0]->trajectories.values, plain->lanes[0]->trajectories.values);
    QVERIFY(colored->lanes[0] != plain->lanes[0]); // another product of the same states, not a copy
    QCOMPARE(colored->lanes[0]->trajectories.values.data(),
             plain->lanes[0]->trajectories.values.data());
    QVERIFY(!colored->lanes[1]->twin && !colored->lanes[1]->twinNote.empty());
    WorkerPool pool(2);
    const auto analysis = analyseRun(colored, kEverything, pool);
    QVERIFY(analysis->lanes[0].twin.value == colored->lanes[0]->twin); // not computed again
}

void TestRunAnalysis::overTimeEndsWhereTheRunEnds()
{
    WorkerPool pool(2);
    AnalysisRequest request;
    request.overTime = true;
    const auto run = runOf(smallSession(1));
    const auto analysis = analyseRun(run, request, pool);
    for (std::size_t i = 0; i < 2; ++i) {
        const OverTime& over = *analysis->lanes[i].overTime.value;
        const std::size_t states = run->lanes[i]->plan.levels.size();
        QCOMPARE(over.confidence.size(), states);
        QCOMPARE(over.exactConfidence.size(), states);
        QCOMPARE(over.effectiveModes.size(), states);
        QCOMPARE(over.weight, std::vector<double>(states, 1.0));
        // At the noise end every component is as likely as its weight. At the data end the centre
        // has the mean confidence c, and the two others share the rest, in whatever parts.
        QVERIFY(std::abs(over.effectiveModes.front() - 3) < 0.05);
        const double c = over.confidence.back().value;
        const double together = std::exp(-c * std::log(c) - (1 - c) * std::log(1 - c));
        QVERIFY(over.effectiveModes.back() > together - 1e-9);
        QVERIFY(over.effectiveModes.back() < together * std::pow(2, 1 - c) + 1e-9);
        // Noise 1e-3 against modes of 0.5: the clean posterior is that of the last level to 1e-3.
        QVERIFY(std::abs(over.confidence.back().value - run->lanes[i]->readouts.confidence) < 5e-3);
        // At w = 1 the run samples the class, so both are means of the same law.
        const Estimate &a = over.confidence.back(), &b = over.exactConfidence.back();
        QVERIFY(std::abs(a.value - b.value) < 5 * std::hypot(a.error, b.error));
        for (const Estimate& estimate : over.confidence)
            QVERIFY(estimate.value <= over.ceiling + 1e-9); // rounding of a posterior near 1
    }
}

void TestRunAnalysis::theExactClassHasNoDivergence()
{
    WorkerPool pool(2);
    Session session = smallSession(1);
    for (Lane& lane : session.lanes)
        lane.prior = 1; // the exact law at the first level, so that the ODE at w = 1 is exact
    AnalysisRequest request;
    request.entropy = true;
    const auto analysis = analyseRun(runOf(session), request, pool);
    // The class is N(0, I/4) with noise 1e-3 added: log(2 pi e/4) nats in two dimensions.
    const double exact = std::log(2 * M_PI * std::exp(1.0) * 0.25);
    for (const LaneAnalysis& lane : analysis->lanes) {
        QVERIFY2(lane.entropy.value, lane.entropy.note.c_str());
        QVERIFY(std::abs(lane.entropy.value->kl.value) < 1e-4); // tolerance 1e-6 of the paths
        const Estimate& entropy = lane.entropy.value->entropy;
        QVERIFY(std::abs(entropy.value - exact) < 5 * entropy.error);
    }
}

void TestRunAnalysis::whatHasNoEntropySaysWhy_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("word");
    QTest::newRow("sde") << "lanes.0.sampler.kind"
                         << "euler-maruyama"
                         << "SDE";
    QTest::newRow("rule") << "lanes.0.guidance.kind"
                          << "power-law"
                          << "linear";
}

void TestRunAnalysis::whatHasNoEntropySaysWhy()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, word);
    Session session = smallSession(2);
    QVERIFY(set(session, key.toUtf8(), value.toUtf8()));
    if (word == QStringLiteral("SDE"))
        QVERIFY(set(session, "lanes.0.eta", "1"));
    WorkerPool pool(2);
    AnalysisRequest request;
    request.entropy = true;
    const auto analysis = analyseRun(runOf(session), request, pool);
    QVERIFY(!analysis->lanes[0].entropy.value);
    QVERIFY2(QString::fromStdString(analysis->lanes[0].entropy.note).contains(word),
             analysis->lanes[0].entropy.note.c_str());
    QVERIFY(analysis->lanes[1].entropy.value);
}

void TestRunAnalysis::unchangedLanesAreKept()
{
    WorkerPool pool(2);
    Session session = smallSession(2);
    const auto run = runOf(session);
    const auto first = analyseRun(run, kEverything, pool);
    session.lanes[1].guidance.values.set("w", 5);
    const auto second = analyseRun(runOf(session, run), kEverything, pool, {}, first);
    QVERIFY(second->lanes[0].collapse.value == first->lanes[0].collapse.value);
    QVERIFY(second->lanes[0].entropy.value == first->lanes[0].entropy.value);
    QVERIFY(second->lanes[1].collapse.value != first->lanes[1].collapse.value);
    QVERIFY(second->lanes[1].meter == first->lanes[1].meter); // the class is the same
}

void TestRunAnalysis::runsLieInTheMemoryOfEarlierOnes()
{
    Session session = smallSession(1);
    session.lanes.resize(1);
    const auto weighted = [&](double w) {
        session.lanes[0].guidance.values.set("w", w);
        return session;
    };
    WorkerPool pool(2);
    auto first = *runSession(weighted(1), pool);
    const auto memory = first->memory;
    const float* const firstStates = first->lanes[0]->trajectories.values.data();
    QCOMPARE(memory->freeBytes(), std::size_t{0});
    auto second = *runSession(weighted(2), pool, {}, first); // the first is still shown
    QVERIFY(second->memory == memory);
    QVERIFY(second->lanes[0]->trajectories.values.data() != firstStates);
    QCOMPARE(memory->freeBytes(), std::size_t{0});
    first.reset();
    const std::size_t oneRun = memory->freeBytes();
    QVERIFY(oneRun >= second->lanes[0]->trajectories.values.size() * sizeof(float));
    // Nobody else holds the second: it goes before the third begins, which takes one of the two.
    const auto third = *runSession(weighted(3), pool, {}, std::move(second));
    QCOMPARE(third->lanes[0]->trajectories.values.data(), firstStates);
    QCOMPARE(memory->freeBytes(), oneRun);
    QVERIFY(third->lanes[0]->trajectories.values
            == runOf(weighted(3))->lanes[0]->trajectories.values);
    session.particles.count = 600; // blocks of another size are of no use any more
    const auto larger = *runSession(weighted(3), pool, {}, third);
    QCOMPARE(memory->freeBytes(), std::size_t{0});
}

void TestRunAnalysis::aStopLeavesTheDearPartsOut()
{
    WorkerPool pool(2);
    std::stop_source stop;
    stop.request_stop();
    const auto analysis = analyseRun(runOf(smallSession(2)), kEverything, pool, stop.get_token());
    for (const LaneAnalysis& lane : analysis->lanes)
        QVERIFY(!lane.entropy.isDone() && !lane.twin.isDone());
}

void TestRunAnalysis::theNumbersDoNotDependOnTheThreads()
{
    const auto run = runOf(smallSession(3));
    WorkerPool one(1), three(3);
    const auto a = analyseRun(run, kEverything, one), b = analyseRun(run, kEverything, three);
    for (std::size_t i = 0; i < 2; ++i) {
        QCOMPARE(a->lanes[i].entropy.value->kl.value, b->lanes[i].entropy.value->kl.value);
        QCOMPARE(a->lanes[i].overTime.value->effectiveModes,
                 b->lanes[i].overTime.value->effectiveModes);
        QVERIFY(a->lanes[i].twin.value->fates.of == b->lanes[i].twin.value->fates.of);
    }
}

void TestRunAnalysis::stageColoursCarryTheStages()
{
    WorkerPool pool(2);
    Session session = smallSession(1);
    const auto plain = runOf(session);
    QVERIFY(!plain->lanes[0]->stages);
    QVERIFY(set(session, "view.particles.color", "stage"));
    QVERIFY(diff(plain->session, session).anySimulation());
    const auto shown = runOf(session, plain);
    QVERIFY(shown->lanes[0]->stages);
    QVERIFY(shown->lanes[0]->trajectories.values == plain->lanes[0]->trajectories.values);
    AnalysisRequest request;
    request.stages = true;
    QVERIFY(analyseRun(shown, request, pool)->lanes[0].stages.value == shown->lanes[0]->stages);
    // Other thresholds are other stages, of the same run.
    const Session before = session;
    QVERIFY(set(session, "view.ridge.gamma", "5"));
    QVERIFY(diff(before, session).anySimulation());
    const auto strict = runOf(session, shown);
    QCOMPARE(strict->lanes[0]->stages->thresholds.gamma, 5.);
    // In one dimension there is a sentence instead.
    session.data.edit([](MixtureSpec& data) {
        data.dimension = 1;
        data.components = {{1, Eigen::VectorXd::Ones(1), Eigen::MatrixXd::Ones(1, 1), 0},
                           {1, -Eigen::VectorXd::Ones(1), Eigen::MatrixXd::Ones(1, 1), 1}};
    });
    const auto line = runOf(session);
    QVERIFY(line && !line->lanes[0]->stages && !line->lanes[0]->stagesNote.empty());
}

void TestRunAnalysis::stagesAndClocksAreKeptWhileNothingChanges()
{
    WorkerPool pool(2);
    AnalysisRequest request;
    request.stages = request.clocks = true;
    Session session = smallSession(0);
    const auto run = runOf(session);
    const auto first = analyseRun(run, request, pool);
    QVERIFY(first->lanes[0].stages.value && first->clocks.value);
    session.lanes[1].guidance.values.set("w", 3);
    const auto second = analyseRun(runOf(session, run), request, pool, {}, first);
    QVERIFY(second->lanes[0].stages.value == first->lanes[0].stages.value);
    QVERIFY(second->lanes[1].stages.value != first->lanes[1].stages.value);
    QVERIFY(second->clocks.value == first->clocks.value); // of the data and the levels
    request.thresholds.gamma = .5;
    const auto other = analyseRun(run, request, pool, {}, first);
    QCOMPARE(other->lanes[0].stages.value->thresholds.gamma, .5);
    QVERIFY(other->clocks.value != first->clocks.value);
    // Not asked for, they stay while they are right.
    request.clocks = false;
    QVERIFY(analyseRun(run, request, pool, {}, other)->clocks.value == other->clocks.value);
}

QTEST_APPLESS_MAIN(TestRunAnalysis)
#include "tst_run_analysis.moc"
