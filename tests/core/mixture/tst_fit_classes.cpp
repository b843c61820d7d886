// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/fit.h"
#include "core/mixture/gaussian_mixture.h"
#include "core/mixture/noised_mixture.h"
#include "tests/support/compare.h"
#include "tests/support/mixtures.h"

#include <QTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

Eigen::MatrixXd fivePoints()
{
    Eigen::MatrixXd points(5, 2);
    points << 0, 0, 2, 0, 1, 3, 10, 10, 12, 14;
    return points;
}

} // namespace

class TestFitClasses : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyClassHasItsOwnMoments()
    {
        const auto spec = fitClasses(fivePoints(), {0, 0, 0, 1, 1}, 1e-3);
        QVERIFY(spec.ok());
        QCOMPARE(spec->components.size(), std::size_t{2});
        const ComponentSpec &a = spec->components[0], &b = spec->components[1];
        COMPARE_CLOSE(a.weight, 0.6, 1e-15, 0);
        QVERIFY((a.mean - Eigen::Vector2d(1, 1)).norm() < 1e-15);
        // Deviations (-1,-1), (1,-1), (0,2): by hand, divided by n.
        const Eigen::Matrix2d expected =
            (Eigen::Matrix2d() << 2.0 / 3 + 1e-3, 0, 0, 2 + 1e-3).finished();
        QVERIFY((a.covariance - expected).norm() < 1e-15);
        QVERIFY((b.covariance - (Eigen::Matrix2d() << 1 + 1e-3, 2, 2, 4 + 1e-3).finished()).norm()
                < 1e-15);
        QCOMPARE(b.classLabel, 1);
    }

    void aClassOfOnePointIsTheFloor()
    {
        const auto spec = fitClasses(fivePoints(), {0, 0, 0, 0, 1}, 0.25);
        QVERIFY(spec.ok());
        QVERIFY(spec->components[1].covariance == 0.25 * Eigen::Matrix2d::Identity());
        QVERIFY(fitClasses(fivePoints(), {0, 0, 0, 0, 1}, 0).ok()); // singular is allowed
    }

    void silvermanIsTheFormula()
    {
        // d = 1, n = 5: s (4/3n)^(1/5), with s^2 the mean variance of divisor n - 1.
        Eigen::MatrixXd line(5, 1);
        line << 1, 2, 3, 4, 5;
        COMPARE_CLOSE(silvermanBandwidth(line), std::sqrt(2.5) * std::pow(4.0 / 15, 0.2), 1e-14, 0);
        Eigen::MatrixXd plane(4, 2);
        plane << -1, -2, 1, -2, -1, 2, 1, 2; // variances 4/3 and 16/3
        COMPARE_CLOSE(
            silvermanBandwidth(plane), std::sqrt(10.0 / 3) * std::pow(1.0 / 4, 1.0 / 6), 1e-14, 0);
        QCOMPARE(silvermanBandwidth(Eigen::MatrixXd::Ones(1, 2)), 0.0);
    }

    void smoothedPointsAreAKernelDensity()
    {
        const Eigen::MatrixXd points = fivePoints();
        const double h = 0.7;
        const auto spec = smoothedPoints(points, {}, h);
        QVERIFY(spec.ok());
        QCOMPARE(spec->classCount(), 1);
        const auto mixture = GaussianMixture::create(*spec);
        QVERIFY(mixture.ok());
        const Eigen::Vector2d x(1.5, 0.5);
        double density = 0;
        for (Eigen::Index i = 0; i < 5; ++i)
            density += std::exp(-(x - points.row(i).transpose()).squaredNorm() / (2 * h * h))
                       / (5 * 2 * M_PI * h * h);
        COMPARE_CLOSE(NoisedMixture(*mixture, 1, 0).logDensity(x), std::log(density), 1e-14, 0);

        const auto labelled = smoothedPoints(points, {0, 1, 0, 1, 2}, h);
        QVERIFY(labelled.ok());
        QCOMPARE(labelled->components[4].classLabel, 2);
        QVERIFY(
            GaussianMixture::create(*smoothedPoints(points, {}, 0)).ok()); // the points themselves
    }

    void refusesWhatIsInconsistent()
    {
        const Eigen::MatrixXd points = fivePoints();
        QCOMPARE(fitClasses(points, {0, 0, 1}).error().path, std::string("labels"));
        QCOMPARE(fitClasses(points, {0, 0, 0, -1, 1}).error().path, std::string("labels"));
        QVERIFY(fitClasses(points, {0, 0, 0, 2, 2}).error().message.find("Class 1")
                != std::string::npos);
        QCOMPARE(fitClasses(points, {0, 0, 0, 1, 1}, -1).error().path,
                 std::string("covariance_floor"));
        Eigen::MatrixXd broken = points;
        broken(2, 1) = std::nan("");
        QCOMPARE(fitClasses(broken, {0, 0, 0, 1, 1}).error().path, std::string("points"));
        QCOMPARE(smoothedPoints(points, {}, -0.1).error().path, std::string("bandwidth"));
        QCOMPARE(smoothedPoints(points, {0, 1}, 0.1).error().path, std::string("labels"));
        QVERIFY(smoothedPoints(Eigen::MatrixXd::Ones(5000, 2), {}, 0.1).error().message.find("4096")
                != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestFitClasses)
#include "tst_fit_classes.moc"
