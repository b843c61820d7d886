// SPDX-License-Identifier: GPL-3.0-or-later
// Divergences, entropy and mutual information of mixtures against closed forms and against each
// other: quadrature, draws, and the components alone.
#include "core/metric/integration.h"
#include "core/metric/mixture_divergence.h"
#include "tests/support/compare.h"
#include "tests/support/mixtures.h"

#include <QTest>

#include <cmath>
#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

GaussianMixture gaussian(const Eigen::VectorXd& mean, const Eigen::MatrixXd& covariance)
{
    MixtureSpec spec;
    spec.dimension = static_cast<int>(mean.size());
    spec.components.push_back({1, mean, covariance, 0});
    return GaussianMixture::create(spec).value();
}

/// The same law as two halves, so that no closed form is taken.
GaussianMixture split(const GaussianMixture& single)
{
    MixtureSpec spec;
    spec.dimension = single.dimension();
    const auto& component = single.components()[0];
    const Eigen::MatrixXd covariance = component.eigenvectors * component.eigenvalues.asDiagonal()
                                       * component.eigenvectors.transpose();
    for (int half = 0; half < 2; ++half)
        spec.components.push_back({.5, component.mean, covariance, half});
    return GaussianMixture::create(spec).value();
}

Eigen::MatrixXd covarianceIn(int d, double first)
{
    Eigen::MatrixXd covariance = Eigen::MatrixXd::Identity(d, d);
    covariance(0, 0) = first;
    if (d > 1)
        covariance(0, 1) = covariance(1, 0) = .3 * std::sqrt(first);
    return covariance;
}

} // namespace

class TestMixtureDivergence : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void integralsAgreeWithClosedForms_data()
    {
        QTest::addColumn<int>("dimension");
        QTest::addColumn<double>("variance");
        QTest::newRow("line") << 1 << .5;
        QTest::newRow("narrow line") << 1 << 1e-6;
        QTest::newRow("plane") << 2 << .5;
        QTest::newRow("narrow plane") << 2 << 1e-4;
        QTest::newRow("five dimensions, by draws") << 5 << .5;
    }
    void integralsAgreeWithClosedForms()
    {
        QFETCH(int, dimension);
        QFETCH(double, variance);
        WorkerPool pool(2);
        const auto p =
            gaussian(Eigen::VectorXd::Zero(dimension), covarianceIn(dimension, variance));
        const auto q = gaussian(Eigen::VectorXd::Constant(dimension, .4),
                                covarianceIn(dimension, 2 * variance));
        IntegrationOptions options;
        options.draws = 20000;
        const auto close = [&](const Result<Integral>& closed, const Result<Integral>& integral) {
            return closed.ok() && integral.ok() && closed->nodes == 0
                   && (integral->quadrature
                           ? isClose(integral->value.value, closed->value.value, 1e-9, 1e-9)
                           : std::abs(integral->value.value - closed->value.value)
                                 < 5 * integral->value.error);
        };
        QVERIFY(close(klDivergence(p, q, pool), klDivergence(split(p), q, pool, options)));
        QVERIFY(
            close(symmetricDivergence(SymmetricDivergence::Hellinger, p, q, pool),
                  symmetricDivergence(SymmetricDivergence::Hellinger, split(p), q, pool, options)));
        QVERIFY(close(differentialEntropy(p, .8, .1, pool),
                      differentialEntropy(split(p), .8, .1, pool, options)));
    }

    /// TV of equal Gaussians 2 mu apart is 2 Phi(mu/s) - 1, though its integrand has a kink.
    void totalVariationIsTheNormalIntegral()
    {
        WorkerPool pool(2);
        for (int d : {1, 2}) {
            const double mu = .7, deviation = .5;
            const Eigen::MatrixXd S = deviation * deviation * Eigen::MatrixXd::Identity(d, d);
            Eigen::VectorXd mean = Eigen::VectorXd::Zero(d);
            mean(0) = mu;
            const auto tv = symmetricDivergence(
                SymmetricDivergence::TotalVariation, gaussian(mean, S), gaussian(-mean, S), pool);
            QVERIFY(tv.ok());
            COMPARE_CLOSE(tv->value.value,
                          std::erf(mu / deviation / std::numbers::sqrt2),
                          0,
                          std::max(1e-12, 10 * tv->value.error));
            QVERIFY(tv->value.error < 1e-5);
        }
    }

    void divergencesKeepTheirBounds()
    {
        WorkerPool pool(2);
        const auto p = GaussianMixture::create(randomMixture(1, 2, 3, 2)).value();
        const auto q = GaussianMixture::create(randomMixture(2, 2, 4, 2)).value();
        const auto far = gaussian(Eigen::Vector2d(100, 0), .01 * Eigen::Matrix2d::Identity());
        using enum SymmetricDivergence;
        const IntegrationOptions coarse{.nodes = 301};
        const auto js = symmetricDivergence(JensenShannon, p, q, pool, coarse);
        const auto tv = symmetricDivergence(TotalVariation, p, q, pool, coarse);
        const auto hellinger = symmetricDivergence(Hellinger, p, q, pool, coarse);
        const auto kl = klDivergence(p, q, pool, coarse);
        QVERIFY(js.ok() && tv.ok() && hellinger.ok() && kl.ok());
        const double H = hellinger->value.value, TV = tv->value.value;
        QVERIFY(H * H <= TV && TV <= H * std::sqrt(2 - H * H)); // Le Cam
        QVERIFY(TV * TV <= kl->value.value / 2);                // Pinsker
        QVERIFY(js->value.value <= std::numbers::ln2 * TV);     // Lin
        // Halves of one law are at distance 0, laws without overlap at the largest.
        const auto none = klDivergence(p, p, pool);
        QVERIFY(none.ok() && std::abs(none->value.value) < 1e-14);
        const auto most = symmetricDivergence(JensenShannon, p, far, pool);
        QVERIFY(most.ok());
        COMPARE_CLOSE(most->value.value, std::numbers::ln2, 1e-9, 0);
    }

    /// Two far modes of weights w: H(C|X) = 0 and I = H(C); one place: I = 0. Between, data
    /// processing: noise only loses information, classes know less than components.
    void informationIsLostToNoise()
    {
        WorkerPool pool(2);
        MixtureSpec spec = isotropicMixture(
            {Eigen::Vector2d(-4, 0), Eigen::Vector2d(0, 0), Eigen::Vector2d(4, 0)}, .25);
        spec.components[2].classLabel = 1; // classes {0}, {1, 2}
        const auto mixture = GaussianMixture::create(spec).value();
        double last = std::log(3.);
        for (const double sigma : {.01, 1., 3., 30.}) {
            const auto all = componentInformation(mixture, 1, sigma, false, pool);
            const auto classes = componentInformation(mixture, 1, sigma, true, pool);
            QVERIFY(all.ok() && classes.ok());
            COMPARE_CLOSE(all->conditionalEntropy.value.value + all->information.value.value,
                          std::log(3.),
                          1e-12,
                          0);
            QVERIFY(all->information.value.value < last);
            QVERIFY(classes->information.value.value <= all->information.value.value);
            last = all->information.value.value;
        }
        QVERIFY(last < .01);
        // I(C; X) = h(X) - sum_k pi_k h(X|C = k), with entropies of Gaussians in closed form.
        const auto entropy = differentialEntropy(mixture, 1, 1, pool);
        const auto information = componentInformation(mixture, 1, 1, false, pool);
        QVERIFY(entropy.ok() && information.ok());
        COMPARE_CLOSE(information->information.value.value,
                      entropy->value.value
                          - std::log(2 * std::numbers::pi * std::numbers::e * 1.25),
                      1e-9,
                      0);
    }

    void drawsAgreeWithQuadrature()
    {
        WorkerPool pool(2);
        const auto p = GaussianMixture::create(randomMixture(1, 2, 3, 2)).value();
        const auto q = GaussianMixture::create(randomMixture(2, 2, 4, 2)).value();
        const IntegrationOptions coarse{.nodes = 301};
        const auto exact = klDivergence(p, q, pool, coarse);
        QVERIFY(exact.ok() && exact->quadrature);
        const LawDensity ofP(p, 1, 0), ofQ(q, 1, 0);
        const auto drawn = averageOverDraws(
            [&](const Eigen::MatrixXd& x) -> Eigen::ArrayXXd {
                return LawDensity::logSum(ofP.logTerms(x)) - LawDensity::logSum(ofQ.logTerms(x));
            },
            p,
            20000,
            1,
            pool)[0];
        QVERIFY(std::abs(drawn.value.value - exact->value.value) < 5 * drawn.value.error);
        // The same on any number of threads.
        WorkerPool one(1);
        const auto alone = klDivergence(p, q, one, coarse);
        QVERIFY(alone.ok() && alone->value.value == exact->value.value);
    }

    void singularLaws()
    {
        WorkerPool pool(1);
        const auto flat = gaussian(Eigen::Vector2d::Zero(), Eigen::Vector2d(1, 0).asDiagonal());
        const auto full = gaussian(Eigen::Vector2d::Zero(), Eigen::Matrix2d::Identity());
        const auto outside = klDivergence(full, flat, pool);
        QVERIFY(outside.ok() && std::isinf(outside->value.value) && outside->value.value > 0);
        const auto none = klDivergence(flat, full, pool);
        QVERIFY(!none.ok());
        QVERIFY(none.error().message.find("singular") != std::string::npos);
        QVERIFY(!differentialEntropy(flat, 1, 0, pool).ok());
        QVERIFY(differentialEntropy(flat, 1, .1, pool).ok()); // noise makes it regular
        QVERIFY(!klDivergence(
                     full, gaussian(Eigen::Vector3d::Zero(), Eigen::Matrix3d::Identity()), pool)
                     .ok());
    }
};

QTEST_GUILESS_MAIN(TestMixtureDivergence)
#include "tst_mixture_divergence.moc"
