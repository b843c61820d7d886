// SPDX-License-Identifier: GPL-3.0-or-later
// Every registered sampler against the closed form of a single Gaussian: observed order of the
// noise-free method, law of the stochastic one.
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

Eigen::VectorXd variances(const GaussianMixture::Component& component,
                          const PathCoefficients& level)
{
    return level.alpha * level.alpha * component.eigenvalues.array() + level.sigma * level.sigma;
}

/// x_t = alpha_t m + Q sqrt(v_t/v_T) Q^T (x_T - alpha_T m): the probability flow of one Gaussian,
/// exact.
Eigen::MatrixXd exactFlow(const GaussianMixture::Component& g,
                          const PathCoefficients& from,
                          const PathCoefficients& to,
                          const Eigen::MatrixXd& x)
{
    const Eigen::VectorXd ratio = (variances(g, to).array() / variances(g, from).array()).sqrt();
    const Eigen::MatrixXd map = g.eigenvectors * ratio.asDiagonal() * g.eigenvectors.transpose();
    return ((x.rowwise() - from.alpha * g.mean.transpose()) * map).rowwise()
           + to.alpha * g.mean.transpose();
}

} // namespace

class TestConvergence : public QObject {
    Q_OBJECT

    static double endError(const std::string& sampler, const std::vector<PathCoefficients>& levels)
    {
        WorkerPool pool(1);
        auto plan = makePlan(makeMixture(referenceM4()), levels, sampler);
        plan.particles = 64;
        const auto run = simulate<double>(plan, pool);
        const Eigen::MatrixXd expected = exactFlow(plan.mixture->components()[0],
                                                   levels.front(),
                                                   levels.back(),
                                                   statesAt(run.trajectories, 0));
        return std::sqrt((statesAt(run.trajectories) - expected).squaredNorm() / 64);
    }

private Q_SLOTS:
    void observedOrderIsTheDeclaredOne_data()
    {
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<int>("order");
        QTest::addColumn<QString>("processId");
        QTest::addColumn<QString>("grid");
        for (const auto& kind : samplerKinds())
            for (const char* p : {"vp", "vp-linear", "ve-edm", "rf"})
                for (const char* grid : {"uniform", "karras"})
                    QTest::addRow("%s %s %s", kind.info.id.c_str(), p, grid)
                        << QString::fromStdString(kind.info.id) << kind.order << p << grid;
    }
    void observedOrderIsTheDeclaredOne()
    {
        QFETCH(QString, sampler);
        QFETCH(int, order);
        QFETCH(QString, processId);
        QFETCH(QString, grid);
        // Horizons from which 400 steps are in the asymptotic range, and finite noise levels (a
        // grid from infinity does not refine its first step).
        const auto p = processId == "ve-edm" ? process("ve-edm", {{"horizon", 5}, {"stop", 0.1}})
                       : processId == "vp"   ? process("vp", {{"horizon", 3}, {"stop", 0.05}})
                       : processId == "rf"
                           ? process("rf", {{"horizon", 0.9}, {"stop", 0.05}})
                           : process("vp-linear", {{"horizon", 0.8}, {"stop", 0.05}});
        const double coarse =
            endError(sampler.toStdString(), levelsOn(*p, grid.toStdString(), 400));
        const double fine = endError(sampler.toStdString(), levelsOn(*p, grid.toStdString(), 800));
        const double observed = std::log2(coarse / fine);
        QVERIFY2(std::abs(observed - order) < 0.1,
                 qPrintable(QStringLiteral("observed order %1, errors %2 and %3")
                                .arg(observed)
                                .arg(coarse)
                                .arg(fine)));
        QVERIFY(fine < 0.02);
    }

    void fromPureNoiseTheFlowStillConverges()
    {
        // Rectified flow from t = 1, where alpha = 0: uniform in t the path is smooth, so both
        // orders hold.
        const auto rf = process("rf", {{"stop", 0.01}});
        for (const auto& [sampler, order] :
             {std::pair{"euler", 1}, {"heun", 2}, {"ddim", 1}, {"euler-maruyama", 1}}) {
            const double observed = std::log2(endError(sampler, levelsOn(*rf, "uniform", 500))
                                              / endError(sampler, levelsOn(*rf, "uniform", 1000)));
            QVERIFY2(std::abs(observed - order) < 0.1,
                     qPrintable(QStringLiteral("%1: %2").arg(sampler).arg(observed)));
        }
    }

    /// O1: E Y_t = alpha_t m + Phi (E Y_T - alpha_T m), Var Y_t = v_t + Phi^2 (Var Y_T - v_T), Phi
    /// = (alpha_T/alpha_t)^{eta^2} (v_t/v_T)^{(1 + eta^2)/2}.
    void reverseSdeHasTheClosedFormLaw_data()
    {
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<QString>("processId");
        QTest::addColumn<double>("eta");
        for (const char* sampler : {"euler-maruyama", "ddim"})
            for (const char* p : {"vp", "ve-edm", "rf"})
                for (const double eta : {0.5, 1.0})
                    QTest::addRow("%s %s eta=%g", sampler, p, eta) << sampler << p << eta;
    }
    void reverseSdeHasTheClosedFormLaw()
    {
        QFETCH(QString, sampler);
        QFETCH(QString, processId);
        QFETCH(double, eta);
        // Short horizons, so that the wrong start N(0, sigma_T^2) is still seen at the end: a test
        // of Phi, not only of the stationary law.
        const auto p = processId == "ve-edm" ? process("ve-edm", {{"horizon", 3}, {"stop", 0.05}})
                       : processId == "vp"   ? process("vp", {{"horizon", 1.5}, {"stop", 0.02}})
                                             : process("rf", {{"horizon", 0.8}, {"stop", 0.02}});
        auto plan = makePlan(
            makeMixture(referenceM4()), levelsOn(*p, "karras", 1000), sampler.toStdString(), eta);
        const int n = 10000;
        plan.particles = n;
        plan.seed = 3;
        WorkerPool pool(2);
        const Eigen::MatrixXd x = statesAt(simulate<float>(plan, pool).trajectories);

        const auto& g = plan.mixture->components()[0];
        const PathCoefficients &start = plan.levels.front(), &end = plan.levels.back();
        const Eigen::ArrayXd vT = variances(g, start), v0 = variances(g, end);
        const Eigen::ArrayXd Phi =
            std::pow(start.alpha / end.alpha, eta * eta) * (v0 / vT).pow((1 + eta * eta) / 2);
        const Eigen::MatrixXd& Q = g.eigenvectors;
        const Eigen::VectorXd mean =
            end.alpha * g.mean
            - Q * (Phi.matrix().asDiagonal() * (Q.transpose() * (start.alpha * g.mean)));
        const Eigen::ArrayXd variance = v0 + Phi.square() * (start.sigma * start.sigma - vT);

        const Eigen::MatrixXd inAxes = (x.rowwise() - mean.transpose())
                                       * Q; // in the eigenbasis: mean 0, covariance diag(variance)
        const Eigen::RowVectorXd sampleMean = inAxes.colwise().mean();
        const Eigen::MatrixXd covariance = inAxes.transpose() * inAxes / n;
        for (int i = 0; i < 2; ++i) {
            // 5 standard errors: 5 % of a standard deviation, 7 % of a variance. The
            // discretisation at 1000 steps, first order in 1/K, stays well below.
            COMPARE_CLOSE(sampleMean(i), 0, 0, 5 * std::sqrt(variance(i) / n));
            COMPARE_CLOSE(covariance(i, i), variance(i), 5 * std::sqrt(2.0 / n), 0);
        }
        COMPARE_CLOSE(covariance(0, 1), 0, 0, 5 * std::sqrt(variance(0) * variance(1) / n));
    }
};

QTEST_APPLESS_MAIN(TestConvergence)
#include "tst_convergence.moc"
