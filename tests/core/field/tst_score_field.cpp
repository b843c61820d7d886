// SPDX-License-Identifier: GPL-3.0-or-later
// The block field in double against the readable oracle, the float field against the double one,
// and the guidance rules.
#include "core/field/score_field.h"
#include "core/mixture/noised_mixture.h"
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

class TestScoreField : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void blocksAgreeWithTheOracle_data()
    {
        QTest::addColumn<int>("dimension");
        QTest::addColumn<int>("rank");
        QTest::addColumn<double>("weight");
        for (const int d : {1, 2, 4, 8})
            for (const int rank : {1, d})
                for (const double w : {0.0, 1.0, -2.0, 7.0})
                    QTest::addRow("d=%d rank=%d w=%g", d, rank, w) << d << rank << w;
    }
    void blocksAgreeWithTheOracle()
    {
        QFETCH(int, dimension);
        QFETCH(int, rank);
        QFETCH(double, weight);
        const auto mixture = makeMixture(randomMixture(4, dimension, 6, rank));
        const GaussianMixture conditional = mixture->conditional(1).value();
        const auto levels = levelsOn(*process("rf"), "karras", 10);
        const auto field = makeExactField<double>(mixture, guided(weight, 1), levels);
        QCOMPARE(field->dimension(), dimension);
        const int n = 20;
        Block<double> x(n, dimension), denoised(n, dimension);
        auto tested = levels;
        tested.push_back(process("rf")->at(0.37)); // not one of the precomputed
        for (const auto& level : tested) {
            const NoisedMixture all(*mixture, level.alpha, level.sigma),
                members(conditional, level.alpha, level.sigma);
            x = mixture->sample(1, Stream::Data, n, level.alpha, level.sigma).transpose().array();
            x.topRows(5) *= 10; // far outside
            field->denoise(level, x, denoised);
            for (int i = 0; i < n; ++i) {
                const Eigen::VectorXd at = x.row(i).matrix().transpose(), u = all.denoised(at);
                const Eigen::VectorXd expected = u + weight * (members.denoised(at) - u);
                // rounding of log-weights of size |x|^2/sigma^2, at most about 1e6 here
                const double error = (denoised.row(i).matrix().transpose() - expected).norm();
                QVERIFY2(error <= 1e-9 * (1 + expected.norm()), qPrintable(QString::number(error)));
            }
        }
    }

    void floatFollowsDouble()
    {
        const auto mixture = makeMixture(randomMixture(4, 3, 6, 3));
        const auto levels = levelsOn(*process("vp"), "uniform", 10, 1);
        const auto rule = guided(3, 0);
        const auto fast = makeExactField<float>(mixture, rule, levels);
        const auto exact = makeExactField<double>(mixture, rule, levels);
        auto tested = levels;
        tested.push_back(process("vp")->at(0.123));
        Block<float> x(33, 3), denoised(33, 3);
        Block<double> expected(33, 3);
        for (const auto& level : tested) {
            x = mixture->sample(2, Stream::Data, 33, level.alpha, level.sigma)
                    .transpose()
                    .array()
                    .cast<float>();
            fast->denoise(level, x, denoised);
            const Block<double> same = x.cast<double>();
            exact->denoise(level, same, expected);
            // the exact bound is tested with the kernels; this is the plumbing: levels, columns,
            // weight
            QVERIFY((denoised.cast<double>() - expected).abs().maxCoeff()
                    <= 1e-4 * mixture->scale());
        }
    }

    void theClassIsExactWhereItHasNoWeight()
    {
        // Two far, narrow classes: near class 0 the responsibility of class 1 is e^{-80000}, its
        // conditional mean is still exact.
        MixtureSpec spec =
            isotropicMixture({Eigen::Vector2d(-20, 0), Eigen::Vector2d(20, 0)}, 0.01);
        const auto mixture = makeMixture(spec);
        const PathCoefficients level{0.05, 1, 0.05, 0, 1};
        Block<double> x(1, 2), denoised(1, 2);
        x << -20.1, 0.2;
        makeExactField<double>(mixture, guided(1, 1), {})->denoise(level, x, denoised);
        COMPARE_CLOSE(denoised(0, 0), 20 + 0.01 / (0.01 + 0.0025) * (-40.1), 1e-13, 0);
        makeExactField<double>(mixture, guided(2, 1), {})->denoise(level, x, denoised);
        const double own = -20 + 0.8 * (-0.1), other = 20 + 0.8 * (-40.1);
        COMPARE_CLOSE(denoised(0, 0), own + 2 * (other - own), 1e-13, 0);
        Block<float> xf = x.cast<float>(), df(1, 2);
        makeExactField<float>(mixture, guided(2, 1), {})->denoise(level, xf, df);
        COMPARE_CLOSE(df(0, 0), own + 2 * (other - own), 1e-5, 0);
    }

    void endsOfThePath()
    {
        const auto mixture = makeMixture(randomMixture(4, 2, 6, 2));
        const auto field = makeExactField<double>(mixture, unguided(), {});
        Block<double> x(2, 2), denoised(2, 2);
        x << 1, 2, -3, 0.5;
        field->denoise(process("rf")->at(1), x, denoised); // pure noise knows nothing: the mean
        for (int i = 0; i < 2; ++i)
            QVERIFY((denoised.row(i).matrix().transpose() - mixture->mean()).norm() < 1e-13);
        field->denoise(PathCoefficients{0, 0.5, 0, -1, 1}, x, denoised);
        QVERIFY(((denoised - x / 0.5).abs() < 1e-15).all());
    }

    void rulesAreChecked()
    {
        const auto refused = [](const Choice& choice) {
            const auto result = makeGuidance(choice);
            return result ? QString() : QString::fromStdString(result.error().path);
        };
        QCOMPARE(refused(choose(guidanceKinds(), "cfg", {{"w", 1001}})), QStringLiteral("w"));
        QCOMPARE(refused(choose(guidanceKinds(), "cfg", {{"target", 0.5}})),
                 QStringLiteral("target"));
        QCOMPARE(refused({"cgf", {}}), QStringLiteral("kind"));
        QCOMPARE(refused({"cfg", {{"w", 2}}}), QStringLiteral("target")); // missing
        QVERIFY(!unguided()->target());
        QCOMPARE(guided(4, 2)->target(), std::optional<int>(2));
        QCOMPARE(guided(4, 2)->weight(process("vp")->at(1)), 4.0);
    }
};

QTEST_APPLESS_MAIN(TestScoreField)
#include "tst_score_field.moc"
