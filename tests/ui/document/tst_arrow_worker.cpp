// SPDX-License-Identifier: GPL-3.0-or-later
// The worker of the arrows: what comes is what a direct computation gives, the same is not computed
// twice, and hidden arrows are not kept.
#include "tests/support/runs.h"
#include "ui/document/arrow_worker.h"

#include <QSignalSpy>
#include <QTest>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

constexpr int kPatienceMs = 60000; ///< a bound for a hung worker, not a speed

ArrowRequest request(const std::shared_ptr<const RunProduct>& run, double step)
{
    ArrowRequest request{run, run->session.view, {}};
    for (std::size_t lane = 0; lane < run->lanes.size(); ++lane)
        request.windows.push_back({ArrowGrid::inside(-4, -3, 8, 6, .5, 2), step});
    return request;
}

} // namespace

class ArrowWorkerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        Session session = defaultSession();
        session.particles.count = 20;
        session.view.arrows.layer.visible = 1;
        WorkerPool pool(1);
        m_run = runSession(session, pool).value();
    }

    void givesWhatADirectComputationGives()
    {
        ArrowWorker worker(2);
        QSignalSpy ready(&worker, &ArrowWorker::ready);
        worker.request(request(m_run, 7.5));
        QVERIFY(worker.isBusy());
        QVERIFY(!worker.answer()); // nobody waits
        QTRY_VERIFY_WITH_TIMEOUT(!worker.isBusy(), kPatienceMs);
        const auto asked = request(m_run, 7.5);
        WorkerPool pool(1);
        const LaneArrows expected = computeLaneArrows(*m_run, asked.view, asked.windows, pool);
        QCOMPARE(worker.answer()->lanes.size(), expected.lanes.size());
        for (std::size_t lane = 0; lane < expected.lanes.size(); ++lane) {
            QVERIFY(worker.answer()->lanes[lane].vectors == expected.lanes[lane].vectors);
            QCOMPARE(worker.answer()->lanes[lane].reference, expected.lanes[lane].reference);
        }
        // The same again is nothing to do.
        worker.request(request(m_run, 7.5));
        QVERIFY(!worker.isBusy());
        QCOMPARE(ready.size(), 1);
    }

    void theLastRequestCounts()
    {
        ArrowWorker worker(1);
        for (int step = 0; step < 20; ++step)
            worker.request(request(m_run, step));
        QTRY_VERIFY_WITH_TIMEOUT(!worker.isBusy(), kPatienceMs);
        QCOMPARE(worker.answer()->lanes[0].step, 19.);
    }

    void hiddenArrowsAreNotKept()
    {
        ArrowWorker worker(1);
        worker.request(request(m_run, 3));
        QTRY_VERIFY_WITH_TIMEOUT(worker.answer() != nullptr, kPatienceMs);
        ArrowRequest hidden = request(m_run, 3);
        hidden.view.arrows.layer.visible = 0;
        worker.request(hidden);
        QVERIFY(!worker.answer());
        QVERIFY(!worker.isBusy());
        worker.request(request(m_run, 4)); // and asked for anew
        QTRY_VERIFY_WITH_TIMEOUT(worker.answer() != nullptr, kPatienceMs);
    }

private:
    std::shared_ptr<const RunProduct> m_run;
};

QTEST_MAIN(ArrowWorkerTest)
#include "tst_arrow_worker.moc"
