// SPDX-License-Identifier: GPL-3.0-or-later
// Offsets from the ridge: Newton's step, the tangent, the motion over noise.
#include "core/geometry/ridge_point.h"
#include "tests/support/compare.h"
#include "tests/support/ridges.h"

#include <QTest>

using namespace scorefield;
using namespace scorefield::test;
using Eigen::Vector2d;
using Eigen::VectorXd;

class TestRidgePoint : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void collinearDataLandInOneStep();
    void theJacobianIsTheDerivative_data();
    void theJacobianIsTheDerivative();
    void signAndTangentOnARing();
    void umbilic();
    void thresholds();
};

void TestRidgePoint::collinearDataLandInOneStep()
{
    // f = -y/S whatever the weights: one step, and the distance is y.
    MixtureSpec spec;
    for (const auto& [x, weight] : {std::pair{-3., 1.}, {-.5, 2.}, {2., .3}})
        spec.components.push_back({weight, Vector2d(x, 0), .04 * Eigen::Matrix2d::Identity(), 0});
    const RidgeField field(shared(spec), .5);
    for (const double y : {-1.3, -.01, .4}) {
        const auto offset = ridgeOffset(field, Vector2d(-1.7, y));
        QVERIFY(offset);
        COMPARE_CLOSE(offset->distance, y, 1e-12, 0);
        COMPARE_CLOSE(offset->newtonStep(1), -y, 1e-12, 0);
        COMPARE_CLOSE(offset->tangent(0), 1, 1e-12, 0);
        COMPARE_CLOSE(offset->normalScore(0), -y / .29, 1e-12, 0);
        const auto on = correctOntoRidge(field, Vector2d(-1.7, y), 2);
        QVERIFY(on);
        COMPARE_CLOSE((*on)(1), 0, 0, 1e-12);
    }
    QVERIFY(!correctOntoRidge(field, Vector2d(-1.7, 1.3), .5)); // further than it may go
}

void TestRidgePoint::theJacobianIsTheDerivative_data()
{
    QTest::addColumn<int>("dimension");
    QTest::addColumn<int>("rank");
    for (const int dimension : {2, 3, 5})
        for (const int rank : {0, 2})
            QTest::addRow("d=%d rank %d", dimension, rank) << dimension << rank;
}

void TestRidgePoint::theJacobianIsTheDerivative()
{
    QFETCH(int, dimension);
    QFETCH(int, rank);
    const RidgeField field(shared(randomMixture(9, dimension, 6, rank, 1)), .7);
    const double h = 1e-5;
    int compared = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const VectorXd x = randomPoint(seed, dimension, 1);
        const auto offset = ridgeOffset(field, x);
        if (!offset || offset->frame.logGap(0) < -1.5)
            continue;
        ++compared;
        // d(e_j.s) has a part from the turn of e_j among the normals, which is no motion off the
        // ridge: compare the derivative of the projector onto the normal space times s.
        const Eigen::MatrixXd E = offset->frame.vectors.rightCols(dimension - 1);
        for (int l = 0; l < dimension; ++l) {
            const VectorXd step = h * VectorXd::Unit(dimension, l);
            const auto normalPart = [&](const VectorXd& at) -> VectorXd {
                const Eigenframe frame = field.frame(at);
                const VectorXd v = frame.vectors.col(0);
                return frame.score - v * v.dot(frame.score);
            };
            // E^T d(P s) with P = I - v v^T: H's part and the turn of v times (v.s); what P's own
            // turn adds along v is outside E.
            const VectorXd change =
                E.transpose() * (normalPart(x + step) - normalPart(x - step)) / (2 * h);
            for (int j = 0; j + 1 < dimension; ++j)
                COMPARE_CLOSE(change(j), offset->jacobian(j, l), 1e-5, 1e-5);
        }
        COMPARE_CLOSE(offset->tangent.norm(), 1, 1e-12, 0);
        QVERIFY((offset->jacobian * offset->tangent).norm() <= 1e-10 * offset->jacobian.norm());
        QVERIFY((offset->jacobian * offset->newtonStep + offset->normalScore).norm()
                <= 1e-9 * offset->normalScore.norm());
        QVERIFY(std::abs(offset->newtonStep.dot(offset->tangent))
                <= 1e-9 * offset->newtonStep.norm());
    }
    QVERIFY(compared >= 5);
}

void TestRidgePoint::signAndTangentOnARing()
{
    const double radius = 1.902920; // of the ridge of a ring of radius 2 at sigma~ = 0.6
    const RidgeField field(pointsMixture(circlePoints(96, 2)), .6);
    for (const double angle : {.3, 1.2, 2.5, 4., 5.9}) {
        const Vector2d outwards(std::cos(angle), std::sin(angle));
        for (const double delta : {-.02, .03}) {
            const auto offset = ridgeOffset(field, (radius + delta) * outwards);
            QVERIFY(offset);
            const VectorXd n = offset->frame.vectors.col(1);
            // distance = n.(x - ridge), to first order.
            COMPARE_CLOSE(offset->distance, delta * n.dot(outwards), .1, 2e-6);
            COMPARE_CLOSE(offset->tangent.dot(outwards), 0, 0, 1e-9);
        }
    }
}

void TestRidgePoint::umbilic()
{
    // Four points of a square: the Hessian at the centre is exactly round.
    const RidgeField field(
        pointsMixture({Vector2d(1, 1), Vector2d(-1, 1), Vector2d(-1, -1), Vector2d(1, -1)}), .8);
    QVERIFY(!ridgeOffset(field, Vector2d(0, 0)));
    QVERIFY(!correctOntoRidge(field, Vector2d(0, 0), 1));
    QVERIFY(!isRidgelike(field.frame(Vector2d(0, 0)), {}));
    const RidgeField line(shared(randomMixture(1, 1, 3, 1)), .5);
    QVERIFY(!ridgeOffset(line, VectorXd::Zero(1))); // one dimension has no normals
}

void TestRidgePoint::thresholds()
{
    Eigenframe frame;
    frame.kappa = Eigen::Vector3d(.5, -.2, -.9);
    QVERIFY(!isRidgelike(frame, {.3, .2})); // kappa_2 > -0.3
    QVERIFY(isRidgelike(frame, {.1, .2}));
    QVERIFY(!isRidgelike(frame, {.1, .8})); // gap 0.7
    QVERIFY(isRidgelike(frame, {.3, .2}, 2));
    QVERIFY(!isRidgelike(frame, {.3, .2}, 0)); // no mode: kappa_1 > 0
    QVERIFY(!isRidgelike(frame, {.3, .2}, 3));
}

QTEST_APPLESS_MAIN(TestRidgePoint)
#include "tst_ridge_point.moc"
