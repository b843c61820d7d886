// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of the theory file for exact guided probability-flow ODEs: G2, G3, G9, the w-sweep of §9
// with its exponent (G11), ReCFG's means and Bradley's variances, the broad centre of §7.
#include "core/metric/guided_density.h"
#include "core/mixture/noised_mixture.h"
#include "tests/support/guided.h"

#include <QTest>

#include <array>
#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

GuidedOde odeTo(const std::shared_ptr<const ForwardProcess>& process,
                double T,
                std::shared_ptr<const GaussianMixture> mixture,
                std::shared_ptr<const GuidanceRule> guidance)
{
    GuidedOde ode;
    ode.mixture = std::move(mixture);
    ode.guidance = std::move(guidance);
    ode.process = process;
    ode.noise = process->at(T);
    ode.data = process->dataLevel();
    ode.tolerance = 1e-7; // of a step; the numbers below have five digits
    return ode;
}

/// z and its weights phi(z) h on [-7, 7]: the trapezoidal rule, which is exact to rounding for
/// smooth functions of a normal variable.
struct NormalGrid {
    Eigen::RowVectorXd z;
    Eigen::VectorXd weight;
    explicit NormalGrid(int n) : z(Eigen::RowVectorXd::LinSpaced(n, -7, 7))
    {
        weight = (-z.transpose().array().square() / 2).exp();
        weight /= weight.sum();
    }
};

/// P(other | x) of the pair N(±1, s^2), exact in its tail.
double otherShare(double x, double deviation = 1)
{
    return 1 / (1 + std::exp(2 * x / (deviation * deviation)));
}

/// 1 - P of §9: the pair ±1 guided to +1, from quantiles of the standard prior.
double sweepError(const std::string& id, double T, double w, double deviation = 1)
{
    const auto path = process(id);
    const GuidedOde ode =
        odeTo(path, T, lineOfModes({1, -1}, {deviation, deviation}), anyWeight(w, 0));
    const double prior = id == "ve-edm" ? T : 1; // as the theory file starts them
    WorkerPool pool(2);
    const auto particles = followGuidedOde(ode, prior * normalQuantiles(200), pool);
    double sum = 0;
    for (Eigen::Index i = 0; i < 200; ++i)
        sum += otherShare(particles->data(0, i), deviation) / 200;
    return sum;
}

} // namespace

class TestGoldenDensity : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pairOfModes_data()
    {
        QTest::addColumn<double>("w");
        QTest::addColumn<double>("mean");
        QTest::addColumn<double>("deviation");
        QTest::addColumn<double>("confidence");
        QTest::addColumn<double>("entropy");
        QTest::newRow("1") << 1. << .99326 << .99967 << .77368 << 1.4189;
        QTest::newRow("2") << 2. << 1.60231 << .76033 << .91904 << 1.1357;
        QTest::newRow("3") << 3. << 2.01379 << .65118 << .96731 << .9659;
        QTest::newRow("4") << 4. << 2.33260 << .59289 << .98395 << .8639;
        QTest::newRow("6") << 6. << 2.83299 << .53067 << .99458 << .7485;
        QTest::newRow("8") << 8. << 3.23387 << .49718 << .99767 << .6842;
        QTest::newRow("11") << 11. << 3.73262 << .46792 << .99917 << .6270;
        QTest::newRow("16") << 16. << 4.40915 << .44155 << .99979 << .5746;
    }

    void pairOfModes() // G2
    {
        QFETCH(double, w);
        QFETCH(double, mean);
        QFETCH(double, deviation);
        QFETCH(double, confidence);
        QFETCH(double, entropy);
        const GuidedOde ode =
            odeTo(process("vp"), 10, lineOfModes({1, -1}, {1, 1}), anyWeight(w, 0));
        WorkerPool pool(2);
        const auto particles = followGuidedOde(ode, normalQuantiles(2000), pool);
        QVERIFY(particles.ok());
        const Eigen::ArrayXd x = particles->data.row(0).transpose();
        double share = 0;
        for (const double value : x)
            share += 1 - otherShare(value);
        // One unit of the last digit given.
        COMPARE_CLOSE(x.mean(), mean, 0, 1e-5);
        COMPARE_CLOSE(std::sqrt((x - x.mean()).square().mean()), deviation, 0, 1e-5);
        COMPARE_CLOSE(share / 2000, confidence, 0, 1e-5);
        // Quantiles cut the tails off, which costs 3e-4 of the entropy: well within its error.
        const GuidedEntropy measured = guidedEntropy(*particles);
        QVERIFY(measured.entropy.error > 0.005 && measured.entropy.error < 0.03);
        COMPARE_CLOSE(measured.entropy.value, entropy, 0, measured.entropy.error);
        const NormalGrid grid(281);
        const auto even = followGuidedOde(ode, grid.z, pool);
        COMPARE_CLOSE(-even->logDensity.dot(grid.weight), entropy, 0, 1e-4);
    }

    void triangle_data()
    {
        QTest::addColumn<double>("w");
        QTest::addColumn<double>("confidence");
        QTest::addColumn<double>("entropy");
        QTest::newRow("1") << 1. << .595 << 2.850;
        QTest::newRow("2") << 2. << .790 << 2.495;
        QTest::newRow("3") << 3. << .895 << 2.242;
        QTest::newRow("4") << 4. << .943 << 2.075;
        QTest::newRow("6") << 6. << .979 << 1.885;
        QTest::newRow("11") << 11. << .996 << 1.696;
        QTest::newRow("21") << 21. << .9997 << 1.579;
    }

    void triangle() // G3
    {
        QFETCH(double, w);
        QFETCH(double, confidence);
        QFETCH(double, entropy);
        const double h = std::sqrt(3.) / 2;
        MixtureSpec spec = isotropicMixture(
            {Eigen::Vector2d(h, .5), Eigen::Vector2d(-h, .5), Eigen::Vector2d(0, -1)}, 1);
        for (int k = 0; k < 3; ++k)
            spec.components[static_cast<std::size_t>(k)].classLabel = k;
        const auto mixture = makeMixture(spec);
        const GuidedOde ode = odeTo(process("ou"), 5, mixture, anyWeight(w, 0));
        // A rule of quadrature instead of 4000 draws: no sampling error of our own.
        const NormalGrid grid(33);
        const Eigen::Index side = grid.z.size();
        Eigen::MatrixXd starts(2, side * side);
        Eigen::VectorXd weight(side * side);
        for (Eigen::Index i = 0; i < side * side; ++i) {
            starts.col(i) << grid.z(i % side), grid.z(i / side);
            weight(i) = grid.weight(i % side) * grid.weight(i / side);
        }
        WorkerPool pool(2);
        const auto particles = followGuidedOde(ode, starts, pool);
        QVERIFY(particles.ok());
        const NoisedMixture clean(*mixture, 1, 0);
        double share = 0;
        for (Eigen::Index i = 0; i < starts.cols(); ++i)
            share += weight(i) * clean.classPosterior(particles->data.col(i))(0);
        // Standard errors of their 4000 draws: .016 of H as given, and at most .004 of P; three.
        COMPARE_CLOSE(share, confidence, 0, 0.012);
        const double measured = -particles->logDensity.dot(weight);
        COMPARE_CLOSE(measured, entropy, 0, 3 * 0.016);
        if (w == 1)
            COMPARE_CLOSE(measured, std::log(2 * std::numbers::pi * std::numbers::e), 0, 2e-4);
        if (w == 21) {
            const Eigen::VectorXd mean = particles->data * weight;
            // 5 standard errors of 4000 draws, of means and of variances, and of rounding.
            COMPARE_CLOSE(mean(0), 5.20, 0, 0.05);
            COMPARE_CLOSE(mean(1), 3.01, 0, 0.05);
            const Eigen::MatrixXd centred = particles->data.colwise() - mean;
            const Eigen::Vector2d axis(h, .5), across(-.5, h);
            const Eigen::Matrix2d covariance = centred * weight.asDiagonal() * centred.transpose();
            COMPARE_CLOSE(axis.dot(covariance * axis), .19, 0, 0.026);
            COMPARE_CLOSE(across.dot(covariance * across), .45, 0, 0.055);
        }
    }

    void strengthSweep_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<double>("T");
        QTest::addColumn<QList<double>>("errors"); // w - 1 = 0, 1, 10, 100, 1000
        QTest::addColumn<double>("slope");         // at 1e5
        const QList<double> vp1{.383, .275, 3.2e-2, 1.5e-3, 5.6e-5};
        QTest::newRow("vp 1") << "vp" << 1. << vp1 << -1.50;
        QTest::newRow("vp 2") << "vp" << 2. << QList<double>{.316, .174, 9.4e-3, 1.2e-4, 7.7e-7}
                              << -2.43;
        QTest::newRow("vp 5") << "vp" << 5. << QList<double>{.244, .095, 1.5e-3, 1.7e-7, 1.5e-14}
                              << -10.;
        QTest::newRow("ve 3") << "ve-edm" << 3. << QList<double>{.297, .151, 7.0e-3, 5.8e-5, 1.8e-7}
                              << -2.81;
        QTest::newRow("ve 10") << "ve-edm" << 10.
                               << QList<double>{.247, .098, 1.7e-3, 3.3e-7, 2.0e-13} << -8.6;
        QTest::newRow("rf") << "rf" << .999 << QList<double>{.225, .080, 7.9e-4, 1.8e-9} << 0.;
        QTest::newRow("ou 1 is vp 2")
            << "ou" << 1. << QList<double>{.316, .174, 9.4e-3, 1.2e-4, 7.7e-7} << -2.43;
    }

    void strengthSweep() // §9, G11
    {
        QFETCH(QString, id);
        QFETCH(double, T);
        QFETCH(QList<double>, errors);
        QFETCH(double, slope);
        const double strengths[] = {0, 1, 10, 100, 1000};
        for (int i = 0; i < errors.size(); ++i) {
            const double error = sweepError(id.toStdString(), T, 1 + strengths[i]);
            // Two digits are given (three above .1): half a unit of the last, at most 5 %.
            COMPARE_CLOSE(error, errors[i], errors[i] > 0.1 ? 0 : 0.04, errors[i] > 0.1 ? 6e-4 : 0);
        }
        if (slope == 0)
            return;
        const double step = 1.1; // of the difference quotient in log w
        const double measured = std::log(sweepError(id.toStdString(), T, 1 + 1e5 * step)
                                         / sweepError(id.toStdString(), T, 1 + 1e5 / step))
                                / (2 * std::log(step));
        // 2 %; "-10" is given without decimals.
        COMPARE_CLOSE(measured, slope, slope == -10 ? 0.05 : 0.02, 0);
    }

    void exponentClimbsToItsLimit_data() // p = sqrt(1 + sigma~_T^2/s^2), reached from below
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<double>("T");
        QTest::addColumn<double>("deviation");
        QTest::addColumn<double>("slope"); // at w = 1e5
        QTest::addColumn<double>("limit");
        QTest::newRow("vp 1") << "vp" << 1. << 1. << 1.503 << 1.649;
        QTest::newRow("vp 2") << "vp" << 2. << 1. << 2.44 << 2.718;
        QTest::newRow("ve 3") << "ve-edm" << 3. << 1. << 2.83 << 3.162;
        QTest::newRow("narrow") << "vp" << 1. << .5 << 2.57 << 2.806;
    }

    void exponentClimbsToItsLimit() // G11
    {
        QFETCH(QString, id);
        QFETCH(double, T);
        QFETCH(double, deviation);
        QFETCH(double, slope);
        QFETCH(double, limit);
        const auto localSlope = [&](double w) {
            return std::log(sweepError(id.toStdString(), T, w / 1.1, deviation)
                            / sweepError(id.toStdString(), T, w * 1.1, deviation))
                   / (2 * std::log(1.1));
        };
        const double near = localSlope(1e5), far = localSlope(1e8);
        COMPARE_CLOSE(near, slope, 0.02, 0);
        QVERIFY2(far > near && far < limit, qPrintable(QString::number(far)));
        COMPARE_CLOSE(
            limit,
            std::sqrt(1 + std::pow(process(id.toStdString())->at(T).sigmaTilde() / deviation, 2)),
            1e-3,
            0);
    }

    void rootOfTheWeight() // G9
    {
        const QList<std::pair<double, double>> rows{
            {10, 1.141}, {100, 1.022}, {1000, .964}, {1e4, .943}};
        for (const auto& [w, expected] : rows) {
            GuidedOde ode =
                odeTo(process("ve-edm"), 1e5, lineOfModes({1, -1}, {1, 1}), anyWeight(w, 0));
            WorkerPool pool(1);
            const auto particles = followGuidedOde(ode, 1e5 * normalQuantiles(200), pool);
            QVERIFY(particles.ok());
            COMPARE_CLOSE(particles->data.mean() / std::sqrt(w), expected, 0, 6e-4);
        }
    }

    void rectifiedMeans_data() // ReCFG: cond N(1, 1), guide N(0, 2); sigma_T = inf by RF
    {
        QTest::addColumn<double>("w");
        QTest::addColumn<double>("phi");
        const QList<std::pair<double, double>> rows{{1, 1},
                                                    {1.5, 1.349},
                                                    {2, 1.623},
                                                    {3, 2.000},
                                                    {4, 2.217},
                                                    {5, 2.333},
                                                    {7, 2.400},
                                                    {10, 2.345},
                                                    {20, 2.145}};
        for (const auto& [w, phi] : rows)
            QTest::addRow("%g", w) << w << phi;
    }

    void rectifiedMeans()
    {
        QFETCH(double, w);
        QFETCH(double, phi);
        const GuidedOde ode = odeTo(process("rf"), 1, gaussianPair(1, 1, 0, 2), anyWeight(w, 0));
        WorkerPool pool(1);
        const auto particles = followGuidedOde(ode, Eigen::RowVectorXd::Zero(1), pool);
        COMPARE_CLOSE(particles->data(0, 0), phi, 0, 6e-4); // three decimals
    }

    void bradleyVariances() // cond N(0, 1), guide N(0, 2): 2^(1-w) for T -> inf
    {
        WorkerPool pool(1);
        for (const double w : {2., 3., 5., 7.}) {
            const auto pair = gaussianPair(0, 1, 0, 2);
            const GuidedOde ode = odeTo(process("rf"), 1, pair, anyWeight(w, 0));
            const auto one = followGuidedOde(ode, Eigen::RowVectorXd::Ones(1), pool);
            COMPARE_CLOSE(std::pow(one->data(0, 0), 2), std::pow(2, 1 - w), 1e-7, 0);
            // Its finite-T form, T = sigma_T^2, in VE.
            const GuidedOde finite = odeTo(process("ve-edm"), 3, pair, anyWeight(w, 0));
            const auto three = followGuidedOde(finite, Eigen::RowVectorXd::Constant(1, 3), pool);
            const double T = 9;
            // From variance T rather than T + 1, the class's own: the flow is linear in x.
            COMPARE_CLOSE(std::pow(three->data(0, 0), 2) * (T + 1) / T,
                          std::pow(2, 1 - w) * std::pow(T + 1, 1 - w) * std::pow(T + 2, w - 1),
                          1e-7,
                          0);
        }
    }

    void priorMismatch_data() // G8: the leading terms of KL(q_T || prior) in §9
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<double>("T");
        QTest::addColumn<double>("mean");
        QTest::addColumn<double>("variance");
        QTest::addColumn<double>("decay"); // what the divergence is multiplied with
        QTest::addColumn<double>("coefficient");
        QTest::newRow("vp mean") << "vp" << 8. << .6 << 1. << std::exp(8.) << .180;
        QTest::newRow("vp centred") << "vp" << 8. << 0. << 1.25 << std::exp(16.) << .0156;
        QTest::newRow("edm mean") << "ve-edm" << 80. << .6 << 1. << 6400. << .180;
        QTest::newRow("edm centred") << "ve-edm" << 80. << 0. << 1.25 << 4.096e7 << .391;
    }

    void priorMismatch()
    {
        QFETCH(QString, id);
        QFETCH(double, T);
        QFETCH(double, mean);
        QFETCH(double, variance);
        QFETCH(double, decay);
        QFETCH(double, coefficient);
        const auto mixture = lineOfModes({mean}, {std::sqrt(variance)});
        const PathCoefficients at = process(id.toStdString())->at(T);
        const NoisedMixture law(*mixture, at.alpha, at.sigma);
        const double prior = id == "vp" ? 1 : T;
        // KL = E_p[(q/p) log(q/p) - q/p + 1], p the prior: every term is small, nothing cancels.
        const NormalGrid grid(561);
        double kl = 0;
        for (Eigen::Index i = 0; i < grid.z.size(); ++i) {
            const double x = prior * grid.z(i);
            const double excess = law.logDensity(Eigen::VectorXd::Constant(1, x))
                                  + grid.z(i) * grid.z(i) / 2
                                  + std::log(2 * std::numbers::pi * prior * prior) / 2;
            kl += grid.weight(i) * (std::exp(excess) * excess - std::expm1(excess));
        }
        COMPARE_CLOSE(kl * decay, coefficient, 0.01, 0); // the next order at this T, three digits
    }

    void broadCentre() // §7: P -> 1 far outside, so continuous time is "mixed" too
    {
        const auto mixture = lineOfModes({0, -1, 1}, {1, .3, .3});
        const NoisedMixture clean(*mixture, 1, 0);
        WorkerPool pool(2);
        const QList<std::array<double, 4>> rows{{5, .955, .156, 2.54}, {30, -1, .05, 4.84}};
        for (const auto& [w, confidence, share, distance] : rows) {
            const GuidedOde ode = odeTo(process("vp"), 10, mixture, anyWeight(w, 0));
            const auto particles = followGuidedOde(ode, normalQuantiles(2000), pool);
            double sum = 0, beyond = 0, reach = 0;
            for (Eigen::Index i = 0; i < 2000; ++i) {
                const double x = particles->data(0, i);
                sum += clean.classPosterior(particles->data.col(i))(0) / 2000;
                beyond += std::abs(x) > 1 ? 1 : 0;
                reach += std::abs(x) > 1 ? std::abs(x) : 0;
            }
            if (confidence > 0)
                COMPARE_CLOSE(sum, confidence, 0, 1e-3);
            COMPARE_CLOSE(beyond / 2000, share, 0, 2e-3);
            COMPARE_CLOSE(reach / beyond, distance, 0, 1e-2);
        }
    }
};

QTEST_GUILESS_MAIN(TestGoldenDensity)
#include "tst_golden_density.moc"
