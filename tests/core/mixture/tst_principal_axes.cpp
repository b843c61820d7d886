// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/data_set.h"
#include "tests/support/compare.h"
#include "tests/support/mixtures.h"

#include <QTest>

using namespace scorefield;
using namespace scorefield::test;

class TestPrincipalAxes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rotatedCrossIsFound()
    {
        // Four points on two perpendicular lines at 30 degrees: axes and variances are known.
        const Eigen::Vector2d along(std::cos(M_PI / 6), std::sin(M_PI / 6)),
            across(-along(1), along(0));
        Eigen::MatrixXd points(4, 2);
        const Eigen::RowVector2d centre(5, -1);
        points << 3 * along.transpose() + centre, -3 * along.transpose() + centre,
            across.transpose() + centre, -across.transpose() + centre;
        const auto axes = principalAxes(points, 2);
        QVERIFY(axes.ok());
        QVERIFY((axes->mean.transpose() - centre).norm() < 1e-15);
        QVERIFY((axes->axes.col(0) - along).norm() < 1e-14);
        QVERIFY((axes->axes.col(1) - across).norm() < 1e-14); // its largest entry is positive
        COMPARE_CLOSE(axes->variances(0), 18.0 / 3, 1e-14, 0);
        COMPARE_CLOSE(axes->variances(1), 2.0 / 3, 1e-14, 0);
    }

    void projectionKeepsTheLargestVariances()
    {
        const auto mixture = GaussianMixture::create(randomMixture(4, 6, 3, 6));
        const Eigen::MatrixXd points = mixture->sample(2, Stream::Data, 500).transpose();
        const auto axes = principalAxes(points, 3);
        QVERIFY(axes.ok());
        QVERIFY((axes->axes.transpose() * axes->axes - Eigen::Matrix3d::Identity()).norm() < 1e-13);
        QVERIFY(axes->variances(0) >= axes->variances(1)
                && axes->variances(1) >= axes->variances(2));
        const Eigen::MatrixXd y = (points.rowwise() - axes->mean.transpose()) * axes->axes;
        const Eigen::MatrixXd covariance = y.transpose() * y / 499.0;
        QVERIFY((covariance - Eigen::MatrixXd(axes->variances.asDiagonal())).norm()
                < 1e-12 * axes->variances(0));
        for (const auto axis : axes->axes.colwise())
            QVERIFY(axis.maxCoeff() >= -axis.minCoeff());
        // All of them together reproduce the points.
        const auto all = principalAxes(points, 6);
        const Eigen::MatrixXd z = (points.rowwise() - all->mean.transpose()) * all->axes;
        QVERIFY(((z * all->axes.transpose()).rowwise() + all->mean.transpose() - points).norm()
                < 1e-11);
    }

    void refusesImpossibleDimensions()
    {
        const Eigen::MatrixXd points = Eigen::MatrixXd::Identity(3, 3);
        QCOMPARE(principalAxes(points, 0).error().path, std::string("dimension"));
        QVERIFY(principalAxes(points, 4).error().message.find("1 to 3") != std::string::npos);
        QCOMPARE(principalAxes(points.topRows(1), 1).error().path, std::string("points"));
        Eigen::MatrixXd broken = points;
        broken(1, 1) = std::nan("");
        QCOMPARE(principalAxes(broken, 1).error().path, std::string("points"));
    }
};

QTEST_APPLESS_MAIN(TestPrincipalAxes)
#include "tst_principal_axes.moc"
