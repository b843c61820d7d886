// SPDX-License-Identifier: GPL-3.0-or-later
// Mixtures of many components: the tree over them against the double oracle at every instruction
// set, its bit-for-bit independence of neighbours, and that it weighs few of them.
#include "core/field/component_tree.h"
#include "core/field/float_means.h"
#include "core/field/score_field.h"
#include "core/field/spatial_order.h"
#include "core/mixture/fractal_tree.h"
#include "tests/support/float_oracle.h"
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <QtTest>

#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

/// K components on the unit circle, as wide as half their distance: a smoothed data set.
MixtureSpec ringOf(int components)
{
    MixtureSpec spec;
    for (int k = 0; k < components; ++k) {
        const double angle = 2 * std::numbers::pi * k / components;
        const double width = std::numbers::pi / components;
        ComponentSpec component;
        component.weight = 1;
        component.mean = Eigen::Vector2d(std::cos(angle), std::sin(angle));
        component.covariance = width * width * Eigen::Matrix2d::Identity();
        component.classLabel = k % 2;
        spec.components.push_back(component);
    }
    return spec;
}

/// Weights over twelve decades, widths over four, some of them lines and points.
MixtureSpec wild(int dimension, int components)
{
    MixtureSpec spec = randomMixture(21, dimension, components, dimension, 2);
    for (int k = 0; k < components; ++k) {
        auto& component = spec.components[static_cast<std::size_t>(k)];
        component.weight = std::pow(10, 3 * testNormal(22, k, 0));
        component.covariance *= std::pow(10, 2 * testNormal(22, k, 1) - 2);
        if (k % 7 == 0)
            component.covariance =
                component.mean * component.mean.transpose() * component.covariance(0, 0);
        if (k % 50 == 0)
            component.covariance.setZero();
    }
    return spec;
}

MixtureSpec specOf(const QString& name, int dimension)
{
    if (name == QStringLiteral("ring"))
        return ringOf(4096);
    if (name == QStringLiteral("fractal tree"))
        return fractalTree();
    if (name == QStringLiteral("wild"))
        return wild(dimension, 300);
    return randomMixture(23, dimension, 600, dimension, 5, 3);
}

std::vector<std::pair<const TreeKernels*, const FieldKernels*>> available()
{
    std::vector<std::pair<const TreeKernels*, const FieldKernels*>> result;
    for (const char* name : {"sse2", "avx2", "avx512"})
        if (const auto* kernels = treeKernels(name))
            result.emplace_back(kernels, fieldKernels(name));
    return result;
}

PathCoefficients levelAt(double sigma, double alpha = 1)
{
    return {sigma, alpha, sigma, 0, 1};
}

/// The noised law; every fourth point anywhere about the data, one of them far outside.
Block<float> pointsOf(const GaussianMixture& mixture, const PathCoefficients& level, int n)
{
    const double scale = mixture.scale();
    Eigen::MatrixXd draws = mixture.sample(5, Stream::Data, n, level.alpha, level.sigma);
    for (int i = 0; i < n; i += 4)
        for (int c = 0; c < mixture.dimension(); ++c)
            draws(c, i) = (level.sigma + 2 * level.alpha * scale) * testNormal(9, i, c)
                          * (i == 4 && level.sigma > .1 ? 20 : 1);
    return draws.transpose().array().cast<float>();
}

} // namespace

class TestComponentTree : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithTheOracle_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("dimension");
        QTest::addColumn<double>("weight");
        const std::vector<std::pair<const char*, int>> mixtures{{"ring", 2},
                                                                {"fractal tree", 2},
                                                                {"wild", 2},
                                                                {"wild", 3},
                                                                {"random", 2},
                                                                {"random", 3}};
        for (const auto& [name, d] : mixtures)
            for (const double w : {0.0, 1.0, 3.0})
                QTest::addRow("%s d=%d w=%g", name, d, w) << QString::fromLatin1(name) << d << w;
    }
    void agreesWithTheOracle()
    {
        QFETCH(QString, name);
        QFETCH(int, dimension);
        QFETCH(double, weight);
        const auto mixture = makeMixture(specOf(name, dimension));
        const GaussianMixture conditional = mixture->conditional(1).value();
        const ComponentOrder order = orderComponents(*mixture, *guided(weight, 1));
        const auto tree = ComponentTree::create(*mixture, order);
        const double scale = mixture->scale();
        const int points = 12;
        const auto n = static_cast<std::size_t>(points);
        for (const auto& level :
             {levelAt(80), levelAt(.9, .4), levelAt(.3), levelAt(.02), levelAt(1e-3, 1 - 1e-6)}) {
            const Block<float> x = pointsOf(*mixture, level, points);
            ComponentTree::Level table;
            tree->fill(level, table);
            const FloatOracle oracle{*mixture,
                                     conditional,
                                     {*mixture, level.alpha, level.sigma},
                                     {conditional, level.alpha, level.sigma},
                                     weight};
            for (const auto& [kernels, brute] : available()) {
                Block<float> denoised(points, dimension);
                tree->denoise(*kernels,
                              table,
                              weight == 1,
                              static_cast<float>(weight),
                              x.data(),
                              denoised.data(),
                              n,
                              n);
                for (int i = 0; i < points; ++i) {
                    const Eigen::VectorXd at = x.row(i).matrix().transpose().cast<double>();
                    const double error =
                        (denoised.row(i).matrix().transpose().cast<double>() - oracle.denoised(at))
                            .norm();
                    const double bound = oracle.bound(at, scale, error);
                    QVERIFY2(error <= bound,
                             qPrintable(QStringLiteral("%1 sigma %2 point %3: error %4, bound %5")
                                            .arg(QString::fromLatin1(kernels->name))
                                            .arg(level.sigma)
                                            .arg(i)
                                            .arg(error)
                                            .arg(bound)));
                }
            }
        }
    }

    /// Where the class has no weight at all its mean is still that of the class, and the difference
    /// keeps its direction where both means agree to rounding.
    void aClassWithoutWeightKeepsItsMean()
    {
        MixtureSpec spec = ringOf(400);
        for (int k = 0; k < 400; ++k)
            spec.components[static_cast<std::size_t>(k)].classLabel =
                k < 60 ? 1 : 0; // an arc of 54 degrees
        const auto mixture = makeMixture(spec);
        const GaussianMixture members = mixture->conditional(1).value(),
                              others = mixture->conditional(0).value();
        const auto tree = ComponentTree::create(*mixture, orderComponents(*mixture, *guided(2, 1)));
        const PathCoefficients level = levelAt(.03);
        ComponentTree::Level table;
        tree->fill(level, table);
        const NoisedMixture all(*mixture, 1, .03), ofClass(members, 1, .03), rest(others, 1, .03);
        Block<float> x(2, 2);
        x << -1.02f, .01f, std::cos(.75f),
            std::sin(.75f); // opposite; in the arc, 6 sigma from its end
        for (const auto& [kernels, brute] : available()) {
            Block<float> conditional(2, 2), unconditional(2, 2), difference(2, 2);
            tree->split(*kernels,
                        table,
                        x.data(),
                        {conditional.data(), unconditional.data(), difference.data()},
                        2,
                        2);
            for (int i = 0; i < 2; ++i) {
                const Eigen::VectorXd at = x.row(i).matrix().transpose().cast<double>();
                const auto row = [i](const Block<float>& block) {
                    return Eigen::VectorXd(block.row(i).matrix().transpose().cast<double>());
                };
                // 2e-6 of the scale, .7; opposite the class |C^-1 y| magnifies roundings of 6e-8
                QVERIFY((row(conditional) - ofClass.denoised(at)).norm() < 2e-4);
                QVERIFY((row(unconditional) - all.denoised(at)).norm() < 2e-6);
                const Eigen::VectorXd r = all.responsibilities(at);
                double share = 0;
                for (int k = 60; k < 400; ++k)
                    share += r(k);
                const Eigen::VectorXd exact = share * (ofClass.denoised(at) - rest.denoised(at));
                QVERIFY((row(difference) - exact).norm() < 2e-4 * exact.norm());
            }
        }
    }

    void isFiniteFarAway()
    {
        const auto mixture = makeMixture(wild(3, 300));
        const auto tree = ComponentTree::create(*mixture, orderComponents(*mixture, *guided(3, 1)));
        for (const double sigma : {1e-4, 1e-2, 1.0, 80.0}) {
            ComponentTree::Level table;
            tree->fill(levelAt(sigma), table);
            Block<float> x(16, 3), denoised(16, 3);
            for (int i = 0; i < 16; ++i)
                for (int c = 0; c < 3; ++c)
                    x(i, c) = static_cast<float>(std::pow(10, i / 2) * testNormal(1, i, c));
            for (const auto& [kernels, brute] : available()) {
                tree->denoise(*kernels, table, false, 3, x.data(), denoised.data(), 16, 16);
                QVERIFY2(denoised.allFinite(), kernels->name);
            }
        }
    }

    /// Neighbours decide what is weighed beside what a particle needs; they may not decide its
    /// result.
    void aPointDoesNotDependOnItsNeighbours_data()
    {
        QTest::addColumn<double>("sigma");
        for (const double sigma : {60.0, 6.0, .4, .05, .003})
            QTest::addRow("sigma=%g", sigma) << sigma;
    }
    void aPointDoesNotDependOnItsNeighbours()
    {
        QFETCH(double, sigma);
        for (const auto& spec : {ringOf(600), wild(2, 200)}) {
            const auto mixture = makeMixture(spec);
            const auto tree =
                ComponentTree::create(*mixture, orderComponents(*mixture, *guided(2, 0)));
            ComponentTree::Level table;
            tree->fill(levelAt(sigma), table);
            const int n = 300;
            const Block<float> x = pointsOf(*mixture, levelAt(sigma), n);
            for (const auto& [kernels, brute] : available()) {
                Block<float> all(n, 2), one(1, 2), few(40, 2);
                tree->denoise(*kernels, table, false, 2, x.data(), all.data(), n, n);
                const Block<float> last = x.bottomRows(40);
                tree->denoise(*kernels, table, false, 2, last.data(), few.data(), 40, 40);
                QVERIFY((few == all.bottomRows(40)).all());
                for (int i = 0; i < n; i += 5) {
                    const Block<float> point = x.row(i);
                    tree->denoise(*kernels, table, false, 2, point.data(), one.data(), 1, 1);
                    QVERIFY((one == all.row(i)).all());
                }
            }
        }
    }

    /// Sixteen times as many components cost far less than that, at any noise.
    void weighsFewComponents()
    {
        const auto weighed = [](int components, double sigma) {
            const auto mixture = makeMixture(ringOf(components));
            const FloatMeans means(
                mixture, orderComponents(*mixture, *unguided()), {levelAt(sigma), levelAt(1e-4)});
            const int n = 4096;
            const Block<float> x =
                mixture->sample(5, Stream::Data, n, 1, sigma).transpose().array().cast<float>();
            Block<float> denoised(n, 2);
            means.denoise(levelAt(sigma), true, 1, x, denoised);
            return static_cast<double>(means.weighed()) / n;
        };
        QVERIFY(weighed(4096, .002) < 250);
        QVERIFY(weighed(4096, .02) < 500);
        QVERIFY(weighed(4096, .1) < 1500);
        QVERIFY(weighed(4096, .3) < 800); // 3100 but for nodes that stand by their share
        QVERIFY(weighed(4096, 2) < 400);
        QVERIFY(weighed(4096, 50) < 40);
        QVERIFY(weighed(4096, .002) < 8 * weighed(256, .002));
        QCOMPARE(weighed(40, 1), 40.0); // too few for a tree
    }

    void aRunDoesNotDependOnThreadsOrParticles()
    {
        const auto mixture = makeMixture(fractalTree());
        SimulationPlan plan =
            makePlan(mixture, levelsOn(*process("vp"), "log-snr", 6), "heun", 0, process("vp"));
        plan.guidance = guided(2, 0);
        WorkerPool one(1), three(3);
        plan.particles = 700;
        const auto few = simulate<float>(plan, one);
        plan.particles = 9000; // in larger blocks
        const auto many = simulate<float>(plan, three);
        const auto again = simulate<float>(plan, one);
        QVERIFY(few.outcome.kind == Outcome::Kind::Completed);
        QVERIFY(many.trajectories.values == again.trajectories.values);
        for (int k = 0; k <= few.trajectories.steps; ++k)
            for (int c = 0; c < 2; ++c) {
                const auto a = few.trajectories.coordinate(k, c),
                           b = many.trajectories.coordinate(k, c);
                QVERIFY(std::equal(a.begin(), a.end(), b.begin()));
            }
    }

    void neighboursInSpaceAreNeighboursInTheOrder()
    {
        for (const int d : {2, 3}) {
            const int n = 4000;
            Block<float> x(n, d);
            for (int i = 0; i < n; ++i)
                for (int c = 0; c < d; ++c)
                    x(i, c) = static_cast<float>(testNormal(3, i, c));
            x(17, 0) = std::numeric_limits<float>::infinity();
            x(18, 1) = std::numeric_limits<float>::quiet_NaN();
            SpatialOrder space;
            const auto& order = space.of(x.data(), n, n, d);
            std::vector<bool> seen(n, false);
            for (const auto i : order)
                seen[i] = true;
            QCOMPARE(std::count(seen.begin(), seen.end(), true), n);
            QCOMPARE(order.size(), std::size_t(n));
        }
        Block<float> x(4000, 2);
        for (int i = 0; i < 4000; ++i)
            x.row(i) << static_cast<float>(testNormal(3, i, 0)),
                static_cast<float>(testNormal(3, i, 1));
        SpatialOrder space;
        const auto& order = space.of(x.data(), 4000, 4000, 2);
        double path = 0;
        for (std::size_t i = 1; i < order.size(); ++i)
            path += static_cast<double>((x.row(order[i]) - x.row(order[i - 1])).matrix().norm());
        QVERIFY(path / 4000 < .15); // 1.8 in any order
    }
};

QTEST_APPLESS_MAIN(TestComponentTree)
#include "tst_component_tree.moc"
