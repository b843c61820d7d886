// SPDX-License-Identifier: GPL-3.0-or-later
// The worker of the one-step map's lines: what comes is what a direct computation gives, the last
// request counts, and hidden lines are not kept.
#include "tests/support/runs.h"
#include "ui/document/warp_worker.h"

#include <QSignalSpy>
#include <QTest>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

constexpr int kPatienceMs = 60000; ///< a bound for a hung worker, not a speed

WarpRequest request(const std::shared_ptr<const RunProduct>& run, double step, double share = 1)
{
    WarpRequest request{run, run->session.view, {}};
    request.view.warp.share = share;
    for (std::size_t lane = 0; lane < run->lanes.size(); ++lane)
        request.windows.push_back({step, .05});
    return request;
}

} // namespace

class WarpWorkerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        Session session = defaultSession();
        session.particles.count = 20;
        session.view.warp.layer.visible = 1;
        session.view.warp.lines = 8;
        WorkerPool pool(1);
        m_run = runSession(session, pool).value();
    }

    void givesWhatADirectComputationGives()
    {
        WarpWorker worker(2);
        QSignalSpy ready(&worker, &WarpWorker::ready);
        worker.request(request(m_run, 7.5));
        QVERIFY(worker.isBusy());
        QVERIFY(!worker.answer()); // nobody waits
        QTRY_VERIFY_WITH_TIMEOUT(!worker.isBusy(), kPatienceMs);
        const auto asked = request(m_run, 7.5);
        WorkerPool pool(1);
        const LaneWarps expected = computeLaneWarps(*m_run, asked.view, asked.windows, pool);
        QCOMPARE(worker.answer()->lanes.size(), expected.lanes.size());
        for (std::size_t lane = 0; lane < expected.lanes.size(); ++lane) {
            const auto &lines = expected.lanes[lane].lines,
                       &came = worker.answer()->lanes[lane].lines;
            QVERIFY(!lines.empty());
            QCOMPARE(came.size(), lines.size());
            for (std::size_t i = 0; i < lines.size(); ++i)
                QVERIFY(came[i].warped == lines[i].warped);
        }
        // The same again is nothing to do; another share is.
        worker.request(request(m_run, 7.5));
        QVERIFY(!worker.isBusy());
        QCOMPARE(ready.size(), 1);
        worker.request(request(m_run, 7.5, .5));
        QVERIFY(worker.isBusy());
    }

    void theLastRequestCounts()
    {
        WarpWorker worker(1);
        for (int step = 0; step < 20; ++step)
            worker.request(request(m_run, step));
        QTRY_VERIFY_WITH_TIMEOUT(!worker.isBusy(), kPatienceMs);
        QCOMPARE(worker.answer()->lanes[0].step, 19.);
    }

    void hiddenLinesAreNotKept()
    {
        WarpWorker worker(1);
        worker.request(request(m_run, 3));
        QTRY_VERIFY_WITH_TIMEOUT(worker.answer() != nullptr, kPatienceMs);
        WarpRequest hidden = request(m_run, 3);
        hidden.view.warp.layer.visible = 0;
        worker.request(hidden);
        QVERIFY(!worker.answer());
        QVERIFY(!worker.isBusy());
        worker.request(request(m_run, 4)); // and asked for anew
        QTRY_VERIFY_WITH_TIMEOUT(worker.answer() != nullptr, kPatienceMs);
    }

private:
    std::shared_ptr<const RunProduct> m_run;
};

QTEST_MAIN(WarpWorkerTest)
#include "tst_warp_worker.moc"
