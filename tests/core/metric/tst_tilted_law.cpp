// SPDX-License-Identifier: GPL-3.0-or-later
// The exact tilt against closed forms of Gaussian pairs, long sums in one dimension, and what it is
// at w = 0 and 1.
#include "core/metric/pairwise_distance.h"
#include "core/metric/tilted_law.h"
#include "core/mixture/noised_mixture.h"
#include "tests/support/compare.h"
#include "tests/support/guided.h"
#include "tests/support/mixtures.h"

#include <QtTest>

#include <cmath>
#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

const double kHalfLog2PiE = std::log(2 * std::numbers::pi * std::numbers::e) / 2;

TiltedLaw tilt(const GaussianMixture& mixture, int label, double w)
{
    auto law = TiltedLaw::create(mixture, label, w);
    if (!law)
        qFatal("%s", law.error().sentence().c_str());
    return std::move(*law);
}

/// By 400 001 points of [-30, 30], from the densities themselves.
struct LongSum {
    double confidence = 0, entropy = 0;
    LongSum(const GaussianMixture& mixture, int label, double w)
    {
        const NoisedMixture whole(mixture, 1, 0);
        const auto conditional = mixture.conditional(label).value();
        const NoisedMixture part(conditional, 1, 0);
        const double h = 60. / 400000;
        double Z = 0, mean = 0;
        for (int i = 0; i <= 400000; ++i) {
            const Eigen::VectorXd x = Eigen::VectorXd::Constant(1, -30 + i * h);
            const double c = part.logDensity(x), u = whole.logDensity(x);
            // q_c is at most q/pi_c: times pi_c^(w-1) nothing overflows
            const double log = w * c + (1 - w) * u + (w - 1) * std::log(mixture.classWeight(label));
            const double density = std::exp(log);
            Z += density * h;
            mean += density * h * log;
            confidence += density * h * mixture.classWeight(label) * std::exp(c - u);
        }
        confidence /= Z;
        entropy = std::log(Z) - mean / Z;
    }
};

} // namespace

class TestTiltedLaw : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void gaussiansHaveAClosedForm_data()
    {
        QTest::addColumn<double>("w");
        for (const double w : {.5, 1., 2., 3., 5., 7., 100.})
            QTest::addRow("w=%g", w) << w;
    }
    /// Bradley: class N(0, 1), guide N(0, 2), tilt N(0, 2/(w + 1)); theory §10a, item 1.
    void gaussiansHaveAClosedForm()
    {
        QFETCH(double, w);
        const double variance = 2 / (w + 1);
        const TiltedLaw line = tilt(*gaussianPair(0, 1, 0, 2), 0, w);
        // Sums of smooth functions on a fine grid are exact to its floor; |x - x'| has a kink,
        // worth the square of the spacing.
        COMPARE_CLOSE(line.entropy(), kHalfLog2PiE + std::log(variance) / 2, 0, 1e-9);
        COMPARE_CLOSE(line.pairwiseDistance(), 2 * std::sqrt(variance / std::numbers::pi), 1e-6, 0);
        MixtureSpec spec;
        spec.components.push_back(
            {1e-250, Eigen::Vector2d::Zero(), Eigen::Matrix2d::Identity(), 0});
        spec.components.push_back({1, Eigen::Vector2d::Zero(), 2 * Eigen::Matrix2d::Identity(), 1});
        const TiltedLaw plane = tilt(*makeMixture(spec), 0, w);
        COMPARE_CLOSE(plane.entropy(), 2 * kHalfLog2PiE + std::log(variance), 0, 1e-9);
        COMPARE_CLOSE(plane.pairwiseDistance(), std::sqrt(std::numbers::pi * variance), 1e-3, 0);
    }

    void atZeroAndOneItIsTheMixtureAndTheClass()
    {
        const auto mixture = makeMixture(randomMixture(3, 2, 5, 2, 2));
        const TiltedLaw whole = tilt(*mixture, 1, 0), part = tilt(*mixture, 1, 1);
        COMPARE_CLOSE(whole.logNormaliser(), 0, 0, 1e-9);
        COMPARE_CLOSE(part.logNormaliser(), 0, 0, 1e-9);
        COMPARE_CLOSE(whole.confidence(), mixture->classWeight(1), 0, 1e-9);
        // Against draws: 5 standard errors.
        const auto conditional = mixture->conditional(1).value();
        const Eigen::MatrixXd x = conditional.sample(1, Stream::Data, 20000);
        const NoisedMixture clean(*mixture, 1, 0), own(conditional, 1, 0);
        Eigen::ArrayXd confidence(x.cols()), surprise(x.cols());
        for (Eigen::Index i = 0; i < x.cols(); ++i) {
            confidence(i) = clean.classPosterior(x.col(i))(1);
            surprise(i) = -own.logDensity(x.col(i));
        }
        const auto error = [](const Eigen::ArrayXd& values) {
            return 5 * std::sqrt((values - values.mean()).square().mean() / 20000);
        };
        COMPARE_CLOSE(part.confidence(), confidence.mean(), 0, error(confidence));
        COMPARE_CLOSE(part.entropy(), surprise.mean(), 0, error(surprise));
        const Estimate apart = meanPairwiseDistance(x.transpose().array());
        COMPARE_CLOSE(part.pairwiseDistance(), apart.value, 0, 5 * apart.error);
    }

    void longSumsAgree_data()
    {
        QTest::addColumn<double>("w");
        for (const double w : {.3, 2., 16., 1000.})
            QTest::addRow("w=%g", w) << w;
    }
    void longSumsAgree()
    {
        QFETCH(double, w);
        for (const auto& mixture : {lineOfModes({0, -3, 3}, {.5, .5, .5}),
                                    lineOfModes({1, -1}, {1, 1}),
                                    lineOfModes({0, -1, 1}, {1, .3, .3})}) {
            const TiltedLaw law = tilt(*mixture, 0, w);
            const LongSum sum(*mixture, 0, w);
            COMPARE_CLOSE(law.confidence(), sum.confidence, 1e-7, 0); // of the long sum
            COMPARE_CLOSE(law.entropy(), sum.entropy, 0, 1e-6);
        }
    }

    void itSaysWhereItIsNotKnown()
    {
        const auto why = [](const GaussianMixture& mixture, double w) {
            const auto law = TiltedLaw::create(mixture, 0, w);
            return law ? std::string() : law.error().message;
        };
        const auto says = [&](const GaussianMixture& mixture, double w, const char* words) {
            return why(mixture, w).find(words) != std::string::npos;
        };
        QVERIFY(says(*makeMixture(randomMixture(1, 3, 3, 3)), 2, "one or two dimensions"));
        QVERIFY(says(*makeMixture(randomMixture(1, 2, 3, 2)), -1, "negative"));
        QVERIFY(says(*makeMixture(randomMixture(1, 2, 3, 1)), 2, "singular"));
        QVERIFY(says(*makeMixture(randomMixture(1, 2, 300, 2)), 2, "256"));
        QVERIFY(says(
            *makeMixture(isotropicMixture({Eigen::Vector2d(0, 0), Eigen::Vector2d(9, 9)}, 1e-8)),
            0,
            "too narrow"));
    }
};

QTEST_APPLESS_MAIN(TestTiltedLaw)
#include "tst_tilted_law.moc"
