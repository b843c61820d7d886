// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/chi_squared.h"
#include "core/metric/collapse.h"
#include "core/metric/pairwise_distance.h"
#include "core/metric/readouts.h"
#include "core/metric/twin.h"
#include "core/mixture/noised_mixture.h"
#include "tests/support/guided.h"
#include "tests/support/mixtures.h"

#include <QElapsedTimer>
#include <QTest>

#include <numeric>

using namespace scorefield;
using namespace scorefield::test;

namespace {

PathCoefficients level(double alpha, double sigma)
{
    PathCoefficients coefficients;
    coefficients.alpha = alpha;
    coefficients.sigma = sigma;
    return coefficients;
}

/// Four modes of three classes in the plane; class 1 has two.
std::shared_ptr<const GaussianMixture> fourModes()
{
    MixtureSpec spec = isotropicMixture({Eigen::Vector2d(-5, 0),
                                         Eigen::Vector2d(0, 4),
                                         Eigen::Vector2d(5, 0),
                                         Eigen::Vector2d(0, -5)},
                                        0.25);
    const int labels[] = {0, 1, 1, 2};
    const double weights[] = {1, 1, 3, 2};
    for (std::size_t k = 0; k < 4; ++k) {
        spec.components[k].classLabel = labels[k];
        spec.components[k].weight = weights[k];
    }
    return makeMixture(spec);
}

CollapseMeter meterOf(const std::shared_ptr<const GaussianMixture>& mixture,
                      std::optional<int> target,
                      std::size_t n = 2000,
                      PathCoefficients end = level(1, 0))
{
    return CollapseMeter::create(mixture, end, target, n).value();
}

/// A run whose states are given: states[k] is [n,d].
Trajectories runThrough(const std::vector<Eigen::MatrixXd>& states)
{
    Trajectories run;
    run.steps = static_cast<int>(states.size()) - 1;
    run.dimension = static_cast<int>(states[0].cols());
    run.particles = static_cast<std::size_t>(states[0].rows());
    run.values.assign(states.size() * static_cast<std::size_t>(states[0].size()), 0);
    for (int k = 0; k <= run.steps; ++k)
        for (int c = 0; c < run.dimension; ++c)
            for (std::size_t i = 0; i < run.particles; ++i)
                run.coordinate(k, c)[i] = static_cast<float>(
                    states[static_cast<std::size_t>(k)](static_cast<Eigen::Index>(i), c));
    return run;
}

} // namespace

class TestCollapse : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void chiSquaredIsThatOfTables()
    {
        COMPARE_CLOSE(chiSquaredQuantile(1, 0.999), 10.827566170662733, 1e-10, 0);
        COMPARE_CLOSE(chiSquaredQuantile(2, 0.999), -2 * std::log(0.001), 1e-11, 0);
        COMPARE_CLOSE(chiSquaredQuantile(64, 0.999), 104.7163, 1e-5, 0);
        COMPARE_CLOSE(chiSquaredProbability(2, 3), 1 - std::exp(-1.5), 1e-14, 0);
        QCOMPARE(chiSquaredProbability(3, 0), 0.);
    }

    // §7: 1/(1 + 2 exp(-m^2/2)), and the broad centre, whose class wins far out.
    void ceilingOfTheCentre_data()
    {
        QTest::addColumn<double>("m");
        QTest::addColumn<double>("printed");
        QTest::newRow("1") << 1. << .4519;
        QTest::newRow("2") << 2. << .7870;
        QTest::newRow("4") << 4. << .99933;
    }

    void ceilingOfTheCentre()
    {
        QFETCH(double, m);
        QFETCH(double, printed);
        const auto line = lineOfModes({0, -m, m}, {1, 1, 1});
        const ConfidenceCeiling centre = confidenceCeiling(*line, 0);
        COMPARE_CLOSE(centre.value, 1 / (1 + 2 * std::exp(-m * m / 2)), 1e-12, 0);
        COMPARE_CLOSE(centre.value, printed, 0, 6e-5);
        COMPARE_CLOSE(centre.bound, centre.value, 1e-12, 0);
        // An outer class wins without limit.
        COMPARE_CLOSE(confidenceCeiling(*line, 1).value, 1, 1e-9, 0);
        const auto broad = lineOfModes({0, -m, m}, {1, .3, .3});
        COMPARE_CLOSE(confidenceCeiling(*broad, 0).value, 1, 1e-9, 0);
        QCOMPARE(confidenceCeiling(*broad, 0).bound, 1.);
    }

    void ceilingIsReachedAndNotExceeded()
    {
        for (const int d : {1, 2, 3}) {
            const auto mixture = makeMixture(randomMixture(21, d, 5, d, 1.2));
            const NoisedMixture clean(*mixture, 1, 0);
            const ConfidenceCeiling ceiling = confidenceCeiling(*mixture, 0);
            QVERIFY(ceiling.bound >= ceiling.value && ceiling.bound <= 1);
            COMPARE_CLOSE(clean.classPosterior(ceiling.place)(0), ceiling.value, 1e-9, 0);
            for (std::uint64_t i = 0; i < 3000; ++i) {
                const Eigen::VectorXd x = randomPoint(100 + i, d, i % 3 == 0 ? 20 : 3);
                QVERIFY(clean.classPosterior(x)(0) <= ceiling.value + 1e-9);
            }
        }
        QCOMPARE(confidenceCeiling(*lineOfModes({1}, {1}), 0).value, 1.);
    }

    void exactDrawsScoreTheFloor()
    {
        const auto mixture = fourModes();
        const auto end = level(0.9, 0.2);
        const CollapseMeter meter = meterOf(mixture, 1, 4000, end);
        const Eigen::MatrixXd draws =
            mixture->conditional(1)->sample(77, Stream::Data, 4000, end.alpha, end.sigma);
        const CollapseReadouts exact = meter.read(Eigen::ArrayXXd(draws.transpose().array()));
        const CollapseReadouts& floor = meter.floor();
        const auto agree = [](const Estimate& a, const Estimate& b) {
            return std::abs(a.value - b.value) <= 5 * std::hypot(a.error, b.error) + 1e-12;
        };
        QVERIFY(agree(exact.confidence, floor.confidence));
        QVERIFY(agree(exact.effectiveModes, floor.effectiveModes));
        QVERIFY(agree(exact.shrinkage, floor.shrinkage));
        QVERIFY(agree(exact.offSupport, floor.offSupport));
        QVERIFY(agree(exact.pairwiseDistance, floor.pairwiseDistance));
        QVERIFY(agree(*exact.overshoot, *floor.overshoot));
        QVERIFY(std::abs(exact.overshoot->value) < 5 * exact.overshoot->error);
        QVERIFY(std::abs(exact.shrinkage.value - 1) < 5 * exact.shrinkage.error);
        QVERIFY(std::abs(exact.offSupport.value - 0.001) < 5 * std::sqrt(0.001 / 4000));
        // Modes far apart: shares 1/4 and 3/4, entropy in closed form.
        const double entropy = -.25 * std::log(.25) - .75 * std::log(.75);
        QVERIFY(agree(exact.effectiveModes, {std::exp(entropy), 0}));
        QVERIFY(exact.totalVariation.value < 5 * std::sqrt(.25 * .75 / 4000));
        QCOMPARE(exact.modesCovered.value, 2.);
        QCOMPARE(exact.modes, 2);
    }

    void readsWhatWasPutIn()
    {
        // 600 particles at one place beside mode 2, 300 half-spread at mode 1, 100 far away, 7
        // lost.
        const auto mixture = fourModes();
        const CollapseMeter meter = meterOf(mixture, 1, 1000);
        Eigen::ArrayXXd x(1007, 2);
        for (Eigen::Index i = 0; i < 1007; ++i) {
            const double z0 = testNormal(1, static_cast<int>(i), 0);
            const double z1 = testNormal(1, static_cast<int>(i), 1);
            if (i < 600)
                x.row(i) << 5.5, 0;
            else if (i < 900)
                x.row(i) << 0.25 * z0, 4 + 0.25 * z1;
            else
                x.row(i) << 30, 0.1 * z0;
            if (i >= 1000)
                x(i, 0) = std::nan("");
        }
        const CollapseReadouts read = meter.read(x);
        QCOMPARE(read.particles, 1000);
        QCOMPARE(read.failed, 7);
        COMPARE_CLOSE(read.totalVariation.value, .05, 1e-9, 1e-9);
        COMPARE_CLOSE(read.offSupport.value, .1, 1e-12, 0);
        COMPARE_CLOSE(read.offSupport.error, std::sqrt(.1 * .9 / 1000), 1e-12, 0);
        QVERIFY(read.confidence.value > 0.999);
        QVERIFY(std::isnan(read.shrinkageOfMode[0]));
        // Sample covariance of 300 draws of a quarter of the variance, 5 standard errors.
        QVERIFY(std::abs(read.shrinkageOfMode[1] - .25) < 5 * .25 * std::sqrt(1 / 300.));
        QVERIFY(read.shrinkageOfMode[2] > 100);
        const CollapseReadouts one = meter.read(Eigen::ArrayXXd(x.topRows(600)));
        QCOMPARE(one.modesCovered.value, 1.);
        QCOMPARE(one.effectiveModes.value, 1.);
        COMPARE_CLOSE(one.shrinkage.value, 0, 0, 1e-20);
        COMPARE_CLOSE(one.pairwiseDistance.value, 0, 0, 1e-20);
        // Away from the mean of the others, (-5, -10)/3: half a unit along x of (20/3, 10/3).
        COMPARE_CLOSE(one.overshoot->value, 0.5 * 2 / std::sqrt(5.), 1e-9, 0);
        const CollapseReadouts none = meter.read(Eigen::ArrayXXd(x.bottomRows(7)));
        QCOMPARE(none.particles, 0);
        QCOMPARE(none.failed, 7);
    }

    void aSymmetricCentreHasNoDirection()
    {
        const CollapseMeter meter = meterOf(lineOfModes({0, -2, 2}, {1, 1, 1}), 0);
        QVERIFY(!meter.floor().overshoot);
        // Target's own mean confidence (theory §8), 5 standard errors of 2000 draws.
        QVERIFY(std::abs(meter.floor().confidence.value - .5673)
                < 5 * meter.floor().confidence.error);
        COMPARE_CLOSE(meter.ceiling().value, .7870, 0, 6e-5);
        QVERIFY(meter.floor().confidenceQuantiles[4] <= meter.ceiling().value);
        const CollapseMeter unguided = meterOf(fourModes(), std::nullopt);
        QCOMPARE(unguided.floor().modes, 4);
        QVERIFY(unguided.floor().confidence.value > 0.99);
        QCOMPARE(CollapseMeter::create(fourModes(), level(1, 0), 9, 10).error().path,
                 std::string("target"));
    }

    void pairwiseDistanceHasTheErrorItStates()
    {
        // N(0, 1): E|x - y| = 2/sqrt(pi). The spread over repetitions is the stated error.
        const int n = 1000, repetitions = 200;
        double sum = 0, squares = 0, stated = 0;
        for (int r = 0; r < repetitions; ++r) {
            Eigen::ArrayXXd x(n, 1);
            for (int i = 0; i < n; ++i)
                x(i, 0) = testNormal(500 + static_cast<std::uint64_t>(r), i, 0);
            const Estimate estimate = meanPairwiseDistance(x);
            sum += estimate.value / repetitions;
            squares += estimate.value * estimate.value / repetitions;
            stated += estimate.error / repetitions;
        }
        const double spread = std::sqrt(squares - sum * sum);
        COMPARE_CLOSE(sum, 2 / std::sqrt(std::numbers::pi), 0, 5 * stated / std::sqrt(200.));
        // A standard deviation from 200 values is known to 5 %: four of them.
        COMPARE_CLOSE(stated, spread, 0.2, 0);
        Eigen::ArrayXXd three(3, 1);
        three << 0, 1, 3;
        COMPARE_CLOSE(meanPairwiseDistance(three).value, 2, 1e-14, 0); // all pairs
        QCOMPARE(meanPairwiseDistance(three.topRows(1)).value, 0.);
        COMPARE_CLOSE(meanPairwiseDistance(three.topRows(2)).value, 1, 1e-14, 0);
    }

    void isReadWithinAFrameAndTheSameOnAnyThreads()
    {
        const auto mixture = fourModes();
        const CollapseMeter meter = meterOf(mixture, 1, 100);
        const Eigen::ArrayXXd x = mixture->sample(9, Stream::Data, 5000).transpose().array();
        WorkerPool one(1), three(3);
        const CollapseReadouts a = meter.read(x, &one), b = meter.read(x, &three);
        QVERIFY(a.confidence.value == b.confidence.value);
        QVERIFY(a.shrinkage.value == b.shrinkage.value);
        QVERIFY(a.pairwiseDistance.value == b.pairwiseDistance.value);
        qint64 best = std::numeric_limits<qint64>::max();
        for (int repetition = 0; repetition < 20; ++repetition) {
            QElapsedTimer timer;
            timer.start();
            meter.read(x, &one);
            best = std::min(best, timer.nsecsElapsed());
        }
        // A few ms on an idle machine; the limit leaves room for sanitizers.
        qInfo("5 000 particles in %.2f ms", static_cast<double>(best) * 1e-6);
        QVERIFY(best < 50000000);
    }

    void confidenceOverTimeIsThatOfTheNoisedLaw()
    {
        const auto mixture = fourModes();
        const auto path = process("rf");
        std::vector<PathCoefficients> levels;
        std::vector<Eigen::MatrixXd> states;
        for (const double t : {1., .5, .1}) {
            levels.push_back(path->at(t));
            states.push_back(
                mixture->sample(4, Stream::Data, 60, levels.back().alpha, levels.back().sigma)
                    .transpose());
        }
        states[1](7, 0) = std::nan("");
        const Trajectories run = runThrough(states);
        WorkerPool pool(2);
        const auto over = confidenceOverTime(*mixture, 1, levels, run, 50, &pool);
        QCOMPARE(over.size(), std::size_t(3));
        // Pure noise says nothing: the prior weight 4/7 of the class.
        COMPARE_CLOSE(over[0].value, 4 / 7., 1e-12, 0);
        for (std::size_t k = 1; k < 3; ++k) {
            const NoisedMixture law(*mixture, levels[k].alpha, levels[k].sigma);
            double sum = 0, n = 0;
            for (Eigen::Index i = 0; i < 50; ++i) {
                if (std::isnan(states[k](i, 0)))
                    continue;
                sum += law.classPosterior(states[k].row(i).transpose())(1);
                n += 1;
            }
            COMPARE_CLOSE(over[k].value, sum / n, 1e-5, 0); // states are stored as floats
        }
    }

    void ceilingOfManyComponentsIsFoundInTime()
    {
        MixtureSpec spec = randomMixture(31, 2, 1000, 2, 5);
        for (auto& component : spec.components)
            component.covariance *= 0.01;
        const auto mixture = makeMixture(spec);
        QElapsedTimer timer;
        timer.start();
        const ConfidenceCeiling ceiling = confidenceCeiling(*mixture, 1);
        QVERIFY(ceiling.value > 0.999 && ceiling.value <= 1);
        QCOMPARE(ceiling.bound, 1.);
        QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    }

    void flipsAndFatesOfKnownPaths()
    {
        // One class at 0 between two others; four steps at alpha = 1.
        const auto line = lineOfModes({0, -4, 4}, {1, 1, 1});
        const std::vector<PathCoefficients> levels(5, level(1, 0.1));
        const auto path = [](std::initializer_list<double> row) {
            return Eigen::RowVectorXd(Eigen::Map<const Eigen::RowVectorXd>(
                row.begin(), static_cast<Eigen::Index>(row.size())));
        };
        // Particles: straight home; home in turns; thrown out in turns; pushed out; lost; one turn.
        const std::vector<Eigen::RowVectorXd> states{path({3, 3, 1, 1, 1, 1}),
                                                     path({2, -2, -2, 2, 1, .5}),
                                                     path({1, 1, 4, 3, 1, -.5}),
                                                     path({.5, -.5, -8, 4, 1, -.4}),
                                                     path({.1, .2, 16, 6, std::nan(""), -.3})};
        std::vector<Eigen::MatrixXd> guided, twin;
        for (const auto& row : states) {
            guided.push_back(row.transpose());
            twin.push_back(Eigen::MatrixXd::Constant(6, 1, 3.5));
        }
        const Trajectories a = runThrough(guided), b = runThrough(twin);
        const Fates fates = compareWithTwin(*line, 0, levels, a, b);
        const std::vector<Fate> expected{Fate::Convergent,
                                         Fate::Mixed,
                                         Fate::Divergent,
                                         Fate::Divergent,
                                         Fate::NotFinite,
                                         Fate::Convergent};
        QVERIFY(fates.of == expected);
        QCOMPARE(std::vector<int>(fates.periodTwo.begin(), fates.periodTwo.end()),
                 (std::vector<int>{0, 1, 1, 0, 0, 0}));
        QCOMPARE(fates.finite, 5);
        COMPARE_CLOSE(fates.shares[2].value, .4, 1e-12, 0);
        COMPARE_CLOSE(fates.shares[2].error, std::sqrt(.4 * .6 / 5), 1e-12, 0);

        WorkerPool pool(1);
        const auto ends = [&](const Trajectories& run) {
            return endComponents(*line, levels.back(), run, pool);
        };
        const BasinFlips flips = basinFlips(3, b, ends(b), a, ends(a));
        QCOMPARE(flips.particles, 5);
        QCOMPARE(flips.counts.sum(), 5);
        QCOMPARE(flips.counts(2, 2), 2); // all twins were at mode 4; 16 and 6 are still there
        QCOMPARE(flips.counts(2, 0), 3);
        COMPARE_CLOSE(flips.flipped.value, .6, 1e-12, 0);
    }
};

QTEST_GUILESS_MAIN(TestCollapse)
#include "tst_collapse.moc"
