// SPDX-License-Identifier: GPL-3.0-or-later
// Fitted power laws: exact ones come back, floors and gaps are left out, every place of other
// sweeps has its own; and what the lanes of a study are called.
#include "core/study/lane_names.h"
#include "core/study/slope_fit.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <random>

using namespace scorefield;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

Column column(const std::string& id, ColumnRole role, std::vector<double> values)
{
    Column made;
    made.id = id;
    made.role = role;
    made.lane = role == ColumnRole::Parameter ? -1 : 0;
    made.logarithmic = true;
    made.values = std::move(values);
    return made;
}

StudyInfo fittedError()
{
    StudyInfo info;
    info.quantities = {{.id = "error", .label = "Error", .fitsSlope = true},
                       {.id = "evaluations", .label = "Evaluations"}};
    return info;
}

const std::vector<double> kSteps = {10, 20, 40, 80, 160, 320};

/// y over K = 10 … 320, along one sweep.
Table stepTable(std::vector<double> y)
{
    Table table;
    table.columns = {column("lanes.*.grid.steps", ColumnRole::Parameter, kSteps),
                     column("lanes.0.error", ColumnRole::Measured, std::move(y))};
    return table;
}

std::vector<Sweep> stepSweep()
{
    return {{"lanes.*.grid.steps", kSteps, true}};
}

std::vector<double> power(double factor, double slope)
{
    std::vector<double> y;
    for (const double K : kSteps)
        y.push_back(factor * std::pow(K, slope));
    return y;
}

} // namespace

class TestSlopeFit : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void exactPowersComeBack_data()
    {
        QTest::addColumn<double>("slope");
        for (const double slope : {-4., -1.98, -.5, 0., 1., 3.25})
            QTest::addRow("%g", slope) << slope;
    }
    void exactPowersComeBack()
    {
        QFETCH(double, slope);
        const auto y = power(3, slope);
        const auto law = fitPowerLaw(kSteps, y);
        QVERIFY(law.has_value());
        // A dozen roundings of logarithms below 20.
        QVERIFY(std::abs(law->slope - slope) < 1e-13);
        QVERIFY(std::abs(law->factor / 3 - 1) < 1e-12);
        QVERIFY(law->error < 1e-13);
    }

    void errorsCoverTheTruth()
    {
        // Lognormal scatter of 5 %: the estimate is normal with the formula's standard deviation.
        std::mt19937 random(3);
        std::normal_distribution<double> normal;
        int within = 0;
        constexpr int kTries = 400;
        for (int i = 0; i < kTries; ++i) {
            auto y = power(1, -2);
            std::vector<double> errors;
            for (double& value : y) {
                value *= std::exp(.05 * normal(random));
                errors.push_back(.05 * value);
            }
            const auto law = fitPowerLaw(kSteps, y, errors);
            within += std::abs(law->slope + 2) < 2 * law->error ? 1 : 0;
            // Never below what the standard errors say: .05/√Σ(u − ū)², Σ = 17.5 ln²2.
            QVERIFY(law->error >= .05 / (std::log(2.) * std::sqrt(17.5)) * (1 - 1e-12));
        }
        QVERIFY2(within > .92 * kTries, qPrintable(QString::number(within)));
    }

    void whatSaysNothingHasNoError()
    {
        const std::vector<double> x = {1, 10}, y = {1, .01}, errors = {.1, .001};
        const auto bare = fitPowerLaw(x, y);
        QVERIFY(std::abs(bare->slope + 2) < 1e-14);
        QVERIFY(std::isnan(bare->error));
        // ± 10 % at both ends of a decade: √(2·0.1²)/ln 10.
        QVERIFY(std::abs(fitPowerLaw(x, y, errors)->error - std::sqrt(.02) / std::log(10.))
                < 1e-14);
        QVERIFY(!fitPowerLaw(std::vector<double>{5, 5}, y));
        QVERIFY(!fitPowerLaw(std::vector<double>{5}, std::vector<double>{5}));
        // What has no logarithm is no pair.
        const std::vector<double> wide = {1, 10, 100, -1, 0}, mixed = {1, .1, kNone, 3, -2};
        QVERIFY(std::abs(fitPowerLaw(wide, mixed)->slope + 1) < 1e-14);
    }

    void rowsAtTheFloorAreLeftOut()
    {
        auto y = power(100, -2);
        y[4] = y[5] = 1e-2; // levelled off; the floor is 5e-3
        Table table = stepTable(y);
        table.columns.push_back(
            column("lanes.0.error.floor", ColumnRole::Floor, std::vector<double>(6, 5e-3)));
        table.columns.back().of = "lanes.0.error";
        const auto fits = fitSlopes(fittedError(), stepSweep(), table);
        QCOMPARE(fits.size(), std::size_t{1});
        QCOMPARE(fits[0].rows, (std::vector<std::size_t>{0, 1, 2, 3})); // 100/80² is 3.1 floors
        QVERIFY(std::abs(fits[0].slope + 2) < 1e-12);
        QCOMPARE(fits[0].column, std::string("lanes.0.error"));
        QCOMPARE(fits[0].over, std::string("lanes.*.grid.steps"));
    }

    void aLoneRowBehindTheFloorDoesNotCount()
    {
        auto y = power(1, -1);
        Table table = stepTable(y);
        Column& error = table.columns[1];
        error.errors = {.01, .005, .0025, .01, .004, 1e-5}; // rows 3 and 4 are noise
        const auto fits = fitSlopes(fittedError(), stepSweep(), table);
        QCOMPARE(fits[0].rows, (std::vector<std::size_t>{0, 1, 2}));
    }

    void missingRowsAreSteppedOver()
    {
        auto y = power(1, -1);
        y[2] = kNone;
        const auto fits = fitSlopes(fittedError(), stepSweep(), stepTable(y));
        QCOMPARE(fits[0].rows, (std::vector<std::size_t>{0, 1, 3, 4, 5}));
        QVERIFY(std::abs(fits[0].slope + 1) < 1e-13);
    }

    void whatIsNotFittedHasNoFit()
    {
        QVERIFY(fitSlopes(fittedError(), stepSweep(), stepTable(std::vector<double>(6, kNone)))
                    .empty());
        // A lane that the sweep does not touch.
        QVERIFY(
            fitSlopes(fittedError(), stepSweep(), stepTable(std::vector<double>(6, .1))).empty());
        // Up and down is no power law.
        QVERIFY(fitSlopes(fittedError(), stepSweep(), stepTable({1, .1, .9, .1, 1, .2})).empty());
        auto linear = stepSweep();
        linear[0].logarithmic = false;
        QVERIFY(fitSlopes(fittedError(), linear, stepTable(power(1, -1))).empty());
        StudyInfo other = fittedError();
        other.quantities[0].fitsSlope = false;
        QVERIFY(fitSlopes(other, stepSweep(), stepTable(power(1, -1))).empty());
    }

    void everyPlaceOfOtherSweepsHasItsOwn()
    {
        // Two samplers, then K: rows 0…5 of order one, 6…11 of order two.
        auto y = power(1, -1);
        for (const double value : power(5, -2))
            y.push_back(value);
        std::vector<double> steps = kSteps;
        steps.insert(steps.end(), kSteps.begin(), kSteps.end());
        Table table;
        table.columns = {column("lanes.*.sampler.kind",
                                ColumnRole::Parameter,
                                {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}),
                         column("lanes.*.grid.steps", ColumnRole::Parameter, steps),
                         column("lanes.0.error", ColumnRole::Measured, y)};
        const std::vector<Sweep> sweeps = {{"lanes.*.sampler.kind", {0, 1}, false},
                                           {"lanes.*.grid.steps", kSteps, true}};
        const auto fits = fitSlopes(fittedError(), sweeps, table);
        QCOMPARE(fits.size(), std::size_t{2});
        QVERIFY(std::abs(fits[0].slope + 1) < 1e-13);
        QVERIFY(std::abs(fits[1].slope + 2) < 1e-13);
        QCOMPARE(fits[1].rows, (std::vector<std::size_t>{6, 7, 8, 9, 10, 11}));
        table.lanes = {"VP"};
        table.columns[0].words = {"euler",
                                  "euler",
                                  "euler",
                                  "euler",
                                  "euler",
                                  "euler",
                                  "heun",
                                  "heun",
                                  "heun",
                                  "heun",
                                  "heun",
                                  "heun"};
        SlopeFit fit = fits[1];
        fit.slope = -1.98;
        fit.error = .03;
        QCOMPARE(slopeSentence(table, fit),
                 std::string("VP: lanes.0.error over lanes.*.grid.steps at lanes.*.sampler.kind "
                             "heun: slope -1.98 ± 0.03 (6 rows)"));
    }

    void costsAreFittedOver()
    {
        // Two evaluations a step, one less in all: the slope is of N = 2K − 1.
        Table table = stepTable({});
        std::vector<double> cost, y;
        for (const double K : kSteps) {
            cost.push_back(2 * K - 1);
            y.push_back(std::pow(cost.back(), -3));
        }
        table.columns[1].values = y;
        table.columns.push_back(column("lanes.0.evaluations", ColumnRole::Measured, cost));
        const auto fits = fitSlopes(fittedError(), stepSweep(), table);
        QCOMPARE(fits.size(), std::size_t{2});
        QCOMPARE(fits[1].over, std::string("lanes.0.evaluations"));
        QVERIFY(std::abs(fits[1].slope + 3) < 1e-12);
        QVERIFY(std::abs(fits[0].slope + 3) > 1e-3);
        QCOMPARE(fitOver(table, fits[0], table.columns[2])->slope, fits[1].slope);
    }

    void lanesAreNamedByWhatTellsThemApart()
    {
        Session session;
        session.lanes = {defaultLane("vp"), defaultLane("rf")};
        using Names = std::vector<std::string>;
        QCOMPARE(laneNames(session, {}), (Names{"VP", "RF"}));
        session.lanes[1] = session.lanes[0];
        QCOMPARE(laneNames(session, {}), (Names{"VP, lane 1", "VP, lane 2"}));
        session.lanes[1].eta = 1;
        QCOMPARE(laneNames(session, {}), (Names{"VP, η 0", "VP, η 1"}));
        session.lanes[1].sampler.kind = "heun";
        session.lanes[0].sampler.kind = "euler";
        QCOMPARE(laneNames(session, {}), (Names{"VP, euler", "VP, heun"}));
        session.lanes.push_back(defaultLane("rf"));
        QCOMPARE(laneNames(session, {}), (Names{"VP, euler", "VP, heun", "RF"}));
        // What is swept is the place of a row, no name.
        session.lanes = {defaultLane("vp"), defaultLane("rf")};
        const auto sweep = parseSweep(session, "lanes.0.process.kind=vp:ou:2");
        QVERIFY(sweep.ok());
        QCOMPARE(laneNames(session, {*sweep}), (Names{"lane 1", "RF"}));
        const auto samplers = parseSweep(session, "lanes.*.sampler.kind=euler:heun:2");
        session.lanes[1] = session.lanes[0];
        session.lanes[1].sampler.kind = "heun";
        QVERIFY(samplers.ok());
        QCOMPARE(laneNames(session, {*samplers}), (Names{"VP, lane 1", "VP, lane 2"}));
    }
};

QTEST_APPLESS_MAIN(TestSlopeFit)
#include "tst_slope_fit.moc"
