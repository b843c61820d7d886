// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/noised_mixture.h"
#include "tests/support/compare.h"
#include "tests/support/mixtures.h"
#include "ui/render/plane_density.h"

#include <QTest>

using namespace scorefield;
using scorefield::render::PlaneDensity;

class PlaneDensityTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithTheOracle_data()
    {
        QTest::addColumn<int>("dimension");
        QTest::addColumn<int>("rank");
        QTest::addColumn<double>("alpha");
        QTest::addColumn<double>("sigma");
        QTest::newRow("plane") << 2 << 2 << 0.8 << 0.6;
        QTest::newRow("plane, clean") << 2 << 2 << 1.0 << 0.0;
        QTest::newRow("plane, low rank") << 2 << 1 << 0.5 << 0.1;
        QTest::newRow("plane, wide noise") << 2 << 2 << 1.0 << 80.0;
        QTest::newRow("line") << 1 << 1 << 0.7 << 0.3;
    }

    void agreesWithTheOracle()
    {
        QFETCH(int, dimension);
        QFETCH(int, rank);
        QFETCH(double, alpha);
        QFETCH(double, sigma);
        const auto mixture =
            GaussianMixture::create(test::randomMixture(3, dimension, 5, rank)).value();
        const NoisedMixture oracle(mixture, alpha, sigma);
        const PlaneDensity density(mixture, alpha, sigma);
        for (std::uint64_t seed = 0; seed < 40; ++seed) {
            const auto x = test::randomPoint(seed, dimension, 4);
            // 1e-12 of the largest terms, which are squares of a few hundred deviations here
            COMPARE_CLOSE(density.logDensity({x[0], dimension == 2 ? x[1] : 17.0}),
                          oracle.logDensity(x),
                          1e-12,
                          1e-10);
        }
    }

    void regionsOfAGaussianAreChiSquareQuantiles_data()
    {
        QTest::addColumn<int>("dimension");
        QTest::addColumn<std::vector<double>>("quantiles");
        // of chi-square with d degrees of freedom at 50, 80, 95, 99 %; with two: -2 log(1 - m)
        QTest::newRow("line") << 1 << std::vector<double>{0.454936, 1.642374, 3.841459, 6.634897};
        QTest::newRow("plane") << 2 << std::vector<double>{1.386294, 3.218876, 5.991465, 9.210340};
    }

    void regionsOfAGaussianAreChiSquareQuantiles()
    {
        QFETCH(int, dimension);
        QFETCH(std::vector<double>, quantiles);
        const auto mixture =
            GaussianMixture::create(test::randomMixture(11, dimension, 1, dimension)).value();
        const PlaneDensity density(mixture, 0.6, 0.5);
        const double peak = density.components()[0].logPeak;
        const auto thresholds = density.regionThresholds({0.5, 0.8, 0.95, 0.99});
        for (std::size_t i = 0; i < quantiles.size(); ++i)
            COMPARE_CLOSE(2 * (peak - thresholds[i]),
                          quantiles[i],
                          0.01,
                          0); // 4096 quasi-random draws: a 99 % region rests on 41 of them
    }

    void regionsOfAMixtureHoldTheirMass()
    {
        const auto mixture = GaussianMixture::create(test::randomMixture(5, 2, 4, 2)).value();
        const PlaneDensity density(mixture, 0.9, 0.4);
        const auto thresholds = density.regionThresholds({0.5, 0.8, 0.95, 0.99});
        std::array<double, 4> mass{};
        const double reach = 25, cell = 0.1;
        for (double y = -reach; y < reach; y += cell)
            for (double x = -reach; x < reach; x += cell) {
                const double logDensity = density.logDensity({x, y});
                for (std::size_t i = 0; i < 4; ++i)
                    mass[i] += logDensity >= thresholds[i] ? std::exp(logDensity) * cell * cell : 0;
            }
        const std::array<double, 4> expected{0.5, 0.8, 0.95, 0.99};
        for (std::size_t i = 0; i < 4; ++i)
            COMPARE_CLOSE(
                mass[i],
                expected[i],
                0,
                0.01); // quadrature of a step function on cells of a tenth, and 4096 draws
    }

    void topIsTheHighestMode()
    {
        const auto mixture = GaussianMixture::create(test::referenceM1()).value();
        const PlaneDensity density(mixture, 1, 0);
        COMPARE_CLOSE(density.logTop(),
                      NoisedMixture(mixture, 1, 0).logDensity(Eigen::Vector2d(0, 0)),
                      1e-12,
                      0);
        // many components: still at least every mode's own peak
        const auto many = GaussianMixture::create(test::randomMixture(2, 2, 700, 2, 8)).value();
        const PlaneDensity wide(many, 1, 0.05);
        double best = -1e300;
        for (const auto& c : wide.components())
            best = std::max(best, c.logPeak);
        QVERIFY(wide.logTop() >= best);
    }

    void pointMassesAreFinite()
    {
        const auto mixture =
            GaussianMixture::create(
                isotropicMixture({Eigen::Vector2d(0, 0), Eigen::Vector2d(1, 0)}, 0))
                .value();
        const PlaneDensity density(mixture, 1, 0);
        QVERIFY(std::isfinite(density.logTop()));
        for (const double t : density.regionThresholds({0.5, 0.99}))
            QVERIFY(std::isfinite(t));
    }
};

QTEST_APPLESS_MAIN(PlaneDensityTest)
#include "tst_plane_density.moc"
