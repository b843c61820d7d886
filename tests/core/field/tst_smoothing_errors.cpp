// SPDX-License-Identifier: GPL-3.0-or-later
// Smoothed scores against closed forms (theory 4).
#include "core/field/node_average.h"
#include "tests/support/score_errors.h"

#include <Eigen/LU>

#include <QtTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <set>

using namespace scorefield;
using namespace scorefield::test;

namespace {

double smoothedSign(double x, double w)
{
    return std::erf(x / (std::numbers::sqrt2 * w));
}

} // namespace

class TestSmoothingErrors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nodesHaveTheMomentsOfANormal_data()
    {
        QTest::addColumn<int>("dimension");
        QTest::addColumn<int>("count");
        for (const auto& [d, n] :
             {std::pair(1, 16), {1, 128}, {2, 128}, {3, 128}, {5, 512}, {20, 16}})
            QTest::addRow("%d, %d", d, n) << d << n;
    }
    void nodesHaveTheMomentsOfANormal()
    {
        QFETCH(int, dimension);
        QFETCH(int, count);
        const Eigen::MatrixXd nodes = gaussianNodes(dimension, count);
        QCOMPARE(int(nodes.cols()), count);
        QVERIFY(nodes.rowwise().sum().norm() < 1e-12 * count);
        const Eigen::MatrixXd covariance = nodes * nodes.transpose() / count;
        for (int c = 0; c < dimension; ++c)
            COMPARE_CLOSE(covariance(c, c), 1, 1e-12, 0);
        if (count >= 8 * dimension)
            QVERIFY((covariance - Eigen::MatrixXd::Identity(dimension, dimension)).norm() < 1e-12);
        // The largest error of the distribution function in a direction, on average over
        // directions: 2.5/n to 4/n in few dimensions, 10/n for n = 512 in five (measured), where n
        // independent draws miss by .87/sqrt(n), 9/n and 20/n.
        if (count < 128)
            return;
        double sum = 0;
        const int directions = 60;
        for (int k = 0; k < directions; ++k) {
            Eigen::VectorXd u(dimension);
            for (int c = 0; c < dimension; ++c)
                u(c) = testNormal(3, k, c);
            Eigen::VectorXd along = nodes.transpose() * u.normalized();
            std::sort(along.data(), along.data() + count);
            double worst = 0;
            for (int i = 0; i < count; ++i)
                worst = std::max(
                    worst,
                    std::abs(std::erfc(-along(i) / std::numbers::sqrt2) / 2 - (i + .5) / count));
            sum += worst;
        }
        QVERIFY(sum / directions < (dimension < 4 ? 5. : 12.) / count);
    }

    /// D_w = mu erf(x/(sqrt 2 w)) for two points as sigma -> 0.
    void smoothedStepIsAnErrorFunction()
    {
        const double mu = 2, w = .7;
        for (const int d : {1, 2}) {
            const auto field =
                learned(twoPoints(mu, d), scoreError("score-smoothing", {{"width", w}}));
            for (const double x : {-3., -.8, -.31, 0., .2, .77, 1.9}) {
                Eigen::VectorXd at = Eigen::VectorXd::Zero(d);
                at(0) = x;
                // Steps of 2 mu/128: half a one for the nodes, as much for their unit variance, and
                // a little for the lattice.
                COMPARE_CLOSE(meanAt(*field, veLevel(.01), at)(0),
                              mu * smoothedSign(x, w),
                              0,
                              (d == 1 ? 2 : 4) * mu / 128);
                if (d == 2) { // on the line of the data, whatever the width
                    at(1) = 1.3;
                    COMPARE_CLOSE(meanAt(*field, veLevel(.01), at)(1), 0, 0, 1e-12);
                }
            }
        }
    }

    /// Fixed points: 0 alone above w = mu sqrt(2/pi), ±xi* with mu erf(xi*/(sqrt 2 w)) = xi* below.
    void smoothingDecidesBetweenMiddleAndModes()
    {
        const double mu = 2, threshold = std::sqrt(2 / std::numbers::pi);
        QVERIFY(std::abs(threshold - .798) < 1e-3);
        const auto mixture = twoPoints(mu, 1);
        const Eigen::MatrixXd starts = column({-2.4, -.9, -.3, .3, .9, 2.4});
        for (const double share : {.6, .8, 1.25, 1.6}) {
            const double w = share * threshold * mu;
            double xi = mu;
            for (int i = 0; i < 4000; ++i)
                xi = mu * smoothedSign(xi, w);
            QCOMPARE(xi > 1e-3, share < 1);
            const auto error = scoreError("score-smoothing", {{"width", w}, {"nodes", 512}});
            // Close to the threshold the fixed point attracts slowly: e-folds of noise are cheap.
            const Eigen::MatrixXd ends = flow(mixture, error, starts, .1, 1e-20, 240);
            for (Eigen::Index i = 0; i < ends.rows(); ++i)
                COMPARE_CLOSE(
                    ends(i, 0), starts(i, 0) > 0 ? xi : -xi, 0, .03); // half a step/(1 - slope)
        }
    }

    /// Both kernels: the two blurred points have D_tau(y) = (s^2/S) y + (1 - s^2/S) mu tanh(mu
    /// y/S) with s = tau and S = tau^2 + sigma^2, averaged here by the trapezium rule.
    void doubleKernelIsTheAverageOfTheBlurredMean()
    {
        const double mu = 2, tau = .4, h = .6, noise = .3;
        const double S = tau * tau + noise * noise, share = tau * tau / S;
        const auto blurred = [&](double y) {
            return share * y + (1 - share) * mu * std::tanh(mu * y / S);
        };
        const auto field = learned(
            twoPoints(mu, 1),
            scoreError("kernel-smoothed", {{"first", tau}, {"second", h}, {"nodes", 1024}}));
        for (const double x : {-2.5, -.4, 0., .1, .9, 3.}) {
            double sum = 0, weight = 0;
            for (double z = -9; z <= 9; z += 1e-3) {
                weight += std::exp(-z * z / 2);
                sum += std::exp(-z * z / 2) * blurred(x + h * z);
            }
            COMPARE_CLOSE(meanAt(*field, noise, x), sum / weight, 0, 2e-3); // 1024 equal nodes
        }
    }

    void densitySmoothingMakesTwoGaussians()
    {
        const double mu = 2, w = .5, noise = .8, S = w * w + noise * noise, share = w * w / S;
        const auto field =
            learned(twoPoints(mu, 1), scoreError("density-smoothing", {{"width", w}}));
        for (const double x : {-2.5, -.4, .1, 3.})
            COMPARE_CLOSE(meanAt(*field, noise, x),
                          share * x + (1 - share) * mu * std::tanh(mu * x / S),
                          1e-13,
                          1e-13);
    }

    /// Of two points at sigma -> 0: sum over the averages of widths sqrt(j) w.
    void lowPassIsASumOfAverages()
    {
        const double mu = 2, wavelength = 3;
        for (const int order : {1, 2, 3}) {
            // Half of the wave of this length is left: 1 - (1 - e^(-w^2 k^2/2))^m = 1/2.
            const double k = 2 * std::numbers::pi / wavelength;
            const double w = std::sqrt(-2 * std::log(1 - std::pow(.5, 1. / order))) / k;
            const auto field = learned(
                twoPoints(mu, 1),
                scoreError("low-pass",
                           {{"wavelength", wavelength}, {"order", order}, {"nodes", 1024}}));
            const double binomials[3][3] = {{1, 0, 0}, {2, -1, 0}, {3, -3, 1}};
            for (const double x : {-3., -.6, .15, .8, 2.}) {
                double expected = 0;
                for (int j = 1; j <= order; ++j)
                    expected +=
                        mu * binomials[order - 1][j - 1] * smoothedSign(x, std::sqrt(j) * w);
                COMPARE_CLOSE(meanAt(*field, .005, x), expected, 0, 7 * mu / 1024);
            }
        }
        // What is linear passes.
        const auto one = makeMixture(referenceM4());
        const auto exact = makeExactField<double>(one, unguided(), {});
        const auto field = learned(one, scoreError("low-pass", {{"order", 3}}));
        const Eigen::Vector2d x(1.3, -.7);
        QVERIFY((meanAt(*field, veLevel(.6), x) - meanAt(*exact, veLevel(.6), x)).norm() < 1e-12);
    }

    /// As sigma -> 0 the means are barycentres of M data points.
    void shiftedMeansAreBarycentres()
    {
        const auto mixture = diracs((Eigen::MatrixXd(2, 3) << 0, 4, 1, 0, 1, 3).finished());
        for (const int M : {1, 2, 3}) {
            const auto field = learned(
                mixture, scoreError("sigma-cfdm", {{"width", 2.}, {"count", M}, {"seed", 5}}));
            std::set<std::array<int, 3>> seen;
            for (int i = 0; i < 60; ++i) {
                const Eigen::VectorXd D =
                    meanAt(*field, veLevel(1e-3), 2 * randomPoint(100 + i, 2, 1));
                // Whole shares n_k/M of the three points: the inverse of the barycentric map.
                Eigen::Matrix3d map;
                map << 0, 4, 1, 0, 1, 3, 1, 1, 1;
                const Eigen::Vector3d share = map.inverse() * Eigen::Vector3d(D(0), D(1), 1) * M;
                std::array<int, 3> whole{};
                for (int k = 0; k < 3; ++k) {
                    COMPARE_CLOSE(share(k), std::round(share(k)), 0, 1e-9);
                    whole[static_cast<std::size_t>(k)] = static_cast<int>(std::round(share(k)));
                    QVERIFY(share(k) > -1e-9);
                }
                seen.insert(whole);
            }
            QVERIFY(seen.size() >= (M == 1 ? 2u : 3u));
        }
    }

    /// The ODE of the points ±1 from sigma_0 = sqrt(t_0): clip(x/(1 - kappa sigma_0), -1, 1). The
    /// theory's numbers: kappa = .5, t_0 = 1: .05 -> .1, .3 -> .6, .6 -> 1.
    void piecewiseLinearMap()
    {
        const auto error = scoreError("piecewise-linear", {{"kappa", .5}, {"onset", 1}});
        const Eigen::MatrixXd starts = column({.05, .3, .6, -.2, -3});
        const Eigen::MatrixXd ends = flow(twoPoints(1, 1), error, starts, 1, 1e-6, 4000);
        const double expected[] = {.1, .6, 1, -.4, -1};
        for (int i = 0; i < 5; ++i) // kinks of the field: first order in the steps there
            COMPARE_CLOSE(ends(i, 0), expected[i], 0, 1e-4);
        // In the plane everything also goes onto the line, and above the onset all is exact.
        const auto line = diracs((Eigen::MatrixXd(2, 3) << 0, 1, 3, 0, 2, 6).finished());
        const auto field = learned(line, error);
        const Eigen::Vector2d u = Eigen::Vector2d(1, 2).normalized();
        const Eigen::Vector2d n(-u.y(), u.x());
        const double middle = std::sqrt(5.) * 2, a = std::sqrt(5.);
        for (const double offset : {-.4, .1, .7}) {
            const Eigen::Vector2d x = (middle + offset) * u + .8 * n;
            const Eigen::VectorXd D = meanAt(*field, veLevel(.6), x);
            COMPARE_CLOSE(D.dot(n), 0, 0, 1e-12);
            COMPARE_CLOSE(D.dot(u), middle + a * offset / (a - .3), 1e-12, 0);
        }
        const auto exact = makeExactField<double>(line, unguided(), {});
        QVERIFY(meanAt(*field, veLevel(1.01), u) == meanAt(*exact, veLevel(1.01), u));
        QVERIFY(
            !error->check(*diracs((Eigen::MatrixXd(2, 3) << 0, 1, 3, 0, 2, 5).finished())).ok());
    }
};

QTEST_APPLESS_MAIN(TestSmoothingErrors)
#include "tst_smoothing_errors.moc"
