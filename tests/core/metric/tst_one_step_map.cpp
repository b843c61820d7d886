// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/one_step_flow.h"
#include "core/metric/one_step_map.h"
#include "core/mixture/noised_mixture.h"
#include "tests/support/compare.h"
#include "tests/support/guided.h"
#include "tests/support/mixtures.h"

#include <Eigen/LU>
#include <Eigen/SVD>

#include <QTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

GuidedOde odeOf(std::shared_ptr<const GaussianMixture> mixture,
                const std::shared_ptr<const ForwardProcess>& process,
                double from,
                double to,
                std::shared_ptr<const GuidanceRule> guidance = nullptr)
{
    GuidedOde ode;
    ode.mixture = std::move(mixture);
    ode.guidance = std::move(guidance);
    ode.process = process;
    ode.noise = process->at(from);
    ode.data = process->at(to);
    ode.tolerance = 1e-10; // identities, not speed
    return ode;
}

/// P(X <= x) of equal modes of one deviation, noised to a level.
double distribution(const std::vector<double>& means,
                    double deviation,
                    const PathCoefficients& level,
                    double x)
{
    const double v = std::hypot(level.alpha * deviation, level.sigma);
    double sum = 0;
    for (const double mean : means)
        sum += std::erfc(-(x - level.alpha * mean) / (v * std::sqrt(2.)))
               / (2 * static_cast<double>(means.size()));
    return sum;
}

/// [d,n] with columns of normals.
Eigen::MatrixXd randomPoints(int d, int n, double spread)
{
    return Eigen::MatrixXd::NullaryExpr(d, n, [&](Eigen::Index i, Eigen::Index j) {
        return spread * testNormal(17, static_cast<int>(j), static_cast<int>(i));
    });
}

} // namespace

class TestOneStepMap : public QObject {
    Q_OBJECT
    WorkerPool m_pool{2};
private Q_SLOTS:
    void twoModes_data()
    {
        QTest::addColumn<double>("s");
        QTest::addColumn<double>("stretch");
        QTest::newRow("s = 0.5") << .5 << 3.69;
        QTest::newRow("s = 0.3") << .3 << 77.6;
    }
    void twoModes()
    {
        QFETCH(double, s);
        QFETCH(double, stretch);
        COMPARE_CLOSE(twoModeStretch(1, s), stretch, 2e-3, 0); // three digits are given
        // From N(0,1) to the data: rectified flow in whole. Off the middle, so that it climbs.
        const GuidedOde ode = odeOf(lineOfModes({-1, 1}, {s, s}), process("rf", {}), 1, 0);
        const Eigen::MatrixXd grid = Eigen::RowVectorXd::LinSpaced(40, -3, 3.1);
        const auto peak = largestStretch(ode, grid, .15, m_pool);
        QVERIFY(peak);
        // 1e-5 of the spacing from the top of a curve whose width is about s/10.
        COMPARE_CLOSE(peak->stretch, twoModeStretch(1, s), 1e-6, 0);
        COMPARE_CLOSE(peak->at(0), 0, 0, 1e-4);
        const auto image = oneStepMap(ode, grid, m_pool);
        QVERIFY(image);
        QVERIFY(image->stretch.maxCoeff() <= peak->stretch);
    }

    /// F = alpha' m + Q diag sqrt(v'/v) Q^T (x - alpha m), for every process (O1).
    void singleGaussianIsLinear_data()
    {
        QTest::addColumn<QString>("id");
        for (const char* id : {"vp", "ve-edm", "rf", "sub-vp"})
            QTest::newRow(id) << QString::fromLatin1(id);
    }
    void singleGaussianIsLinear()
    {
        QFETCH(QString, id);
        const auto mixture = makeMixture(referenceM4());
        const auto path = process(id.toStdString(), {});
        const GuidedOde ode = odeOf(mixture, path, path->horizon(), .01 * path->horizon());
        const auto& component = mixture->components()[0];
        const auto variance = [&](const PathCoefficients& at) {
            return (at.alpha * at.alpha * component.eigenvalues.array() + at.sigma * at.sigma)
                .matrix()
                .eval();
        };
        const Eigen::VectorXd ratio =
            variance(ode.data).cwiseQuotient(variance(ode.noise)).cwiseSqrt();
        const Eigen::MatrixXd A =
            component.eigenvectors * ratio.asDiagonal() * component.eigenvectors.transpose();
        const Eigen::MatrixXd x = randomPoints(2, 20, 2 * ode.noise.sigma);
        const auto image = oneStepMap(ode, x, m_pool);
        const auto ends = oneStepEnds(ode, x, m_pool);
        QVERIFY(image && ends);
        for (Eigen::Index i = 0; i < x.cols(); ++i) {
            const Eigen::VectorXd expected =
                ode.data.alpha * component.mean + A * (x.col(i) - ode.noise.alpha * component.mean);
            QVERIFY((image->ends.col(i) - expected).norm() < 1e-7); // steps of 1e-10 each
            QVERIFY((ends->col(i) - expected).norm() < 1e-7);
            COMPARE_CLOSE(image->stretch(i), ratio.maxCoeff(), 1e-7, 0);
            QCOMPARE(image->component(i), 0);
        }
    }

    /// Against differences of the map itself, also guided and in three dimensions.
    void jacobianIsThatOfTheMap_data()
    {
        QTest::addColumn<int>("dimension");
        QTest::addColumn<double>("w");
        QTest::newRow("plane") << 2 << 1.;
        QTest::newRow("guided plane") << 2 << 3.;
        QTest::newRow("space") << 3 << 1.;
        QTest::newRow("guided space") << 3 << 2.5;
    }
    void jacobianIsThatOfTheMap()
    {
        QFETCH(int, dimension);
        QFETCH(double, w);
        const auto mixture = makeMixture(randomMixture(5, dimension, 4, dimension, 1.5));
        const GuidedOde ode =
            odeOf(mixture, process("vp", {}), 3, .01, w != 1 ? anyWeight(w, 1) : nullptr);
        const int n = 12;
        const Eigen::MatrixXd x = randomPoints(dimension, n, 1);
        const auto image = oneStepMap(ode, x, m_pool);
        QVERIFY(image);
        const double h = 1e-4;
        std::vector<Eigen::MatrixXd> J(n, Eigen::MatrixXd(dimension, dimension));
        for (int j = 0; j < dimension; ++j) {
            Eigen::MatrixXd above = x, below = x;
            above.row(j).array() += h;
            below.row(j).array() -= h;
            const Eigen::MatrixXd difference =
                (*oneStepEnds(ode, above, m_pool) - *oneStepEnds(ode, below, m_pool)) / (2 * h);
            for (int i = 0; i < n; ++i)
                J[static_cast<std::size_t>(i)].col(j) = difference.col(i);
        }
        for (int i = 0; i < n; ++i) {
            const double expected = J[static_cast<std::size_t>(i)].jacobiSvd().singularValues()(0);
            // Third derivatives of the map are up to a thousand times its first here.
            COMPARE_CLOSE(image->stretch(i), expected, 1e-5, 0);
        }
    }

    /// O3: in one dimension the map keeps the order of particles, F_delta(F(x)) = F_t(x).
    void lineIsMonotone()
    {
        const std::vector<double> means{-2, .5, 2};
        const GuidedOde ode =
            odeOf(lineOfModes(means, {.3, .3, .3}), process("ve-edm", {}), 10, .05);
        const Eigen::MatrixXd x = Eigen::RowVectorXd::LinSpaced(30, -12, 12);
        const auto image = oneStepMap(ode, x, m_pool);
        QVERIFY(image);
        for (Eigen::Index i = 0; i < x.cols(); ++i) {
            COMPARE_CLOSE(distribution(means, .3, ode.data, image->ends(0, i)),
                          distribution(means, .3, ode.noise, x(0, i)),
                          1e-7,
                          1e-9);
            if (i > 0)
                QVERIFY(image->ends(0, i) > image->ends(0, i - 1));
        }
        QCOMPARE(image->component(0), 0);
        QCOMPARE(image->component(29), 2);
        QCOMPARE((image->component.array() == 1).any(), true);
    }

    /// dF/dx of one dimension is q_t(x)/q_delta(F(x)).
    void stretchOfALineIsARatioOfDensities()
    {
        const auto mixture = lineOfModes({-1, 1}, {.4, .4});
        const GuidedOde ode = odeOf(mixture, process("vp", {}), 4, .02);
        const NoisedMixture noise(*mixture, ode.noise.alpha, ode.noise.sigma),
            data(*mixture, ode.data.alpha, ode.data.sigma);
        const Eigen::MatrixXd x = Eigen::RowVectorXd::LinSpaced(25, -2.5, 2.5);
        const auto image = oneStepMap(ode, x, m_pool);
        for (Eigen::Index i = 0; i < x.cols(); ++i)
            COMPARE_CLOSE(
                image->stretch(i),
                std::exp(noise.logDensity(x.col(i)) - data.logDensity(image->ends.col(i))),
                1e-7,
                0);
    }

    /// The fast flow of the pictures, and across processes, guidance and dimensions.
    void picturesFollowTheSameMap_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("dimension");
        QTest::addColumn<double>("w");
        QTest::newRow("vp") << "vp" << 2 << 1.;
        QTest::newRow("rf") << "rf" << 2 << 1.;
        QTest::newRow("ve-edm") << "ve-edm" << 2 << 1.;
        QTest::newRow("guided") << "vp" << 2 << 3.;
        QTest::newRow("line") << "ve-edm" << 1 << 1.;
        QTest::newRow("space") << "rf" << 5 << 1.;
    }
    void picturesFollowTheSameMap()
    {
        QFETCH(QString, id);
        QFETCH(int, dimension);
        QFETCH(double, w);
        const auto mixture = makeMixture(randomMixture(4, dimension, 4, dimension, 2));
        const auto path = process(id.toStdString(), {});
        const GuidedOde ode =
            odeOf(mixture, path, path->horizon(), 0, w != 1 ? anyWeight(w, 1) : nullptr);
        const Eigen::MatrixXd x = randomPoints(dimension, 300, ode.noise.sigma);
        const auto flow = OneStepFlow::create(ode);
        QVERIFY(flow);
        const Eigen::MatrixXd quick = flow->ends(x, m_pool);
        const auto image = oneStepMap(ode, x, m_pool);
        // Where the map stretches, so does the error of a step.
        for (Eigen::Index i = 0; i < x.cols(); ++i)
            QVERIFY2((quick.col(i) - image->ends.col(i)).norm()
                         < 2e-4 * mixture->scale() * (1 + image->stretch(i) * ode.noise.sigma),
                     qPrintable(QString::number((quick.col(i) - image->ends.col(i)).norm())));
    }

    void isTheSameOnAnyNumberOfThreads()
    {
        const GuidedOde ode =
            odeOf(makeMixture(randomMixture(2, 2, 5, 2)), process("rf", {}), 1, .01);
        const Eigen::MatrixXd x = randomPoints(2, 70, 1);
        WorkerPool one(1), five(5);
        const auto a = oneStepMap(ode, x, one), b = oneStepMap(ode, x, five);
        QVERIFY(a->ends == b->ends && a->stretch == b->stretch && a->component == b->component);
        QVERIFY(*oneStepEnds(ode, x, one) == *oneStepEnds(ode, x, five));
    }

    void equalLevelsAreTheIdentity()
    {
        const GuidedOde ode =
            odeOf(makeMixture(randomMixture(2, 2, 3, 2)), process("vp", {}), .5, .5);
        const Eigen::MatrixXd x = randomPoints(2, 5, 1);
        const auto image = oneStepMap(ode, x, m_pool);
        QVERIFY(image->ends.isApprox(x, 1e-15)); // scaled and back
        QVERIFY(image->stretch.isApprox(Eigen::VectorXd::Ones(5), 1e-15));
    }

    void badInputIsRefused()
    {
        const auto mixture = makeMixture(randomMixture(2, 2, 3, 2));
        const auto path = process("vp", {});
        const Eigen::MatrixXd x = randomPoints(2, 3, 1);
        QVERIFY(!oneStepMap(odeOf(mixture, path, .1, 2), x, m_pool));
        QVERIFY(!oneStepMap(odeOf(mixture, path, 2, .1), randomPoints(3, 3, 1), m_pool));
        const auto flat = makeMixture(randomMixture(2, 3, 3, 1));
        const auto refused = oneStepMap(odeOf(flat, path, 2, 0), randomPoints(3, 3, 1), m_pool);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("singular") != std::string::npos);
        QVERIFY(oneStepMap(odeOf(flat, path, 2, .01), randomPoints(3, 3, 1), m_pool));
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = oneStepMap(odeOf(mixture, path, 2, .1), x, m_pool, stop.get_token());
        QVERIFY(stopped && stopped->ends.array().isNaN().all());
        QCOMPARE(stopped->component(0), -1);
    }
};

QTEST_APPLESS_MAIN(TestOneStepMap)
#include "tst_one_step_map.moc"
