// SPDX-License-Identifier: GPL-3.0-or-later
// Speciation, ridge window and collapse against the closed forms and numbers of the theory of
// ridges, sections 2, 6 and 12.
#include "core/metric/clocks.h"
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <QtTest>

#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

/// K points on a circle.
MixtureSpec circle(int K, double radius, double variance)
{
    std::vector<Eigen::VectorXd> places;
    for (int k = 0; k < K; ++k) {
        const double angle = .3 + 2 * std::numbers::pi * k / K;
        places.push_back(radius * Eigen::Vector2d(std::cos(angle), std::sin(angle)));
    }
    return isotropicMixture(places, variance);
}

MixtureSpec pair(int dimension, double mu, double variance)
{
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(dimension);
    mean(0) = mu;
    MixtureSpec spec = isotropicMixture({Eigen::VectorXd(-mean), mean}, variance);
    spec.dimension = dimension;
    return spec;
}

double ouTime(double noise)
{
    return .5 * std::log1p(noise * noise);
}

} // namespace

class TestClocks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// ±mu: alpha^2 mu^2 = S; in the OU clock t = log(1 + mu^2 - s^2)/2.
    void twoModesSplitWhereTheyShould_data()
    {
        QTest::addColumn<int>("dimension");
        QTest::addColumn<double>("mu");
        QTest::addColumn<double>("variance");
        QTest::newRow("points") << 2 << 3. << 0.;
        QTest::newRow("wide") << 2 << 2. << 1.5;
        QTest::newRow("five dimensions") << 5 << 1.5 << .25;
        QTest::newRow("a line") << 1 << 2. << .1;
    }
    void twoModesSplitWhereTheyShould()
    {
        QFETCH(int, dimension);
        QFETCH(double, mu);
        QFETCH(double, variance);
        const auto mixture = makeMixture(pair(dimension, mu, variance));
        const Clock clock = exactBifurcation(*mixture);
        COMPARE_CLOSE(clock.noise, std::sqrt(mu * mu - variance), 1e-6, 0);
        COMPARE_CLOSE(ouTime(clock.noise), .5 * std::log(1 + mu * mu - variance), 1e-6, 0);
        const double Lambda = mu * mu + variance;
        COMPARE_CLOSE(ouTime(principalSpeciation(*mixture).noise), .5 * std::log(Lambda), 1e-9, 0);
    }

    /// K >= 3 points on a circle: alpha^2 R^2 = 2S.
    void polygonsSplitWhereTheyShould_data()
    {
        QTest::addColumn<int>("K");
        QTest::addColumn<double>("variance");
        QTest::newRow("triangle") << 3 << 0.;
        QTest::newRow("wide triangle") << 3 << .2;
        QTest::newRow("square") << 4 << .1;
        QTest::newRow("ring of 24") << 24 << 0.;
    }
    void polygonsSplitWhereTheyShould()
    {
        QFETCH(int, K);
        QFETCH(double, variance);
        const auto mixture = makeMixture(circle(K, 1, variance));
        COMPARE_CLOSE(exactBifurcation(*mixture).noise, std::sqrt(.5 - variance), 1e-5, 0);
    }

    void withoutSymmetryNothingSplits()
    {
        MixtureSpec spec = pair(2, 2, .1);
        spec.components[0].weight = 3;
        const Clock clock = exactBifurcation(*makeMixture(spec));
        QVERIFY(std::isnan(clock.noise) && clock.note.find("symmetry") != std::string::npos);
        QVERIFY(std::isnan(exactBifurcation(*makeMixture(referenceM4())).noise));
        // Variances below 1 have no t_S in the OU clock.
        const Clock small = principalSpeciation(*makeMixture(pair(2, .5, .1)));
        QVERIFY(std::isnan(small.noise) && !small.note.empty());
    }

    /// Theory 6: in the plane, n = 13 and 100 points of variance 1.
    void collapseOfClusters()
    {
        for (const auto& [n, t] : {std::pair{13, .040}, {100, .0050}}) {
            // A class of n points whose variance is 1 per axis.
            MixtureSpec spec = circle(n, std::numbers::sqrt2, 0);
            for (ComponentSpec& component : spec.components)
                component.classLabel = 0;
            const Clock clock = clusterCollapse(*makeMixture(spec));
            // Two digits are given; the exact value is the formula's.
            COMPARE_CLOSE(ouTime(clock.noise), t, .01, 0);
            COMPARE_CLOSE(ouTime(clock.noise), .5 * std::log(1 + 1 / (n - 1.)), 1e-9, 0);
        }
        QVERIFY(std::isnan(clusterCollapse(*makeMixture(pair(2, 3, 1))).noise));
        QVERIFY(!clusterCollapse(*makeMixture(pair(2, 3, 1))).note.empty());
    }

    /// phi at t_S is .7752 in high dimension, 1/2 of coinciding and 1 of separate classes; exact
    /// draws find the same.
    void clonesAgree()
    {
        COMPARE_CLOSE(cloneAgreement(1, 1), .7752, 0, 5e-5);
        COMPARE_CLOSE(cloneAgreement(0, 1), .5, 1e-12, 0);
        COMPARE_CLOSE(cloneAgreement(20, 1), 1, 1e-9, 0);
        const double mu = 2, s2 = .25, noise = 1.7;
        const auto mixture = makeMixture(pair(2, mu, s2));
        const ClockLevel level = clockLevel(mixture, noise, {}, 20000);
        // In x~: m = mu, Gamma = s^2 + sigma~^2; a mean of numbers in [1/2, 1] over 20000 draws.
        COMPARE_CLOSE(level.agreement,
                      cloneAgreement(mu, s2 + noise * noise),
                      0,
                      5 * .25 / std::sqrt(20000.));
    }

    void pointsAreToldApartAsNoiseFalls()
    {
        const auto mixture = makeMixture(circle(12, 2, 0));
        const ClockLevel far = clockLevel(mixture, 50, {}, 500);
        COMPARE_CLOSE(far.effectiveCount, 12, .05, 0);
        COMPARE_CLOSE(far.perplexity, 12, .05, 0);
        QCOMPARE(far.valid, 0.);
        const ClockLevel near = clockLevel(mixture, .05, {}, 500);
        COMPARE_CLOSE(near.effectiveCount, 1, 1e-3, 0);
        COMPARE_CLOSE(near.agreement, 1, 1e-3, 0);
        // In between, all of them see the ring, and are as far from it as a normal number.
        const ClockLevel ring = clockLevel(mixture, .5, {}, 2000);
        QVERIFY(ring.valid > .7);
        COMPARE_CLOSE(ring.distance, .6, .1, 0); // of |N(0, 1)| below 1.5: .57
    }

    void allOfThemOnOneAxis()
    {
        WorkerPool one(1), three(3);
        const auto mixture = makeMixture(circle(12, 2, 0));
        const Clocks clocks = findClocks(mixture, {}, 40, .02, one).value();
        COMPARE_CLOSE(clocks.bifurcation.noise, std::numbers::sqrt2, 1e-5, 0);
        QVERIFY(clocks.windowHigh.noise > clocks.windowLow.noise);
        // Outside a filled ring a draw still sees the direction to it: the window opens before.
        QVERIFY(clocks.windowHigh.noise < 4 && clocks.windowHigh.noise > .5);
        QVERIFY(clocks.recognised.noise < clocks.windowHigh.noise);
        QVERIFY(clocks.windowLow.noise < clocks.recognised.noise * 2);
        const Clocks again = findClocks(mixture, {}, 40, .02, three).value();
        for (std::size_t k = 0; k < clocks.levels.size(); ++k)
            QCOMPARE(again.levels[k].valid, clocks.levels[k].valid);
        // Two thresholds that nothing meets.
        const Clocks never = findClocks(mixture, {.99999, 1e6}, 40, .02, one).value();
        QVERIFY(std::isnan(never.windowHigh.noise) && !never.windowHigh.note.empty());
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!findClocks(mixture, {}, 40, .02, one, stop.get_token()).ok());
    }

    void oneDimensionHasNoRidgeButClocks()
    {
        const ClockLevel level = clockLevel(makeMixture(pair(1, 2, .1)), .3, {}, 100);
        QCOMPARE(level.valid, 0.);
        QVERIFY(level.effectiveCount < 1.1);
    }
};

QTEST_APPLESS_MAIN(TestClocks)
#include "tst_clocks.moc"
