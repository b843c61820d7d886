// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels of the random-feature network on every instruction set, against plain matrix algebra.
#include "core/field/block.h"
#include "core/field/feature_kernel.h"
#include "core/field/kernel.h"

#include <QtTest>

using namespace scorefield;

class TestFeatureKernel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void instructionSetsAgree_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"sse2", "avx2", "avx512"})
            if (fieldKernels(name) != nullptr)
                QTest::newRow(name) << QString::fromLatin1(name);
    }
    void instructionSetsAgree()
    {
        QFETCH(QString, name);
        const FeatureKernels& kernels = featureKernels(name.toLatin1().constData());
        QCOMPARE(QString::fromLatin1(kernels.name), name);
        const Eigen::MatrixXd weights = Eigen::MatrixXd::Random(8, 3),
                              x = Eigen::MatrixXd::Random(3, 37);
        const Eigen::VectorXd bias = Eigen::VectorXd::Random(8),
                              scale = Eigen::VectorXd::Random(37);
        Eigen::MatrixXd panel(8, 37), sums = Eigen::MatrixXd::Ones(8, 8);
        kernels.features(
            {x.data(), scale.data(), 37, 3}, weights.data(), bias.data(), panel.data());
        const Eigen::MatrixXd expected =
            ((weights * x).colwise() + bias).cwiseMax(0) * scale.asDiagonal();
        QVERIFY((panel - expected).cwiseAbs().maxCoeff() < 1e-14);
        kernels.gram(panel.data(), panel.data(), 37, sums.data());
        QVERIFY((sums - Eigen::MatrixXd::Ones(8, 8) - expected * expected.transpose())
                    .cwiseAbs()
                    .maxCoeff()
                < 1e-13);
        checkNetwork<2>(kernels.network2);
        checkNetwork<3>(kernels.network3);
    }

private:
    template <int D>
    void checkNetwork(NetworkKernel kernel)
    {
        const Eigen::MatrixXf rows = Eigen::MatrixXf::Random(2 * D, 21);
        const Eigen::VectorXf bias = Eigen::VectorXf::Random(21);
        const Block<float> x = Block<float>::Random(77, D);
        Block<float> out(77, D), one(1, D);
        const NetworkTable table{rows.data(), bias.data(), 21, .5f, 3.f};
        kernel(table, x.data(), out.data(), 77, 77);
        const Eigen::MatrixXf hidden =
            ((.5f * x.matrix() * rows.topRows(D)).rowwise() + bias.transpose()).cwiseMax(0.f);
        const Eigen::MatrixXf expected = 3.f * hidden * rows.bottomRows(D).transpose();
        QVERIFY((out.matrix() - expected).cwiseAbs().maxCoeff() < 1e-5f);
        for (const Eigen::Index i : {0, 63, 76}) { // each point by the same code, wherever it is
            const Block<float> alone = x.row(i);
            kernel(table, alone.data(), one.data(), 1, 1);
            QVERIFY((one.row(0) == out.row(i)).all());
        }
    }
};

QTEST_GUILESS_MAIN(TestFeatureKernel)
#include "tst_feature_kernel.moc"
