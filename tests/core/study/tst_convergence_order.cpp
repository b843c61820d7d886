// SPDX-License-Identifier: GPL-3.0-or-later
// The study convergence-order: the declared orders come out, the floor is one, and a lane without a
// solution says so.
#include "tests/support/convergence.h"
#include "tests/support/mixtures.h"
#include "tests/support/studies.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

Session sessionOf(const std::string& sampler, double particles = 100)
{
    return test::oneLane(referenceM1(),
                         particles,
                         {{"sampler", sampler},
                          {"process", "ve-edm:horizon=10,stop=0.02"},
                          {"grid", "karras:final=stop"},
                          {"guidance", "none"}});
}

Result<Table> run(const Session& session, const std::vector<std::string>& sweeps)
{
    return test::studied("convergence-order", session, sweeps);
}

} // namespace

class TestConvergenceOrder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void slopesAreTheDeclaredOrders_data()
    {
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<int>("order");
        QTest::addColumn<double>("seen");
        QTest::addColumn<int>("evaluations");
        // Theory §4, on a three-component mixture in the plane; which one is not said.
        QTest::newRow("euler") << "euler" << 1 << 1.06 << 1;
        QTest::newRow("heun") << "heun" << 2 << 1.95 << 2;
        QTest::newRow("dpmpp-2s") << "dpmpp-2s" << 2 << 1.96 << 2;
        QTest::newRow("dpmpp-2m") << "dpmpp-2m" << 2 << 1.95 << 1;
        QTest::newRow("unipc-2") << "unipc:order=2" << 3 << 2.92 << 1;
        QTest::newRow("rk4") << "rk4" << 4 << 3.93 << 4;
    }
    void slopesAreTheDeclaredOrders()
    {
        QFETCH(QString, sampler);
        QFETCH(int, order);
        QFETCH(double, seen);
        QFETCH(int, evaluations);
        const auto table =
            run(sessionOf(sampler.toStdString(), 200), {"lanes.0.grid.steps=20:320:5:log"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        const std::vector<double>& steps = table->columns[0].values;
        int fits = 0;
        for (const SlopeFit& fit : table->slopes) {
            if (fit.over != "lanes.0.grid.steps")
                continue;
            ++fits;
            const bool isMean = fit.column == "lanes.0.error";
            // Particles near the border of two basins weigh in the mean, and others do in another
            // mixture; the median has the order itself, up to higher terms.
            QVERIFY2(std::abs(-fit.slope - (isMean ? seen : order)) < (isMean ? .15 : .2),
                     qPrintable(QStringLiteral("%1 %2").arg(fit.column.c_str()).arg(fit.slope)));
            QVERIFY(fit.rows.size() >= 3);
        }
        QCOMPARE(fits, 2);
        // The reference goes through the last row with exactly the declared slope.
        const auto& error = table->find("lanes.0.error")->values;
        const std::vector<double>& curve = table->find("lanes.0.error.order")->values;
        QCOMPARE(curve[4], error[4]);
        QVERIFY(std::abs(observedOrder(steps, curve) - order) < 1e-12); // rounding
        for (std::size_t row = 0; row < 5; ++row) {
            QVERIFY(table->find("lanes.0.error.floor")->values[row] < .1 * error[row]);
            QCOMPARE(table->find("lanes.0.evaluations")->values[row], evaluations * steps[row]);
        }
    }

    /// RK4 against itself: what is left is of the size of the floor, so the floor is honest.
    void theFloorIsTheErrorOfTheReference()
    {
        const auto table = run(sessionOf("rk4"), {"lanes.0.grid.steps=300:300:1"});
        QVERIFY(table.ok());
        const double error = table->find("lanes.0.error")->values[0];
        const double floor = table->find("lanes.0.error.floor")->values[0];
        // The reference has twice the steps: it differs from RK4 on 300 steps by 15 floors; the two
        // grids are not quite alike.
        QVERIFY2(error > 5 * floor && error < 45 * floor,
                 qPrintable(QStringLiteral("%1 %2").arg(error).arg(floor)));
    }

    void errorBarsMatchRepeatedSeeds()
    {
        const auto table =
            run(sessionOf("euler"), {"lanes.0.grid.steps=10:10:1", "particles.seed=1:40:40"});
        QVERIFY(table.ok());
        for (const char* id : {"lanes.0.median_error", "lanes.0.other_basin"}) {
            const Column& column = *table->find(id);
            const Eigen::Map<const Eigen::ArrayXd> x(column.values.data(), 40);
            const Eigen::Map<const Eigen::ArrayXd> claimed(column.errors.data(), 40);
            const double seen = std::sqrt((x - x.mean()).square().sum() / 39);
            const double ratio = claimed.mean() / seen;
            // A standard deviation of 40 values is known to 1/sqrt(78) = 11 %; five of these.
            QVERIFY2(ratio > 1 / 1.57 && ratio < 1.57,
                     qPrintable(QStringLiteral("%1: %2").arg(id).arg(ratio)));
        }
    }

    void noiseWithoutAPathHasNoSolution()
    {
        Session session = sessionOf("ddim:eta=1");
        session.particles.count = 60;
        const auto table = run(session, {"lanes.0.grid.steps=5:10:2"});
        QVERIFY(table.ok());
        QCOMPARE(table->notes.size(), std::size_t{1});
        QVERIFY(table->notes[0].starts_with("lanes.0: with η > 0"));
        QVERIFY(std::isnan(table->find("lanes.0.error")->values[0]));
        QCOMPARE(table->find("lanes.0.evaluations")->values[1], 10.);
        // Along one Brownian path there is one; more steps come closer to it.
        QVERIFY(setParameterText(session, "particles.noise", "brownian").ok());
        const auto tree = run(session, {"lanes.0.grid.steps=20:160:2"});
        QVERIFY(tree.ok() && tree->notes.empty());
        const std::vector<double>& error = tree->find("lanes.0.median_error")->values;
        QVERIFY(error[1] < error[0] / 2);
        QVERIFY(std::isnan(tree->find("lanes.0.error.order")->values[0]));
    }
};

QTEST_APPLESS_MAIN(TestConvergenceOrder)
#include "tst_convergence_order.moc"
