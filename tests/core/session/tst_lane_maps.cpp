// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/lane_maps.h"
#include "core/session/parameter_table.h"
#include "tests/support/runs.h"

#include <QTest>

#include <cmath>
#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

/// VP | RF on the three modes, guided to the middle one.
Session guidedSession(double w)
{
    Session session = defaultSession();
    session.particles.count = 20;
    for (Lane& lane : session.lanes)
        lane.guidance = choose(guidanceKinds(), "cfg", {{"w", w}, {"target", 1}});
    return session;
}

std::shared_ptr<const RunProduct> runOf(const Session& session)
{
    WorkerPool pool(2);
    return runSession(session, pool).value();
}

LaneMaps mapsOf(const RunProduct& run, MapQuantity quantity, double step, double mapLane = 1)
{
    WorkerPool pool(2);
    ViewSpec view = run.session.view;
    view.mapQuantity = static_cast<double>(quantity);
    view.mapLane = mapLane;
    const PlaneGrid grid{-6, -4, 12, 8, 24, 16};
    return computeLaneMaps(
        run, view, std::vector<MapWindow>(run.lanes.size(), MapWindow{grid, step}), pool);
}

LaneMap mapOf(std::vector<float> values)
{
    LaneMap map;
    const int columns = static_cast<int>(values.size());
    map.field = FieldMap{{0, 0, 1, 1, columns, 1}, std::move(values)};
    return map;
}

} // namespace

class TestLaneMaps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsComputedWithoutAQuantity()
    {
        const auto run = runOf(guidedSession(3));
        QVERIFY(mapsOf(*run, MapQuantity::None, 10).lanes.empty());
    }

    void everyQuantityHasAMapOfEveryLaneOrASentence()
    {
        const auto run = runOf(guidedSession(3));
        for (int q = 1; q <= 6; ++q) {
            const auto maps = mapsOf(*run, static_cast<MapQuantity>(q), 30);
            QCOMPARE(maps.lanes.size(), run->lanes.size());
            for (const LaneMap& lane : maps.lanes)
                QVERIFY(lane.field || !lane.note.empty());
            // Both lanes follow one field: at one noise level they do not differ at all.
            QCOMPARE(maps.scale.high > maps.scale.low,
                     static_cast<MapQuantity>(q) != MapQuantity::Difference);
        }
    }

    void theLaneComparedWithSaysSo()
    {
        const auto run = runOf(guidedSession(3));
        const auto maps = mapsOf(*run, MapQuantity::Difference, 30, 2);
        QVERIFY(maps.lanes[0].field.has_value());
        QVERIFY(!maps.lanes[1].field && !maps.lanes[1].note.empty());
        QCOMPARE(maps.comparedLane, 1);
        for (const LaneMap& lane : mapsOf(*run, MapQuantity::Difference, 30, 4).lanes)
            QVERIFY(!lane.field && lane.note.find("no lane 4") != std::string::npos);
    }

    void noiseIsNotedWhereTheMapIsOfTheOde()
    {
        Session session = guidedSession(2);
        session.lanes[0].sampler = choose(samplerKinds(), "ddim");
        session.lanes[0].eta = 1;
        const auto run = runOf(session);
        const auto output = mapsOf(*run, MapQuantity::Output, 0);
        QVERIFY(output.lanes[0].note.find("η = 0") != std::string::npos);
        QVERIFY(output.lanes[1].note.empty());
        QVERIFY(mapsOf(*run, MapQuantity::Guidance, 30).lanes[0].note.empty());
    }

    /// At w = 50 everything ends within a hundredth of the middle: between the cells.
    void aCollapsedDensityKeepsItsTop()
    {
        const auto run = runOf(guidedSession(50));
        const auto maps = mapsOf(*run, MapQuantity::Output, 0);
        float largest = -1e30F;
        for (const float value : maps.lanes[0].field->values)
            largest = std::max(largest, value);
        QVERIFY(maps.scale.high > static_cast<double>(largest) + 10);
    }

    void scalesFitTheirValues()
    {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const auto linear = mapScale(MapQuantity::Guidance, {mapOf({0, 1, 2, nan}), mapOf({3})});
        QCOMPARE(linear, (MapScale{0, 3, false, false, false}));
        const auto decades = mapScale(MapQuantity::Penalty, {mapOf({1e-9F, 0.5F, 1, 2, 3, 2000})});
        QVERIFY(decades.logarithmic && decades.openBelow && !decades.diverging);
        QCOMPARE(decades.high, 2000.0);
        QVERIFY(decades.low > 0);
        const auto diverging = mapScale(MapQuantity::Curvature, {mapOf({-1, 4})});
        QCOMPARE(diverging, (MapScale{-4, 4, false, true, false}));
        const auto nats = mapScale(MapQuantity::Output, {mapOf({-500, -3, 2})});
        QCOMPARE(nats, (MapScale{-10, 2, false, false, true}));
        QCOMPARE(mapScale(MapQuantity::Guidance, {mapOf({nan})}), MapScale{});
        QCOMPARE(mapScale(MapQuantity::Guidance, {mapOf({0, 0})}), MapScale{});
    }

    /// Theory 12.2 in x~: kappa_2 = -sigma~^2/S and kappa_1 = sigma~^2 (m^2/S^2 sech^2(m x/S) -
    /// 1/S).
    void curvaturesHaveTheirClosedForm()
    {
        Session session = guidedSession(1);
        const double m = 2, variance = .09;
        session.data = isotropicMixture({Eigen::Vector2d(-m, 0), Eigen::Vector2d(m, 0)}, variance);
        for (Lane& lane : session.lanes)
            lane.guidance = choose(guidanceKinds(), "none");
        const auto run = runOf(session);
        double step = 0; // where paths part between the two
        while (run->lanes[0]->plan.levels[static_cast<std::size_t>(step)].sigmaTilde() > .9)
            ++step;
        const auto kappa1 = mapsOf(*run, MapQuantity::Kappa1, step),
                   kappa2 = mapsOf(*run, MapQuantity::Kappa2, step),
                   gap = mapsOf(*run, MapQuantity::Gap, step);
        for (std::size_t lane = 0; lane < 2; ++lane) {
            const LaneProduct& product = *run->lanes[lane];
            const auto level = levelAtStep(*product.process, product.plan.levels, step);
            const double noise = level.sigmaTilde(), S = variance + noise * noise;
            QVERIFY(noise > 0 && std::isfinite(noise));
            const FieldMap& map = *kappa1.lanes[lane].field;
            for (std::size_t cell = 0; cell < map.values.size(); ++cell) {
                const double x = (-6 + (static_cast<double>(cell % 24) + .5) * .5) / level.alpha;
                const double sech = 1 / std::cosh(m * x / S);
                const double k2 = -noise * noise / S,
                             k1 = noise * noise * (m * m * sech * sech / (S * S) - 1 / S);
                // Values are floats.
                QVERIFY(std::abs(static_cast<double>(map.values[cell]) - k1)
                        < 2e-6 * (1 + std::abs(k1)));
                QVERIFY(std::abs(static_cast<double>(kappa2.lanes[lane].field->values[cell]) - k2)
                        < 2e-6);
                const double logGap =
                    2
                    * (std::log10(noise * m / S)
                       - (std::abs(m * x / S) * std::numbers::log10e - std::log10(2)
                          + std::log1p(std::exp(-2 * std::abs(m * x / S))) * std::numbers::log10e));
                QVERIFY(std::abs(static_cast<double>(gap.lanes[lane].field->values[cell]) - logGap)
                        < 1e-5 * (1 + std::abs(logGap)));
            }
        }
        QVERIFY(kappa1.scale.diverging && kappa1.scale.low == -1 && kappa1.scale.high == 1);
        QVERIFY(kappa1.scale.openAbove && !kappa2.scale.openAbove);
        QVERIFY(gap.scale.low >= -12 && gap.scale.openBelow);
    }

    void curvaturesSayWhereThereAreNone()
    {
        Session session = guidedSession(1);
        const auto run = runOf(session);
        const auto start = mapsOf(*run, MapQuantity::Kappa1, 0);
        QVERIFY(!start.lanes[1].field && !start.lanes[1].note.empty()); // RF: alpha = 0
        session.data = isotropicMixture(
            {Eigen::VectorXd::Constant(1, -1), Eigen::VectorXd::Constant(1, 1)}, .1);
        for (Lane& lane : session.lanes)
            lane.guidance = choose(guidanceKinds(), "none");
        const auto line = runOf(session);
        QVERIFY(mapsOf(*line, MapQuantity::Kappa1, 30).lanes[0].field.has_value());
        for (const MapQuantity quantity : {MapQuantity::Kappa2, MapQuantity::Gap})
            QVERIFY(mapsOf(*line, quantity, 30).lanes[0].note.find("one dimension")
                    != std::string::npos);
    }

    void rowsWithoutEffectSayWhy()
    {
        Session session = guidedSession(3);
        QVERIFY(whyDisabled(session, "view.map.opacity").has_value());
        QVERIFY(whyDisabled(session, "view.map.lane").has_value());
        session.view.mapQuantity = static_cast<double>(MapQuantity::Guidance);
        QVERIFY(!whyDisabled(session, "view.map.opacity"));
        QVERIFY(whyDisabled(session, "view.map.lane").has_value());
        session.view.mapQuantity = static_cast<double>(MapQuantity::Difference);
        QVERIFY(!whyDisabled(session, "view.map.lane"));
        session.lanes.resize(1);
        QVERIFY(whyDisabled(session, "view.map.lane").has_value());
    }
};

QTEST_GUILESS_MAIN(TestLaneMaps)
#include "tst_lane_maps.moc"
