// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/block_law.h"
#include "core/metric/near_terms.h"
#include "core/metric/readouts.h"
#include "core/mixture/noised_mixture.h"
#include "tests/support/compare.h"
#include "tests/support/mixtures.h"

#include <QTest>

#include <limits>

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

/// A run of one step whose end points are the columns of `points` [d,n]; its start is rubbish that
/// must not be read.
Trajectories runEndingAt(const Eigen::MatrixXd& points)
{
    Trajectories run;
    run.steps = 1;
    run.dimension = static_cast<int>(points.rows());
    run.particles = static_cast<std::size_t>(points.cols());
    run.values.assign(2 * static_cast<std::size_t>(points.size()), 1e30f);
    for (int c = 0; c < run.dimension; ++c)
        for (std::size_t i = 0; i < run.particles; ++i)
            run.coordinate(1, c)[i] = static_cast<float>(points(c, static_cast<Eigen::Index>(i)));
    return run;
}

Eigen::VectorXd storedPoint(const Trajectories& run, std::size_t i)
{
    Eigen::VectorXd x(run.dimension);
    for (int c = 0; c < run.dimension; ++c)
        x(c) = run.coordinate(run.steps, c)[i];
    return x;
}

} // namespace

class TestReadouts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void blockLawIsTheOracle_data()
    {
        QTest::addColumn<int>("dimension");
        for (const int d : {1, 2, 3, 8})
            QTest::addRow("d=%d", d) << d;
    }

    void blockLawIsTheOracle()
    {
        QFETCH(int, dimension);
        const auto mixture = GaussianMixture::create(randomMixture(6, dimension, 5, dimension));
        QVERIFY(mixture.ok());
        const NoisedMixture oracle(*mixture, 0.8, 0.6);
        const BlockLaw law(*mixture, 0.8, 0.6);
        QVERIFY(law.isRegular());
        const Eigen::MatrixXd points = mixture->sample(1, Stream::Data, 50, 0.8, 0.6);
        Eigen::ArrayXXd terms;
        law.logTerms(points.transpose().array(), terms);
        for (Eigen::Index i = 0; i < 50; ++i) {
            const double largest = terms.row(i).maxCoeff();
            const Eigen::ArrayXd ratios = (terms.row(i) - largest).exp();
            COMPARE_CLOSE(
                largest + std::log(ratios.sum()), oracle.logDensity(points.col(i)), 1e-12, 1e-12);
            const Eigen::VectorXd r = oracle.responsibilities(points.col(i));
            QVERIFY((ratios / ratios.sum() - r.array()).abs().maxCoeff() < 1e-12);
        }
    }

    /// Many components: those that count are found, and no others, at any noise.
    void nearTermsAreAllThatCount_data()
    {
        QTest::addColumn<int>("dimension");
        QTest::addColumn<int>("rank");
        QTest::addColumn<double>("sigma");
        for (const int d : {1, 2, 3})
            for (const int rank : {0, d})
                for (const double sigma : {0.0, .01, .3, 20.0})
                    QTest::addRow("d=%d rank=%d sigma=%g", d, rank, sigma) << d << rank << sigma;
    }

    void nearTermsAreAllThatCount()
    {
        QFETCH(int, dimension);
        QFETCH(int, rank);
        QFETCH(double, sigma);
        MixtureSpec spec = randomMixture(6, dimension, 300, rank);
        for (std::size_t k = 0; k < 300; ++k)
            spec.components[k].covariance *= k % 9 == 0 ? 1 : 1e-3; // some wide, most narrow
        const auto mixture = GaussianMixture::create(spec);
        QVERIFY(NearTerms::helps(*mixture));
        const BlockLaw law(*mixture, 0.8, sigma);
        const NearTerms near(law);
        Eigen::MatrixXd points = mixture->sample(1, Stream::Data, 40, 0.8, sigma);
        points.leftCols(3) *= 1000;
        Eigen::ArrayXXd terms;
        law.logTerms(points.transpose().array(), terms);
        std::vector<NearTerms::Term> found;
        for (Eigen::Index i = 0; i < 40; ++i) {
            const Eigen::VectorXd x = points.col(i);
            Eigen::Index best = 0;
            const double largest = terms.row(i).maxCoeff(&best);
            near.at(x.data(), 40, found);
            QCOMPARE(found.size(),
                     static_cast<std::size_t>((terms.row(i) >= largest - 40).count()));
            for (const auto& term : found)
                QCOMPARE(term.logTerm, terms(i, term.component));
            QCOMPARE(near.likeliest(x.data(), found), static_cast<int>(best));
        }
    }

    void agreeWithTheOracle_data()
    {
        QTest::addColumn<int>("dimension");
        QTest::addColumn<int>("components");
        QTest::addColumn<int>("rank");
        QTest::addColumn<bool>("targeted");
        for (const auto& [d, K, rank] :
             {std::array{2, 3, 2}, {3, 40, 3}, {2, 90, 2}, {3, 70, 1}, {8, 5, 8}, {3, 6, 1}})
            for (const bool targeted : {false, true})
                QTest::addRow("d=%d K=%d rank=%d %s", d, K, rank, targeted ? "target" : "no target")
                    << d << K << rank << targeted;
    }

    void agreeWithTheOracle()
    {
        QFETCH(int, dimension);
        QFETCH(int, components);
        QFETCH(int, rank);
        QFETCH(bool, targeted);
        const auto mixture =
            GaussianMixture::create(randomMixture(31, dimension, components, rank, 1, 3));
        QVERIFY(mixture.ok());
        const std::optional<int> target = targeted ? std::optional(1) : std::nullopt;
        const PathCoefficients end = level(0.95, 0.2);
        const std::size_t n = 700; // more than one block
        const Trajectories run = runEndingAt(
            mixture->sample(2, Stream::Data, static_cast<int>(n), end.alpha, end.sigma));

        const NoisedMixture law(*mixture, end.alpha, end.sigma),
            clean(*mixture, rank < dimension ? end.alpha : 1, rank < dimension ? end.sigma : 0);
        double confidence = 0, squares = 0, logDensity = 0;
        std::vector<double> counts(static_cast<std::size_t>(components), 0);
        std::vector<int> likeliest;
        for (std::size_t i = 0; i < n; ++i) {
            const Eigen::VectorXd x = storedPoint(run, i);
            const Eigen::VectorXd posterior = clean.classPosterior(x);
            const double p = target ? posterior(*target) : posterior.maxCoeff();
            confidence += p;
            squares += p * p;
            logDensity += law.logDensity(x);
            Eigen::Index component = 0;
            law.responsibilities(x).maxCoeff(&component);
            likeliest.push_back(static_cast<int>(component));
            counts[static_cast<std::size_t>(component)] += 1;
        }
        confidence /= static_cast<double>(n);
        const double variance = (squares / static_cast<double>(n) - confidence * confidence)
                                * static_cast<double>(n) / (static_cast<double>(n) - 1);
        int modes = 0, covered = 0;
        double entropy = 0;
        for (std::size_t k = 0; k < counts.size(); ++k) {
            const double share = counts[k] / static_cast<double>(n);
            entropy -= share > 0 ? share * std::log(share) : 0;
            ++modes;
            covered += share > 0.1 * mixture->components()[k].weight ? 1 : 0;
        }

        const Readouts readouts = computeReadouts(*mixture, end, run, target);
        COMPARE_CLOSE(readouts.confidence, confidence, 1e-12, 0);
        COMPARE_CLOSE(readouts.confidenceError,
                      std::sqrt(variance / static_cast<double>(n)),
                      1e-6,
                      1e-12); // the sum of squares here cancels
        COMPARE_CLOSE(readouts.meanLogDensity, logDensity / static_cast<double>(n), 1e-11, 1e-11);
        QCOMPARE(readouts.modes, modes);
        QCOMPARE(readouts.modesCovered, covered);
        COMPARE_CLOSE(readouts.effectiveModes, std::exp(entropy), 1e-12, 0);
        WorkerPool pool(3);
        QVERIFY(endComponents(*mixture, end, run, pool) == likeliest);

        const Readouts shared = computeReadouts(*mixture, end, run, target, 20000, &pool);
        QVERIFY(shared.confidence == readouts.confidence
                && shared.meanLogDensity == readouts.meanLogDensity);
    }

    void countsAreThoseOfTheFigure()
    {
        // 6 end points at the left mode, 4 at the centre, none at the right; target: centre.
        const auto mixture = GaussianMixture::create(referenceM1());
        Eigen::MatrixXd points = Eigen::MatrixXd::Zero(2, 10);
        points.row(0).head(6).setConstant(-4);
        const Trajectories run = runEndingAt(points);
        const Readouts all = computeReadouts(*mixture, level(1, 0), run, std::nullopt);
        QCOMPARE(all.modes, 3);
        QCOMPARE(all.modesCovered, 2);
        COMPARE_CLOSE(
            all.effectiveModes, std::exp(-0.6 * std::log(0.6) - 0.4 * std::log(0.4)), 1e-14, 0);
        COMPARE_CLOSE(
            all.confidence, 1, 1e-12, 0); // neighbours are 8 standard deviations away: e^-32
        const Readouts centre = computeReadouts(*mixture, level(1, 0), run, 1);
        QCOMPARE(centre.modes, 3); // whatever is aimed at, these are the modes of the data
        QCOMPARE(centre.modesCovered, 2);
        COMPARE_CLOSE(centre.confidence, 0.4, 1e-12, 0);
        COMPARE_CLOSE(centre.confidenceError, std::sqrt(0.24 / 9), 1e-12, 0);
        const Readouts right = computeReadouts(*mixture, level(1, 0), run, 2);
        COMPARE_CLOSE(right.confidence, 0, 0, 1e-12);
        // Only the first five are looked at.
        COMPARE_CLOSE(computeReadouts(*mixture, level(1, 0), run, std::nullopt, 5).effectiveModes,
                      1,
                      1e-14,
                      0);
    }

    void expectationIsTheEntropy()
    {
        // For exact end points the mean log-density is minus the differential entropy: known for
        // one Gaussian.
        const auto mixture = GaussianMixture::create(referenceM4());
        const double sigma = 0.3;
        const Trajectories run = runEndingAt(mixture->sample(8, Stream::Data, 20000, 1, sigma));
        const Readouts readouts = computeReadouts(*mixture, level(1, sigma), run, std::nullopt);
        const double entropy =
            std::log(2 * M_PI * M_E) + std::log((2.25 + 0.09) * (0.09 + 0.09)) / 2;
        COMPARE_CLOSE(readouts.meanLogDensity,
                      -entropy,
                      0,
                      5 * std::sqrt(1.0 / 20000)); // variance of log q is d/2 = 1
    }

    void singularMixturesHaveConfidenceButNoCleanDensity()
    {
        MixtureSpec spec = referenceM1();
        for (auto& component : spec.components)
            component.covariance = Eigen::Vector2d(0, 1).asDiagonal(); // three parallel lines
        const auto mixture = GaussianMixture::create(spec);
        const Trajectories run = runEndingAt(mixture->sample(3, Stream::Data, 300));
        const Readouts clean = computeReadouts(*mixture, level(1, 0), run, std::nullopt);
        COMPARE_CLOSE(clean.confidence, 1, 1e-12, 0);
        QCOMPARE(clean.modesCovered, 3);
        QVERIFY(std::isnan(clean.meanLogDensity));
        const Readouts noised = computeReadouts(*mixture, level(1, 0.1), run, std::nullopt);
        COMPARE_CLOSE(noised.confidence, 1, 1e-12, 0);
        QVERIFY(std::isfinite(noised.meanLogDensity));
    }

    void unfinishedRunsAreNotCounted()
    {
        const auto mixture = GaussianMixture::create(referenceM1());
        Eigen::MatrixXd points = Eigen::MatrixXd::Zero(2, 4);
        points(0, 1) = std::numeric_limits<double>::quiet_NaN();
        points(1, 2) = std::numeric_limits<double>::infinity();
        const Trajectories run = runEndingAt(points);
        const Readouts readouts = computeReadouts(*mixture, level(1, 0), run, 1);
        COMPARE_CLOSE(readouts.confidence, 1, 1e-12, 0);
        COMPARE_CLOSE(readouts.effectiveModes, 1, 1e-14, 0);
        WorkerPool pool(2);
        QVERIFY(endComponents(*mixture, level(1, 0), run, pool) == (std::vector<int>{1, 0, 0, 1}));

        Trajectories cut = run;
        cut.values.resize(3); // stopped before its end
        QCOMPARE(computeReadouts(*mixture, level(1, 0), cut, 1).confidence, 0.0);
        QCOMPARE(endComponents(*mixture, level(1, 0), cut, pool).size(), std::size_t{4});
        QCOMPARE(computeReadouts(*mixture, level(1, 0), Trajectories{}, 1).modes, 0);
    }
};

QTEST_APPLESS_MAIN(TestReadouts)
#include "tst_readouts.moc"
