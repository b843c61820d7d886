// SPDX-License-Identifier: GPL-3.0-or-later
// One-dimensional ridges in more than two dimensions.
#include "core/geometry/ridge_point.h"
#include "core/geometry/ridge_trace.h"
#include "tests/support/compare.h"
#include "tests/support/ridges.h"

#include <Eigen/QR>

#include <QTest>

using namespace scorefield;
using namespace scorefield::test;
using Eigen::MatrixXd;
using Eigen::Vector3d;
using Eigen::VectorXd;

namespace {

void verifyOnRidge(const Ridge& ridge, const std::shared_ptr<const GaussianMixture>& mixture)
{
    const RidgeField field(mixture, ridge.request.noise);
    const double variance = ridge.request.noise * ridge.request.noise;
    const Eigen::Index d = mixture->dimension();
    for (const RidgeLine& line : ridge.lines)
        for (Eigen::Index i = 0; i < line.points.rows(); ++i) {
            const Eigenframe frame = field.frame(line.points.row(i).transpose());
            QVERIFY((frame.vectors.rightCols(d - 1).transpose() * frame.score).norm() * variance
                    <= 1e-9 * field.scale());
            QVERIFY(isRidgelike(
                frame,
                {ridge.request.thresholds.beta - 1e-7, ridge.request.thresholds.gamma - 1e-7}));
        }
}

} // namespace

class TestRidgeTrace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void majorAxis();
    void helix();
    void ringInSpaceCloses();
    void planeAgrees();
    void threads();
};

void TestRidgeTrace::majorAxis()
{
    // A Gaussian in five dimensions: the ridge is its longest axis, whatever the plane.
    MatrixXd random(5, 5);
    for (int i = 0; i < 5; ++i)
        for (int j = 0; j < 5; ++j)
            random(i, j) = testNormal(1, i, j);
    const MatrixXd Q = Eigen::HouseholderQR<MatrixXd>(random).householderQ();
    VectorXd variances(5);
    variances << .1, .2, .3, .05, 4;
    MixtureSpec spec;
    spec.dimension = 5;
    spec.components.push_back(
        {1, VectorXd::Constant(5, .5), Q * variances.asDiagonal() * Q.transpose(), 0});
    const auto mixture = shared(spec);
    const Ridge ridge = planeRidge(mixture, 1, {-4, -4, 8, 8});
    QCOMPARE(ridge.lines.size(), 1U);
    QVERIFY(ridge.ends.empty());
    verifyOnRidge(ridge, mixture);
    const VectorXd axis = Q.col(4);
    for (const auto& row : ridge.lines[0].points.rowwise()) {
        const VectorXd offset = row.transpose() - VectorXd::Constant(5, .5);
        QVERIFY((offset - axis * axis.dot(offset)).norm() < 1e-10);
    }
    // kappa_2 = -1/(0.3 + 1): above the threshold of beta = 0.8 there is none.
    QVERIFY(planeRidge(mixture, 1, {-4, -4, 8, 8}, {.8, .2}).lines.empty());
    QCOMPARE(ridge.critical.size(), 1U);
    QCOMPARE(ridge.critical[0].kind, CriticalKind::Mode);
}

void TestRidgeTrace::helix()
{
    std::vector<VectorXd> points;
    for (int i = 0; i < 80; ++i) {
        const double t = 4 * std::numbers::pi * i / 79;
        points.push_back(Vector3d(2 * std::cos(t), 2 * std::sin(t), .5 * t));
    }
    const auto mixture = pointsMixture(points);
    const Ridge ridge = planeRidge(mixture, .4, {-4, -4, 8, 8});
    QCOMPARE(ridge.lines.size(), 1U);
    QCOMPARE(ridge.components, 1);
    QVERIFY(!ridge.lines[0].closed);
    QCOMPARE(ridge.ends.size(), 2U);
    verifyOnRidge(ridge, mixture);
    const MatrixXd& line = ridge.lines[0].points;
    for (Eigen::Index i = 0; i < line.rows(); ++i) {
        // Away from the ends it is a helix of a smaller radius: offset inwards by half the
        // curvature times S, 2/(4 + 0.25) * 0.08 = 0.038, to second order.
        if (line(i, 2) < 1 || line(i, 2) > 5.2)
            continue;
        COMPARE_CLOSE(line.row(i).head(2).norm(), 2 - .038, 0, .01);
        const double phase = std::atan2(line(i, 1), line(i, 0)) - line(i, 2) / .5;
        COMPARE_CLOSE(std::cos(phase), 1, 0, 1e-4);
    }
    for (Eigen::Index i = 1; i + 1 < line.rows(); ++i) {
        const VectorXd a = (line.row(i) - line.row(i - 1)).transpose();
        const VectorXd b = (line.row(i + 1) - line.row(i)).transpose();
        QVERIFY(a.dot(b) > .98 * a.norm() * b.norm()); // turns of less than 11 degrees
    }
}

void TestRidgeTrace::ringInSpaceCloses()
{
    std::vector<VectorXd> points;
    for (int i = 0; i < 48; ++i) {
        const double t = 2 * std::numbers::pi * i / 48;
        points.push_back(Vector3d(2 * std::cos(t), 1.2 * std::sin(t), 1.6 * std::sin(t)));
    }
    const auto mixture = pointsMixture(points); // a tilted circle of radius 2
    const Ridge ridge = planeRidge(mixture, .6, {-3, -3, 6, 6});
    QCOMPARE(ridge.lines.size(), 1U);
    QVERIFY(ridge.lines[0].closed && ridge.ends.empty());
    verifyOnRidge(ridge, mixture);
    for (const auto& row : ridge.lines[0].points.rowwise()) // oracle of the ring
        COMPARE_CLOSE(row.norm(), 1.902920, 0, 1e-6);
}

void TestRidgeTrace::planeAgrees()
{
    // Data in a plane of space: the ridge is that of the plane.
    const MixtureSpec flat = randomMixture(8, 2, 6, 0, 1);
    MixtureSpec spec;
    spec.dimension = 3;
    for (const ComponentSpec& component : flat.components)
        spec.components.push_back({component.weight,
                                   Vector3d(component.mean(0), component.mean(1), 0),
                                   MatrixXd::Zero(3, 3),
                                   0});
    const PlaneBox box{-6, -6, 12, 12};
    const Ridge plane = planeRidge(shared(flat), .5, box);
    const Ridge space = planeRidge(shared(spec), .5, box);
    QVERIFY(!plane.lines.empty());
    QCOMPARE(space.lines.size(), plane.lines.size());
    COMPARE_CLOSE(space.length, plane.length, 5e-3, 0); // other vertices
    for (const Eigen::Vector2d& end : plane.ends) {
        double nearest = 1;
        for (const Eigen::Vector2d& other : space.ends)
            nearest = std::min(nearest, (end - other).norm());
        QVERIFY(nearest < 1e-6);
    }
}

void TestRidgeTrace::threads()
{
    const auto mixture = shared(randomMixture(2, 4, 6, 0, 1));
    const Ridge one = planeRidge(mixture, .6, {-6, -6, 12, 12}, {}, 128, 1);
    const Ridge three = planeRidge(mixture, .6, {-6, -6, 12, 12}, {}, 128, 3);
    QVERIFY(!one.lines.empty());
    QCOMPARE(one.lines.size(), three.lines.size());
    for (std::size_t l = 0; l < one.lines.size(); ++l)
        QVERIFY(one.lines[l].points == three.lines[l].points);
}

QTEST_APPLESS_MAIN(TestRidgeTrace)
#include "tst_ridge_trace.moc"
