// SPDX-License-Identifier: GPL-3.0-or-later
// The one-step map as a picture: lines against closed forms, smooth where it stretches, and the
// maps of basins and stretch.
#include "core/metric/one_step_map.h"
#include "core/session/lane_maps.h"
#include "core/session/lane_warp.h"
#include "core/session/parameter_table.h"
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <QTest>

#include <cmath>

using namespace scorefield;
using namespace scorefield::test;

namespace {

std::shared_ptr<const RunProduct> runOf(const MixtureSpec& data, const std::string& process)
{
    Session session = defaultSession();
    session.particles.count = 4;
    session.data = data;
    session.lanes = {defaultLane(process)};
    session.view.warp.layer.visible = 1;
    WorkerPool pool(2);
    return runSession(session, pool).value();
}

LaneWarp warpOf(const RunProduct& run,
                double share,
                double pixel = .02,
                int points = kMostWarpPoints,
                unsigned threads = 2)
{
    ViewSpec view = run.session.view;
    view.warp.share = share;
    view.warp.lines = 10;
    WorkerPool pool(threads);
    return computeLaneWarps(run, view, {{0, pixel}}, pool, {}, points).lanes.at(0);
}

MixtureSpec twoModes(double deviation)
{
    return isotropicMixture({Eigen::Vector2d(-1, 0), Eigen::Vector2d(1, 0)}, deviation * deviation);
}

/// The farthest that a point of the line lies from the chord of its neighbours.
double bend(const std::vector<Eigen::Vector2d>& line)
{
    double most = 0;
    for (std::size_t i = 1; i + 1 < line.size(); ++i) {
        const Eigen::Vector2d chord = line[i + 1] - line[i - 1], off = line[i] - line[i - 1];
        if (chord.norm() > 0)
            most =
                std::max(most, std::abs(chord.x() * off.y() - chord.y() * off.x()) / chord.norm());
    }
    return most;
}

MapSubject subjectOf(const RunProduct& run)
{
    MapSubject subject;
    const LaneProduct& lane = *run.lanes[0];
    subject.ode.mixture = lane.plan.mixture;
    subject.ode.process = lane.process;
    subject.ode.noise = lane.plan.levels.front();
    subject.ode.data = lane.plan.levels.back();
    subject.axes = run.plane.axes;
    subject.origin = run.plane.origin;
    return subject;
}

} // namespace

class TestLaneWarp : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void startsAsASquareGridOverTheBulk()
    {
        const auto run = runOf(twoModes(.3), "vp");
        const LaneWarp warp = warpOf(*run, 0);
        QVERIFY(warp.note.empty() && !warp.isCoarse);
        for (const WarpLine& line : warp.lines) {
            QVERIFY((line.warped.front() - line.from).norm() < 1e-12);
            QVERIFY((line.warped.back() - line.to).norm() < 1e-12);
            QVERIFY(bend(line.warped) < 1e-12);
        }
        const PathCoefficients& level = run->lanes[0]->plan.levels.front();
        const double reach = 3 * std::hypot(level.alpha * .3, level.sigma);
        for (const WarpLine& line : warp.lines) {
            QVERIFY(line.from.cwiseAbs().maxCoeff() >= reach * .99); // whole cells cover it
            QVERIFY(line.from.cwiseAbs().maxCoeff() < reach + level.alpha + 2 * warp.spacing);
        }
    }

    /// F of one Gaussian is linear: lines stay lines, and their ends are known.
    void oneGaussianIsMappedLinearly()
    {
        const auto run = runOf(referenceM4(), "ve-edm");
        const LaneWarp warp = warpOf(*run, 1);
        const auto& component = run->mixture->components()[0];
        const PathCoefficients &from = run->lanes[0]->plan.levels.front(),
                               &to = run->lanes[0]->plan.levels.back();
        const auto deviation = [&](const PathCoefficients& at) {
            return (at.alpha * at.alpha * component.eigenvalues.array() + at.sigma * at.sigma)
                .sqrt()
                .matrix()
                .eval();
        };
        const Eigen::MatrixXd A = component.eigenvectors
                                  * deviation(to).cwiseQuotient(deviation(from)).asDiagonal()
                                  * component.eigenvectors.transpose();
        QVERIFY(!warp.lines.empty());
        for (const WarpLine& line : warp.lines) {
            const Eigen::Vector2d expected =
                to.alpha * component.mean + A * (line.from - from.alpha * component.mean);
            QVERIFY((line.warped.front() - expected).norm() < 1e-3); // of the flow of pictures
            QVERIFY(bend(line.warped) < 1e-3);
        }
    }

    void linesAreSmoothWhereTheMapStretches()
    {
        const auto run = runOf(twoModes(.15), "rf"); // L_f is 6e8: no grid of places would do
        const double pixel = .01;
        const LaneWarp warp = warpOf(*run, 1, pixel);
        QVERIFY(!warp.isCoarse);
        std::size_t points = 0;
        for (const WarpLine& line : warp.lines) {
            points += line.warped.size();
            QVERIFY(bend(line.warped) < pixel);
            for (std::size_t i = 1; i < line.warped.size(); ++i)
                QVERIFY((line.warped[i] - line.warped[i - 1]).norm() < 30 * pixel);
        }
        QVERIFY(points > 25 * warp.lines.size()); // refined
        const LaneWarp sketch = warpOf(*run, 1, pixel, static_cast<int>(25 * warp.lines.size()));
        QVERIFY(sketch.isCoarse); // and says so
    }

    void theShareMovesThemAlong()
    {
        const auto run = runOf(twoModes(.3), "vp");
        const LaneWarp start = warpOf(*run, 0), half = warpOf(*run, .5), end = warpOf(*run, 1);
        const Eigen::Vector2d corner = start.lines[0].warped.front();
        QVERIFY((half.lines[0].warped.front() - corner).norm() > .01);
        QVERIFY((half.lines[0].warped.front() - end.lines[0].warped.front()).norm() > .01);
    }

    void oneDimensionHasPlaces()
    {
        MixtureSpec data;
        data.dimension = 1;
        for (const double mean : {-1., 1.})
            data.components.push_back({1,
                                       Eigen::VectorXd::Constant(1, mean),
                                       Eigen::MatrixXd::Constant(1, 1, .04),
                                       mean > 0 ? 1 : 0});
        const LaneWarp warp = warpOf(*runOf(data, "vp"), 1);
        QVERIFY(warp.lines.size() >= 11);
        for (std::size_t i = 1; i < warp.lines.size(); ++i) // the map is monotone
            QVERIFY(warp.lines[i].warped.front().x() > warp.lines[i - 1].warped.front().x());
    }

    void moreDimensionsAreProjected()
    {
        const auto run = runOf(randomMixture(3, 4, 3, 4), "vp");
        const LaneWarp warp = warpOf(*run, 1);
        QVERIFY2(warp.note.empty(), warp.note.c_str());
        GuidedOde ode = subjectOf(*run).ode;
        Eigen::MatrixXd x(4, 1);
        x.col(0) = ode.noise.alpha * run->plane.origin + run->plane.axes * warp.lines[3].from;
        WorkerPool pool(1);
        const auto image = oneStepMap(ode, x, pool);
        const Eigen::Vector2d expected =
            run->plane.axes.transpose() * (image->ends.col(0) - ode.data.alpha * run->plane.origin);
        QVERIFY((warp.lines[3].warped.front() - expected).norm()
                < 1e-3 * (1 + image->stretch(0)) * run->mixture->scale());
    }

    void isTheSameOnAnyNumberOfThreads()
    {
        const auto run = runOf(twoModes(.2), "rf");
        const LaneWarp one = warpOf(*run, 1, .02, kMostWarpPoints, 1),
                       three = warpOf(*run, 1, .02, kMostWarpPoints, 3);
        QCOMPARE(one.lines.size(), three.lines.size());
        for (std::size_t i = 0; i < one.lines.size(); ++i)
            QVERIFY(one.lines[i].warped == three.lines[i].warped);
    }

    void aRuleWithoutAFlowSaysSo()
    {
        auto session = runOf(twoModes(.3), "vp")->session;
        session.lanes[0].guidance = choose(guidanceKinds(), "apg");
        WorkerPool pool(2);
        const auto run = runSession(session, pool).value();
        QVERIFY(warpOf(*run, 1).lines.empty());
        QVERIFY(!warpOf(*run, 1).note.empty());
    }

    /// Two modes: the basins are half-planes.
    void basinsAreThoseOfTheMap()
    {
        const auto run = runOf(twoModes(.3), "rf");
        WorkerPool pool(2);
        const MapSubject subject = subjectOf(*run);
        const auto map = basinMap(subject, subject.ode.noise, {-2, -2, 4, 4, 11, 8}, pool);
        QVERIFY(map);
        QCOMPARE(map->grid.columns, 66); // six cells for each
        const auto columns = static_cast<std::size_t>(map->grid.columns);
        for (std::size_t i = 0; i < map->values.size(); ++i) {
            const double x = -2 + 4 * (static_cast<double>(i % columns) + .5) / 66;
            QCOMPARE(map->values[i], x > 0 ? 1.F : 0.F);
        }
    }

    void stretchIsThatOfTheMap()
    {
        const auto run = runOf(twoModes(.4), "vp");
        WorkerPool pool(2);
        const MapSubject subject = subjectOf(*run);
        const auto map = stretchMap(subject, subject.ode.noise, {-2, -1, 4, 2, 5, 3}, pool);
        QVERIFY(map);
        Eigen::MatrixXd middle = Eigen::Vector2d(0, 0);
        const auto image = oneStepMap(subject.ode, middle, pool);
        QCOMPARE(map->grid.columns, 15); // three cells for each
        const float centre = map->values[4 * 15 + 7];
        QVERIFY(std::abs(static_cast<double>(centre) - std::log10(image->stretch(0))) < 1e-3);
        QCOMPARE(*std::max_element(map->values.begin(), map->values.end()), centre);
    }

    void scalesOfTheMaps()
    {
        LaneMap map;
        map.field = FieldMap{{0, 0, 1, 1, 3, 1}, {0, 2, 1}};
        const MapScale basins = mapScale(MapQuantity::Basin, {map});
        QVERIFY(basins.categorical);
        const MapScale stretch = mapScale(MapQuantity::Stretch, {map});
        QVERIFY(!stretch.categorical && !stretch.logarithmic && !stretch.diverging);
        QCOMPARE(stretch.low, 0.);
        QCOMPARE(stretch.high, 2.);
    }

    void rowsExplainThemselves()
    {
        Session session = defaultSession();
        QVERIFY(whyDisabled(session, "view.warp.lines").has_value());
        QVERIFY(!whyDisabled(session, "view.warp.visible").has_value());
        session.view.warp.layer.visible = 1;
        for (const char* key : {"view.warp.lines", "view.warp.share", "view.warp.opacity"})
            QVERIFY(!whyDisabled(session, key).has_value());
        QVERIFY(!setParameter(session, "view.warp.lines", 3));
        QVERIFY(setParameter(session, "view.warp.share", .25));
    }
};

QTEST_APPLESS_MAIN(TestLaneWarp)
#include "tst_lane_warp.moc"
