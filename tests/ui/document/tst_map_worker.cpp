// SPDX-License-Identifier: GPL-3.0-or-later
// The worker of the maps: coarse grids first, the last request wins, and what stays is what a
// direct computation gives.
#include "tests/support/runs.h"
#include "ui/document/map_worker.h"

#include <QSignalSpy>
#include <QTest>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

constexpr double kNoTime = 1e-9, kAllTime = 1e9; ///< ms: the first grid is the coarsest, the finest
constexpr int kPatienceMs = 60000;               ///< a bound for a hung worker, not a speed

std::shared_ptr<const RunProduct> guidedRun()
{
    Session session = defaultSession();
    session.particles.count = 20;
    for (Lane& lane : session.lanes)
        lane.guidance = test::choose(guidanceKinds(), "cfg", {{"w", 3}, {"target", 1}});
    WorkerPool pool(1);
    return runSession(session, pool).value();
}

MapRequest request(std::shared_ptr<const RunProduct> run, MapQuantity quantity, double step = 30)
{
    MapRequest request{std::move(run), {}, {}};
    request.view.mapQuantity = static_cast<double>(quantity);
    request.windows.assign(request.run->lanes.size(), {{-6, -4, 12, 8, 120, 80}, step});
    return request;
}

int columnsOf(const MapWorker& worker)
{
    return worker.maps()->lanes[0].field->grid.columns;
}

} // namespace

class MapWorkerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void itRefinesToWhatADirectComputationGives()
    {
        const auto run = guidedRun();
        MapWorker worker(2, nullptr, kNoTime);
        std::vector<int> columns;
        connect(
            &worker, &MapWorker::mapsReady, this, [&] { columns.push_back(columnsOf(worker)); });
        const MapRequest asked = request(run, MapQuantity::Curvature);
        worker.request(asked);
        QVERIFY(worker.isBusy());
        QTRY_VERIFY_WITH_TIMEOUT(!worker.isBusy(), kPatienceMs);
        QVERIFY(columns.size() >= 3 && columns.front() < 20);
        QVERIFY(std::is_sorted(columns.begin(), columns.end()));
        QCOMPARE(columns.back(), 120);
        WorkerPool pool(1);
        const auto direct = computeLaneMaps(*run, asked.view, asked.windows, pool);
        for (std::size_t lane = 0; lane < 2; ++lane)
            QCOMPARE(worker.maps()->lanes[lane].field->values, direct.lanes[lane].field->values);
        QCOMPARE(worker.maps()->scale, direct.scale);
    }

    void theSameRequestIsNotRepeated()
    {
        MapWorker worker(1, nullptr, kAllTime);
        QSignalSpy ready(&worker, &MapWorker::mapsReady);
        const auto run = guidedRun();
        worker.request(request(run, MapQuantity::Tilt));
        QTRY_VERIFY_WITH_TIMEOUT(!worker.isBusy(), kPatienceMs);
        QCOMPARE(ready.count(), 1);
        worker.request(request(run, MapQuantity::Tilt, 77)); // the data end has no play-head
        QVERIFY(!worker.isBusy());
        worker.request(request(guidedRun(), MapQuantity::Tilt)); // another run of the same lanes
        QVERIFY(!worker.isBusy());
        worker.request(request(run, MapQuantity::Guidance));
        QVERIFY(worker.isBusy());
        QTRY_VERIFY_WITH_TIMEOUT(!worker.isBusy(), kPatienceMs);
        worker.request(request(run, MapQuantity::Guidance, 31));
        QVERIFY(worker.isBusy());
        QTRY_VERIFY_WITH_TIMEOUT(!worker.isBusy(), kPatienceMs);
        QCOMPARE(ready.count(), 3);
    }

    void aBurstEndsWithTheLast()
    {
        const auto run = guidedRun();
        MapWorker worker(2, nullptr, kNoTime);
        for (int step = 1; step <= 40; ++step)
            worker.request(request(run, MapQuantity::Guidance, step));
        QTRY_VERIFY_WITH_TIMEOUT(!worker.isBusy(), kPatienceMs);
        WorkerPool pool(1);
        const MapRequest last = request(run, MapQuantity::Guidance, 40);
        QCOMPARE(worker.maps()->lanes[1].field->values,
                 computeLaneMaps(*run, last.view, last.windows, pool).lanes[1].field->values);
    }

    void noneIsNothing()
    {
        const auto run = guidedRun();
        MapWorker worker(1);
        QSignalSpy ready(&worker, &MapWorker::mapsReady);
        worker.request(request(run, MapQuantity::None));
        QVERIFY(!worker.isBusy() && !worker.maps());
        worker.request(request(run, MapQuantity::Penalty));
        worker.request(request(run, MapQuantity::None)); // cancels it
        QVERIFY(!worker.isBusy() && !worker.maps());
        QTest::qWait(50); // what was on its way arrives and is not wanted
        QVERIFY(!worker.maps());
        worker.request(request(run, MapQuantity::Guidance));
        QTRY_VERIFY_WITH_TIMEOUT(!worker.isBusy() && worker.maps(), kPatienceMs);
    }

    void itEndsInTheMiddleOfItsWork()
    {
        const auto run = guidedRun();
        for (int i = 0; i < 5; ++i) {
            MapWorker worker(2, nullptr, kNoTime);
            worker.request(request(run, MapQuantity::Output));
            QTest::qWait(5 * i);
        }
    }
};

QTEST_GUILESS_MAIN(MapWorkerTest)
#include "tst_map_worker.moc"
