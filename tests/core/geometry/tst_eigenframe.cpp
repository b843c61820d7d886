// SPDX-License-Identifier: GPL-3.0-or-later
// The frame against closed forms, finite differences and the plain formulas where these are right.
#include "core/geometry/eigenframe.h"
#include "core/mixture/noised_mixture.h"
#include "tests/support/compare.h"
#include "tests/support/ridges.h"

#include <Eigen/Eigenvalues>

#include <QTest>

using namespace scorefield;
using namespace scorefield::test;
using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::Vector3d;
using Eigen::VectorXd;

class TestEigenframe : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void singleGaussian();
    void twoDiracsWhereTheGapUnderflows();
    void degeneratePrecisionIsSplit();
    void identities_data();
    void identities();
    void thirdDerivatives_data() { identities_data(); }
    void thirdDerivatives();
    void planeFramesAreFrames_data();
    void planeFramesAreFrames();
    void farAwayIsFinite();
};

void TestEigenframe::singleGaussian()
{
    const RidgeField field(shared(referenceM4()), .5);
    const Eigenframe frame = field.frame(Vector2d(1.7, .3));
    // kappa_i = -sigma~^2/(l_i + sigma~^2); the major axis is at 0.7 rad.
    COMPARE_CLOSE(frame.kappa(0), -.25 / 2.5, 1e-13, 0);
    COMPARE_CLOSE(frame.kappa(1), -.25 / .34, 1e-13, 0);
    COMPARE_CLOSE(frame.vectors(0, 0), std::cos(.7), 1e-13, 0);
    COMPARE_CLOSE(frame.vectors(1, 0), std::sin(.7), 1e-13, 0);
    QVERIFY(!frame.plainFrameFails);

    MixtureSpec round = referenceM1();
    round.components.resize(1);
    QCOMPARE(RidgeField(shared(round), .5).frame(Vector2d(1, 2)).logGap(0),
             -std::numeric_limits<double>::infinity());
}

void TestEigenframe::twoDiracsWhereTheGapUnderflows()
{
    // Theory of ridges, oracle 3: OU at t = 1e-3, x_t = (1.5, 0.1); in x~ the score is alpha times
    // that of x_t.
    const double t = 1e-3, alpha = std::exp(-t), sigma = std::sqrt(1 - std::exp(-2 * t));
    const RidgeField field(pointsMixture({Vector2d(-3, 0), Vector2d(3, 0)}), sigma / alpha);
    const Eigenframe frame = field.frame(Vector2d(1.5, .1) / alpha);
    QCOMPARE(frame.vectors(0, 1), 0.);
    QCOMPARE(std::abs(frame.vectors(1, 1)), 1.);
    const double f = std::abs(frame.vectors.col(1).dot(frame.score)) / alpha;
    COMPARE_CLOSE(f, 50.05, 0, .005); // printed to two decimals
    COMPARE_CLOSE(f, .1 / (sigma * sigma), 1e-12, 0);
    COMPARE_CLOSE(frame.logGap(0), -1950.07, 0, .005); // printed to two decimals
    QVERIFY(frame.plainFrameFails);
}

void TestEigenframe::degeneratePrecisionIsSplit()
{
    // Equal covariances diag(1, 1, 0.01), far apart along an axis of the degenerate plane at 0.4
    // rad and up: Cov_r(a) is rank one along P delta, so the plane splits along delta's part in it.
    MixtureSpec spec;
    spec.dimension = 3;
    const Vector3d delta(20 * std::cos(.4), 20 * std::sin(.4), .05);
    for (const double side : {0., 1.})
        spec.components.push_back(
            {1, side * delta, Vector3d(1, 1, .01).asDiagonal().toDenseMatrix(), 0});
    const RidgeField field(shared(spec), .3);
    const Eigenframe frame = field.frame(Vector3d(.1, -.2, 0));
    COMPARE_CLOSE(frame.vectors(0, 0), std::cos(.4), 1e-12, 0);
    COMPARE_CLOSE(frame.vectors(1, 0), std::sin(.4), 1e-12, 0);
    QVERIFY(frame.logGap(0) < -30 && std::isfinite(frame.logGap(0)));
    // gap = sigma~^2 r |P delta|^2 with log r = the log-ratio of the two, in the plane.
    const double S = 1.09, x = .1 * std::cos(.4) - .2 * std::sin(.4);
    const double along = (20 * x - 200) / S + (-.05 * .05 / 2) / .1;
    COMPARE_CLOSE(
        frame.logGap(0), along * std::numbers::log10e + std::log10(.09 * 400 / (S * S)), 1e-12, 0);
}

void TestEigenframe::identities_data()
{
    QTest::addColumn<int>("dimension");
    QTest::addColumn<int>("components");
    QTest::addColumn<int>("rank");
    QTest::addColumn<double>("noise");
    for (const double noise : {.05, .4, 3.}) {
        QTest::addRow("plane, points, %g", noise) << 2 << 7 << 0 << noise;
        QTest::addRow("plane, %g", noise) << 2 << 7 << 2 << noise;
        QTest::addRow("plane, singular, %g", noise) << 2 << 4 << 1 << noise;
        QTest::addRow("one component, %g", noise) << 2 << 1 << 2 << noise;
        QTest::addRow("space, %g", noise) << 3 << 5 << 3 << noise;
        QTest::addRow("space, points, %g", noise) << 3 << 5 << 0 << noise;
        QTest::addRow("five dimensions, %g", noise) << 5 << 6 << 2 << noise;
    }
}

void TestEigenframe::identities()
{
    QFETCH(int, dimension);
    QFETCH(int, components);
    QFETCH(int, rank);
    QFETCH(double, noise);
    const auto mixture = shared(randomMixture(3, dimension, components, rank, 1));
    const RidgeField field(mixture, noise);
    const NoisedMixture law(*mixture, 1, noise);
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const VectorXd x = randomPoint(seed, dimension, 2);
        const Eigenframe frame = field.frame(x);
        const MatrixXd& V = frame.vectors;
        const MatrixXd one = MatrixXd::Identity(dimension, dimension);
        const double variance = noise * noise;
        COMPARE_CLOSE(frame.logDensity, law.logDensity(x), 1e-12, 1e-12);
        const MatrixXd H = law.hessian(x);
        const double size = 1 / variance + H.norm() + frame.score.squaredNorm();
        QVERIFY((frame.score - law.score(x)).norm() <= 1e-12 * (1 / noise + law.score(x).norm()));
        QVERIFY((frame.hessian - H).norm() <= 1e-12 * size);
        QVERIFY((V.transpose() * V - one).norm() <= 1e-12);
        const MatrixXd rebuilt = V * frame.kappa.asDiagonal() * V.transpose() / variance;
        QVERIFY((rebuilt - H).norm() <= 1e-12 * size);
        QVERIFY(frame.kappa.minCoeff() >= -1 - 1e-12);
        // Cov[x_0|x] = sigma~^2 (I + sigma~^2 H), here from the components.
        const MatrixXd covariance = variance * (one + variance * frame.hessian);
        QVERIFY((covariance - law.posteriorCovariance(x)).norm()
                <= 1e-12 * (variance + variance * variance * size));
        for (Eigen::Index i = 0; i + 1 < dimension; ++i) {
            QVERIFY(frame.kappa(i) >= frame.kappa(i + 1));
            const double gap = frame.kappa(i) - frame.kappa(i + 1);
            if (gap > 1e-3) // where plain subtraction has digits to compare
                COMPARE_CLOSE(frame.logGap(i), std::log10(gap), 0, 1e-9);
        }
        if (dimension == 2) {
            // det[s, Hs] = (lambda_2 - lambda_1)(v.s)(n.s), v and n right-handed.
            const VectorXd& s = frame.score;
            const VectorXd Hs = frame.hessian * s;
            const double expected =
                (frame.kappa(1) - frame.kappa(0)) / variance * V.col(0).dot(s) * V.col(1).dot(s);
            COMPARE_CLOSE(s(0) * Hs(1) - s(1) * Hs(0), expected, 0, 1e-12 * size * s.squaredNorm());
            QCOMPARE(V(0, 1), -V(1, 0));
            QCOMPARE(V(1, 1), V(0, 0));
        }
    }
}

void TestEigenframe::thirdDerivatives()
{
    QFETCH(int, dimension);
    QFETCH(int, components);
    QFETCH(int, rank);
    QFETCH(double, noise);
    const auto mixture = shared(randomMixture(3, dimension, components, rank, 1));
    const RidgeField field(mixture, noise);
    const double h = 1e-4 * noise; // of central differences: errors of about 1e-8
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const VectorXd x = randomPoint(seed, dimension, 1);
        const VectorXd a = randomPoint(seed + 100, dimension, 1);
        const VectorXd b = randomPoint(seed + 200, dimension, 1);
        const VectorXd T = field.third(x, a, b);
        const double unit = 1 / (noise * noise * noise); // that of a third derivative
        for (int l = 0; l < dimension; ++l) {
            const VectorXd step = h * VectorXd::Unit(dimension, l);
            const MatrixXd change = field.frame(x + step).hessian - field.frame(x - step).hessian;
            COMPARE_CLOSE(T(l), a.dot(change * b) / (2 * h), 1e-5, 1e-5 * unit);
        }
        const Eigenframe frame = field.frame(x);
        if (frame.logGap(0) < -3)
            continue; // dividing by what rounding leaves of the gap proves nothing
        const MatrixXd rows = field.thirdOverGaps(x, frame);
        for (int j = 1; j < dimension; ++j) {
            const VectorXd plain = field.third(x, frame.vectors.col(0), frame.vectors.col(j))
                                   / ((frame.kappa(j) - frame.kappa(0)) / (noise * noise));
            QVERIFY((rows.row(j - 1).transpose() - plain).norm()
                    <= 1e-9 * (plain.norm() + 1 / noise));
        }
    }
}

void TestEigenframe::planeFramesAreFrames_data()
{
    QTest::addColumn<int>("components");
    QTest::addColumn<int>("rank");
    QTest::addColumn<double>("noise");
    for (const double noise : {.02, .3, 5.}) {
        QTest::addRow("points %g", noise) << 25 << 0 << noise;
        QTest::addRow("full %g", noise) << 9 << 2 << noise;
        QTest::addRow("singular %g", noise) << 9 << 1 << noise;
        QTest::addRow("one %g", noise) << 1 << 2 << noise;
    }
}

void TestEigenframe::planeFramesAreFrames()
{
    QFETCH(int, components);
    QFETCH(int, rank);
    QFETCH(double, noise);
    const RidgeField field(shared(randomMixture(5, 2, components, rank, 2)), noise);
    constexpr int n = 197; // no multiple of a vector's width
    Eigen::ArrayXXd x(n, 2);
    for (int i = 0; i < n; ++i)
        x.row(i) = randomPoint(static_cast<std::uint64_t>(i), 2, 3).transpose().array();
    PlaneFrames frames;
    field.planeFrames(x, frames);
    for (int i = 0; i < n; ++i) {
        const Eigenframe frame = field.frame(x.row(i).matrix().transpose());
        COMPARE_CLOSE(frames.logDensity(i), frame.logDensity, 1e-12, 1e-12);
        const double s = frame.score.norm() + 1 / noise;
        COMPARE_CLOSE(frames.s0(i), frame.score(0), 0, 1e-12 * s);
        COMPARE_CLOSE(frames.s1(i), frame.score(1), 0, 1e-12 * s);
        COMPARE_CLOSE(frames.kappa1(i), frame.kappa(0), 1e-11, 1e-11);
        COMPARE_CLOSE(frames.kappa2(i), frame.kappa(1), 1e-11, 1e-11 * (1 + frame.kappa(0)));
        COMPARE_CLOSE(frames.logGap(i), frame.logGap(0), 1e-11, 1e-9);
        COMPARE_CLOSE(frames.v0(i), frame.vectors(0, 0), 0, 1e-9);
        COMPARE_CLOSE(frames.v1(i), frame.vectors(1, 0), 0, 1e-9);
    }
}

void TestEigenframe::farAwayIsFinite()
{
    for (const int rank : {0, 2}) {
        const RidgeField field(shared(randomMixture(2, 2, 5, rank)), .01);
        const Eigenframe frame = field.frame(Vector2d(1e4, -2e4));
        QVERIFY(frame.score.allFinite() && frame.hessian.allFinite() && frame.kappa.allFinite());
        QVERIFY(frame.vectors.allFinite() && frame.precision.allFinite());
        QVERIFY(!std::isnan(frame.logGap(0)));
    }
}

QTEST_APPLESS_MAIN(TestEigenframe)
#include "tst_eigenframe.moc"
