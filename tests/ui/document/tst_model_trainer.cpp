// SPDX-License-Identifier: GPL-3.0-or-later
// Training behind the window: lanes that wait for a network hold up no other, what is trained is
// found again, and what is no longer wanted ends.
#include "core/session/parameter_table.h"
#include "ui/document/engine.h"

#include <QSignalSpy>
#include <QTest>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

constexpr double kAlwaysOneTier = 1e9;
constexpr int kPatienceMs = 60000; ///< a bound for a hung worker, not a speed

void set(Session& session, const std::string& key, double value)
{
    const Status status = setParameter(session, key, value);
    Q_ASSERT(status.ok());
}

double networkKind()
{
    const auto row = describe(defaultSession(), "lanes.0.error.kind");
    return row->parse("random-features").value();
}

/// Two lanes, the second one a network.
Session sessionWith(double width, double tau = 10)
{
    Session session = defaultSession();
    session.particles.count = 200;
    set(session, "lanes.1.error.kind", networkKind());
    set(session, "lanes.1.error.width", width);
    set(session, "lanes.1.error.frequencies", 4);
    set(session, "lanes.1.error.tau", tau);
    return session;
}

bool isComplete(const std::shared_ptr<const RunProduct>& run, std::size_t lane)
{
    return run && run->lanes[lane]->outcome.kind == Outcome::Kind::Completed;
}

} // namespace

class ModelTrainerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void lanesWaitWhileOthersRun()
    {
        Engine engine(2, nullptr, kAlwaysOneTier);
        std::vector<std::shared_ptr<const RunProduct>> products;
        std::vector<double> told;
        connect(&engine, &Engine::productReady, this, [&](const auto& run) {
            products.push_back(run);
        });
        connect(&engine, &Engine::trainingChanged, this, [&] {
            told.push_back(engine.training().value_or(2));
        });
        engine.request(sessionWith(48));
        QTRY_VERIFY_WITH_TIMEOUT(isComplete(engine.product(), 1), kPatienceMs);
        const RunProduct& first = *products.front();
        QVERIFY(first.lanes[1]->waitsForTraining);
        QVERIFY(!first.lanes[1]->outcome.message.empty());
        QCOMPARE(first.lanes[1]->trajectories.particles, std::size_t(0));
        QVERIFY(isComplete(products.front(), 0));
        // The lane beside it was not run again for the network's sake.
        QCOMPARE(products.back()->lanes[0], first.lanes[0]);
        QVERIFY(!products.back()->lanes[1]->waitsForTraining);
        QVERIFY(told.size() > 3);
        QVERIFY(std::is_sorted(told.begin(), told.end() - 1));
        QCOMPARE(told.back(), 2.); // and then there is nothing to train
    }

    void movingTheTrainingTimeTrainsNothing()
    {
        Engine engine(2, nullptr, kAlwaysOneTier);
        engine.request(sessionWith(32, 1));
        QTRY_VERIFY_WITH_TIMEOUT(isComplete(engine.product(), 1), kPatienceMs);
        const auto before = engine.product();
        int waiting = 0;
        connect(&engine, &Engine::productReady, this, [&](const auto& run) {
            waiting += run->lanes[1]->waitsForTraining ? 1 : 0;
        });
        QSignalSpy trained(&engine, &Engine::trainingChanged);
        engine.request(sessionWith(32, 1000));
        QTRY_VERIFY_WITH_TIMEOUT(engine.product() != before && !engine.isBusy(), kPatienceMs);
        QVERIFY(isComplete(engine.product(), 1));
        QCOMPARE(waiting, 0);
        QCOMPARE(trained.count(), 0);
        // It is another network: τ has moved.
        QVERIFY(engine.product()->lanes[1]->trajectories.values
                != before->lanes[1]->trajectories.values);
        QCOMPARE(engine.product()->lanes[0], before->lanes[0]);
    }

    void whatIsNotWantedIsCancelled()
    {
        Engine engine(2, nullptr, kAlwaysOneTier);
        engine.request(sessionWith(2048)); // minutes
        QTRY_VERIFY_WITH_TIMEOUT(engine.training().has_value(), kPatienceMs);
        engine.request(defaultSession());
        QTRY_VERIFY_WITH_TIMEOUT(!engine.training().has_value(), kPatienceMs);
        engine.request(sessionWith(16));
        QTRY_VERIFY_WITH_TIMEOUT(isComplete(engine.product(), 1), kPatienceMs);
        QVERIFY(!engine.training().has_value());
    }

    void twoLanesOfOneNetworkTrainItOnce()
    {
        Engine engine(2, nullptr, kAlwaysOneTier);
        Session session = sessionWith(32);
        session.lanes[0] = session.lanes[1];
        session.lanes[0].error.values.set("tau", 500);
        std::vector<double> told;
        connect(&engine, &Engine::trainingChanged, this, [&] {
            told.push_back(engine.training().value_or(2));
        });
        engine.request(session);
        QTRY_VERIFY_WITH_TIMEOUT(isComplete(engine.product(), 0) && isComplete(engine.product(), 1),
                                 kPatienceMs);
        QCOMPARE(std::count(told.begin(), told.end(), 2.), 1); // it ended once
    }

    void itStopsWhileTraining()
    {
        Engine engine(2, nullptr, kAlwaysOneTier);
        engine.request(sessionWith(2048));
        QTRY_VERIFY_WITH_TIMEOUT(engine.training().has_value(), kPatienceMs);
    } // the destructor does not wait for it
};

QTEST_GUILESS_MAIN(ModelTrainerTest)
#include "tst_model_trainer.moc"
