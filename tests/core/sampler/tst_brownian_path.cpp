// SPDX-License-Identifier: GPL-3.0-or-later
// The Brownian path of a particle: the law of its increments, that they add up whatever the places
// asked for, and that runs on finer grids approach one path.
#include "core/base/philox.h"
#include "core/sampler/brownian_path.h"
#include "tests/support/convergence.h"
#include "tests/support/mixtures.h"

#include <QtTest>

#include <map>

using namespace scorefield;
using namespace scorefield::test;

namespace {

constexpr Eigen::Index kRows = 4096;
const double kInfinity = std::numeric_limits<double>::infinity();

/// W(high) - W(low) of `rows` particles from `first` on, in d dimensions; not standardised.
template <class Real>
Eigen::ArrayXXd
difference(BrownianPath<Real>& path, const ParticleRange& range, int d, double high, double low)
{
    Block<Real> z(range.rows, d);
    path.increment(high, low, z);
    return z.template cast<double>()
           * std::sqrt(BrownianPath<Real>::clock(high) - BrownianPath<Real>::clock(low));
}

ParticleRange particles(std::size_t first, Eigen::Index rows)
{
    return {first, static_cast<std::size_t>(rows), rows};
}

} // namespace

class TestBrownianPath : public QObject {
    Q_OBJECT

    std::map<std::pair<QString, double>, Eigen::MatrixXd> m_limits; // by process and eta

private Q_SLOTS:
    /// Standard normals, at any width from the whole path to far inside a leaf of the tree.
    void incrementsAreStandardNormals_data()
    {
        QTest::addColumn<double>("high");
        QTest::addColumn<double>("low");
        QTest::newRow("whole path") << kInfinity << 0.0;
        QTest::newRow("a run") << 80.0 << 0.002;
        QTest::newRow("a step") << 1.3 << 1.1;
        QTest::newRow("across the middle") << 1.05 << 0.95;
        QTest::newRow("narrow") << 1.0002 << 1.0;
        QTest::newRow("inside a leaf") << 1.00003 << 1.00001;
        QTest::newRow("from infinity") << kInfinity << 50.0;
        QTest::newRow("to zero") << 0.001 << 0.0;
    }
    void incrementsAreStandardNormals()
    {
        QFETCH(double, high);
        QFETCH(double, low);
        const ParticleRange range = particles(0, kRows);
        BrownianPath<double> path(11, range, 2);
        Block<double> z(kRows, 2);
        path.increment(high, low, z);
        const double n = 2 * static_cast<double>(kRows);
        // 5 standard errors of mean, variance and fourth moment (variances 1, 2 and 96)
        COMPARE_CLOSE(z.mean(), 0, 0, 5 / std::sqrt(n));
        // Inside a leaf one bump is shared by all places: there the variance is only of the order
        // of 1.
        const double slack = high / low < 1.0001 ? 0.8 : 0;
        COMPARE_CLOSE(z.square().mean(), 1, 0, 5 * std::sqrt(2 / n) + slack);
        if (slack == 0)
            COMPARE_CLOSE(z.pow(4).mean(), 3, 0, 5 * std::sqrt(96 / n));
        COMPARE_CLOSE((z.col(0) * z.col(1)).mean(), 0, 0, 5 / std::sqrt(n / 2)); // coordinates
    }

    void disjointIncrementsAreIndependent()
    {
        const ParticleRange range = particles(0, kRows);
        BrownianPath<double> path(5, range, 1);
        const std::vector<double> levels{80, 20, 7, 2.1, 2, 0.9, 0.3, 0.05, 0.049, 0.002};
        Block<double> z(kRows, 1);
        Eigen::MatrixXd all(kRows, static_cast<Eigen::Index>(levels.size()) - 1);
        for (Eigen::Index k = 0; k < all.cols(); ++k) {
            const auto at = static_cast<std::size_t>(k);
            path.increment(levels[at], levels[at + 1], z);
            all.col(k) = z.matrix();
        }
        const Eigen::MatrixXd correlation = all.transpose() * all / kRows;
        const double bound = 5 * std::sqrt(2.0 / kRows); // 5 standard errors of the diagonal
        QVERIFY(
            (correlation - Eigen::MatrixXd::Identity(all.cols(), all.cols())).cwiseAbs().maxCoeff()
            < bound);
    }

    /// The increments of a refined grid add up to those of the coarse one.
    void refinementFollowsTheSamePath()
    {
        const ParticleRange range = particles(0, 64);
        BrownianPath<double> path(3, range, 3);
        for (const int parts : {2, 3, 10, 1000}) {
            Eigen::ArrayXXd sum = Eigen::ArrayXXd::Zero(64, 3);
            double high = 80;
            for (int k = 1; k <= parts; ++k) {
                const double low = 80 * std::pow(0.002 / 80, static_cast<double>(k) / parts);
                sum += difference(path, range, 3, high, low);
                high = low;
            }
            // rounding of sums of numbers of order 1 to 5
            QVERIFY(largestDifference(sum.matrix(), difference(path, range, 3, 80, high).matrix())
                    < 1e-12);
        }
    }

    /// What was asked before does not matter, nor does it whether the path was asked downwards.
    void anyOrderOfQuestionsGivesTheSamePath()
    {
        const ParticleRange range = particles(0, 16);
        const std::vector<std::pair<double, double>> questions{
            {3, 2}, {80, 0.01}, {2, 1.9}, {0.5, 0.4}, {kInfinity, 3}, {3, 2}, {0.4, 0}, {1.9, 0.5}};
        BrownianPath<double> one(7, range, 2);
        for (const auto& [high, low] : questions) {
            BrownianPath<double> fresh(7, range, 2);
            QVERIFY(largestDifference(difference(one, range, 2, high, low).matrix(),
                                      difference(fresh, range, 2, high, low).matrix())
                    == 0);
        }
    }

    void floatFollowsDouble()
    {
        const ParticleRange range = particles(32, 128);
        BrownianPath<float> fast(21, range, 3);
        BrownianPath<double> exact(21, range, 3);
        for (const auto& [high, low] : {std::pair{80.0, 40.0},
                                        std::pair{2.0, 1.9},
                                        std::pair{kInfinity, 1.0},
                                        std::pair{1.0, 0.0}})
            // Values of order 5 with 6e-8 relative, 18 levels deep
            QVERIFY(largestDifference(difference(fast, range, 3, high, low).matrix(),
                                      difference(exact, range, 3, high, low).matrix())
                    < 3e-5);
    }

    void aParticleHasItsPathInAnyBlock()
    {
        const ParticleRange all = particles(0, 64), some = particles(32, 16);
        BrownianPath<double> whole(2, all, 2), part(2, some, 2);
        const Eigen::MatrixXd a = difference(whole, all, 2, 9, 4).matrix();
        const Eigen::MatrixXd b = difference(part, some, 2, 9, 4).matrix();
        QVERIFY(largestDifference(a.middleRows(32, 16), b) == 0);
        BrownianPath<double> other(3, all, 2); // another seed
        QVERIFY(largestDifference(a, difference(other, all, 2, 9, 4).matrix()) > 0.1);
    }

    /// Beyond its ends the path stands still; increments there are finite.
    void extremeLevelsAreHarmless()
    {
        const ParticleRange range = particles(0, 16);
        BrownianPath<double> path(1, range, 2);
        Block<double> z(16, 2);
        path.increment(kInfinity, 1e30, z);
        QVERIFY((z == 0).all());
        path.increment(1e-20, 0, z);
        QVERIFY((z == 0).all());
        path.increment(1, 1, z);
        QVERIFY((z == 0).all());
        path.increment(kInfinity, 0, z);
        QVERIFY(z.isFinite().all() && (z != 0).all());
    }

    void threadsAndCountsDoNotMatter_data()
    {
        QTest::addColumn<QString>("sampler");
        for (const char* id : {"euler-maruyama", "exponential", "dpmpp-sde"})
            QTest::newRow(id) << id;
    }
    void threadsAndCountsDoNotMatter()
    {
        QFETCH(QString, sampler);
        const auto p = process("rf");
        auto plan = makePlan(makeMixture(randomMixture(2, 2, 5, 2)),
                             levelsOn(*p, "uniform", 12),
                             sampler.toStdString(),
                             1);
        plan.process = p;
        plan.noise = NoisePolicy::BrownianTree;
        plan.particles = 1300;
        WorkerPool one(1), three(3);
        const auto run = simulate<float>(plan, one);
        QVERIFY(run.trajectories.values == simulate<float>(plan, three).trajectories.values);
        plan.particles = 700;
        const Eigen::MatrixXd fewer = statesAt(simulate<float>(plan, three).trajectories);
        QVERIFY(largestDifference(fewer, statesAt(run.trajectories).topRows(700)) == 0);
    }

    /// With one path per particle, finer grids approach the same end points, particle by particle;
    /// with independent draws they do not.
    void endPointsConvergeStrongly_data()
    {
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<QString>("processId");
        QTest::addColumn<double>("eta");
        for (const char* sampler :
             {"euler-maruyama", "heun-sde", "ddim", "exponential", "dpmpp-sde", "dpmpp-2m-sde"})
            for (const char* id : {"ve-edm", "vp"})
                for (const double eta : {0.6, 1.0})
                    QTest::addRow("%s %s eta=%g", sampler, id, eta) << sampler << id << eta;
    }
    void endPointsConvergeStrongly()
    {
        QFETCH(QString, sampler);
        QFETCH(QString, processId);
        QFETCH(double, eta);
        const auto p = processId == "vp" ? process("vp", {{"horizon", 3}, {"stop", 0.05}})
                                         : process("ve-edm", {{"horizon", 5}, {"stop", 0.2}});
        MixtureSpec spec = isotropicMixture({Eigen::Vector2d(-1, 0), Eigen::Vector2d(1, 0.5)}, 0.5);
        WorkerPool pool(1);
        const auto end = [&](const std::string& id, int K, NoisePolicy noise) {
            std::vector<double> levels; // uniform in log sigma~; a grid has 1000 steps at most
            const double high = p->at(p->horizon()).sigmaTilde(),
                         low = p->at(p->stop()).sigmaTilde();
            for (int k = 0; k <= K; ++k)
                levels.push_back(high * std::pow(low / high, static_cast<double>(k) / K));
            auto plan = makePlan(makeMixture(spec), levelsAtNoise(*p, levels).value(), id, eta);
            plan.process = p;
            plan.noise = noise;
            plan.particles = 64;
            return statesAt(simulate<double>(plan, pool).trajectories);
        };
        const auto errorOf = [&](const Eigen::MatrixXd& x, const Eigen::MatrixXd& limit) {
            return std::sqrt((x - limit).squaredNorm() / 64);
        };
        // One limit for all methods: they follow the same equation along the same path.
        Eigen::MatrixXd& limit = m_limits[{processId, eta}];
        if (limit.size() == 0)
            limit = end("exponential", 4096, NoisePolicy::BrownianTree);
        std::vector<double> errors;
        for (const int K : {64, 128, 256})
            errors.push_back(
                errorOf(end(sampler.toStdString(), K, NoisePolicy::BrownianTree), limit));
        const double observed = observedOrder({64, 128, 256}, errors);
        const QString words = QStringLiteral("order %1, errors %2 %3 %4")
                                  .arg(observed)
                                  .arg(errors[0])
                                  .arg(errors[1])
                                  .arg(errors[2]);
        QVERIFY2(observed > 0.45 && errors[2] < 0.05, qPrintable(words));
        // Independent draws end anywhere in the law, whose width is about 1.
        const double independent =
            errorOf(end(sampler.toStdString(), 256, NoisePolicy::Independent), limit);
        QVERIFY2(independent > 5 * errors[2] && independent > 0.3,
                 qPrintable(QString::number(independent)));
    }
};

QTEST_APPLESS_MAIN(TestBrownianPath)
#include "tst_brownian_path.moc"
