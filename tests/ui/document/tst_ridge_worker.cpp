// SPDX-License-Identifier: GPL-3.0-or-later
// The worker of the ridges: nobody waits, the last ridge stays in sight marked as stale, and what
// comes is what a direct computation gives.
#include "tests/support/runs.h"
#include "ui/document/ridge_worker.h"

#include <QSignalSpy>
#include <QTest>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

constexpr int kPatienceMs = 60000; ///< a bound for a hung worker, not a speed

std::shared_ptr<const RunProduct> runOf(const Session& session)
{
    WorkerPool pool(1);
    return runSession(session, pool).value();
}

Session smallSession()
{
    Session session = defaultSession();
    session.particles.count = 20;
    session.view.ridge.layer.visible = 1;
    return session;
}

/// All lanes at this noise level.
RidgeOrder order(std::shared_ptr<const RunProduct> run, double noise)
{
    const double position = positionAtNoise(noise, run->levels());
    RidgeOrder order{std::move(run), {}, {}};
    order.view = order.run->session.view;
    for (std::size_t lane = 0; lane < order.run->lanes.size(); ++lane)
        order.windows.push_back({{-6, -4, 12, 8},
                                 stepAtPosition(order.run->session.timeline,
                                                position,
                                                order.run->levels(),
                                                static_cast<int>(lane))});
    return order;
}

} // namespace

class RidgeWorkerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsComputedWhileHidden()
    {
        RidgeWorker worker(1);
        RidgeOrder hidden = order(runOf(smallSession()), 1.2);
        hidden.view.ridge.layer.visible = 0;
        const auto pictures = worker.request(hidden);
        QCOMPARE(pictures.size(), hidden.windows.size());
        for (const auto& picture : pictures)
            QVERIFY(!picture);
        QVERIFY(!worker.isBusy());
    }

    void itGivesWhatADirectComputationGives()
    {
        RidgeWorker worker(2);
        const RidgeOrder asked = order(runOf(smallSession()), 1.2);
        QVERIFY(!worker.request(asked)[0]->ridge); // not yet: nobody waits
        QVERIFY(worker.isBusy());
        QTRY_VERIFY_WITH_TIMEOUT(!worker.isBusy(), kPatienceMs);
        const auto pictures = worker.request(asked);
        QVERIFY(!worker.isBusy()); // nothing new was asked
        WorkerPool pool(1);
        const auto direct = computeLaneRidges(*asked.run, asked.view, asked.windows, pool);
        for (std::size_t lane = 0; lane < pictures.size(); ++lane) {
            QVERIFY(pictures[lane]->ridge && !pictures[lane]->isStale);
            QCOMPARE(pictures[lane]->ridge->lines.size(), direct[lane].ridge->lines.size());
            QVERIFY(!direct[lane].ridge->lines.empty());
            for (std::size_t i = 0; i < direct[lane].ridge->lines.size(); ++i)
                QVERIFY(pictures[lane]->ridge->lines[i].places
                        == direct[lane].ridge->lines[i].places);
        }
        QCOMPARE(pictures[0]->ridge.get(), pictures[1]->ridge.get()); // one for both lanes
    }

    void theOldOneStaysInSightAndIsMarked()
    {
        RidgeWorker worker(1);
        const auto run = runOf(smallSession());
        worker.request(order(run, 1.2));
        QTRY_VERIFY_WITH_TIMEOUT(!worker.isBusy(), kPatienceMs);
        const auto first = worker.request(order(run, 1.2))[0];
        const auto later = worker.request(order(run, .9))[0];
        QVERIFY(later->isStale);
        QCOMPARE(later->ridge.get(), first->ridge.get());
        QTRY_VERIFY_WITH_TIMEOUT(!worker.isBusy(), kPatienceMs);
        const auto settled = worker.request(order(run, .9))[0];
        QVERIFY(!settled->isStale && settled->ridge != first->ridge);
        // Back again: it was kept.
        const auto back = worker.request(order(run, 1.2))[0];
        QVERIFY(!back->isStale);
        QCOMPARE(back->ridge.get(), first->ridge.get());
    }

    void otherDataDropWhatWasKept()
    {
        RidgeWorker worker(1);
        Session session = smallSession();
        worker.request(order(runOf(session), 1.2));
        QTRY_VERIFY_WITH_TIMEOUT(!worker.isBusy(), kPatienceMs);
        worker.request(order(runOf(session), 1.2)); // what stays in sight
        session.data.edit([](MixtureSpec& data) { data.components[0].mean[1] += 1; });
        const auto changed = runOf(session);
        QVERIFY(worker.request(order(changed, 1.2))[0]->isStale);
        QTRY_VERIFY_WITH_TIMEOUT(!worker.isBusy(), kPatienceMs);
        QVERIFY(!worker.request(order(changed, 1.2))[0]->isStale);
    }

    void ghostsFollow()
    {
        RidgeWorker worker(1);
        Session session = smallSession();
        session.view.ridge.ghosts = 3;
        const RidgeOrder asked = order(runOf(session), 1.2);
        worker.request(asked);
        QTRY_VERIFY_WITH_TIMEOUT(!worker.isBusy(), kPatienceMs);
        const auto picture = worker.request(asked)[0];
        QVERIFY(!picture->ghosts.empty());
        for (const RidgePicture::Ghost& ghost : picture->ghosts)
            QVERIFY(ghost.ridge);
    }

    void closingDoesNotWaitForGhosts()
    {
        Session session = smallSession();
        session.view.ridge.ghosts = 12;
        const auto run = runOf(session);
        for (int i = 0; i < 5; ++i) {
            RidgeWorker worker(1);
            worker.request(order(run, 2 - .2 * i));
        }
    }
};

QTEST_GUILESS_MAIN(RidgeWorkerTest)
#include "tst_ridge_worker.moc"
