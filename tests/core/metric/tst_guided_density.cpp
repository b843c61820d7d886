// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/guided_density.h"
#include "core/mixture/noised_mixture.h"
#include "tests/support/guided.h"
#include "tests/support/mixtures.h"

#include <QTest>

#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

GuidedOde odeOn(const std::string& id,
                std::shared_ptr<const GaussianMixture> mixture,
                std::shared_ptr<const GuidanceRule> guidance,
                double horizon,
                double stop)
{
    GuidedOde ode;
    ode.mixture = std::move(mixture);
    ode.guidance = std::move(guidance);
    ode.process = process(id, {{"horizon", horizon}});
    ode.noise = ode.process->at(horizon);
    ode.data = ode.process->at(stop);
    ode.tolerance = 1e-11; // tests of identities, not of speed
    return ode;
}

void addProcesses()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<double>("horizon");
    QTest::addRow("vp") << "vp" << 5.;
    QTest::addRow("ve-edm") << "ve-edm" << 20.;
    QTest::addRow("rf from pure noise") << "rf" << 1.;
    QTest::addRow("rf cut short") << "rf" << 0.9;
}

double logNormal(double x, double mean, double variance)
{
    return -(x - mean) * (x - mean) / (2 * variance)
           - std::log(2 * std::numbers::pi * variance) / 2;
}

/// w = 6 in a window of noise levels, 1 outside: no formula of constant w holds.
class Window final : public GuidanceRule {
public:
    double weight(const PathCoefficients& level) const override
    {
        return level.sigmaTilde() > 0.4 && level.sigmaTilde() <= 2 ? 6 : 1;
    }
    std::optional<int> target() const override { return 1; }
};

class NotLinear final : public GuidanceRule {
public:
    double weight(const PathCoefficients&) const override { return 1; }
    std::optional<int> target() const override { return 0; }
    GuidanceForm form() const override { return GuidanceForm::Pointwise; }
};

} // namespace

class TestGuidedDensity : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isTheClosedFormOfGaussians_data() { addProcesses(); }

    void isTheClosedFormOfGaussians()
    {
        QFETCH(QString, id);
        QFETCH(double, horizon);
        const GaussianLaw conditional{1.2, 0.3}, guide{-0.4, 1.1};
        WorkerPool pool(1);
        for (const double w : {0., 1., 3.}) {
            const auto pair = gaussianPair(1.2, 0.3, -0.4, 1.1);
            const GuidedOde ode = odeOn(id.toStdString(), pair, anyWeight(w, 0), horizon, 0.01);
            const double sigma = ode.noise.sigma;
            const Eigen::RowVectorXd starts = sigma * Eigen::RowVectorXd::LinSpaced(7, -2, 2);
            const auto particles = followGuidedOde(ode, starts, pool);
            QVERIFY(particles.ok());
            // The quadrature of O2 cannot start where alpha = 0; a millionth below it can.
            const double T = ode.noise.alpha > 0 ? horizon : horizon * (1 - 1e-9);
            const GaussianLaw law = guidedGaussian(
                *ode.process, T, ode.data.t, w, 0, {0, sigma * sigma}, conditional, guide);
            for (Eigen::Index i = 0; i < 7; ++i)
                // 3e-7: of Simpson's rule in log t and of the start just below alpha = 0.
                COMPARE_CLOSE(particles->logDensity(i),
                              logNormal(particles->data(0, i), law.mean, law.variance),
                              3e-7,
                              3e-7);
        }
    }

    void conditionalFlowFromTheExactPriorGivesTheLaw_data() { addProcesses(); }

    void conditionalFlowFromTheExactPriorGivesTheLaw()
    {
        QFETCH(QString, id);
        QFETCH(double, horizon);
        for (const int d : {1, 2, 5}) {
            const auto mixture = makeMixture(randomMixture(11, d, 5, d));
            GuidedOde ode = odeOn(id.toStdString(), mixture, anyWeight(1, 1), horizon, 0.02);
            ode.prior = Prior::Exact;
            const auto target = mixture->conditional(1);
            const Eigen::MatrixXd starts =
                target->sample(2, Stream::Data, 8, ode.noise.alpha, ode.noise.sigma);
            WorkerPool pool(2);
            const auto particles = followGuidedOde(ode, starts, pool);
            QVERIFY(particles.ok());
            for (Eigen::Index i = 0; i < 8; ++i) {
                // 1e-8: a tolerance of 1e-11 a step, over some hundred steps
                COMPARE_CLOSE(particles->logDensity(i), particles->targetLogDensity(i), 1e-8, 1e-8);
                QCOMPARE(particles->penalty(i), 0.);
            }
            const GuidedEntropy entropy = guidedEntropy(*particles);
            QVERIFY(std::abs(entropy.kl.value) < 1e-8);
            QCOMPARE(entropy.particles, 8);
            QCOMPARE(entropy.failed, 0);
        }
    }

    // Golden number G7: the tilt form of O5 with constant w, whose integrand shares nothing with
    // the divergence.
    void isTheTiltTimesThePenalty_data() { addProcesses(); }

    void isTheTiltTimesThePenalty()
    {
        QFETCH(QString, id);
        QFETCH(double, horizon);
        const double w = 3;
        const auto mixture = makeMixture(randomMixture(3, 2, 4, 2, 1.5));
        const auto target = mixture->conditional(0);
        const GuidedOde ode = odeOn(id.toStdString(), mixture, anyWeight(w, 0), horizon, 0.05);
        const Eigen::MatrixXd starts =
            Eigen::MatrixXd::NullaryExpr(2, 12, [&](Eigen::Index c, Eigen::Index i) {
                return ode.noise.sigma * testNormal(5, static_cast<int>(i), static_cast<int>(c));
            });
        const auto tilt = [&](const PathCoefficients& at, const Eigen::VectorXd& x) {
            return w * NoisedMixture(*target, at.alpha, at.sigma).logDensity(x)
                   + (1 - w) * NoisedMixture(*mixture, at.alpha, at.sigma).logDensity(x);
        };
        WorkerPool pool(2);
        const auto particles = followGuidedOde(ode, starts, pool);
        QVERIFY(particles.ok());
        const double variance = ode.noise.sigma * ode.noise.sigma;
        for (Eigen::Index i = 0; i < starts.cols(); ++i) {
            const double prior = -starts.col(i).squaredNorm() / (2 * variance)
                                 - std::log(2 * std::numbers::pi * variance);
            const double expected = tilt(ode.data, particles->data.col(i)) + prior
                                    - tilt(ode.noise, starts.col(i)) - particles->penalty(i);
            COMPARE_CLOSE(particles->logDensity(i), expected, 1e-9, 1e-9);
            QVERIFY(particles->penalty(i) > 0);
        }
    }

    void ofAnyWeightIsTheStretchOfTheMap()
    {
        // In one dimension q^_0(x_0) = q_T(x_T) / (d x_0 / d x_T), by central differences.
        const auto mixture = lineOfModes({-2, 0.5, 2}, {0.6, 0.4, 0.5});
        for (const char* id : {"vp", "ve-edm", "rf"}) {
            const double horizon = std::string(id) == "vp" ? 6 : std::string(id) == "rf" ? 1 : 10;
            GuidedOde ode = odeOn(id, mixture, std::make_shared<Window>(), horizon, 0.03);
            ode.tolerance = 1e-12; // the differences below divide its errors by 1e-5
            const double h = 1e-3 * ode.noise.sigma;
            Eigen::RowVectorXd starts(9);
            for (int i = 0; i < 3; ++i)
                for (int j = -1; j <= 1; ++j)
                    starts(3 * i + j + 1) = ode.noise.sigma * (i - 0.8) + j * h;
            WorkerPool pool(1);
            const auto particles = followGuidedOde(ode, starts, pool);
            QVERIFY(particles.ok());
            for (Eigen::Index i = 1; i < 9; i += 3) {
                const double slope =
                    (particles->data(0, i + 1) - particles->data(0, i - 1)) / (2 * h);
                const double expected =
                    logNormal(starts(i), 0, ode.noise.sigma * ode.noise.sigma) - std::log(slope);
                // 5e-6: what is left of both, the differences' curvature and those errors
                COMPARE_CLOSE(particles->logDensity(i), expected, 5e-6, 5e-6);
            }
        }
    }

    void backwardsFindsTheSameDensity()
    {
        const auto mixture = makeMixture(randomMixture(8, 2, 4, 2, 1.5));
        const GuidedOde ode = odeOn("rf", mixture, anyWeight(2, 1), 1, 0.05);
        const Eigen::MatrixXd starts =
            Eigen::MatrixXd::NullaryExpr(2, 6, [](Eigen::Index c, Eigen::Index i) {
                return testNormal(6, static_cast<int>(i), static_cast<int>(c));
            });
        WorkerPool one(1), three(3);
        const auto there = followGuidedOde(ode, starts, one);
        const auto back = guidedDensityAt(ode, there->data, three);
        QVERIFY(there.ok() && back.ok());
        // 1e-6: towards noise the flow expands by up to 1e4, and errors of 1e-11 with it
        QVERIFY(largestDifference(back->noise, starts) < 1e-6);
        QVERIFY(largestDifference(back->logDensity, there->logDensity) < 1e-6);
        QVERIFY(largestDifference(back->penalty, there->penalty) < 1e-6);
        const auto again = followGuidedOde(ode, starts, three);
        QVERIFY(again->logDensity == there->logDensity); // bit for bit on any number of threads
    }

    void saysWhatHasNoDensity()
    {
        WorkerPool pool(1);
        const auto plane = makeMixture(referenceM1());
        GuidedOde ode = odeOn("vp", plane, anyWeight(2, 7), 5, 0.01);
        const Eigen::MatrixXd starts = Eigen::MatrixXd::Zero(2, 1);
        QCOMPARE(followGuidedOde(ode, starts, pool).error().path, std::string("target"));
        ode.guidance = std::make_shared<NotLinear>();
        QCOMPARE(followGuidedOde(ode, starts, pool).error().path, std::string("guidance"));
        ode.guidance = anyWeight(2, 0);
        QCOMPARE(followGuidedOde(ode, Eigen::MatrixXd::Zero(3, 1), pool).error().path,
                 std::string("points"));
        std::swap(ode.noise, ode.data);
        QCOMPARE(followGuidedOde(ode, starts, pool).error().path, std::string("levels"));
        ode = odeOn("vp", makeMixture(randomMixture(4, 2, 3, 1)), anyWeight(2, 0), 5, 0);
        QCOMPARE(followGuidedOde(ode, starts, pool).error().path, std::string("levels"));

        ode = odeOn("vp", plane, anyWeight(2, 0), 5, 0.01);
        Eigen::MatrixXd bad = Eigen::MatrixXd::Zero(2, 3);
        bad(0, 1) = std::nan("");
        const auto particles = followGuidedOde(ode, bad, pool);
        QVERIFY(particles.ok());
        QVERIFY(std::isnan(particles->logDensity(1)));
        QVERIFY(std::isfinite(particles->logDensity(2)));
        QCOMPARE(guidedEntropy(*particles).failed, 1);
    }
};

QTEST_GUILESS_MAIN(TestGuidedDensity)
#include "tst_guided_density.moc"
