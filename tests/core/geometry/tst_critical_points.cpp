// SPDX-License-Identifier: GPL-3.0-or-later
// Critical points of mixtures in the plane: none is lost, counted by the turns of the score
// (Poincaré–Hopf), also where they are much closer to each other than the cells' corners; and
// ridges around them that are shorter than a cell.
#include "core/geometry/plane_index.h"
#include "tests/support/compare.h"
#include "tests/support/ridges.h"

#include <QTest>

#include <limits>
#include <numbers>

using namespace scorefield;
using namespace scorefield::test;
using Eigen::Vector2d;

class TestCriticalPoints : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void turns_data();
    void turns();
    void turnsThatCannotBeTold();
    void nearBifurcations_data();
    void nearBifurcations();
    void shortRidges_data();
    void shortRidges();
};

void TestCriticalPoints::turns_data()
{
    QTest::addColumn<PlaneBox>("box");
    QTest::addColumn<int>("index");
    // Modes near (±2, 0), a saddle at 0.
    QTest::addRow("all") << PlaneBox{-4, -3, 8, 6} << 1;
    QTest::addRow("a mode") << PlaneBox{1, -1, 2, 2} << 1;
    QTest::addRow("the saddle") << PlaneBox{-.5, -.4, 1.1, 1} << -1;
    QTest::addRow("a mode and the saddle") << PlaneBox{-.5, -1, 4, 2} << 0;
    QTest::addRow("none") << PlaneBox{.5, .5, 3, 3} << 0;
}

void TestCriticalPoints::turns()
{
    QFETCH(PlaneBox, box);
    QFETCH(int, index);
    const auto mixture = pointsMixture({Vector2d(-2, 0), Vector2d(2, 0)});
    WorkerPool pool(1);
    const RidgeField field(mixture, .6);
    const PlaneLaw law(field, box, pool);
    for (const int resolution : {16, 63}) {
        const RidgeGrid grid(box, resolution);
        const auto nodes = evaluateNodes(law, grid, pool, {});
        QCOMPARE(turnsOfScore(grid, nodes), std::optional(index));
        QCOMPARE(indexOf(planeRidge(mixture, .6, box, {}, resolution).critical), index);
    }
}

void TestCriticalPoints::turnsThatCannotBeTold()
{
    const RidgeGrid grid({-1, -1, 2, 2}, 4);
    std::vector<GridNode> nodes(25);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        nodes[i].s0 = -grid.x(static_cast<int>(i % 5));
        nodes[i].s1 = -grid.y(static_cast<int>(i / 5));
    }
    QCOMPARE(turnsOfScore(grid, nodes), std::optional(1));
    auto some = nodes;
    some[1].s0 = std::numeric_limits<double>::quiet_NaN();
    QVERIFY(!turnsOfScore(grid, some));
    some = nodes;
    some[1].s0 = some[1].s1 = 0;
    QVERIFY(!turnsOfScore(grid, some));
    some = nodes;
    some[1].s0 *= -1;
    some[1].s1 *= -1;
    QVERIFY(!turnsOfScore(grid, some));
    some = nodes;
    some[12].s0 = std::numeric_limits<double>::quiet_NaN(); // not on the border
    QCOMPARE(turnsOfScore(grid, some), std::optional(1));
}

void TestCriticalPoints::nearBifurcations_data()
{
    QTest::addColumn<int>("points");
    QTest::addColumn<double>("excess");
    // The centre of a regular polygon turns from a minimum into a mode at sigma~^2 = 1/2. Near it
    // the others are at a distance of the order of the excess (three points) or of its root.
    for (const int points : {3, 4, 5})
        for (const double excess : {-1e-4, -1e-5, -1e-6, 1e-6, 1e-5, 1e-4})
            if (points < 5
                || std::abs(excess) >= 1e-5) // else five cannot be told from a whole ring
                QTest::addRow("%d %g", points, excess) << points << excess;
}

void TestCriticalPoints::nearBifurcations()
{
    QFETCH(int, points);
    QFETCH(double, excess);
    const double noise = std::sqrt(.5) * (1 + excess);
    for (int turn = 0; turn < 12; ++turn) { // of the points against the cells
        const double angle = .1 + turn * 2 * std::numbers::pi / (12 * points);
        const auto mixture = pointsMixture(circlePoints(points, 1, angle));
        QCOMPARE(indexOf(planeRidge(mixture, noise, {-2.03, -1.98, 4, 4}, {}, 97).critical), 1);
    }
}

void TestCriticalPoints::shortRidges_data()
{
    QTest::addColumn<double>("half");
    for (const double half : {.04, .01, .001})
        QTest::addRow("%g", half) << half;
}

void TestCriticalPoints::shortRidges()
{
    QFETCH(double, half);
    // Two Gaussians at (±m, 0): lambda_1 - lambda_2 = m^2/S^2 sech^2(m x/S) on y = 0, so that this
    // threshold leaves |x| <= half; cells are 0.125 wide.
    const double m = 3, noise = 1.5, S = noise * noise;
    const auto mixture = pointsMixture({Vector2d(-m, 0), Vector2d(m, 0)});
    RidgeThresholds thresholds;
    thresholds.gamma = noise * noise * std::pow(m / S / std::cosh(half * m / S), 2);
    for (const double shift : {0., .03}) { // of the cells against the saddle
        const Ridge ridge =
            planeRidge(mixture, noise, {-6 + shift, -5 + shift, 12, 10}, thresholds, 96);
        QCOMPARE(ridge.lines.size(), 1U);
        QCOMPARE(ridge.ends.size(), 2U);
        // ends to 1e-8 of the thresholds, where sech^2(u) = 1 - u^2
        const double precision = 1e-6 + 1e-8 / (2 * std::pow(half * m / S, 2));
        COMPARE_CLOSE(ridge.length, 2 * half, precision, 0);
        for (const Vector2d& end : ridge.ends)
            COMPARE_CLOSE(std::abs(end(0)), half, precision, 0);
    }
}

QTEST_APPLESS_MAIN(TestCriticalPoints)
#include "tst_critical_points.moc"
