// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/noised_mixture.h"
#include "tests/support/compare.h"
#include "tests/support/mixtures.h"

#include <QTest>

#include <array>

using namespace scorefield;
using namespace scorefield::test;

namespace {

GaussianMixture created(const MixtureSpec& spec)
{
    auto mixture = GaussianMixture::create(spec);
    if (!mixture)
        qFatal("%s", mixture.error().sentence().c_str());
    return std::move(*mixture);
}

struct Level {
    const char* name;
    double alpha, sigma;
};

const std::array<Level, 10> kReferenceLevels{{{"clean_a1_s0", 1, 0},
                                              {"vp_t0.01", 0.9950124791926824, 0.09975052005293954},
                                              {"vp_t0.5", 0.7788007830714049, 0.6272713450233213},
                                              {"vp_t2", 0.3678794411714424, 0.9298734950321937},
                                              {"ve_s0.1", 1, 0.1},
                                              {"ve_s1", 1, 1},
                                              {"ve_s10", 1, 10},
                                              {"rf_t0.1", 0.9, 0.1},
                                              {"rf_t0.5", 0.5, 0.5},
                                              {"rf_t0.95", 0.050000000000000044, 0.95}}};

/// The stored array of a quantity at a level, with its number of values per point checked.
NpyArray reference(const QString& mixture, const char* what, const QString& level)
{
    return referenceArray(QStringLiteral("pointwise/%1/%2_%3.npy")
                              .arg(mixture, QLatin1String(what), level)
                              .toStdString());
}

/// max |actual - expected| <= 1e-10 (1 + |expected|): tolerance_rel and tolerance_abs of the
/// reference.
void compareRow(const Eigen::VectorXd& actual, const NpyArray& expected, std::size_t point)
{
    const auto width = static_cast<std::size_t>(actual.size());
    QVERIFY2(expected.size() >= (point + 1) * width, "reference array missing or too short");
    for (std::size_t i = 0; i < width; ++i)
        COMPARE_CLOSE(
            actual(static_cast<Eigen::Index>(i)), expected.values[point * width + i], 1e-10, 1e-10);
}

} // namespace

class TestNoisedMixture : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agreesWithIndependentPrograms_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("level");
        QTest::addColumn<double>("alpha");
        QTest::addColumn<double>("sigma");
        for (const char* name : {"M1", "M4"})
            for (const Level& level : kReferenceLevels)
                QTest::addRow("%s %s", name, level.name)
                    << QString::fromLatin1(name) << QString::fromLatin1(level.name) << level.alpha
                    << level.sigma;
    }

    void agreesWithIndependentPrograms()
    {
        QFETCH(QString, name);
        QFETCH(QString, level);
        QFETCH(double, alpha);
        QFETCH(double, sigma);
        const GaussianMixture mixture =
            created(name == QLatin1String("M1") ? referenceM1() : referenceM4());
        const NoisedMixture law(mixture, alpha, sigma);
        const Eigen::MatrixXd points = asMatrix(
            referenceArray(QStringLiteral("pointwise/%1/points.npy").arg(name).toStdString()));
        QVERIFY(points.rows() > 60);
        const NpyArray logp = reference(name, "logp", level),
                       score = reference(name, "score", level);
        const NpyArray hessian = reference(name, "hessian", level),
                       resp = reference(name, "resp", level);
        const auto count = static_cast<std::size_t>(points.rows());
        QCOMPARE(logp.size(), count);
        for (std::size_t i = 0; i < count; ++i) {
            const Eigen::VectorXd x = points.row(static_cast<Eigen::Index>(i));
            compareRow(Eigen::VectorXd::Constant(1, law.logDensity(x)), logp, i);
            compareRow(law.score(x), score, i);
            compareRow(law.hessian(x).reshaped(), hessian, i);
            compareRow(law.responsibilities(x), resp, i);
            if (sigma > 0)
                compareRow(law.denoised(x), reference(name, "denoised", level), i);
            else
                QVERIFY(law.denoised(x) == x);
            if (QTest::currentTestFailed())
                return;
        }
    }

    void derivativesAgreeWithFiniteDifferences_data()
    {
        QTest::addColumn<int>("dimension");
        QTest::addColumn<double>("alpha");
        QTest::addColumn<double>("sigma");
        for (const int d : {1, 2, 3, 8})
            for (const auto& [alpha, sigma] :
                 {std::pair{1.0, 0.5}, {0.6, 0.8}, {0.02, 1.0}, {1.0, 20.0}, {0.0, 1.0}})
                QTest::addRow("d=%d alpha=%g sigma=%g", d, alpha, sigma) << d << alpha << sigma;
    }

    void derivativesAgreeWithFiniteDifferences()
    {
        QFETCH(int, dimension);
        QFETCH(double, alpha);
        QFETCH(double, sigma);
        const GaussianMixture mixture = created(randomMixture(21, dimension, 4, dimension));
        const NoisedMixture law(mixture, alpha, sigma);
        for (std::uint64_t seed = 0; seed < 5; ++seed) {
            const Eigen::VectorXd x = randomPoint(seed, dimension, 3 * alpha + sigma);
            const Eigen::VectorXd s = law.score(x);
            const Eigen::MatrixXd H = law.hessian(x),
                                  J = H * (sigma * sigma)
                                      + Eigen::MatrixXd::Identity(dimension, dimension);
            const double h = 1e-5;
            for (int i = 0; i < dimension; ++i) {
                Eigen::VectorXd left = x, right = x;
                left(i) -= h;
                right(i) += h;
                // Central differences: h^2 of the third derivative (here < 100) and 2 eps |f| / h,
                // together below 1e-8.
                COMPARE_CLOSE(
                    (law.logDensity(right) - law.logDensity(left)) / (2 * h), s(i), 1e-8, 1e-8);
                const Eigen::VectorXd column = (law.score(right) - law.score(left)) / (2 * h);
                const Eigen::VectorXd jacobian =
                    alpha * (law.denoised(right) - law.denoised(left)) / (2 * h);
                for (int j = 0; j < dimension; ++j) {
                    COMPARE_CLOSE(column(j), H(j, i), 1e-8, 2e-8);
                    COMPARE_CLOSE(jacobian(j), J(j, i), 1e-8, 1e-7); // alpha dD/dx = I + sigma^2 H
                }
            }
        }
    }

    void identitiesHold_data()
    {
        QTest::addColumn<int>("dimension");
        QTest::addColumn<int>("rank");
        for (const auto& [d, rank] :
             {std::pair{1, 1}, {2, 2}, {2, 1}, {3, 1}, {3, 3}, {8, 8}, {8, 2}, {64, 4}})
            QTest::addRow("d=%d rank=%d", d, rank) << d << rank;
    }

    /// Everything that ties the outputs together, also for singular covariances.
    void identitiesHold()
    {
        QFETCH(int, dimension);
        QFETCH(int, rank);
        const GaussianMixture mixture = created(randomMixture(33, dimension, 5, rank));
        for (const auto& [alpha, sigma] :
             {std::pair{1.0, 0.3}, {0.8, 0.6}, {0.1, 0.99}, {0.3, 5.0}}) {
            const NoisedMixture law(mixture, alpha, sigma);
            const Eigen::MatrixXd points = mixture.sample(4, Stream::Data, 10, alpha, sigma);
            for (const Eigen::VectorXd x : points.colwise()) {
                const Eigen::VectorXd s = law.score(x), D = law.denoised(x),
                                      eps = law.predictedNoise(x);
                const Eigen::MatrixXd H = law.hessian(x), V = law.posteriorCovariance(x);
                const Eigen::VectorXd r = law.responsibilities(x), c = law.classPosterior(x);
                // Tweedie: both forms of the posterior mean; sigma^2 s / alpha loses at most two
                // digits here.
                const double size = x.norm() + mixture.scale();
                QVERIFY((D - (x + sigma * sigma * s) / alpha).norm() < 1e-13 * size / alpha);
                QVERIFY((eps - (x - alpha * D) / sigma).norm() < 1e-13 * size / sigma);
                // Cov[x_0|x] = sigma^2/alpha^2 (I + sigma^2 H): the right side cancels where
                // sigma^2 H is near -I.
                const double ratio = sigma * sigma / (alpha * alpha);
                const Eigen::MatrixXd I = Eigen::MatrixXd::Identity(dimension, dimension);
                QVERIFY((V - ratio * (I + sigma * sigma * H)).norm()
                        < 1e-12 * ratio
                              * (1 + (sigma * sigma * H).norm() + size * size / (sigma * sigma)));
                QVERIFY((V - V.transpose()).norm() <= 1e-14 * (1 + V.norm()));
                COMPARE_CLOSE(r.sum(), 1, 1e-14, 0);
                COMPARE_CLOSE(c.sum(), 1, 1e-14, 0);
                COMPARE_CLOSE(
                    c(0), r(0) + r(2) + r(4), 1e-14, 1e-300); // components k with k mod 2 = 0
                QVERIFY(r.minCoeff() >= 0);
            }
        }
    }

    void totalVarianceIsKept()
    {
        // Cov x_0 = E Cov[x_0|x] + Cov E[x_0|x], by Monte Carlo over x: five standard errors of the
        // trace.
        const GaussianMixture mixture = created(randomMixture(9, 2, 3, 2));
        const NoisedMixture law(mixture, 0.7, 0.9);
        const int n = 20000;
        const Eigen::MatrixXd points = mixture.sample(12, Stream::Data, n, 0.7, 0.9);
        const Eigen::VectorXd mean = mixture.mean();
        Eigen::ArrayXd values(n);
        for (int i = 0; i < n; ++i) {
            const Eigen::VectorXd x = points.col(i);
            values(i) = law.posteriorCovariance(x).trace() + (law.denoised(x) - mean).squaredNorm();
        }
        const double error = std::sqrt((values - values.mean()).square().mean() / n);
        COMPARE_CLOSE(values.mean(), mixture.covariance().trace(), 0, 5 * error);
    }

    void singularComponentsDenoiseOntoTheirSupport()
    {
        // One point mass and one line: as sigma -> 0 the posterior mean is the nearest place of the
        // line.
        MixtureSpec spec;
        spec.components.push_back(
            {1, Eigen::Vector2d(0, 0), Eigen::Vector2d(1, 0).asDiagonal(), 0});
        const GaussianMixture line = created(spec);
        const NoisedMixture law(line, 1, 1e-3);
        const Eigen::Vector2d x(0.7, 0.002);
        const Eigen::VectorXd D = law.denoised(x);
        COMPARE_CLOSE(D(0), 0.7 / (1 + 1e-6), 1e-14, 0);
        QCOMPARE(D(1), 0.0);
        COMPARE_CLOSE(law.score(x)(1), -0.002 / 1e-6, 1e-12, 0);
        spec.components[0].covariance.setZero();
        const GaussianMixture point = created(spec);
        QVERIFY(NoisedMixture(point, 0.5, 0.1).denoised(x).isZero(0));
    }

    void noNoiseReturnsThePointItself()
    {
        const GaussianMixture mixture = created(randomMixture(1, 3, 3, 1));
        const NoisedMixture law(mixture, 0.5, 0);
        const Eigen::Vector3d x(1, -2, 3);
        QVERIFY(law.denoised(x) == 2 * x);
        QVERIFY(law.posteriorCovariance(x).isZero(0));
        // All noise: the posterior mean is the mean.
        QVERIFY((NoisedMixture(mixture, 0, 1).denoised(x) - mixture.mean()).norm()
                < 1e-14 * mixture.mean().norm());
    }

    void staysFiniteFarFromEverything_data()
    {
        QTest::addColumn<int>("components");
        QTest::addColumn<int>("dimension");
        QTest::addColumn<int>("rank");
        QTest::addColumn<double>("sigma");
        for (const double sigma : {1e-4, 1e-2, 1.0})
            for (const auto& [count, d, rank] :
                 {std::array{3, 2, 2}, {3, 2, 1}, {1000, 2, 2}, {1000, 3, 1}})
                QTest::addRow("%d components, d=%d rank=%d sigma=%g", count, d, rank, sigma)
                    << count << d << rank << sigma;
    }

    void staysFiniteFarFromEverything()
    {
        QFETCH(int, components);
        QFETCH(int, dimension);
        QFETCH(int, rank);
        QFETCH(double, sigma);
        const GaussianMixture mixture = created(randomMixture(77, dimension, components, rank));
        double reach = 0; // 50 standard deviations from every component
        for (const auto& component : mixture.components())
            reach =
                std::max(reach,
                         component.mean.norm()
                             + 50 * std::sqrt(component.eigenvalues.maxCoeff() + sigma * sigma));
        const NoisedMixture law(mixture, std::sqrt(1 - sigma * sigma / 2), sigma);
        for (std::uint64_t seed = 0; seed < 4; ++seed) {
            const Eigen::VectorXd x = reach * randomPoint(seed, dimension, 1).normalized();
            const Eigen::VectorXd r = law.responsibilities(x);
            QVERIFY(r.allFinite());
            COMPARE_CLOSE(r.sum(), 1, 1e-13, 0);
            QVERIFY(std::isfinite(law.logDensity(x)) && law.logDensity(x) < -100);
            QVERIFY(law.score(x).allFinite() && law.score(x).dot(x) < 0); // points home
            QVERIFY(law.hessian(x).allFinite());
            QVERIFY(law.denoised(x).allFinite() && law.denoised(x).norm() < 2 * reach);
            QVERIFY(law.posteriorCovariance(x).allFinite());
            QVERIFY(law.classPosterior(x).allFinite());
        }
    }
};

QTEST_APPLESS_MAIN(TestNoisedMixture)
#include "tst_noised_mixture.moc"
