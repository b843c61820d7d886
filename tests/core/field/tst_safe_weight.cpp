// SPDX-License-Identifier: GPL-3.0-or-later
// The safe weight of a step: the numbers of §7, against the Hessian, and what no step may do.
#include "core/field/safe_weight.h"
#include "core/field/score_field.h"
#include "core/mixture/noised_mixture.h"
#include "tests/support/guided.h"
#include "tests/support/mixtures.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace scorefield;
using namespace scorefield::test;

namespace {

std::vector<PathCoefficients> uniformLevels(double T, int steps)
{
    const auto path = process("vp");
    std::vector<double> times;
    for (int k = 0; k <= steps; ++k)
        times.push_back(T * (steps - k) / steps);
    return levelsAtTimes(*path, times).value();
}

/// §7 for the centre of 0, ±m of unit variance, from its own formulas: a fine scan of G(x)/x.
double centreWeight(double m, const PathCoefficients& from, const PathCoefficients& to)
{
    const double c = from.sigma * (to.alpha * from.sigma / from.alpha - to.sigma);
    const double v = from.alpha * from.alpha + from.sigma * from.sigma;
    const double rho = to.alpha / from.alpha - c / v;
    const double k = from.alpha * m / v, q = std::exp(-k * from.alpha * m / 2);
    double M = 0;
    for (int i = 1; i <= 200000; ++i) {
        const double u = i * 2e-4, shrunk = std::exp(-u);
        const double pull = q * (1 - shrunk * shrunk) / (shrunk + q * (1 + shrunk * shrunk));
        M = std::max(M, k * pull / (u / k));
    }
    return 1 + rho / (c * M);
}

/// X' of the DDIM step in X = x/alpha with a weight.
Eigen::VectorXd step(const GaussianMixture& mixture,
                     const GaussianMixture& ofClass,
                     const Eigen::VectorXd& X,
                     double w,
                     double high,
                     double low)
{
    const Eigen::VectorXd u = NoisedMixture(mixture, 1, high).denoised(X);
    const Eigen::VectorXd c = NoisedMixture(ofClass, 1, high).denoised(X);
    return low / high * X + (1 - low / high) * (u + w * (c - u));
}

} // namespace

class TestSafeWeight : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void centreOfThreeModes_data()
    {
        QTest::addColumn<double>("m");
        QTest::addColumn<int>("steps");
        QTest::newRow("m=1") << 1. << 20;
        QTest::newRow("m=2") << 2. << 20;
        QTest::newRow("m=4") << 4. << 20;
        QTest::newRow("m=4, 100 steps") << 4. << 100;
    }

    void centreOfThreeModes()
    {
        QFETCH(double, m);
        QFETCH(int, steps);
        const auto levels = uniformLevels(10, steps);
        const auto weights = safeWeights(*lineOfModes({0, -m, m}, {1, 1, 1}), 0, levels);
        QCOMPARE(weights.size(), levels.size() - 1);
        for (std::size_t k = 0; k < weights.size(); ++k)
            // The first radius is 1e-3 of the last: a relative error of 1e-4 where the sup is at 0.
            COMPARE_CLOSE(weights[k], centreWeight(m, levels[k], levels[k + 1]), 1e-4, 0);
        if (m == 4 && steps == 20) // the file gives two decimals
            COMPARE_CLOSE(*std::min_element(weights.begin(), weights.end()), 2.23, 0, 5e-3);
    }

    /// The same line of modes turned, moved and put into more dimensions has the same weights.
    void placeAndDimensionDoNotMatter()
    {
        const auto levels = uniformLevels(10, 12);
        const auto expected = safeWeights(*lineOfModes({0, -3, 3}, {1, 1, 1}), 0, levels);
        const Eigen::Vector3d direction = Eigen::Vector3d(1, -2, .5).normalized(), centre(5, 4, 3);
        const auto turned =
            isotropicMixture({centre, centre - 3 * direction, centre + 3 * direction}, 1.0);
        const auto weights = safeWeights(*makeMixture(turned), 0, levels);
        for (std::size_t k = 0; k < weights.size(); ++k)
            COMPARE_CLOSE(weights[k], expected[k], 1e-8, 0);
    }

    /// In one dimension the step with the safe weight keeps every particle on its side of the one
    /// at the class mean, and 1.02 times more does not.
    void noParticleChangesSides_data()
    {
        QTest::addColumn<QList<double>>("means");
        QTest::addColumn<QList<double>>("deviations");
        QTest::newRow("two") << QList<double>{1, -1} << QList<double>{1, 1};
        QTest::newRow("unequal") << QList<double>{0, -1, 4} << QList<double>{.5, .3, 1.2};
        QTest::newRow("wide class") << QList<double>{0, -2, 2} << QList<double>{1, .3, .3};
        QTest::newRow("same mean") << QList<double>{0, 0} << QList<double>{1, 1.4};
    }

    void noParticleChangesSides()
    {
        QFETCH(QList<double>, means);
        QFETCH(QList<double>, deviations);
        const auto mixture =
            lineOfModes({means.begin(), means.end()}, {deviations.begin(), deviations.end()});
        const auto ofClass = mixture->conditional(0).value();
        const auto levels = uniformLevels(6, 12);
        const auto weights = safeWeights(*mixture, 0, levels);
        for (std::size_t k = 0; k < weights.size(); ++k) {
            const double high = levels[k].sigmaTilde(), low = levels[k + 1].sigmaTilde();
            QVERIFY(weights[k] > 1);
            const auto crossing = [&](double w) {
                const Eigen::VectorXd centre = Eigen::VectorXd::Constant(1, means[0]);
                const double home = step(*mixture, ofClass, centre, w, high, low)(0);
                double least = 1e300; // of (y' - home)/y
                const double v = high * high + 1;
                for (int i = 1; i <= 4000; ++i)
                    for (const double side : {-1., 1.}) {
                        const double y = side * i * (12 + 12 * v) / 4000;
                        const Eigen::VectorXd X = centre.array() + y;
                        least = std::min(least,
                                         (step(*mixture, ofClass, X, w, high, low)(0) - home) / y);
                    }
                return least;
            };
            if (std::isinf(weights[k])) {
                QVERIFY(crossing(1000) > 0);
                continue;
            }
            // Rounding of w Delta.
            QVERIFY2(crossing(weights[k]) > -1e-5,
                     qPrintable(QString::number(crossing(weights[k]))));
            QVERIFY(crossing(1 + 1.02 * (weights[k] - 1)) < 0);
        }
    }

    void whereNothingIsUnsafe()
    {
        const auto levels = uniformLevels(10, 8);
        const auto all = safeWeights(*makeMixture(randomMixture(1, 2, 4, 2, 3, 1)), 0, levels);
        QVERIFY(std::all_of(all.begin(), all.end(), [](double w) { return std::isinf(w); }));
        // Without a trace of the data there is nothing to jump over.
        const std::vector<PathCoefficients> start = {process("rf")->at(1), process("rf")->at(.5)};
        QCOMPARE(start.front().alpha, 0.);
        QVERIFY(std::isinf(safeWeights(*lineOfModes({0, -2, 2}, {1, 1, 1}), 0, start).front()));
        // A narrower class within pulls outward everywhere.
        for (const double w : safeWeights(*lineOfModes({0, 0}, {1.4, 1}), 0, levels))
            QVERIFY(std::isinf(w));
    }

    void manyComponents()
    {
        const auto levels = uniformLevels(8, 5);
        for (const double weight :
             safeWeights(*makeMixture(randomMixture(3, 2, 1000, 2)), 1, levels))
            QVERIFY(weight > 1 && std::isfinite(weight));
        for (const double weight : safeWeights(*makeMixture(randomMixture(3, 5, 9, 5)), 0, levels))
            QVERIFY(weight > 1 && std::isfinite(weight));
    }
};

QTEST_APPLESS_MAIN(TestSafeWeight)
#include "tst_safe_weight.moc"
