// SPDX-License-Identifier: GPL-3.0-or-later
// What every grid must satisfy on every process, and the published grids.
#include "tests/support/runs.h"
#include "tests/support/variants.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

class TestTimeGrid : public QObject {
    Q_OBJECT

    /// True if the grid keeps levels of its own, whatever T and delta are.
    static bool keepsItsOwnLevels(const Choice& grid)
    {
        return !grid.values.contains("steps") || grid.kind == "diffusers"
               || (grid.values.contains("ends") && grid.values.at("ends") == 0);
    }

    /// What must hold of every grid on every process; returns whether there are levels.
    static bool checkLevels(const ForwardProcess& p, const Choice& grid)
    {
        const auto made = makeLevels(p, grid);
        bool ok = false;
        [&] {
            if (!made) {
                QVERIFY2(made.error().message.size() > 20, made.error().message.c_str());
                // Only what is bound to given levels, to a table, or to ends that do not fit may be
                // refused.
                const std::string& path = made.error().path;
                QVERIFY2(keepsItsOwnLevels(grid) || path == "steps" || path == "eps_s"
                             || path == "sigma_max",
                         made.error().sentence().c_str());
                return;
            }
            const auto& levels = *made;
            const bool toData = levels.back().sigma == 0;
            if (grid.values.contains("steps")) {
                QCOMPARE(levels.size(), static_cast<std::size_t>(grid.values.at("steps")) + 1);
                QCOMPARE(toData, grid.values.at("final") == 1);
            }
            for (std::size_t k = 0; k + (toData ? 1 : 0) < levels.size(); ++k) {
                const PathCoefficients& level = levels[k];
                QVERIFY(level.t >= 0 && std::isfinite(level.sigma) && level.sigma > 0);
                QVERIFY(level.alpha > 0 || (k == 0 && level.alpha == 0));
                QVERIFY(k == 0 || level.sigmaTilde() < levels[k - 1].sigmaTilde());
                QCOMPARE(level.alpha, p.at(level.t).alpha);
                QCOMPARE(level.sigma, p.at(level.t).sigma);
            }
            if (toData)
                QCOMPARE(levels.back().alpha, 1.0);
            if (!keepsItsOwnLevels(grid)) {
                QCOMPARE(levels.front().t, p.horizon());
                if (!toData)
                    QCOMPARE(levels.back().t, p.stop());
                else if (levels.size() > 2)
                    QCOMPARE(levels[levels.size() - 2].t, p.stop());
            }
            ok = true;
        }();
        return ok;
    }

private Q_SLOTS:
    void levelsDecreaseBetweenTheRightEnds_data()
    {
        QTest::addColumn<QString>("processId");
        QTest::addColumn<QString>("gridId");
        for (const auto& p : processKinds())
            for (const auto& g : gridKinds())
                QTest::addRow("%s %s", p.info.id.c_str(), g.info.id.c_str())
                    << QString::fromStdString(p.info.id) << QString::fromStdString(g.info.id);
    }
    void levelsDecreaseBetweenTheRightEnds()
    {
        QFETCH(QString, processId);
        QFETCH(QString, gridId);
        const auto p = process(processId.toStdString());
        const Choice defaults = choose(gridKinds(), gridId.toStdString());
        const bool hasEnds = defaults.values.contains("ends");
        for (const double ends : {0.0, 1.0})
            for (const double final : {0.0, 1.0})
                for (const int steps : {1, 2, 3, 40, 1000}) {
                    Choice grid = defaults;
                    if (hasEnds)
                        grid.values.set("ends", ends);
                    if (grid.values.contains("steps")) {
                        grid.values.set("steps", steps);
                        grid.values.set("final", final);
                    }
                    checkLevels(*p, grid);
                    if (QTest::currentTestFailed())
                        return;
                }
    }

    void randomGrids_data()
    {
        QTest::addColumn<QString>("gridId");
        for (const auto& g : gridKinds())
            QTest::newRow(g.info.id.c_str()) << QString::fromStdString(g.info.id);
    }
    void randomGrids()
    {
        QFETCH(QString, gridId);
        std::size_t accepted = 0;
        for (const auto& p : processKinds())
            for (std::uint32_t seed = 1; seed <= 12; ++seed) {
                const auto made = makeProcess(randomChoice(p.info, 100 + seed));
                if (!made)
                    continue;
                for (const auto& g : gridKinds())
                    if (g.info.id == gridId.toStdString())
                        accepted += checkLevels(**made, randomChoice(g.info, seed)) ? 1 : 0;
                if (QTest::currentTestFailed())
                    return;
            }
        QVERIFY(accepted >= 20);
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

    void gridsInTimeAreWhatTheirNamesSay()
    {
        const auto vp = process("vp");
        const auto geometric = levelsOn(*vp, "geometric", 8);
        for (std::size_t k = 1; k < geometric.size(); ++k)
            COMPARE_CLOSE(geometric[k].t / geometric[k - 1].t, std::pow(1e-4, 1.0 / 8), 1e-13, 0);
        const auto power =
            makeLevels(*vp, choose(gridKinds(), "power", {{"steps", 8}, {"a", 3}})).value();
        for (std::size_t k = 1; k < power.size(); ++k)
            COMPARE_CLOSE(std::cbrt(power[k - 1].t) - std::cbrt(power[k].t),
                          (std::cbrt(10) - 0.1) / 8,
                          1e-13,
                          0);
        // Where time is the noise level, the power grid is the Karras grid and the geometric one is
        // uniform in log-SNR.
        const auto edm = process("ve-edm");
        const auto same = [&](const char* a, const char* b) {
            const auto first = levelsOn(*edm, a, 20), second = levelsOn(*edm, b, 20);
            for (std::size_t k = 0; k < first.size(); ++k)
                COMPARE_CLOSE(first[k].t, second[k].t, 1e-13, 0);
        };
        same("power", "karras");
        same("geometric", "log-snr");
        same("exponential", "log-snr");
    }

    void gridsInNoiseAreWhatTheirNamesSay()
    {
        const auto vp = process("vp");
        const auto cosine = levelsOn(*vp, "cosine", 10);
        for (std::size_t k = 2; k < cosine.size(); ++k)
            COMPARE_CLOSE(std::atan(cosine[k - 1].sigmaTilde()) - std::atan(cosine[k].sigmaTilde()),
                          std::atan(cosine[0].sigmaTilde()) - std::atan(cosine[1].sigmaTilde()),
                          1e-11,
                          0);
        // A shift multiplies the noise levels of the unshifted u in between.
        const auto rf = process("rf");
        const auto shifted =
            makeLevels(*rf, choose(gridKinds(), "rf-shift", {{"steps", 10}, {"shift", 3}})).value();
        const double from = 1, to = shifted.back().sigmaTilde() / (3 + shifted.back().sigmaTilde());
        for (std::size_t k = 1; k < shifted.size(); ++k) {
            const double u = from + (to - from) * static_cast<double>(k) / 10;
            COMPARE_CLOSE(shifted[k].sigmaTilde(), 3 * u / (1 - u), 1e-12, 0);
            COMPARE_CLOSE(shifted[k].t, 3 * u / (1 + 2 * u), 1e-12, 0);
        }
        // Straight points: uniform in log-SNR; the ends are the lane's whatever the outer points
        // are.
        Choice drawn = choose(gridKinds(), "curve", {{"steps", 12}});
        drawn.points = {{0, 0.9}, {0.5, 0.5}, {1, 0.1}};
        const auto curve = makeLevels(*vp, drawn).value();
        const auto logSnr = levelsOn(*vp, "log-snr", 12);
        for (std::size_t k = 0; k < curve.size(); ++k)
            COMPARE_CLOSE(curve[k].sigmaTilde(), logSnr[k].sigmaTilde(), 1e-12, 0);
    }

    void givenLevelsAreTakenAsTheyAre()
    {
        Choice grid = choose(gridKinds(), "levels");
        grid.points = {{0, 120}, {1, 3}, {2, 0.5}, {3, 0}};
        for (const char* id : {"vp", "rf", "ve-edm", "ve-geometric", "custom"}) {
            const auto levels = makeLevels(*process(id), grid).value();
            QCOMPARE(levels.size(), std::size_t{4});
            for (std::size_t k = 0; k < 4; ++k)
                COMPARE_CLOSE(levels[k].sigmaTilde(), grid.points[k].y, 1e-13, 0);
        }
        grid.points = {{0, 10}, {1, 0.001}};
        const auto below = makeLevels(*process("ve-geometric"), grid);
        QVERIFY(!below);
        QCOMPARE(below.error().path, std::string("levels"));
        QVERIFY(below.error().message.find("noise level 1 is 0.001, below the smallest")
                != std::string::npos);
        grid.points = {{0, 10}, {1, 20}};
        QVERIFY(!makeLevels(*process("vp"), grid));
    }

    void tablesThatAreTooSmallSaySo()
    {
        const auto vp = process("vp");
        const auto few =
            makeLevels(*vp, choose(gridKinds(), "edm-iddpm", {{"steps", 100}, {"table_size", 50}}));
        QVERIFY(!few);
        QCOMPARE(few.error().path, std::string("steps"));
        const auto all = choose(gridKinds(), "diffusers", {{"steps", 1000}, {"scheduler", 0}});
        QVERIFY(makeLevels(*vp, all));
        const auto repeated =
            makeLevels(*vp, choose(gridKinds(), "diffusers", {{"steps", 1000}, {"scheduler", 1}}));
        QVERIFY(!repeated); // multiples of 1000/1001, rounded down
        QCOMPARE(repeated.error().path, std::string("steps"));
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
