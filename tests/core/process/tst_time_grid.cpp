// SPDX-License-Identifier: GPL-3.0-or-later
// What every grid must satisfy on every process, and the published grids.
#include "tests/support/runs.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

class TestTimeGrid : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void levelsDecreaseBetweenTheRightEnds_data()
    {
        QTest::addColumn<QString>("processId");
        QTest::addColumn<QString>("gridId");
        QTest::addColumn<bool>("denoise");
        QTest::addColumn<int>("steps");
        for (const auto& p : processKinds())
            for (const auto& g : gridKinds())
                for (const bool denoise : {false, true})
                    for (const int steps : {1, 2, 40, 1000})
                        QTest::addRow("%s %s %s %d",
                                      p.info.id.c_str(),
                                      g.info.id.c_str(),
                                      denoise ? "denoise" : "stop",
                                      steps)
                            << QString::fromStdString(p.info.id)
                            << QString::fromStdString(g.info.id) << denoise << steps;
    }
    void levelsDecreaseBetweenTheRightEnds()
    {
        QFETCH(QString, processId);
        QFETCH(QString, gridId);
        QFETCH(bool, denoise);
        QFETCH(int, steps);
        const auto p = process(processId.toStdString());
        const auto levels = levelsOn(*p, gridId.toStdString(), steps, denoise ? 1 : 0);
        QCOMPARE(levels.size(), static_cast<std::size_t>(steps) + 1);
        QCOMPARE(levels.front().t, p->horizon());
        QCOMPARE(levels.back().t, denoise ? 0.0 : p->stop());
        if (denoise && steps > 1)
            QCOMPARE(levels[levels.size() - 2].t, p->stop());
        for (std::size_t k = 0; k < levels.size(); ++k) {
            QVERIFY(k == 0 || levels[k].sigmaTilde() < levels[k - 1].sigmaTilde());
            QCOMPARE(levels[k].alpha, p->at(levels[k].t).alpha);
            QCOMPARE(levels[k].sigma, p->at(levels[k].t).sigma);
        }
    }

    void gridsAreWhatTheirNamesSay()
    {
        const auto rf = process("rf");
        const auto uniform = levelsOn(*rf, "uniform", 4);
        COMPARE_CLOSE(uniform[1].t, 1 - 0.999 / 4, 1e-15, 0);
        const auto vp = process("vp");
        const auto logSnr = levelsOn(*vp, "log-snr", 5);
        for (std::size_t k = 2; k < logSnr.size(); ++k)
            COMPARE_CLOSE(logSnr[k].lambda() - logSnr[k - 1].lambda(),
                          logSnr[1].lambda() - logSnr[0].lambda(),
                          1e-11,
                          0);
        // From pure noise the first finite level is sigma_max.
        const auto karras =
            makeLevels(*rf, choose(gridKinds(), "karras", {{"steps", 10}, {"sigma_max", 50}}))
                .value();
        QVERIFY(std::isinf(karras[0].sigmaTilde()));
        COMPARE_CLOSE(karras[1].sigmaTilde(), 50, 1e-13, 0);
    }

    void publishedSchedules_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("grid");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<double>("rho");
        QTest::newRow("karras 20") << "karras_n20_0.01_80.0_rho7"
                                   << "karras" << 0.01 << 80.0 << 7.0;
        QTest::newRow("karras 5") << "karras_n5_0.002_80.0_rho3"
                                  << "karras" << 0.002 << 80.0 << 3.0;
        QTest::newRow("karras 50") << "karras_n50_0.02_14.6_rho7"
                                   << "karras" << 0.02 << 14.6 << 7.0;
        QTest::newRow("exponential 20") << "exponential_n20_0.01_80.0"
                                        << "log-snr" << 0.01 << 80.0 << 0.0;
        QTest::newRow("exponential 50") << "exponential_n50_0.002_80.0"
                                        << "log-snr" << 0.002 << 80.0 << 0.0;
    }
    void publishedSchedules()
    {
        QFETCH(QString, file);
        QFETCH(QString, grid);
        QFETCH(double, low);
        QFETCH(double, high);
        QFETCH(double, rho);
        // k-diffusion's n sigmas and a 0: our K = n steps with a last step to 0.
        const auto expected = referenceArray("kdiff/schedules/" + file.toStdString() + ".npy");
        QVERIFY(expected.size() > 2);
        const auto p = process("ve-edm", {{"horizon", high}, {"stop", low}});
        Choice choice = choose(gridKinds(),
                               grid.toStdString(),
                               {{"steps", static_cast<double>(expected.size()) - 1}, {"final", 1}});
        if (rho > 0)
            choice.values.set("rho", rho);
        const auto levels = makeLevels(*p, choice).value();
        QCOMPARE(levels.size(), expected.size());
        for (std::size_t k = 0; k < levels.size(); ++k)
            COMPARE_CLOSE(levels[k].sigmaTilde(), expected.values[k], 1e-12, 1e-15);
    }

    void givenLevelsAreChecked()
    {
        const auto rf = process("rf");
        const double infinity = std::numeric_limits<double>::infinity();
        const auto good = levelsAtNoise(*rf, {infinity, 3, 0.1, 0});
        QVERIFY(good);
        COMPARE_CLOSE((*good)[1].t, 0.75, 1e-15, 0);
        QCOMPARE((*good)[3].sigma, 0.0);
        QVERIFY(levelsAtTimes(*rf, {1, 0.5, 0}));

        const auto message = [](const Result<std::vector<PathCoefficients>>& result) {
            return result ? QString() : QString::fromStdString(result.error().message);
        };
        QVERIFY(message(levelsAtNoise(*rf, {3, 4})).contains("noise level 1 is 4"));
        QVERIFY(message(levelsAtNoise(*rf, {3, std::nan("")})).contains("noise level 1"));
        QVERIFY(message(levelsAtNoise(*rf, {3})).contains("at least two"));
        QVERIFY(message(levelsAtNoise(*process("vp"), {infinity, 1})).contains("beyond the end"));
        QVERIFY(message(levelsAtTimes(*rf, {1.2, 0.5})).contains("time 0 is 1.2"));
        QVERIFY(message(levelsAtTimes(*rf, {0.5, -0.1})).contains("time 1 is -0.1"));
        QVERIFY(levelsAtTimes(*process("vp"), {20, 0.5})); // formulas hold beyond T
    }

    void stepsAreChecked()
    {
        const auto rf = process("rf");
        for (const double steps : {0.0, 1001.0, 2.5}) {
            const auto result = makeLevels(*rf, choose(gridKinds(), "uniform", {{"steps", steps}}));
            QVERIFY(!result);
            QCOMPARE(QString::fromStdString(result.error().path), QStringLiteral("steps"));
        }
    }
};

QTEST_APPLESS_MAIN(TestTimeGrid)
#include "tst_time_grid.moc"
