// SPDX-License-Identifier: GPL-3.0-or-later
// Projections onto ridges of any dimension: the reference runs are tests/app/tst_ridge.cpp.
#include "core/geometry/ridge_point.h"
#include "core/geometry/ridge_projection.h"
#include "tests/support/compare.h"
#include "tests/support/ridges.h"

#include <Eigen/Eigenvalues>

#include <QTest>

using namespace scorefield;
using namespace scorefield::test;
using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::Vector3d;
using Eigen::VectorXd;

namespace {

std::vector<VectorXd> helixPoints()
{
    std::vector<VectorXd> points;
    for (int i = 0; i < 120; ++i) {
        const double t = 4 * std::numbers::pi * i / 119;
        points.push_back(Vector3d(2 * std::cos(t), 2 * std::sin(t), .3 * t));
    }
    return points;
}

std::vector<VectorXd> spiralPoints()
{
    std::vector<VectorXd> points;
    for (int i = 0; i < 150; ++i) {
        const double t = 1 + 9. * i / 149;
        points.push_back(Vector2d(.3 * t * std::cos(t), .3 * t * std::sin(t)));
    }
    return points;
}

} // namespace

class TestRidgeProjection : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void denoisesInTheNormalDirection();
    void endsOnTheRidge_data();
    void endsOnTheRidge();
    void generalCovariances();
    void pathAndThreads();
    void wrongUse();
};

void TestRidgeProjection::denoisesInTheNormalDirection()
{
    // Two equal Gaussians: E E^T M^-1 s = (0, -y), one step.
    const RidgeField field(pointsMixture({Vector2d(-3, 0), Vector2d(3, 0)}, .1), .4);
    MatrixXd starts(2, 2);
    starts << -1, .7, .3, -.2;
    WorkerPool pool(1);
    const auto projection = projectOntoRidge(field, starts, {}, pool);
    QVERIFY(projection.ok());
    for (int i = 0; i < 2; ++i) {
        COMPARE_CLOSE(projection->points(i, 0), starts(i, 0), 1e-14, 0);
        COMPARE_CLOSE(projection->points(i, 1), 0, 0, 1e-14);
        QCOMPARE(projection->steps(i), 2); // the second sees that it is there
        QVERIFY(projection->settled[static_cast<std::size_t>(i)]);
    }
}

void TestRidgeProjection::endsOnTheRidge_data()
{
    QTest::addColumn<QString>("data");
    QTest::addColumn<int>("dimension");
    QTest::addColumn<bool>("density");
    QTest::addColumn<double>("noise");
    for (const bool density : {false, true}) {
        const char* name = density ? "density" : "log";
        QTest::addRow("spiral %s", name) << QStringLiteral("spiral") << 1 << density << .25;
        QTest::addRow("helix, line, %s", name) << QStringLiteral("helix") << 1 << density << .5;
        QTest::addRow("helix, surface, %s", name) << QStringLiteral("helix") << 2 << density << .5;
        QTest::addRow("three means, modes, %s", name)
            << QStringLiteral("means") << 0 << density << 2.;
        QTest::addRow("three means %s", name) << QStringLiteral("means") << 1 << density << 2.;
    }
}

void TestRidgeProjection::endsOnTheRidge()
{
    QFETCH(QString, data);
    QFETCH(int, dimension);
    QFETCH(bool, density);
    QFETCH(double, noise);
    std::vector<VectorXd> points = data == QLatin1String("spiral") ? spiralPoints() : helixPoints();
    if (data == QLatin1String("means"))
        points = {Vector2d(-4, 0), Vector2d(0, 0), Vector2d(4, 0)};
    const auto mixture = pointsMixture(points);
    const RidgeField field(mixture, noise);
    MatrixXd starts = mixture->sample(5, Stream::Data, 12, 1, noise / 2).transpose();
    ProjectionOptions options;
    options.dimension = dimension;
    options.hessian = density ? RidgeHessian::Density : RidgeHessian::Log;
    options.steps = 3000;
    WorkerPool pool(2);
    const auto projection = projectOntoRidge(field, starts, options, pool);
    QVERIFY(projection.ok());
    int settled = 0;
    for (Eigen::Index i = 0; i < starts.rows(); ++i) {
        if (!projection->settled[static_cast<std::size_t>(i)])
            continue;
        ++settled;
        const VectorXd x = projection->points.row(i).transpose();
        const Eigenframe frame = field.frame(x);
        const MatrixXd H = density ? MatrixXd(frame.hessian + frame.score * frame.score.transpose())
                                   : frame.hessian;
        const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(H);
        const MatrixXd E = solver.eigenvectors().leftCols(x.size() - dimension);
        QVERIFY((E.transpose() * frame.score).norm() * noise * noise <= 1e-10 * field.scale());
        // It ends near where it began: within the noise that moved it off, and the ridge's offset.
        // (With the density's Hessian a start may slide far, and end where H has no such
        // direction.)
        if (!density)
            QVERIFY(solver.eigenvalues()(x.size() - dimension - 1) < 0);
        if (!density && dimension > 0)
            QVERIFY((x - starts.row(i).transpose()).norm() < 3 * noise);
    }
    QVERIFY(settled >= 10);
    if (data == QLatin1String("means")) // y = 0 by symmetry
        QVERIFY(projection->points.col(1).cwiseAbs().maxCoeff() < 1e-9);
}

void TestRidgeProjection::generalCovariances()
{
    const auto mixture = shared(randomMixture(6, 2, 5, 2, 1.5));
    const RidgeField field(mixture, .8);
    const MatrixXd starts = mixture->sample(2, Stream::Data, 40, 1, .8).transpose();
    WorkerPool pool(2);
    const auto projection = projectOntoRidge(field, starts, {}, pool);
    QVERIFY(projection.ok());
    int onRidge = 0;
    for (Eigen::Index i = 0; i < starts.rows(); ++i) {
        const VectorXd x = projection->points.row(i).transpose();
        const Eigenframe frame = field.frame(x);
        if (!projection->settled[static_cast<std::size_t>(i)] || !isRidgelike(frame, {}))
            continue; // elsewhere the steps may settle at a rate near 1
        ++onRidge;
        QVERIFY(std::abs(frame.vectors.col(1).dot(frame.score)) * .64 <= 1e-10 * field.scale());
        const auto newton = correctOntoRidge(field, x, .1);
        QVERIFY(newton);
        QVERIFY((*newton - x).norm() <= 1e-9);
    }
    QVERIFY(onRidge >= 15);
}

void TestRidgeProjection::pathAndThreads()
{
    const auto mixture = pointsMixture(circlePoints(12, 2));
    const RidgeField field(mixture, .8);
    const MatrixXd starts = mixture->sample(3, Stream::Data, 33, 1, .8).transpose();
    ProjectionOptions options;
    options.steps = 4;
    options.tolerance = 0;
    WorkerPool one(1), three(3);
    const auto first = projectOntoRidge(field, starts, options, one);
    const auto second = projectOntoRidge(field, starts, options, three);
    QVERIFY(first.ok() && second.ok());
    QVERIFY(first->points == second->points && first->steps == second->steps);
    const auto path = projectionPath(field, starts, options, 4);
    QCOMPARE(path.size(), 5U);
    QVERIFY(path[0] == starts && path[4] == first->points);
}

void TestRidgeProjection::wrongUse()
{
    const RidgeField field(pointsMixture(circlePoints(3, 1)), .5);
    WorkerPool pool(1);
    ProjectionOptions options;
    options.dimension = 2;
    const auto tooMany = projectOntoRidge(field, MatrixXd::Zero(1, 2), options, pool);
    QVERIFY(!tooMany.ok());
    QCOMPARE(tooMany.error().path, std::string("dimension"));
    const auto columns = projectOntoRidge(field, MatrixXd::Zero(1, 3), {}, pool);
    QVERIFY(!columns.ok());
    QCOMPARE(columns.error().path, std::string("starts"));
}

QTEST_APPLESS_MAIN(TestRidgeProjection)
#include "tst_ridge_projection.moc"
