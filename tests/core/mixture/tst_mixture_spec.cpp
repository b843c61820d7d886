// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/mixture_spec.h"
#include "tests/support/mixtures.h"

#include <QTest>

using namespace scorefield;

class TestMixtureSpec : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalityIsSafeForAllSizes()
    {
        const MixtureSpec three = test::referenceM1();
        MixtureSpec other = three;
        QVERIFY(other == three);
        other.components[1].mean = Eigen::Vector3d::Zero();
        QVERIFY(!(other == three));
        other = three;
        other.components[1].covariance.resize(0, 0);
        QVERIFY(!(other == three));
        other = three;
        other.components[1].covariance(0, 0) += 1e-16;
        QVERIFY(!(other == three));
        other = three;
        other.components.pop_back();
        QVERIFY(!(other == three));
        other = three;
        other.image =
            ImageDecoder{1, 1, 0, 1, Eigen::VectorXd::Zero(1), Eigen::MatrixXd::Zero(1, 2)};
        QVERIFY(!(other == three));
        MixtureSpec same = other;
        QVERIFY(same == other);
        same.image->axes.resize(1, 3);
        QVERIFY(!(same == other));
    }

    void namesWhatIsNotNamed()
    {
        MixtureSpec spec = test::referenceM1();
        QCOMPARE(spec.classCount(), 3);
        spec.classNames = {"left"};
        QCOMPARE(spec.classCount(), 3);
        QCOMPARE(spec.className(0), std::string("left"));
        QCOMPARE(spec.className(2), std::string("class 2"));
        spec.classNames = {"a", "b", "c", "d"};
        QCOMPARE(spec.classCount(), 4);
        QCOMPARE(spec.coordinateName(0), std::string("x1"));
        spec.coordinateNames = {"eruptions"};
        QCOMPARE(spec.coordinateName(0), std::string("eruptions"));
        QCOMPARE(spec.coordinateName(1), std::string("x2"));
    }

    void isotropicMixtureHasAClassPerMean()
    {
        const MixtureSpec spec =
            isotropicMixture({Eigen::Vector3d(1, 2, 3), Eigen::Vector3d(4, 5, 6)}, 0.5);
        QCOMPARE(spec.dimension, 3);
        QCOMPARE(spec.components.size(), std::size_t{2});
        QCOMPARE(spec.components[1].classLabel, 1);
        QCOMPARE(spec.components[1].weight, 0.5);
        QVERIFY(spec.components[1].covariance == 0.5 * Eigen::Matrix3d::Identity());
        QVERIFY(spec.components[1].mean == Eigen::Vector3d(4, 5, 6));
    }
};

QTEST_APPLESS_MAIN(TestMixtureSpec)
#include "tst_mixture_spec.moc"
