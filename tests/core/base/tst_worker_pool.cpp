// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/worker_pool.h"

#include <QtTest>

#include <atomic>
#include <new>
#include <thread>
#include <vector>

#ifdef __linux__
#include <sys/resource.h>
#include <unistd.h>
#endif

using namespace scorefield;

class TestWorkerPool : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyBlockRunsOnce_data();
    void everyBlockRunsOnce();
    void callsNest_data() { threadCounts(); }
    void callsNest();
    void threadsShareAPool_data() { threadCounts(); }
    void threadsShareAPool();
    void whatIsThrownReachesTheCaller_data() { threadCounts(); }
    void whatIsThrownReachesTheCaller();
    void ownThreadsOfAPatientPoolComeLater();

private:
    static void threadCounts()
    {
        QTest::addColumn<int>("threads");
        for (const int threads : {1, 2, 5})
            QTest::addRow("%d threads", threads) << threads;
    }
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

/// Blocks that call the pool again, as cells of a study do, some of them with far more to do.
void TestWorkerPool::callsNest()
{
    QFETCH(int, threads);
    WorkerPool pool(static_cast<unsigned>(threads));
    for (int repetition = 0; repetition < 20; ++repetition) {
        constexpr std::size_t outer = 9, most = 64;
        std::vector<std::atomic<int>> visits(outer * most);
        pool.parallelFor(outer, [&](std::size_t cell) {
            for (std::size_t step = 0; step < 4; ++step) {
                const std::size_t blocks = cell % 3 == 0 ? most / 4 : 1;
                pool.parallelFor(blocks, [&](std::size_t block) {
                    pool.parallelFor(2, [&](std::size_t half) {
                        visits[cell * most + step * blocks + block] += 1 + static_cast<int>(half);
                    });
                });
            }
        });
        for (std::size_t i = 0; i < visits.size(); ++i)
            QCOMPARE(visits[i].load(), i % most < 4 || i / most % 3 == 0 ? 3 : 0);
    }
}

void TestWorkerPool::threadsShareAPool()
{
    QFETCH(int, threads);
    WorkerPool pool(static_cast<unsigned>(threads));
    std::atomic<int> sum = 0;
    {
        std::vector<std::jthread> callers;
        for (int caller = 0; caller < 3; ++caller)
            callers.emplace_back([&] {
                for (int repetition = 0; repetition < 100; ++repetition)
                    pool.parallelFor(7, [&](std::size_t block) { sum += static_cast<int>(block); });
            });
    }
    QCOMPARE(sum.load(), 3 * 100 * 21);
}

void TestWorkerPool::whatIsThrownReachesTheCaller()
{
    QFETCH(int, threads);
    WorkerPool pool(static_cast<unsigned>(threads));
    for (int repetition = 0; repetition < 20; ++repetition) {
        QVERIFY_EXCEPTION_THROWN(pool.parallelFor(50,
                                                  [](std::size_t block) {
                                                      if (block % 7 == 3)
                                                          throw std::bad_alloc();
                                                  }),
                                 std::bad_alloc);
        std::atomic<int> visits = 0; // the pool is as good as before
        pool.parallelFor(50, [&](std::size_t) { ++visits; });
        QCOMPARE(visits.load(), 50);
    }
}

void TestWorkerPool::ownThreadsOfAPatientPoolComeLater()
{
#ifdef __linux__
    const auto nice = [] { return getpriority(PRIO_PROCESS, static_cast<id_t>(gettid())); };
    const int before = nice();
    WorkerPool pool(2, ThreadPriority::Low);
    std::atomic<int> arrived = 0, inPool = before - 1;
    const auto caller = std::this_thread::get_id();
    pool.parallelFor(2, [&](std::size_t) {
        ++arrived;
        while (arrived < 2) // so that each thread has one of the two
            std::this_thread::yield();
        if (std::this_thread::get_id() != caller)
            inPool = nice();
    });
    QCOMPARE(inPool.load(), std::max(before, 10));
    QCOMPARE(nice(), before);
#else
    QSKIP("threads have no priorities here");
#endif
}

QTEST_APPLESS_MAIN(TestWorkerPool)
#include "tst_worker_pool.moc"
