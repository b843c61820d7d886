// SPDX-License-Identifier: GPL-3.0-or-later
// Every instruction set this machine has, against the double oracle: posterior means and normals.
#include "core/field/kernel.h"
#include "core/field/kernel_table.h"
#include "core/field/score_field.h"
#include "tests/support/float_oracle.h"
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

class TestKernel : public QObject {
    Q_OBJECT

    static std::vector<const FieldKernels*> available()
    {
        std::vector<const FieldKernels*> result;
        for (const char* name : {"sse2", "avx2", "avx512"})
            if (const auto* kernels = fieldKernels(name))
                result.push_back(kernels);
        return result;
    }

private Q_SLOTS:
    void agreesWithTheOracle_data()
    {
        QTest::addColumn<int>("dimension");
        QTest::addColumn<int>("components");
        QTest::addColumn<int>("rank");
        QTest::addColumn<double>("weight");
        for (const int d : {2, 3})
            for (const int components : {1, 3, 20, 1000})
                for (int rank = 0; rank <= d; rank += (components > 20 ? d : 1))
                    for (const double w : {0.0, 1.0, 3.0})
                        if (components > 1 || w == 0)
                            QTest::addRow("d=%d K=%d rank=%d w=%g", d, components, rank, w)
                                << d << components << rank << w;
    }
    void agreesWithTheOracle()
    {
        QFETCH(int, dimension);
        QFETCH(int, components);
        QFETCH(int, rank);
        QFETCH(double, weight);
        const auto mixture = makeMixture(randomMixture(11, dimension, components, rank));
        const bool hasTarget = components > 1;
        const auto rule = hasTarget ? guided(weight, 1) : unguided();
        const GaussianMixture conditional = hasTarget ? mixture->conditional(1).value() : *mixture;
        const ComponentOrder order = orderComponents(*mixture, *rule);
        const double scale = mixture->scale();
        const int points = components > 20 ? 4 : 30;
        const auto n = static_cast<std::size_t>(points);

        for (const auto& kind : processKinds()) {
            const auto levels =
                levelsOn(*process(kind.info.id), "log-snr", components > 20 ? 4 : 12);
            for (const auto& level : levels) {
                // Half of the points follow the exact law, half the prior.
                Eigen::MatrixXd draws =
                    mixture->sample(5, Stream::Data, points, level.alpha, level.sigma);
                for (int i = 0; i < points / 2; ++i)
                    for (int c = 0; c < dimension; ++c)
                        draws(c, i) = (level.sigma + 2 * level.alpha * scale) * testNormal(9, i, c);
                Block<float> x(points, dimension), denoised(points, dimension);
                x = draws.transpose().array().cast<float>();
                KernelTable table;
                fillKernelTable(*mixture, order, level, table);
                KernelMixture rows = table.mixture();
                if (weight == 1)
                    rows.others = 0;
                const FloatOracle oracle{*mixture,
                                         conditional,
                                         {*mixture, level.alpha, level.sigma},
                                         {conditional, level.alpha, level.sigma},
                                         hasTarget ? weight : 0};
                for (const auto* kernels : available()) {
                    (dimension == 2 ? kernels->denoise2 : kernels->denoise3)(
                        rows, static_cast<float>(weight), x.data(), denoised.data(), n, n);
                    for (int i = 0; i < points; ++i) {
                        const Eigen::VectorXd at = x.row(i).matrix().transpose().cast<double>();
                        const Eigen::VectorXd expected = oracle.denoised(at);
                        const double error =
                            (denoised.row(i).matrix().transpose().cast<double>() - expected).norm();
                        const double bound = oracle.bound(at, scale, error);
                        QVERIFY2(
                            error <= bound,
                            qPrintable(QStringLiteral(
                                           "%1 %2 sigma~ %3 point %4: error %5, bound %6, scale %7")
                                           .arg(kernels->name, kind.info.id.c_str())
                                           .arg(level.sigmaTilde())
                                           .arg(i)
                                           .arg(error)
                                           .arg(bound)
                                           .arg(scale)));
                    }
                }
            }
        }
    }

    void isFiniteFarAway()
    {
        // 50 standard deviations from every component, also along a singular direction, at sigma
        // down to 1e-4.
        for (const int components : {3, 1000}) {
            const auto mixture = makeMixture(randomMixture(3, 2, components, 1));
            const ComponentOrder order = orderComponents(*mixture, *guided(3, 1));
            for (const double sigma : {1e-4, 1e-2, 1.0, 80.0}) {
                const PathCoefficients level{sigma, 1, sigma, 0, 1};
                KernelTable table;
                fillKernelTable(*mixture, order, level, table);
                const double far = 50 * (mixture->scale() + sigma) + largestMean(*mixture);
                Block<float> x(16, 2), denoised(16, 2);
                for (int i = 0; i < 16; ++i)
                    x.row(i) << static_cast<float>(far * std::cos(0.4 * i)),
                        static_cast<float>(far * std::sin(0.4 * i));
                for (const auto* kernels : available()) {
                    kernels->denoise2(table.mixture(), 3, x.data(), denoised.data(), 16, 16);
                    QVERIFY2(denoised.allFinite(), kernels->name);
                }
            }
        }
    }

    void aPointDoesNotDependOnItsNeighbours()
    {
        const auto mixture = makeMixture(randomMixture(3, 3, 7, 3));
        const auto level = process("vp")->at(0.5);
        KernelTable table;
        fillKernelTable(*mixture, orderComponents(*mixture, *guided(2, 0)), level, table);
        Block<float> x(37, 3);
        for (int i = 0; i < 37; ++i)
            for (int c = 0; c < 3; ++c)
                x(i, c) = static_cast<float>(testNormal(1, i, c));
        for (const auto* kernels : available()) {
            Block<float> all(37, 3), one(1, 3);
            kernels->denoise3(table.mixture(), 2, x.data(), all.data(), 37, 37);
            for (int i = 0; i < 37; ++i) {
                Block<float> point = x.row(i);
                kernels->denoise3(table.mixture(), 2, point.data(), one.data(), 1, 1);
                for (int c = 0; c < 3; ++c)
                    QCOMPARE(one(0, c), all(i, c));
            }
        }
    }

    /// The parts that non-linear rules get are the means of the guided kernel, for any n.
    void splitMeansAreThoseOfTheGuidedKernel()
    {
        for (const int d : {2, 3})
            for (const double t : {0.1, 3.0}) {
                const auto mixture = makeMixture(randomMixture(3, d, 7, d));
                const auto level = process("vp")->at(t);
                KernelTable table;
                fillKernelTable(*mixture, orderComponents(*mixture, *guided(2, 0)), level, table);
                const Block<float> x =
                    mixture->sample(5, Stream::Data, 37, level.alpha, level.sigma)
                        .transpose()
                        .array()
                        .cast<float>();
                KernelMixture members = table.mixture();
                members.others = 0;
                for (const auto* kernels : available()) {
                    const auto denoise = d == 2 ? kernels->denoise2 : kernels->denoise3;
                    const auto split = d == 2 ? kernels->split2 : kernels->split3;
                    Block<float> c(37, d), u(37, d), conditional(37, d), unconditional(37, d),
                        difference(37, d);
                    denoise(members, 1, x.data(), c.data(), 37, 37);
                    denoise(table.mixture(), 0, x.data(), u.data(), 37, 37);
                    split(table.mixture(),
                          x.data(),
                          {conditional.data(), unconditional.data(), difference.data()},
                          37,
                          37);
                    // the same sums, divided in another order
                    const float rounding = 1e-5f * static_cast<float>(mixture->scale());
                    QVERIFY((conditional - c).abs().maxCoeff() <= rounding);
                    QVERIFY((unconditional - u).abs().maxCoeff() <= rounding);
                    QVERIFY((difference - (c - u)).abs().maxCoeff() <= rounding);
                    QVERIFY(difference.abs().maxCoeff() > 100 * rounding);
                }
            }
    }

    void updatesAreMadeOfTheMeans_data()
    {
        QTest::addColumn<int>("dimension");
        QTest::addColumn<int>("components");
        QTest::addColumn<double>("weight");
        for (const int d : {2, 3})
            for (const int components : {1, 2, 3, 4, 5, 25, 90})
                for (const double w : {0.0, 1.0, 3.0})
                    if (components > 1 || w == 0)
                        QTest::addRow("d=%d K=%d w=%g", d, components, w) << d << components << w;
    }
    /// One pass over the particles is the posterior mean, then the sum that the step asks for.
    void updatesAreMadeOfTheMeans()
    {
        QFETCH(int, dimension);
        QFETCH(int, components);
        QFETCH(double, weight);
        const int n = 39, rows = 48; // an odd tail
        const AffineUpdate update{0.7f, 0.4f, 0.3f, -0.6f, 0.2f, 1.5f};
        for (const bool shared : {false, true})
            for (const double t : {0.05, 1.0, 6.0}) {
                auto spec = randomMixture(5, dimension, components, dimension);
                for (auto& component : spec.components)
                    if (shared)
                        component.covariance = spec.components[0].covariance;
                const auto mixture = makeMixture(spec);
                const auto rule = components > 1 ? guided(weight, 1) : unguided();
                const auto level = process("vp")->at(t);
                KernelTable table;
                fillKernelTable(*mixture, orderComponents(*mixture, *rule), level, table);
                QCOMPARE(table.shared, shared || components == 1);
                Block<float> x(rows, dimension), z(rows, dimension), kept(rows, dimension);
                for (int i = 0; i < rows; ++i)
                    for (int c = 0; c < dimension; ++c) {
                        x(i, c) = static_cast<float>(3 * testNormal(1, i, c));
                        z(i, c) = static_cast<float>(testNormal(2, i, c));
                        kept(i, c) = static_cast<float>(testNormal(3, i, c));
                    }
                for (const auto* kernels : available()) {
                    const auto affine = dimension == 2 ? kernels->affine2 : kernels->affine3;
                    const auto denoise = dimension == 2 ? kernels->denoise2 : kernels->denoise3;
                    Block<float> means(rows, dimension), out = x, keep = kept;
                    Block<float> stored = Block<float>::Constant(64, dimension, -7);
                    const auto w = static_cast<float>(weight);
                    denoise(table.mixture(), w, x.data(), means.data(), n, rows);
                    affine(table.mixture(),
                           w,
                           update,
                           {.x = out.data(),
                            .z = z.data(),
                            .keep = keep.data(),
                            .out = out.data(),
                            .n = n,
                            .stride = rows,
                            .stored = stored.data(),
                            .storedCount = n - 2,
                            .storedStride = 64,
                            .stream = true});
                    const Block<float> wanted = 0.7f * x + 0.4f * means + 0.3f * z - 0.6f * kept;
                    const Block<float> wantedKeep = 0.2f * x + 1.5f * means;
                    // three roundings of numbers below the largest
                    const float bound = 4 * 0x1p-24f * 2 * (means.abs().maxCoeff() + 12);
                    QVERIFY((out - wanted).topRows(n).abs().maxCoeff() <= bound);
                    QVERIFY((keep - wantedKeep).topRows(n).abs().maxCoeff() <= bound);
                    // What lies behind the points is left alone; the stored ones are the same bits.
                    QVERIFY((out.bottomRows(rows - n) == x.bottomRows(rows - n)).all());
                    QVERIFY((stored.topRows(n - 2) == out.topRows(n - 2)).all());
                    QVERIFY((stored.bottomRows(64 - n + 2) == -7).all());
                }
            }
    }

    /// The class has next to no weight for some particles of a vector and some for others.
    void theClassIsExactWhereItHasNoWeight()
    {
        MixtureSpec spec = randomMixture(1, 2, 3, 0);
        const double places[3][2] = {{-8, 0}, {8, 1}, {8, -1}};
        for (std::size_t k = 0; k < 3; ++k) {
            spec.components[k].mean = Eigen::Vector2d(places[k][0], places[k][1]);
            spec.components[k].covariance =
                (0.02 + 0.01 * static_cast<double>(k)) * Eigen::Matrix2d::Identity();
            spec.components[k].classLabel = k == 0 ? 0 : 1;
        }
        const auto mixture = makeMixture(spec);
        const PathCoefficients level{0.2, 1, 0.2, 0, 1};
        KernelTable table;
        fillKernelTable(*mixture, orderComponents(*mixture, *guided(2, 1)), level, table);
        const GaussianMixture conditional = mixture->conditional(1).value();
        const NoisedMixture all(*mixture, 1, 0.2), members(conditional, 1, 0.2);
        Block<float> x(16, 2), denoised(16, 2);
        for (int i = 0; i < 16; ++i)
            x.row(i) << (i % 2 == 0 ? -8.1f : 7.9f), 0.03f * static_cast<float>(i - 8);
        for (const auto* kernels : available()) {
            kernels->denoise2(table.mixture(), 2, x.data(), denoised.data(), 16, 16);
            for (int i = 0; i < 16; ++i) {
                const Eigen::VectorXd at = x.row(i).matrix().transpose().cast<double>();
                const Eigen::VectorXd expected = 2 * members.denoised(at) - all.denoised(at);
                const double error =
                    (denoised.row(i).matrix().transpose().cast<double>() - expected).norm();
                // log-weights near 4600 are rounded to 2^-24 of that, and D_c turns over 2
                QVERIFY2(error <= 2e-3, qPrintable(QString::number(error)));
            }
        }
    }

    void normalsAreThoseOfPhilox()
    {
        const int n = 2048;
        for (const auto* kernels : available())
            for (const std::uint64_t seed : {std::uint64_t{7}, std::uint64_t{0x9E3779B97F4A7C15}})
                for (const int d : {1, 2, 3}) {
                    Block<float> even(n, d), odd(n, d);
                    const std::uint32_t first = 4294960000U,
                                        pair = 21; // near the end of the counter
                    kernels->normals({seed,
                                      static_cast<std::uint32_t>(Stream::Steps),
                                      first,
                                      pair,
                                      d,
                                      n,
                                      n,
                                      even.data(),
                                      odd.data()});
                    for (int i = 0; i < n; ++i)
                        for (int c = 0; c < d; ++c) {
                            const auto particle = first + static_cast<std::uint32_t>(i),
                                       coordinate = static_cast<std::uint32_t>(c);
                            // a few roundings of numbers below 7
                            COMPARE_CLOSE(
                                even(i, c),
                                philoxNormal(seed, Stream::Steps, particle, 2 * pair, coordinate),
                                4e-7,
                                2e-7);
                            COMPARE_CLOSE(
                                odd(i, c),
                                philoxNormal(
                                    seed, Stream::Steps, particle, 2 * pair + 1, coordinate),
                                4e-7,
                                2e-7);
                        }
                }
    }

    void anInstructionSetIsChosen()
    {
        for (const auto* kernels : available())
            qInfo("tested: %s", kernels->name);
        const std::string name = kernelInstructionSet();
        QVERIFY(fieldKernels(name.c_str()) == &bestFieldKernels());
        QVERIFY(fieldKernels("mmx") == nullptr);
        if (qgetenv("SCOREFIELD_SIMD").isEmpty())
            QCOMPARE(&bestFieldKernels(), available().back());
    }
};

QTEST_APPLESS_MAIN(TestKernel)
#include "tst_kernel.moc"
