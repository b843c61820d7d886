// SPDX-License-Identifier: GPL-3.0-or-later
// The worker: a drag shows every preview, the last session wins, and what arrives is what a direct
// run gives.
#include "core/session/parameter_table.h"
#include "ui/document/engine.h"

#include <QSemaphore>
#include <QSignalSpy>
#include <QTest>

#include <cstring>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

constexpr double kAlwaysTwoTiers = 1e-6; ///< ms: no run fits
constexpr double kAlwaysOneTier = 1e9;
constexpr int kPatienceMs = 60000; ///< a bound for a hung worker, not a speed

Session sessionWith(double horizon)
{
    Session session = defaultSession();
    session.particles.count = 3000;
    const Status set = setParameter(session, "lanes.0.process.horizon", horizon);
    Q_ASSERT(set.ok());
    return session;
}

double horizonOf(const RunProduct& run)
{
    return *parameterValue(run.session, "lanes.0.process.horizon");
}

/// Bit for bit, NaN included.
bool sameStates(const RunProduct& a, const RunProduct& b)
{
    if (a.lanes.size() != b.lanes.size())
        return false;
    for (std::size_t lane = 0; lane < a.lanes.size(); ++lane) {
        const auto& left = a.lanes[lane]->trajectories.values;
        const auto& right = b.lanes[lane]->trajectories.values;
        if (left.size() != right.size()
            || std::memcmp(left.data(), right.data(), left.size() * sizeof(float)) != 0)
            return false;
    }
    return true;
}

} // namespace

class EngineTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aDragShowsPreviewsAndEndsWithTheFullRun();
    void aBurstOfChangesEndsWithTheLast();
    void aPreviewIsTheFirstParticlesOfTheFullRun();
    void aSmallSessionNeedsNoPreview();
    void productsOnlyGetNewer();
    void anInvalidSessionIsReportedAndTheNextOneRuns();
    void unchangedLanesAreShared();
    void memoryGoesBackWhenTheHandRests();
    void aRunAsLongAsAFrameNeedsNoPreview();
    void itStopsWhileRunning();
};

void EngineTest::aDragShowsPreviewsAndEndsWithTheFullRun()
{
    // The hand moves on as soon as it sees the preview of its last move: as fast as a drag can be.
    Engine engine(2, nullptr, kAlwaysTwoTiers);
    constexpr int kMoves = 200;
    const auto horizonOfMove = [](int move) { return 3 + 0.01 * move; };
    int move = 0, previews = 0;
    QSemaphore finished;
    connect(
        &engine, &Engine::productReady, this, [&](const std::shared_ptr<const RunProduct>& run) {
            if (!run->preview) {
                if (move == kMoves && horizonOf(*run) == horizonOfMove(kMoves))
                    finished.release();
                return;
            }
            ++previews;
            QCOMPARE(horizonOf(*run), horizonOfMove(move));
            if (move < kMoves)
                engine.request(sessionWith(horizonOfMove(++move)));
        });
    engine.request(sessionWith(horizonOfMove(0)));
    QTRY_VERIFY_WITH_TIMEOUT(finished.available() == 1, kPatienceMs);
    QCOMPARE(previews, kMoves + 1);
    WorkerPool pool(1);
    const auto direct = runSession(sessionWith(horizonOfMove(kMoves)), pool);
    QVERIFY(direct);
    QVERIFY(sameStates(*engine.product(), **direct));
}

void EngineTest::aBurstOfChangesEndsWithTheLast()
{
    Engine engine(2, nullptr, kAlwaysTwoTiers);
    QSignalSpy ready(&engine, &Engine::productReady);
    QSignalSpy busy(&engine, &Engine::busyChanged);
    constexpr int kRequests = 201;
    std::vector<Session> sessions; // made beforehand: asking is then a copy each
    for (int i = 0; i < kRequests; ++i)
        sessions.push_back(sessionWith(2 + 0.01 * i));
    for (const Session& session : sessions)
        engine.request(session);
    QVERIFY(engine.isBusy());
    QTRY_VERIFY_WITH_TIMEOUT(!engine.isBusy(), kPatienceMs);
    QVERIFY(engine.isLatest(*engine.product()));
    for (const auto& arguments : ready) {
        const auto run = arguments.front().value<std::shared_ptr<const RunProduct>>();
        QCOMPARE(engine.isLatest(*run), qFuzzyCompare(horizonOf(*run), 4.0));
    }
    QCOMPARE(busy.count(), 2); // on, off
    QVERIFY(!engine.product()->preview);
    QCOMPARE(horizonOf(*engine.product()), 4.0);
    // What had not started was replaced, not queued: the burst lasts less than one preview, and a
    // tenth of the requests is room for a machine that pauses us in the middle of it.
    QVERIFY(ready.count() >= 2);
    QVERIFY2(ready.count() <= kRequests / 10, qPrintable(QString::number(ready.count())));
    WorkerPool pool(2);
    const auto direct = runSession(sessionWith(4), pool);
    QVERIFY(sameStates(*engine.product(), **direct));
    const auto before = engine.product();
    engine.request(sessions.front());
    QVERIFY(!engine.isLatest(*before));
}

void EngineTest::aPreviewIsTheFirstParticlesOfTheFullRun()
{
    Engine engine(1, nullptr, kAlwaysTwoTiers);
    std::vector<std::shared_ptr<const RunProduct>> products;
    connect(
        &engine, &Engine::productReady, this, [&](const auto& run) { products.push_back(run); });
    engine.request(sessionWith(5));
    QTRY_VERIFY_WITH_TIMEOUT(!engine.isBusy(), kPatienceMs);
    QCOMPARE(products.size(), std::size_t{2});
    QVERIFY(products[0]->preview && !products[1]->preview);
    const Trajectories& few = products[0]->lanes[1]->trajectories;
    const Trajectories& all = products[1]->lanes[1]->trajectories;
    QVERIFY(few.particles < all.particles);
    QCOMPARE(all.particles, std::size_t{3000});
    for (std::size_t i = 0; i < few.particles; ++i)
        QCOMPARE(few.coordinate(few.steps, 1)[i], all.coordinate(all.steps, 1)[i]);
}

void EngineTest::aSmallSessionNeedsNoPreview()
{
    Engine engine(1, nullptr, kAlwaysOneTier);
    QSignalSpy ready(&engine, &Engine::productReady);
    engine.request(sessionWith(5));
    QTRY_VERIFY_WITH_TIMEOUT(!engine.isBusy(), kPatienceMs);
    QCOMPARE(ready.count(), 1);
    QVERIFY(!engine.product()->preview);
}

void EngineTest::productsOnlyGetNewer()
{
    Engine engine(2, nullptr, kAlwaysTwoTiers);
    unsigned long long last = 0;
    bool newer = true;
    connect(
        &engine, &Engine::productReady, this, [&](const std::shared_ptr<const RunProduct>& run) {
            newer = newer && run->serial > last && engine.product() == run;
            last = run->serial;
        });
    for (int i = 0; i < 50; ++i) {
        engine.request(sessionWith(2 + 0.05 * i));
        QCoreApplication::processEvents();
    }
    QTRY_VERIFY_WITH_TIMEOUT(!engine.isBusy(), kPatienceMs);
    QVERIFY(newer);
    QVERIFY(last > 0);
}

void EngineTest::anInvalidSessionIsReportedAndTheNextOneRuns()
{
    Engine engine(1, nullptr, kAlwaysTwoTiers);
    QSignalSpy failed(&engine, &Engine::failed);
    Session broken = sessionWith(5);
    broken.data.edit([](MixtureSpec& mixture) { mixture.components[0].weight = -1; });
    engine.request(broken);
    QTRY_VERIFY_WITH_TIMEOUT(!engine.isBusy(), kPatienceMs);
    QCOMPARE(failed.count(), 1);
    QVERIFY(!engine.product());
    engine.request(sessionWith(5));
    QTRY_VERIFY_WITH_TIMEOUT(!engine.isBusy(), kPatienceMs);
    QVERIFY(engine.product());
}

void EngineTest::unchangedLanesAreShared()
{
    Engine engine(1, nullptr, kAlwaysOneTier);
    engine.request(sessionWith(5));
    QTRY_VERIFY_WITH_TIMEOUT(!engine.isBusy(), kPatienceMs);
    const auto before = engine.product();
    engine.request(sessionWith(4));
    QTRY_VERIFY_WITH_TIMEOUT(!engine.isBusy(), kPatienceMs);
    QVERIFY(engine.product()->lanes[0] != before->lanes[0]);
    QVERIFY(engine.product()->lanes[1] == before->lanes[1]);
}

void EngineTest::memoryGoesBackWhenTheHandRests()
{
    Engine engine(1, nullptr, kAlwaysOneTier);
    std::size_t oneRun = 0;
    for (const double horizon : {5., 4., 3., 2.}) {
        engine.request(sessionWith(horizon));
        QTRY_VERIFY_WITH_TIMEOUT(!engine.isBusy(), kPatienceMs);
        oneRun = engine.product()->lanes[0]->trajectories.values.size() * sizeof(float);
        // What is shown, and at most the run before it.
        QVERIFY(engine.product()->memory->freeBytes() < 2 * oneRun);
    }
    QTRY_COMPARE_WITH_TIMEOUT(engine.product()->memory->freeBytes(), std::size_t{0}, kPatienceMs);
}

void EngineTest::aRunAsLongAsAFrameNeedsNoPreview()
{
    Session session = sessionWith(5);
    session.particles.count = 300; // expected to take 3 ms before any run has been measured
    for (const double frameMs : {0., 50.}) {
        Engine engine(1, nullptr, kAlwaysTwoTiers);
        engine.setFrameTime(frameMs);
        QSignalSpy ready(&engine, &Engine::productReady);
        engine.request(session);
        QTRY_VERIFY_WITH_TIMEOUT(!engine.isBusy(), kPatienceMs);
        QCOMPARE(ready.count(), frameMs == 0 ? 2 : 1);
        QVERIFY(!engine.product()->preview);
    }
}

void EngineTest::itStopsWhileRunning()
{
    Session large = sessionWith(5);
    large.particles.count = 100000;
    auto engine = std::make_unique<Engine>(2, nullptr, kAlwaysTwoTiers);
    QSignalSpy ready(engine.get(), &Engine::productReady);
    engine->request(large);
    // The preview, at least: the full run is under way or done.
    QTRY_VERIFY_WITH_TIMEOUT(ready.count() >= 1, kPatienceMs);
    engine.reset(); // joins; a hang fails by the test's own limit
    QCoreApplication::processEvents();
    QVERIFY(ready.count() >= 1);
}

QTEST_GUILESS_MAIN(EngineTest)
#include "tst_engine.moc"
