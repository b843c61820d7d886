// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/parameter_table.h"
#include "core/session/session_run.h"
#include "tests/support/sessions.h"

#include <QtTest>

using namespace scorefield;

class TestSessionRun : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyLaneRuns();
    void unaffectedLanesAreShared();
    void previewsAreTheFirstParticles();
    void aNewPlaneKeepsTheTrajectories();
    void cancelledLanesAreNotReused();
    void errorsNameTheirPlace();
};

namespace {

Session smallSession()
{
    Session session = defaultSession();
    session.particles.count = 300;
    return session;
}

} // namespace

void TestSessionRun::everyLaneRuns()
{
    WorkerPool pool(2);
    Session session = smallSession();
    for (Lane& lane : session.lanes)
        lane.guidance.values.set("w", 1);
    const auto run = runSession(session, pool);
    QVERIFY(run.ok());
    QCOMPARE((*run)->lanes.size(), std::size_t{2});
    QVERIFY((*run)->planeMixture == (*run)->mixture);
    QCOMPARE((*run)->levels().size(), std::size_t{2});
    for (const auto& lane : (*run)->lanes) {
        QVERIFY(lane->outcome.kind == Outcome::Kind::Completed);
        QCOMPARE(lane->trajectories.particles, std::size_t{300});
        QCOMPARE(lane->trajectories.steps, 40);
        QCOMPARE(lane->endComponents.size(), std::size_t{300});
        // w = 1 on the centre class: its neighbours begin three deviations away, for 1 of 370
        // particles.
        QVERIFY(lane->readouts.confidence > .95);
    }
}

void TestSessionRun::unaffectedLanesAreShared()
{
    WorkerPool pool(2);
    Session session = smallSession();
    const auto first = *runSession(session, pool);
    session.lanes[1].guidance.values.set("w", 3);
    const auto second = *runSession(session, pool, {}, first);
    QVERIFY(second->mixture == first->mixture);
    QVERIFY(second->lanes[0] == first->lanes[0]);
    QVERIFY(second->lanes[1] != first->lanes[1]);
    session.particles.seed = 8;
    const auto third = *runSession(session, pool, {}, second);
    QVERIFY(third->lanes[0] != second->lanes[0]);
    session.data.edit([](MixtureSpec& data) { data.components[0].weight = 5; });
    const auto fourth = *runSession(session, pool, {}, third);
    QVERIFY(fourth->mixture != third->mixture);
    QVERIFY(fourth->lanes[0] != third->lanes[0]);
}

void TestSessionRun::previewsAreTheFirstParticles()
{
    WorkerPool pool(2);
    const Session session = smallSession();
    const auto full = *runSession(session, pool);
    const auto preview = *runSession(session, pool, {}, full, 50);
    QVERIFY(preview->preview && !full->preview);
    for (std::size_t lane = 0; lane < 2; ++lane) {
        const auto& few = preview->lanes[lane]->trajectories;
        const auto& all = full->lanes[lane]->trajectories;
        QCOMPARE(few.particles, std::size_t{50});
        for (int axis = 0; axis < 2; ++axis)
            for (std::size_t i = 0; i < 50; ++i)
                QCOMPARE(few.coordinate(few.steps, axis)[i], all.coordinate(all.steps, axis)[i]);
    }
    const auto again = *runSession(session, pool, {}, preview);
    QVERIFY(!again->preview);
    QCOMPARE(again->lanes[0]->trajectories.particles, std::size_t{300});
}

void TestSessionRun::aNewPlaneKeepsTheTrajectories()
{
    WorkerPool pool(2);
    Session session = smallSession();
    std::mt19937 random(5);
    session.data = test::randomMixture(4, 3, random);
    const auto first = *runSession(session, pool);
    QCOMPARE(first->planeMixture->dimension(), 2);
    session.view.projection = 1;
    const auto second = *runSession(session, pool, {}, first);
    QVERIFY(second->lanes[0] == first->lanes[0]);
    QVERIFY(second->plane.axes != first->plane.axes);
}

void TestSessionRun::cancelledLanesAreNotReused()
{
    WorkerPool pool(2);
    std::stop_source stop;
    stop.request_stop();
    const auto cancelled = *runSession(smallSession(), pool, stop.get_token());
    QVERIFY(cancelled->lanes[0]->outcome.kind == Outcome::Kind::Cancelled);
    const auto run = *runSession(smallSession(), pool, {}, cancelled);
    QVERIFY(run->lanes[0]->outcome.kind == Outcome::Kind::Completed);
}

void TestSessionRun::errorsNameTheirPlace()
{
    WorkerPool pool(1);
    Session session = smallSession();
    session.data.edit([](MixtureSpec& data) { data.components[1].covariance(0, 0) = -1; });
    const auto run = runSession(session, pool);
    QVERIFY(!run.ok());
    QCOMPARE(run.error().path, std::string("/data/components/1/covariance"));
    session = smallSession();
    session.data.edit([](MixtureSpec& data) { data.components[1].classLabel = 0; });
    QCOMPARE(runSession(session, pool).error().path, std::string("lanes.0.guidance.target"));
}

QTEST_APPLESS_MAIN(TestSessionRun)
#include "tst_session_run.moc"
