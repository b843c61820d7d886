// SPDX-License-Identifier: GPL-3.0-or-later
// The double kernels of every instruction set this machine has: posterior means against the
// readable oracle, normals against their definition, exponentials against those of long double.
#include "core/field/double_kernel.h"
#include "core/field/double_table.h"
#include "core/field/kernel.h"
#include "core/mixture/noised_mixture.h"
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <QtTest>

#include <limits>
#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

std::vector<const DoubleKernels*> available()
{
    std::vector<const DoubleKernels*> result;
    for (const char* name : {"sse2", "avx2", "avx512"})
        if (fieldKernels(name) != nullptr)
            result.push_back(&doubleKernels(name));
    return result;
}

/// "isotropic", "diagonal", "full", "singular" (rank 1), or all of them, one after the other.
MixtureSpec mixtureOf(const QString& form, int d, int components)
{
    MixtureSpec spec = randomMixture(4, d, components, form == QLatin1String("singular") ? 1 : d);
    const QStringList all{QStringLiteral("isotropic"), QStringLiteral("diagonal")};
    for (int k = 0; k < components; ++k) {
        const int kind =
            form == QLatin1String("mixed") ? k % 3 : static_cast<int>(all.indexOf(form));
        auto& covariance = spec.components[static_cast<std::size_t>(k)].covariance;
        if (kind == 0)
            covariance = (0.1 + 0.05 * k) * Eigen::MatrixXd::Identity(d, d);
        else if (kind == 1)
            covariance = Eigen::MatrixXd(covariance.diagonal().asDiagonal());
    }
    return spec;
}

/// How far D = sum_k r_k m_k moves by rounding, to first order: every log-weight is a sum of d
/// terms of the size of its quadratic form, computed at a point known to eps (|x| + alpha |mu|).
double
rounding(const GaussianMixture& mixture, const NoisedMixture& noised, const Eigen::VectorXd& x)
{
    const Eigen::VectorXd r = noised.responsibilities(x), D = noised.denoised(x);
    const double alpha = noised.alpha(), d = static_cast<double>(x.size());
    double sum = 0;
    for (int k = 0; k < mixture.componentCount(); ++k) {
        const auto& component = mixture.components()[static_cast<std::size_t>(k)];
        const Eigen::ArrayXd l = component.eigenvalues.array(),
                             v = alpha * alpha * l + noised.sigma() * noised.sigma();
        const Eigen::ArrayXd z =
            (component.eigenvectors.transpose() * (x - alpha * component.mean)).array();
        const Eigen::VectorXd m =
            component.mean + component.eigenvectors * (alpha * l / v * z).matrix();
        const double logWeight = 1 + (z * z / v).sum() + v.log().abs().sum();
        const double place = (x.norm() + alpha * component.mean.norm()) * (z / v).matrix().norm();
        sum += r(k) * ((m - D).norm() * (logWeight + place) + m.norm() + x.norm());
    }
    return 4 * d * kEpsilon * sum; // 4: of the oracle and of the kernel, a few roundings each
}

/// The rows of a guided mixture at a level, and what they belong to.
struct Level {
    DoubleTables tables;
    std::vector<double> rows;

    Level(std::shared_ptr<const GaussianMixture> mixture, int target, const PathCoefficients& level)
        : tables(mixture, orderComponents(*mixture, *guided(2, target)))
    {
        tables.fill(level, rows);
    }
    DoubleMixture mixture() const { return tables.mixture(rows); }
    DoubleMixture members() const
    {
        DoubleMixture result = mixture();
        result.others = 0;
        return result;
    }
};

Block<double> denoised(const DoubleKernels& kernels,
                       const DoubleMixture& mixture,
                       double weight,
                       const Block<double>& x)
{
    Block<double> result(x.rows(), x.cols());
    const auto n = static_cast<std::size_t>(x.rows());
    kernels.denoise(mixture, weight, x.data(), result.data(), n, n);
    return result;
}

Block<double> points(const GaussianMixture& mixture, const PathCoefficients& level, int n)
{
    Block<double> x =
        mixture.sample(1, Stream::Data, n, level.alpha, level.sigma).transpose().array();
    x.topRows(n / 4) *= 4; // outside
    return x;
}

} // namespace

class TestDoubleKernel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void exponentialsAreRoundedToTheLastPlace()
    {
        std::vector<double> x, out;
        for (double value = 0; value > -760; value -= value > -1 ? 0.00037 : 0.0573)
            x.push_back(value);
        x.insert(x.end(), {-0.0, -1e-300, -1e300, -std::numeric_limits<double>::infinity()});
        out.resize(x.size());
        for (const auto* kernels : available()) {
            kernels->exponentials(x.data(), out.data(), x.size());
            for (std::size_t i = 0; i < x.size(); ++i) {
                const long double exact = std::exp(static_cast<long double>(x[i]));
                // one unit in the last place; a step of the denormal numbers at the bottom
                const double error = static_cast<double>(std::abs(out[i] - exact));
                QVERIFY2(error <= kEpsilon * static_cast<double>(exact)
                             || error <= std::numeric_limits<double>::denorm_min(),
                         qPrintable(QStringLiteral("%1 %2").arg(kernels->name).arg(x[i])));
            }
        }
    }

    void normalsAreThoseOfPhilox()
    {
        const int n = 37;
        const std::uint32_t first = 4294960000U, pair = 21; // near the end of the counter
        for (const auto* kernels : available())
            for (const int d : {1, 2, 5}) {
                Block<double> even(n, d), odd(n, d), alone(n, d);
                DoubleNormalsRequest request{0x9E3779B97F4A7C15,
                                             static_cast<std::uint32_t>(Stream::Steps),
                                             first,
                                             pair,
                                             d,
                                             n,
                                             n,
                                             even.data(),
                                             odd.data()};
                kernels->normals(request);
                request.even = nullptr;
                request.odd = alone.data();
                kernels->normals(request);
                QVERIFY((alone == odd).all());
                for (int i = 0; i < n; ++i)
                    for (int c = 0; c < d; ++c) {
                        const auto normal = [&](std::uint32_t step) {
                            return philoxNormal(request.seed,
                                                Stream::Steps,
                                                first + static_cast<std::uint32_t>(i),
                                                step,
                                                static_cast<std::uint32_t>(c));
                        };
                        QVERIFY(even(i, c) == normal(2 * pair));
                        QVERIFY(odd(i, c) == normal(2 * pair + 1));
                    }
            }
    }

    void normalsAreExactToRounding()
    {
        // Against Box–Muller in long double, the angle reduced in whole numbers as where the sine
        // is small.
        const long double turn = 2 * std::numbers::pi_v<long double> / 4294967296.0L;
        for (std::uint32_t i = 0; i < 20000; ++i) {
            const auto words = philoxWords({i, 0, 0, 0}, 7);
            const long double r = std::sqrt(-2 * std::log((words[0] + 0.5L) / 4294967296.0L));
            const std::uint32_t quadrant = (words[1] + 0x20000000U) >> 30;
            const auto rest = static_cast<std::int32_t>(words[1] - (quadrant << 30));
            const long double c = std::cos((rest + 0.5L) * turn),
                              s = std::sin((rest + 0.5L) * turn);
            const long double cosines[4] = {c, -s, -c, s}, sines[4] = {s, c, -s, -c};
            const auto normal = [&](std::uint32_t coordinate) {
                return philoxNormal(7, Stream::Initial, i, 0, coordinate);
            };
            // four roundings of half a unit
            COMPARE_CLOSE(normal(0), static_cast<double>(r * cosines[quadrant % 4]), 1e-15, 0);
            COMPARE_CLOSE(normal(1), static_cast<double>(r * sines[quadrant % 4]), 1e-15, 0);
        }
    }

    void meansAgreeWithTheOracle_data()
    {
        QTest::addColumn<int>("dimension");
        QTest::addColumn<QString>("form");
        QTest::addColumn<int>("components");
        for (const char* form : {"isotropic", "diagonal", "full", "singular", "mixed"})
            for (const int d : {1, 2, 3, 4, 7, 16, 64})
                QTest::addRow("%s d=%d", form, d) << d << QString::fromLatin1(form) << 5;
        QTest::addRow("many d=2") << 2 << QStringLiteral("full") << 61; // several chunks
        QTest::addRow("many d=9") << 9 << QStringLiteral("mixed") << 75;
    }
    void meansAgreeWithTheOracle()
    {
        QFETCH(int, dimension);
        QFETCH(QString, form);
        QFETCH(int, components);
        const auto mixture = makeMixture(mixtureOf(form, dimension, components));
        const GaussianMixture conditional = mixture->conditional(1).value();
        for (const double t : {0.02, 0.4, 1.0}) {
            const PathCoefficients level = process("rf")->at(t);
            const Level rows(mixture, 1, level);
            const Block<double> x = points(*mixture, level, 19);
            const NoisedMixture all(*mixture, level.alpha, level.sigma),
                members(conditional, level.alpha, level.sigma);
            for (const double w : {1.0, -2.0, 7.0})
                for (const auto* kernels : available()) {
                    const Block<double> result =
                        denoised(*kernels, w == 1 ? rows.members() : rows.mixture(), w, x);
                    for (int i = 0; i < x.rows(); ++i) {
                        const Eigen::VectorXd at = x.row(i).matrix().transpose();
                        const Eigen::VectorXd u = all.denoised(at), c = members.denoised(at);
                        const double error =
                            (result.row(i).matrix().transpose() - (u + w * (c - u))).norm();
                        const double bound = std::abs(1 - w) * rounding(*mixture, all, at)
                                             + std::abs(w) * rounding(conditional, members, at);
                        QVERIFY2(error <= bound,
                                 qPrintable(QStringLiteral("%1 t %2 w %3: error %4, bound %5")
                                                .arg(kernels->name)
                                                .arg(t)
                                                .arg(w)
                                                .arg(error)
                                                .arg(bound)));
                    }
                }
        }
    }

    void aPointDoesNotDependOnItsNeighbours()
    {
        for (const int d : {2, 3, 16}) {
            const auto mixture = makeMixture(mixtureOf(QStringLiteral("mixed"), d, 40));
            const PathCoefficients level = process("vp")->at(0.3);
            const Level rows(mixture, 0, level);
            const Block<double> x = points(*mixture, level, 37);
            for (const auto* kernels : available()) {
                const Block<double> all = denoised(*kernels, rows.mixture(), 2, x);
                for (int i = 0; i < 37; ++i) {
                    const Block<double> point = x.row(i), rest = x.bottomRows(37 - i);
                    QVERIFY((denoised(*kernels, rows.mixture(), 2, point) == all.row(i)).all());
                    QVERIFY(
                        (denoised(*kernels, rows.mixture(), 2, rest).row(0) == all.row(i)).all());
                }
            }
        }
    }

    /// Two far, narrow classes: the share of the other one, down to e^{-700}, is the difference,
    /// with the direction that both means, equal to rounding, would lose.
    void theDifferenceOfTheMeansDoesNotCancel()
    {
        for (const int d : {2, 5}) {
            const Eigen::VectorXd axis = Eigen::VectorXd::Unit(d, 0);
            const auto mixture = makeMixture(isotropicMixture({-8 * axis, 8 * axis}, 0.0));
            const Level rows(mixture, 0, {0.4, 1, 0.4, 0, 1});
            Block<double> x = Block<double>::Zero(3, d);
            x.col(0) << -2, -6, -7;
            for (const auto* kernels : available()) {
                Block<double> c(3, d), u(3, d), difference(3, d);
                kernels->split(
                    rows.mixture(), x.data(), {c.data(), u.data(), difference.data()}, 3, 3);
                for (int i = 0; i < 3; ++i) {
                    // its log odds: 2 x 8/sigma^2
                    const double other = std::exp(100 * x(i, 0));
                    QVERIFY2(c(i, 0) == -8 && u(i, 0) == -8, kernels->name);
                    // log-weights of size 700, rounded a few times
                    COMPARE_CLOSE(difference(i, 0), -16 * other, 2e-12, 0);
                    QVERIFY((difference.row(i).tail(d - 1) == 0).all());
                }
            }
        }
    }

    void farAndMissingPointsAreWhatTheyAre()
    {
        for (const int d : {2, 6}) {
            const auto mixture = makeMixture(mixtureOf(QStringLiteral("singular"), d, 30));
            const Level rows(mixture, 1, {1e-3, 1, 1e-3, 0, 1});
            Block<double> x = Block<double>::Constant(4, d, 1e4);
            x(1, 0) = std::numeric_limits<double>::quiet_NaN();
            x(2, 0) = std::numeric_limits<double>::infinity();
            for (const auto* kernels : available()) {
                const Block<double> result = denoised(*kernels, rows.mixture(), 3, x);
                QVERIFY2(result.row(0).isFinite().all() && result.row(3).isFinite().all(),
                         kernels->name);
                QVERIFY(!std::isfinite(result(1, 0)) && !std::isfinite(result(2, 0)));
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestDoubleKernel)
#include "tst_double_kernel.moc"
