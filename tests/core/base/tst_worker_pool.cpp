// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/worker_pool.h"

#include <QtTest>

#include <atomic>
#include <vector>

using namespace scorefield;

class TestWorkerPool : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyBlockRunsOnce_data();
    void everyBlockRunsOnce();
};

void TestWorkerPool::everyBlockRunsOnce_data()
{
    QTest::addColumn<int>("threads");
    QTest::addColumn<int>("blocks");
    for (const int threads : {1, 2, 5})
        for (const int blocks : {0, 1, 2, 7, 1000})
            QTest::addRow("%d threads, %d blocks", threads, blocks) << threads << blocks;
}

void TestWorkerPool::everyBlockRunsOnce()
{
    QFETCH(int, threads);
    QFETCH(int, blocks);
    WorkerPool pool(static_cast<unsigned>(threads));
    QCOMPARE(pool.threadCount(), static_cast<unsigned>(threads));
    for (int repetition = 0; repetition < 50;
         ++repetition) { // calls in quick succession: late threads must not join the next
        std::vector<std::atomic<int>> visits(static_cast<std::size_t>(blocks));
        pool.parallelFor(visits.size(), [&](std::size_t block) { ++visits[block]; });
        for (const auto& count : visits)
            QCOMPARE(count.load(), 1);
    }
}

QTEST_APPLESS_MAIN(TestWorkerPool)
#include "tst_worker_pool.moc"
