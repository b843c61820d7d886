// SPDX-License-Identifier: GPL-3.0-or-later
// Every registered sampler, without noise, against the exact flow of one Gaussian and a converged
// flow of three: the observed order is the declared one.
#include "tests/support/convergence.h"
#include "tests/support/mixtures.h"

#include <QtTest>

#include <map>

using namespace scorefield;
using namespace scorefield::test;

namespace {

// Methods whose step always draws: their law is tested in tst_weak_error.cpp.
const QStringList kAlwaysStochastic{"ddpm", "langevin", "renoise", "consistency"};

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

/// Three components close enough for a smooth flow: the order shows on grids of a hundred steps.
MixtureSpec threeComponents()
{
    MixtureSpec spec = isotropicMixture(
        {Eigen::Vector2d(-1, 0.2), Eigen::Vector2d(0.3, -0.8), Eigen::Vector2d(1.1, 0.9)}, 0.5);
    spec.components[0].covariance << 0.8, 0.2, 0.2, 0.5;
    spec.components[1].weight = 0.5;
    return spec;
}

/// Horizons from which a hundred steps are in the asymptotic range, and finite noise levels (a grid
/// from infinity does not refine its first step).
std::shared_ptr<const ForwardProcess> shortProcess(const std::string& id)
{
    if (id == "ve-edm")
        return process("ve-edm", {{"horizon", 4}, {"stop", 0.25}});
    if (id == "vp")
        return process("vp", {{"horizon", 3}, {"stop", 0.1}});
    if (id == "rf")
        return process("rf", {{"horizon", 0.8}, {"stop", 0.2}});
    return process(id, {{"horizon", 0.8}, {"stop", 0.2}});
}

} // namespace

class TestConvergence : public QObject {
    Q_OBJECT

    static constexpr int kParticles = 48;

    std::map<std::string, Eigen::MatrixXd> m_converged; // by process and problem

    /// The end points of the flow from the start of the run.
    const Eigen::MatrixXd& converged(const std::string& processId, bool single)
    {
        Eigen::MatrixXd& end = m_converged[processId + (single ? "1" : "3")];
        if (end.size() > 0)
            return end;
        const auto p = shortProcess(processId);
        const auto spec = single ? referenceM4() : threeComponents();
        SamplerVariant tight{
            "rk45", choose(samplerKinds(), "rk45", {{"rtol", 1e-13}, {"atol", 1e-14}}), nullptr};
        tight.kind = *findSampler(tight.choice);
        auto plan = planOf(tight, makeMixture(spec), p, levelsOn(*p, "karras", 40));
        plan.particles = kParticles;
        WorkerPool pool(1);
        const auto run = simulate<double>(plan, pool);
        if (single)
            end = exactFlow(plan.mixture->components()[0],
                            plan.levels.front(),
                            plan.levels.back(),
                            statesAt(run.trajectories, 0));
        else
            end = statesAt(run.trajectories);
        return end;
    }

    /// NaN if the run failed.
    static Eigen::MatrixXd endOf(SimulationPlan plan)
    {
        plan.particles = kParticles;
        WorkerPool pool(1);
        const auto run = simulate<double>(plan, pool);
        return run.outcome.kind == Outcome::Kind::Completed
                   ? statesAt(run.trajectories)
                   : Eigen::MatrixXd::Constant(kParticles, 2, std::nan(""));
    }

    static double rms(const Eigen::MatrixXd& difference)
    {
        return std::sqrt(difference.squaredNorm() / kParticles);
    }

    static void samplers(bool adaptive)
    {
        QTest::addColumn<int>("index");
        const auto all = allVariants();
        for (std::size_t i = 0; i < all.size(); ++i)
            if (!kAlwaysStochastic.contains(all[i].kind->info.id.c_str())
                && (all[i].kind->evaluationsPerStep == 0) == adaptive)
                QTest::newRow(all[i].name.c_str()) << static_cast<int>(i);
    }

private Q_SLOTS:
    void onlyTheListedMethodsAlwaysDraw()
    {
        const auto p = shortProcess("vp");
        for (const auto& kind : samplerKinds()) {
            const SamplerVariant variant = variantsOf(kind).front();
            auto plan =
                planOf(variant, makeMixture(threeComponents()), p, levelsOn(*p, "karras", 5));
            plan.particles = kParticles;
            const Eigen::MatrixXd first = endOf(plan);
            SimulationInputs inputs; // the same start, other noise
            WorkerPool pool(1);
            inputs.start = statesAt(simulate<double>(plan, pool).trajectories, 0);
            plan.seed = 17;
            const Eigen::MatrixXd second =
                statesAt(simulate<double>(plan, pool, {}, inputs).trajectories);
            QVERIFY2((largestDifference(first, second) > 1e-6)
                         == kAlwaysStochastic.contains(kind.info.id.c_str()),
                     kind.info.id.c_str());
        }
    }

    /// Slope over three grids, on two problems and four processes. The order is that of the steps
    /// themselves: the grid resolves the start, where multistep methods have few values yet.
    void observedOrderIsTheDeclaredOne_data() { samplers(false); }
    void observedOrderIsTheDeclaredOne()
    {
        QFETCH(int, index);
        const SamplerVariant variant = allVariants()[static_cast<std::size_t>(index)];
        for (const std::string id : {"vp", "ve-edm", "rf", "trigonometric"})
            for (const bool single : {true, false}) {
                const auto p = shortProcess(id);
                const auto mixture = makeMixture(single ? referenceM4() : threeComponents());
                std::vector<double> steps, errors;
                for (const int K : {40, 80, 160}) {
                    SamplerVariant sized = variant;
                    auto levels = gradedStart(*p, levelsOn(*p, "karras", K), 14);
                    if (variant.kind->ownLevels != nullptr) { // n = 2 (mod 3): no first-order step
                        sized.choice.values.set("evaluations", 3 * K / 4 + 2);
                        levels = withOwnLevels(sized.choice, *p, levels).value();
                    }
                    steps.push_back(K);
                    errors.push_back(
                        rms(endOf(planOf(sized, mixture, p, levels)) - converged(id, single)));
                }
                const double observed = observedOrder(steps, errors);
                const QString words =
                    QStringLiteral("%1, %2: observed order %3, declared %4, errors %5 %6 %7")
                        .arg(id.c_str(), single ? "one Gaussian" : "three components")
                        .arg(observed, 0, 'f', 2)
                        .arg(variant.order())
                        .arg(errors[0])
                        .arg(errors[1])
                        .arg(errors[2]);
                QVERIFY2(std::abs(observed - variant.order()) < 0.2, qPrintable(words));
                QVERIFY2(errors[2] < 0.01, qPrintable(words)); // to the flow, not to something else
            }
    }

    /// Tenfold smaller tolerances give smaller errors, in the end far smaller ones (rk45 starts far
    /// below what is asked).
    void adaptiveErrorsFollowTheTolerance_data() { samplers(true); }
    void adaptiveErrorsFollowTheTolerance()
    {
        QFETCH(int, index);
        SamplerVariant variant = allVariants()[static_cast<std::size_t>(index)];
        for (const std::string id : {"vp", "ve-edm", "rf", "trigonometric"})
            for (const bool single : {true, false}) {
                const auto p = shortProcess(id);
                const auto mixture = makeMixture(single ? referenceM4() : threeComponents());
                std::vector<double> errors;
                for (const double tolerance : {1e-2, 1e-3, 1e-4, 1e-5, 1e-6}) {
                    variant.choice.values.set("rtol", tolerance);
                    variant.choice.values.set("atol", tolerance);
                    errors.push_back(
                        rms(endOf(planOf(variant, mixture, p, levelsOn(*p, "karras", 1)))
                            - converged(id, single)));
                    // The errors of some tens of steps, each within the tolerance of one.
                    QVERIFY2(errors.back() < 30 * tolerance,
                             qPrintable(QString::number(errors.back())));
                }
                QVERIFY2(errors.back() < errors.front() / 20,
                         qPrintable(QStringLiteral("%1: %2 to %3")
                                        .arg(id.c_str())
                                        .arg(errors.front())
                                        .arg(errors.back())));
            }
    }

    /// From alpha = 0 (rectified flow at t = 1) the flow is still found, at least to first order.
    /// In uniform t the path is smooth, so Runge–Kutta methods in t keep their order.
    void fromPureNoiseTheFlowStillConverges_data() { samplers(false); }
    void fromPureNoiseTheFlowStillConverges()
    {
        QFETCH(int, index);
        const SamplerVariant variant = allVariants()[static_cast<std::size_t>(index)];
        const auto rf = process("rf", {{"stop", 0.05}});
        const auto mixture = makeMixture(referenceM4());
        std::vector<double> errors;
        for (const int K : {100, 200, 400}) {
            SamplerVariant sized = variant;
            if (variant.kind->ownLevels != nullptr)
                sized.choice.values.set("evaluations", 3 * K + 2);
            auto levels = withOwnLevels(sized.choice, *rf, levelsOn(*rf, "uniform", K)).value();
            auto plan = planOf(sized, mixture, rf, levels);
            plan.particles = kParticles;
            WorkerPool pool(1);
            const auto run = simulate<double>(plan, pool);
            QCOMPARE(run.outcome.kind, Outcome::Kind::Completed);
            errors.push_back(rms(statesAt(run.trajectories)
                                 - exactFlow(mixture->components()[0],
                                             levels.front(),
                                             levels.back(),
                                             statesAt(run.trajectories, 0))));
        }
        const double observed = observedOrder({100, 200, 400}, errors);
        const QString words = QStringLiteral("order %1, errors %2 %3 %4")
                                  .arg(observed)
                                  .arg(errors[0])
                                  .arg(errors[1])
                                  .arg(errors[2]);
        const std::string& id = variant.kind->info.id;
        const bool inTime = id == "euler" || id == "heun" || id == "euler-maruyama"
                            || id == "heun-sde" || id == "rk4";
        QVERIFY2(observed > (inTime ? variant.order() : 1) - 0.2, qPrintable(words));
        QVERIFY2(errors.back() < 0.01, qPrintable(words));
    }
};

QTEST_APPLESS_MAIN(TestConvergence)
#include "tst_convergence.moc"
