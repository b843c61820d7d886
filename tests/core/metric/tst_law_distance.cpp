// SPDX-License-Identifier: GPL-3.0-or-later
// Estimators from samples against laws that are known: unbiased where they say so, right within
// their error bars, at their floor for exact draws.
#include "core/metric/box_tree.h"
#include "core/metric/kernel_discrepancy.h"
#include "core/metric/law_distance.h"
#include "core/metric/law_mass.h"
#include "core/metric/neighbours.h"
#include "tests/support/compare.h"
#include "tests/support/mixtures.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

std::shared_ptr<const GaussianMixture> share(const MixtureSpec& spec)
{
    return std::make_shared<const GaussianMixture>(GaussianMixture::create(spec).value());
}

std::shared_ptr<const GaussianMixture> normal(int d)
{
    return share(isotropicMixture({Eigen::VectorXd::Zero(d)}, 1));
}

Eigen::MatrixXd drawsOf(const GaussianMixture& law, std::uint64_t seed, int n)
{
    return law.sample(seed, Stream::Data, n).transpose();
}

} // namespace

class TestLawDistance : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// N(shift, 1) to N(0, 1): W_2 = |shift| (sliced: over sqrt d), KL = shift^2/2.
    void shiftedNormalsScoreTheirShift_data()
    {
        QTest::addColumn<int>("dimension");
        for (int d : {1, 2, 3, 8})
            QTest::addRow("%d dimensions", d) << d;
    }
    void shiftedNormalsScoreTheirShift()
    {
        QFETCH(int, dimension);
        WorkerPool pool(2);
        const auto law = normal(dimension);
        const int n = 4000;
        const LawMeter meter(law, {}, n, 1, pool);
        Eigen::MatrixXd points = drawsOf(*law, 77, n);
        points.col(0).array() += 1;
        const LawDistance w2 = meter.w2(points, pool), kl = meter.kl(points, pool);
        // Random directions of d > 2 see the shift to 1/sqrt(64) of its projections' spread.
        const double slices = dimension > 2 ? .25 : 0;
        const double seen = 1 / std::sqrt(dimension);
        COMPARE_CLOSE(w2.distance.value, seen, slices, 5 * w2.distance.error + .01);
        QVERIFY(w2.distance.error > 0 && w2.distance.error < .1);
        // Boxes and neighbours see less than the whole, most in high dimension.
        const double low = dimension <= 2 ? .05 : dimension == 3 ? .1 : .3;
        COMPARE_CLOSE(kl.distance.value, .5, low, 5 * kl.distance.error);
        const LawDistance energy = meter.energyDistance(points, pool);
        QVERIFY(energy.distance.value > 5 * energy.floor);
    }

    void exactDrawsScoreTheFloor()
    {
        WorkerPool pool(2);
        const auto law = share(randomMixture(4, 2, 4, 2));
        const PathCoefficients level{0, .7, .3, 0, 0};
        const int n = 4000;
        const LawMeter meter(law, level, n, 1, pool);
        const Eigen::MatrixXd points =
            law->sample(99, Stream::Data, n, level.alpha, level.sigma).transpose();
        for (const LawDistance& found : {meter.w2(points, pool),
                                         meter.kl(points, pool),
                                         meter.energyDistance(points, pool),
                                         meter.modeWeights(points, pool)}) {
            QVERIFY2(found.floor > 0, found.estimator.c_str());
            QVERIFY2(std::abs(found.distance.value) < found.floor + 5 * found.distance.error,
                     found.estimator.c_str());
        }
        const LawDistance exact = meter.w2(points.topRows(300), pool, true);
        QVERIFY(exact.estimator.find("300") != std::string::npos);
    }

    /// The spread of repeated estimates is what their error bars say, and their mean is right.
    void divergenceIsUnbiasedWithHonestErrors()
    {
        WorkerPool pool(2);
        const auto law = share(isotropicMixture(
            {Eigen::Vector2d(-4, 0), Eigen::Vector2d(0, 0), Eigen::Vector2d(4, 0)}, .25));
        const LawMass mass(*law, 1, 0);
        const int n = 2000, repetitions = 16;
        for (const double shift : {0., .2}) {
            Eigen::ArrayXd values(repetitions), errors(repetitions);
            for (int r = 0; r < repetitions; ++r) {
                Eigen::MatrixXd points = drawsOf(*law, 100 + static_cast<unsigned>(r), n);
                points.col(0).array() += shift;
                const Estimate kl = massDivergence(points, mass, 5, pool);
                values(r) = kl.value;
                errors(r) = kl.error;
            }
            const double spread =
                std::sqrt((values - values.mean()).square().sum() / (repetitions - 1));
            COMPARE_CLOSE(errors.mean(), spread, .6, 0); // 16 values know it to 18 %
            // Where laws differ the boxes see a little less: a tenth here.
            const double truth = shift * shift / 2 / .25;
            COMPARE_CLOSE(values.mean(), truth, .12, 5 * spread / std::sqrt(double(repetitions)));
        }
    }

    /// A box holds what a million draws say, also of a narrow slanted component and far in a tail.
    void boxesHoldTheirMass()
    {
        MixtureSpec spec = randomMixture(5, 2, 3, 2, 1);
        const Eigen::Vector2d along(1, .7), across(-.7, 1);
        spec.components.push_back({2,
                                   Eigen::Vector2d(.3, .2),
                                   along * along.transpose() + 1e-6 * across * across.transpose(),
                                   0});
        const auto law = share(spec);
        const LawMass mass(*law, 1, 0);
        const int n = 200000;
        const Eigen::MatrixXd draws = drawsOf(*law, 3, n);
        for (int i = 0; i < 20; ++i) {
            const Eigen::Vector2d centre = draws.row(i).transpose(), reach(.02 * (1 + i), .3);
            const double share = ((draws.col(0).array() - centre(0)).abs() <= reach(0)
                                  && (draws.col(1).array() - centre(1)).abs() <= reach(1))
                                     .count()
                                 / double(n);
            COMPARE_CLOSE(
                std::exp(mass.logBox(centre, reach)), share, 0, 5 * std::sqrt(share / n) + 1e-12);
        }
        // Far out: density times area, on both sides of the data.
        const LawMass single(*normal(2), 1, 0);
        for (const double side : {-1., 1.}) {
            const Eigen::Vector2d centre(20 * side, 0);
            COMPARE_CLOSE(single.logBox(centre, Eigen::Vector2d::Constant(1e-4)),
                          -200 - std::log(2 * std::numbers::pi) + 2 * std::log(2e-4),
                          0,
                          1e-5);
        }
        // The whole plane.
        COMPARE_CLOSE(
            mass.logBox(Eigen::Vector2d::Zero(), Eigen::Vector2d::Constant(60)), 0, 0, 1e-6);
    }

    void treesFindTheNeighbours()
    {
        WorkerPool pool(2);
        for (int d : {1, 2}) {
            Eigen::MatrixXd points = drawsOf(*normal(d), 5, 500);
            points.row(17) = points.row(30); // a pair at distance 0
            const BoxTree tree(points);
            for (Eigen::Index i = 0; i < points.rows(); i += 7) {
                Eigen::ArrayXd distances =
                    (points.rowwise() - points.row(i)).cwiseAbs().rowwise().maxCoeff();
                distances(i) = 1e9;
                std::sort(distances.begin(), distances.end());
                for (int k : {1, 5, 40})
                    QCOMPARE(tree.neighbourDistance(i, k), distances(k - 1));
            }
        }
    }

    void neighboursKnowEntropy()
    {
        WorkerPool pool(2);
        for (int d : {1, 2, 3}) {
            const Estimate h = neighbourEntropy(drawsOf(*normal(d), 1, 3000), kNeighbour, pool);
            const double truth = d * (1 + std::log(2 * std::numbers::pi)) / 2;
            // Its bias is of order (k/n)^(2/d): .01 in three dimensions.
            COMPARE_CLOSE(h.value, truth, 0, 4 * h.error + (d == 3 ? .02 : 0));
        }
        COMPARE_CLOSE(digamma(1), -.57721566490153286, 0, 1e-10);
        COMPARE_CLOSE(digamma(.5), -1.9635100260214235, 0, 1e-10);
    }

    /// E k of Gaussians is a Gaussian integral: k(m, S) = |I + S/h^2|^-1/2 exp(-m^2/2(h^2 + S)).
    void discrepancyOfNormals()
    {
        WorkerPool pool(2);
        const int n = 1500;
        const auto law = normal(1);
        const double shift = .8, h = 1.3;
        const Eigen::MatrixXd x = drawsOf(*law, 1, n);
        const Eigen::MatrixXd y = drawsOf(*law, 2, n).array() + shift;
        const auto expectation = [h](double mean) {
            return h / std::sqrt(h * h + 2) * std::exp(-mean * mean / 2 / (h * h + 2));
        };
        const Estimate mmd = meanDiscrepancySquared({x, {}}, {y, {}}, h, pool);
        const double truth = 2 * expectation(0) - 2 * expectation(shift);
        QVERIFY(mmd.error > 0 && mmd.error < .2 * truth);
        COMPARE_CLOSE(mmd.value, truth, 0, 5 * mmd.error);
        // Median of |x - y| of a normal law: sqrt 2 times .6745.
        COMPARE_CLOSE(medianDistance({x, {}}, {x, {}}), .6745 * std::numbers::sqrt2, .06, 0);
    }

    /// All pairs in the plane, sorted sums on the line, and the same points on a line in the plane.
    void energyOnTheLineIsThatInThePlane()
    {
        WorkerPool pool(2);
        const Eigen::MatrixXd x = drawsOf(*normal(1), 1, 300),
                              y = drawsOf(*normal(1), 2, 200).array() * 1.5 + .4;
        Eigen::MatrixXd planeX(300, 2), planeY(200, 2);
        planeX << .6 * x, .8 * x;
        planeY << .6 * y, .8 * y;
        Eigen::VectorXd w = Eigen::VectorXd::LinSpaced(300, 1, 4);
        w /= w.sum();
        for (const Eigen::VectorXd& weights : {Eigen::VectorXd(), w}) {
            const Estimate line = energyDistance({x, weights}, {y, {}}, pool);
            const Estimate plane = energyDistance({planeX, weights}, {planeY, {}}, pool);
            COMPARE_CLOSE(line.value, plane.value, 1e-10, 0);
            COMPARE_CLOSE(line.error, plane.error, 1e-8, 0);
        }
        // Two points at distance r: sqrt(2 r).
        const Estimate two = energyDistance(
            {Eigen::MatrixXd::Zero(1, 1), {}}, {Eigen::MatrixXd::Constant(1, 1, 3), {}}, pool);
        COMPARE_CLOSE(two.value, std::sqrt(6.), 1e-14, 0);
    }

    void runsAreReadWhereTheyAreFinite()
    {
        Trajectories run;
        run.steps = 1;
        run.dimension = 2;
        run.particles = 3;
        run.values.resize(12);
        for (std::size_t i = 0; i < 12; ++i)
            run.values[i] = static_cast<float>(i);
        run.values[7] = std::numeric_limits<float>::quiet_NaN(); // of the end, x of particle 1
        const Eigen::MatrixXd end = endPoints(run);
        QCOMPARE(end.rows(), Eigen::Index{2});
        QCOMPARE(end(1, 0), 8.);
        QCOMPARE(end(1, 1), 11.);
    }
};

QTEST_GUILESS_MAIN(TestLawDistance)
#include "tst_law_distance.moc"
