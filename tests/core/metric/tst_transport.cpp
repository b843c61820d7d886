// SPDX-License-Identifier: GPL-3.0-or-later
// Optimal transport against all permutations, closed forms, and the prices that prove a plan.
#include "core/metric/assignment.h"
#include "core/metric/ranked_values.h"
#include "core/metric/transport.h"
#include "tests/support/compare.h"
#include "tests/support/mixtures.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace scorefield;
using namespace scorefield::test;

namespace {

Eigen::MatrixXd randomPoints(std::uint64_t seed, int n, int d)
{
    Eigen::MatrixXd points(n, d);
    for (int i = 0; i < n; ++i)
        for (int c = 0; c < d; ++c)
            points(i, c) = testNormal(seed, i, c);
    return points;
}

Eigen::VectorXd randomWeights(std::uint64_t seed, int n)
{
    Eigen::VectorXd weights(n);
    for (int i = 0; i < n; ++i)
        weights(i) = std::exp(testNormal(seed, i, 0));
    return weights / weights.sum();
}

double byPermutations(const CostMatrix& costs)
{
    std::vector<Eigen::Index> order(static_cast<std::size_t>(costs.rows()));
    std::iota(order.begin(), order.end(), 0);
    double best = std::numeric_limits<double>::infinity();
    do {
        double cost = 0;
        for (std::size_t i = 0; i < order.size(); ++i)
            cost += costs(static_cast<Eigen::Index>(i), order[i]);
        best = std::min(best, cost);
    } while (std::next_permutation(order.begin(), order.end()));
    return best;
}

} // namespace

class TestTransport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void assignmentsBeatAllPermutations_data()
    {
        QTest::addColumn<int>("n");
        QTest::addColumn<bool>("ties");
        for (int n : {1, 2, 3, 5, 7}) {
            QTest::addRow("%d", n) << n << false;
            QTest::addRow("%d, equal costs", n) << n << true;
        }
    }
    void assignmentsBeatAllPermutations()
    {
        QFETCH(int, n);
        QFETCH(bool, ties);
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            CostMatrix costs(n, n);
            for (int i = 0; i < n; ++i)
                for (int j = 0; j < n; ++j)
                    costs(i, j) =
                        ties ? std::round(testNormal(seed, i, j)) : testNormal(seed, i, j);
            const auto matched = minimalAssignment(costs);
            QVERIFY(matched.ok());
            COMPARE_CLOSE(matched->cost, byPermutations(costs), 1e-13, 1e-13);
            auto columns = matched->columnOf;
            std::sort(columns.begin(), columns.end());
            for (int j = 0; j < n; ++j)
                QCOMPARE(columns[static_cast<std::size_t>(j)], Eigen::Index{j});
        }
    }

    /// Prices that no pair undercuts and that add up to the cost: nothing can be cheaper.
    void pricesProveLargeAssignments_data()
    {
        QTest::addColumn<double>("shift");
        QTest::addColumn<double>("scale");
        QTest::addColumn<int>("power");
        QTest::newRow("one law") << 0. << 1. << 2;
        QTest::newRow("far apart") << 20. << 1. << 2;
        QTest::newRow("collapsed") << 0. << 1e-3 << 2;
        QTest::newRow("distances") << 1. << 2. << 1;
    }
    void pricesProveLargeAssignments()
    {
        QFETCH(double, shift);
        QFETCH(double, scale);
        QFETCH(int, power);
        const int n = 300;
        const Eigen::MatrixXd x = randomPoints(1, n, 2);
        const Eigen::MatrixXd y = (scale * randomPoints(2, n, 2)).array() + shift;
        const CostMatrix costs = transportCosts(x, y, power);
        const auto matched = minimalAssignment(costs);
        QVERIFY(matched.ok());
        // Sums of some hundred prices as large as the largest cost.
        const double rounding = 1e-12 * n * costs.maxCoeff();
        COMPARE_CLOSE(matched->rows.sum() + matched->columns.sum(), matched->cost, 0, rounding);
        const double undercut =
            ((matched->rows.replicate(1, n) + matched->columns.transpose().replicate(n, 1)) - costs)
                .maxCoeff();
        QVERIFY2(undercut <= rounding, qPrintable(QString::number(undercut)));
    }

    void plansMeetTheirMarginals()
    {
        const int n = 60, m = 45;
        const CostMatrix costs = transportCosts(randomPoints(3, n, 3), randomPoints(4, m, 3), 2);
        Eigen::VectorXd a = randomWeights(5, n), b = randomWeights(6, m);
        a(7) = 0;
        a /= a.sum();
        const auto plan = minimalTransport(costs, a, b);
        QVERIFY(plan.ok());
        QVERIFY(plan->shipments.size() <= static_cast<std::size_t>(n + m - 1));
        Eigen::VectorXd sent = Eigen::VectorXd::Zero(n), received = Eigen::VectorXd::Zero(m);
        for (const Shipment& shipment : plan->shipments) {
            QVERIFY(shipment.amount > 0);
            sent(shipment.from) += shipment.amount;
            received(shipment.to) += shipment.amount;
        }
        QVERIFY((sent - a).cwiseAbs().maxCoeff() < 1e-14);
        QVERIFY((received - b).cwiseAbs().maxCoeff() < 1e-14);
        COMPARE_CLOSE(a.dot(plan->rows) + b.dot(plan->columns), plan->cost, 1e-12, 0);
        for (int i = 0; i < n; ++i)
            for (int j = 0; j < m; ++j)
                QVERIFY(plan->rows(i) + plan->columns(j) <= costs(i, j) + 1e-11);
    }

    /// The transportation problem on a line is what quantiles solve.
    void theLineIsSolvedByQuantiles()
    {
        const int n = 40, m = 33;
        const Eigen::MatrixXd x = randomPoints(1, n, 1), y = 2 * randomPoints(2, m, 1);
        const Eigen::VectorXd a = randomWeights(3, n), b = randomWeights(4, m);
        for (int p : {1, 2}) {
            const auto plan = minimalTransport(transportCosts(x, y, p), a, b);
            QVERIFY(plan.ok());
            COMPARE_CLOSE(lineTransport(x.col(0), a, y.col(0), b, p), plan->cost, 1e-12, 0);
        }
        // Unlike numbers without weights are alike weights.
        const Eigen::VectorXd even = Eigen::VectorXd::Constant(n, 1. / n),
                              evenToo = Eigen::VectorXd::Constant(m, 1. / m);
        COMPARE_CLOSE(lineTransport(x.col(0), {}, y.col(0), {}, 2),
                      lineTransport(x.col(0), even, y.col(0), evenToo, 2),
                      1e-12,
                      0);
    }

    void translationsCostTheirLength()
    {
        const Eigen::MatrixXd x = randomPoints(1, 200, 3);
        const Eigen::RowVector3d step(3, -1, .5);
        const Eigen::MatrixXd y = x.rowwise() + step;
        const auto squared = exactTransport({x, {}}, {y, {}}, 2);
        QVERIFY(squared.ok());
        COMPARE_CLOSE(squared->value, step.squaredNorm(), 1e-12, 0);
        const auto weighted =
            exactTransport({x, randomWeights(2, 200)}, {y, randomWeights(2, 200)}, 2);
        QVERIFY(weighted.ok());
        COMPARE_CLOSE(weighted->value, step.squaredNorm(), 1e-12, 0);
        const auto same = exactTransport({x, {}}, {x, {}}, 1);
        QVERIFY(same.ok() && same->value == 0);
        WorkerPool pool(2);
        // Along a direction the way is its projection.
        const Eigen::MatrixXd directions = randomDirections(3, 50, 7);
        const auto sliced = slicedTransport({x, {}}, {y, {}}, 2, directions, pool);
        const Eigen::VectorXd along = (step * directions).transpose();
        COMPARE_CLOSE(sliced.mean, along.squaredNorm() / 50, 1e-12, 0);
        COMPARE_CLOSE(sliced.largest, along.cwiseAbs2().maxCoeff(), 1e-12, 0);
    }

    /// Errors are those of repeated draws. W_2^2 between N(0,1) and N(2,1) is a mean of squares
    /// that varies by about 2|shift| sd/sqrt(n) from each cloud.
    void errorsAreThoseOfRepetition()
    {
        const int n = 200, repetitions = 30;
        for (int d : {1, 2}) {
            Eigen::ArrayXd values(repetitions), errors(repetitions);
            for (int r = 0; r < repetitions; ++r) {
                const Eigen::MatrixXd x = randomPoints(100 + 2 * static_cast<unsigned>(r), n, d);
                Eigen::MatrixXd y = randomPoints(101 + 2 * static_cast<unsigned>(r), n, d);
                y.col(0).array() += 2;
                const auto squared = exactTransport({x, {}}, {y, {}}, 2);
                QVERIFY(squared.ok());
                values(r) = squared->value;
                errors(r) = squared->error;
            }
            const double spread =
                std::sqrt((values - values.mean()).square().sum() / (repetitions - 1));
            // A spread of 30 values is known to 13 %; three times that.
            COMPARE_CLOSE(errors.mean(), spread, .4, 0);
            COMPARE_CLOSE(spread, 4 * std::sqrt(2. / n), .4, 0);
        }
    }

    void entropyGoesFromThePlanToTheProduct()
    {
        const Eigen::MatrixXd x = randomPoints(1, 50, 2), y = randomPoints(2, 40, 2);
        const Cloud a{x, randomWeights(3, 50)}, b{y, randomWeights(4, 40)};
        const auto exact = exactTransport(a, b, 2);
        const auto sharp = entropicTransport(a, b, 1e-2, 1e-9);
        const auto blurred = entropicTransport(a, b, 1e6);
        QVERIFY(exact.ok());
        QVERIFY2(sharp.ok(), sharp.ok() ? "" : sharp.error().message.c_str());
        QVERIFY(blurred.ok());
        QVERIFY(*sharp >= exact->value);
        COMPARE_CLOSE(*sharp, exact->value, .05, 0); // epsilon log n at most
        // Without a word from the costs the plan is the product of its marginals.
        const CostMatrix costs = transportCosts(x, y, 2);
        COMPARE_CLOSE(*blurred, a.weights.dot(costs * b.weights), 1e-5, 0);
    }

    void gaussiansInClosedForm()
    {
        // Commuting covariances: |m|^2 + sum (sqrt a - sqrt b)^2; a singular one is a projection.
        const Eigen::Vector3d mean(1, 2, 2), a(4, 1, 0), b(1, 9, 4);
        const Eigen::Matrix3d S = a.asDiagonal(), R = b.asDiagonal();
        COMPARE_CLOSE(buresTransport(mean, S, Eigen::Vector3d::Zero(), R),
                      9 + (a.cwiseSqrt() - b.cwiseSqrt()).squaredNorm(),
                      1e-14,
                      0);
        QVERIFY(buresTransport(mean, S, mean, S) < 1e-14);
        // Rank one along u and v: tr + tr - 2 |u.v|, to rounding and not to its root.
        const Eigen::Vector3d u(1, 2, 2), v(2, -1, 2);
        COMPARE_CLOSE(buresTransport(mean, u * u.transpose(), mean, v * v.transpose()),
                      9 + 9 - 2 * std::abs(u.dot(v)),
                      1e-12,
                      0);
        // A mixture against a moved copy of itself moves every component alike.
        MixtureSpec spec = randomMixture(3, 2, 5, 2);
        const GaussianMixture p = GaussianMixture::create(spec).value();
        for (ComponentSpec& component : spec.components)
            component.mean += Eigen::Vector2d(.1, 0);
        const auto moved = mixtureTransport(p, GaussianMixture::create(spec).value());
        QVERIFY(moved.ok());
        COMPARE_CLOSE(moved->squared, .01, 1e-10, 0);
    }

    void valuesAreRankedWhateverTheyAre()
    {
        for (const double scale : {1e-300, 1., 1e300}) {
            Eigen::VectorXd values = scale * randomPoints(1, 3000, 1).col(0);
            values.segment(100, 500).setConstant(-scale); // a long run of equal ones
            values(0) = 0;
            values(1) = -0.0;
            const auto ranked = rankedValues(values);
            std::vector<bool> seen(ranked.size());
            for (std::size_t i = 0; i < ranked.size(); ++i) {
                QVERIFY(i == 0 || ranked[i - 1].value <= ranked[i].value);
                QCOMPARE(ranked[i].value, values(ranked[i].index));
                seen[ranked[i].index] = true;
            }
            QVERIFY(std::find(seen.begin(), seen.end(), false) == seen.end());
        }
    }

    void clouds_thatDoNotFitAreRefused()
    {
        const Eigen::MatrixXd x = randomPoints(1, 5, 2);
        QVERIFY(!exactTransport({x, {}}, {Eigen::MatrixXd(0, 2), {}}, 2).ok());
        QVERIFY(!exactTransport({x, {}}, {randomPoints(1, 5, 3), {}}, 2).ok());
        QVERIFY(
            !exactTransport({x, {}}, {Eigen::MatrixXd::Zero(kMostAssigned + 1, 2), {}}, 2).ok());
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!exactTransport({x, {}}, {x, {}}, 2, stop.get_token()).ok());
    }
};

QTEST_GUILESS_MAIN(TestTransport)
#include "tst_transport.moc"
