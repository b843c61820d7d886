// SPDX-License-Identifier: GPL-3.0-or-later
// Editing a component on the canvas, against the geometry it promises.
#include "tests/support/compare.h"
#include "ui/window/canvas_editing.h"

#include <Eigen/Geometry>

#include <QTest>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

constexpr double kRounding = 1e-12; ///< a few operations on numbers of order 1

ViewPlane identityPlane(int d)
{
    return {Eigen::MatrixXd::Identity(d, std::min(d, 2)), Eigen::VectorXd::Zero(d), {"x1", "x2"}};
}

/// A plane that is not made of coordinates, through a point that is not zero.
ViewPlane tiltedPlane()
{
    Eigen::MatrixXd axes(3, 2);
    axes << 1, 0, 0, std::sqrt(0.5), 0, std::sqrt(0.5);
    return {axes, Eigen::Vector3d(0.5, -1, 2), {"a", "b"}};
}

ComponentSpec
component(const Eigen::VectorXd& mean, const Eigen::MatrixXd& covariance, int label = 0)
{
    return {1, mean, covariance, label};
}

Eigen::Matrix2d shape(double first, double second, double angle)
{
    const Eigen::Matrix2d turn = Eigen::Rotation2Dd(angle).toRotationMatrix();
    return turn * Eigen::Vector2d(first * first, second * second).asDiagonal() * turn.transpose();
}

bool isSame(QPointF a, QPointF b)
{
    return std::abs(a.x() - b.x()) < kRounding && std::abs(a.y() - b.y()) < kRounding;
}

} // namespace

class CanvasEditingTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theAxesOfAnEllipse();
    void aMeanMovesWithinThePlane();
    void aHandleTurnsAndStretchesItsAxis();
    void theOppositeHandleDoesTheSame();
    void aHandleInAPlaneOfMoreDimensions();
    void aHandleOnTheMeanKeepsAGrabbableAxis();
    void oneDimension();
    void anAddedComponentTakesTheNearestShape();
    void anAddedComponentJoinsTheNearestClass();
};

void CanvasEditingTest::theAxesOfAnEllipse()
{
    const PlaneAxes axes =
        axesInPlane(component(Eigen::Vector2d(1, 2), shape(2, 0.5, 0.3)), identityPlane(2));
    QVERIFY(std::abs(axes.deviations[0] - 2) < kRounding);
    QVERIFY(std::abs(axes.deviations[1] - 0.5) < kRounding);
    const double along =
        axes.directions[0].x() * std::cos(0.3) + axes.directions[0].y() * std::sin(0.3);
    QVERIFY(std::abs(std::abs(along) - 1) < kRounding);
}

void CanvasEditingTest::aMeanMovesWithinThePlane()
{
    ComponentSpec part = component(Eigen::Vector3d(1, 2, 3), Eigen::Matrix3d::Identity());
    const ViewPlane plane = tiltedPlane();
    const QPointF before = meanInPlane(part, plane);
    moveMean(part, plane, {0.25, -2});
    QVERIFY(isSame(meanInPlane(part, plane), before + QPointF(0.25, -2)));
    // What is perpendicular to the plane stays.
    const Eigen::Vector3d normal(0, std::sqrt(0.5), -std::sqrt(0.5));
    QVERIFY(std::abs(normal.dot(part.mean) - normal.dot(Eigen::Vector3d(1, 2, 3))) < kRounding);
}

void CanvasEditingTest::aHandleTurnsAndStretchesItsAxis()
{
    const ComponentSpec start = component(Eigen::Vector2d(1, 2), shape(2, 0.5, 0.3));
    ComponentSpec part = start;
    // The long axis' end goes to angle 1.1 at deviation 3.
    const QPointF end =
        QPointF(1, 2) + kHandleDeviations * 3 * QPointF(std::cos(1.1), std::sin(1.1));
    setAxisEnd(part, identityPlane(2), start, 0, end);
    QVERIFY((part.covariance - shape(3, 0.5, 1.1)).cwiseAbs().maxCoeff() < kRounding);
    QVERIFY(part.covariance == part.covariance.transpose());
    QVERIFY(part.mean == start.mean);
    // The short axis' end: the long one stays perpendicular with its own deviation, also when
    // overtaken.
    part = start;
    setAxisEnd(
        part, identityPlane(2), start, 1, QPointF(1, 2) + kHandleDeviations * 5 * QPointF(0, 1));
    QVERIFY((part.covariance - shape(5, 2, M_PI / 2)).cwiseAbs().maxCoeff() < kRounding);
}

void CanvasEditingTest::theOppositeHandleDoesTheSame()
{
    const ComponentSpec start = component(Eigen::Vector2d(0, 0), shape(2, 0.5, 0));
    ComponentSpec one = start, other = start;
    setAxisEnd(one, identityPlane(2), start, 0, {3, 1});
    setAxisEnd(other, identityPlane(2), start, 0, {-3, -1});
    QVERIFY((one.covariance - other.covariance).cwiseAbs().maxCoeff() < kRounding);
}

void CanvasEditingTest::aHandleInAPlaneOfMoreDimensions()
{
    Eigen::Matrix3d covariance;
    covariance << 2, 0.3, 0.1, 0.3, 1, 0.2, 0.1, 0.2, 0.5;
    const ComponentSpec start = component(Eigen::Vector3d(1, 2, 3), covariance);
    const ViewPlane plane = tiltedPlane();
    const PlaneAxes axes = axesInPlane(start, plane);
    ComponentSpec part = start;
    const double wanted = 1.7 * axes.deviations[0];
    setAxisEnd(part,
               plane,
               start,
               0,
               meanInPlane(start, plane) + kHandleDeviations * wanted * axes.directions[0]);
    const Eigen::Vector3d u =
        plane.axes * Eigen::Vector2d(axes.directions[0].x(), axes.directions[0].y());
    QVERIFY(std::abs(u.dot(part.covariance * u) - wanted * wanted)
            < 1e-10); // squares of numbers of order 2
    const Eigen::Vector3d normal(0, std::sqrt(0.5), -std::sqrt(0.5));
    QVERIFY(std::abs(normal.dot(part.covariance * normal) - normal.dot(covariance * normal))
            < kRounding);
}

void CanvasEditingTest::aHandleOnTheMeanKeepsAGrabbableAxis()
{
    const ComponentSpec start = component(Eigen::Vector2d(1, 2), shape(2, 0.5, 0));
    ComponentSpec part = start;
    setAxisEnd(part, identityPlane(2), start, 0, {1, 2});
    QVERIFY(axesInPlane(part, identityPlane(2)).deviations[1] > 0);
    QVERIFY(part.covariance.allFinite());
}

void CanvasEditingTest::oneDimension()
{
    const ViewPlane plane{Eigen::MatrixXd::Identity(1, 1), Eigen::VectorXd::Zero(1), {"x", ""}};
    const ComponentSpec start =
        component(Eigen::VectorXd::Constant(1, 2), Eigen::MatrixXd::Constant(1, 1, 4));
    ComponentSpec part = start;
    QVERIFY(isSame(meanInPlane(part, plane), {2, 0}));
    moveMean(part, plane, {1, 5});
    QVERIFY(isSame(meanInPlane(part, plane), {3, 0}));
    part = start;
    const double sign = axesInPlane(start, plane).directions[0].x();
    setAxisEnd(part, plane, start, 0, {2 + sign * 6, 0});
    QVERIFY(std::abs(part.covariance(0, 0) - 9) < kRounding);
}

void CanvasEditingTest::anAddedComponentTakesTheNearestShape()
{
    MixtureSpec mixture;
    mixture.components = {component(Eigen::Vector2d(-3, 0), shape(1, 1, 0), 0),
                          component(Eigen::Vector2d(3, 0), shape(2, 0.5, 0.3), 1)};
    const int added = addComponentAt(mixture, identityPlane(2), {4, 1});
    QCOMPARE(added, 2);
    QVERIFY(isSame(meanInPlane(mixture.components[2], identityPlane(2)), {4, 1}));
    QVERIFY(mixture.components[2].covariance == mixture.components[1].covariance);
    QCOMPARE(mixture.components[2].classLabel, 2); // every component has a class of its own here
}

void CanvasEditingTest::anAddedComponentJoinsTheNearestClass()
{
    MixtureSpec mixture;
    for (const double x : {-3.0, 0.0, 3.0})
        mixture.components.push_back(
            component(Eigen::Vector2d(x, 0), shape(1, 1, 0), x < 1 ? 0 : 1));
    addComponentAt(mixture, identityPlane(2), {-4, 1});
    QCOMPARE(mixture.components[3].classLabel, 0);
}

QTEST_APPLESS_MAIN(CanvasEditingTest)
#include "tst_canvas_editing.moc"
