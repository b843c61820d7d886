// SPDX-License-Identifier: GPL-3.0-or-later
// The samplers that choose their own steps: errors follow the tolerance, cost stays in bounds, and
// the levels of the grid change neither.
#include "core/sampler/pid_controller.h"
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <QtTest>

#include <atomic>

using namespace scorefield;
using namespace scorefield::test;

namespace {

/// x_t = alpha_t m + Q sqrt(v_t/v_T) Q^T (x_T - alpha_T m): the flow of one Gaussian, exact.
Eigen::MatrixXd exactFlow(const GaussianMixture::Component& g,
                          const PathCoefficients& from,
                          const PathCoefficients& to,
                          const Eigen::MatrixXd& x)
{
    const auto variance = [&g](const PathCoefficients& level) -> Eigen::ArrayXd {
        return level.alpha * level.alpha * g.eigenvalues.array() + level.sigma * level.sigma;
    };
    const Eigen::VectorXd ratio = (variance(to) / variance(from)).sqrt();
    const Eigen::MatrixXd map = g.eigenvectors * ratio.asDiagonal() * g.eigenvectors.transpose();
    return ((x.rowwise() - from.alpha * g.mean.transpose()) * map).rowwise()
           + to.alpha * g.mean.transpose();
}

SimulationPlan planOf(const std::string& processId,
                      const std::vector<double>& times,
                      const std::string& sampler,
                      double tolerance)
{
    const auto p = process(processId);
    auto plan = makePlan(makeMixture(referenceM4()), levelsAtTimes(*p, times).value(), sampler);
    plan.process = p;
    plan.particles = 30;
    plan.sampler.values.set("rtol", tolerance);
    plan.sampler.values.set("atol", tolerance);
    return plan;
}

struct Measured {
    double error, evaluations;
};

Measured measure(const SimulationPlan& plan)
{
    WorkerPool pool(1);
    const auto run = simulate<double>(plan, pool);
    const Eigen::MatrixXd exact = exactFlow(plan.mixture->components()[0],
                                            plan.levels.front(),
                                            plan.levels.back(),
                                            statesAt(run.trajectories, 0));
    return {largestDifference(statesAt(run.trajectories), exact), run.evaluations};
}

/// Asks for the end of the run at one evaluation, and counts those after it.
class StoppingRule final : public GuidanceRule {
public:
    StoppingRule(std::stop_source source, int at) : m_source(std::move(source)), m_at(at) {}
    double weight(const PathCoefficients&) const override
    {
        if (++m_calls == m_at)
            m_source.request_stop();
        return 1.5;
    }
    std::optional<int> target() const override { return 0; }
    int callsAfter() const { return m_calls - m_at; }

private:
    mutable std::stop_source m_source;
    int m_at;
    mutable std::atomic<int> m_calls{0};
};

} // namespace

class TestAdaptiveSamplers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void errorFollowsTheTolerance_data()
    {
        QTest::addColumn<QString>("process");
        QTest::addColumn<double>("start");
        QTest::newRow("vp") << "vp" << 10.0;
        QTest::newRow("ve-edm") << "ve-edm" << 80.0;
        QTest::newRow("rf from pure noise") << "rf" << 1.0;
    }
    void errorFollowsTheTolerance()
    {
        QFETCH(QString, process);
        QFETCH(double, start);
        double evaluations = 0;
        for (const double tolerance : {1e-4, 1e-6, 1e-8, 1e-10, 1e-12}) {
            const auto m = measure(planOf(process.toStdString(), {start, 0.01}, "rk45", tolerance));
            // The local errors of some tens of steps, which the flow does not let grow.
            QVERIFY2(m.error < 30 * tolerance, qPrintable(QString::number(m.error)));
            // Fifth order: a hundredth of the tolerance costs 100^(1/5) = 2.5 times the steps.
            QVERIFY(m.evaluations > evaluations
                    && m.evaluations < 20 + 3 * std::max(evaluations, 40.0));
            evaluations = m.evaluations;
        }
    }

    /// Stops between the ends add to the cost of an adaptive run, not to its error.
    void levelsDoNotChangeTheResult()
    {
        for (const std::string id : {"vp", "rf"}) {
            std::vector<double> times;
            const double start = id == "vp" ? 10 : 1;
            for (int k = 0; k <= 50; ++k)
                times.push_back(start + k * (0.01 - start) / 50);
            QVERIFY(measure(planOf(id, times, "rk45", 1e-9)).error < 1e-8);
        }
    }

    /// A particle's steps are its own: alone it takes the same ones as among others.
    void particlesDoNotInfluenceEachOther()
    {
        auto plan = planOf("vp", {10, 1, 0.01}, "rk45", 1e-6);
        WorkerPool pool(1);
        const auto all = statesAt(simulate<double>(plan, pool).trajectories);
        plan.particles = 3;
        const auto few = statesAt(simulate<double>(plan, pool).trajectories);
        QVERIFY(largestDifference(all.topRows(3), few) == 0);
    }

    /// Within a step, which may take long: the trial under way is the last one.
    void aRunCanBeCancelledWithinAStep_data()
    {
        QTest::addColumn<QString>("sampler");
        QTest::newRow("rk45") << "rk45";
        QTest::newRow("dpm-adaptive") << "dpm-adaptive";
    }
    void aRunCanBeCancelledWithinAStep()
    {
        QFETCH(QString, sampler);
        auto plan = planOf("vp", {10, 0.01}, sampler.toStdString(), 1e-8);
        plan.mixture = makeMixture(referenceM1());
        const std::stop_source source;
        const auto rule = std::make_shared<StoppingRule>(source, 40);
        plan.guidance = rule;
        WorkerPool pool(1);
        const auto run = simulate<double>(plan, pool, source.get_token());
        QCOMPARE(run.outcome.kind, Outcome::Kind::Cancelled);
        QVERIFY2(rule->callsAfter() >= 0 && rule->callsAfter() <= 6,
                 qPrintable(QString::number(rule->callsAfter())));
    }

    void dpmAdaptiveFollowsItsTolerance()
    {
        for (const double order : {2.0, 3.0}) {
            double last = 1;
            for (const double tolerance : {1e-2, 1e-4, 1e-6}) {
                auto plan = planOf("ve-edm", {80, 0.01}, "dpm-adaptive", tolerance);
                plan.sampler.values.set("order", order);
                const auto m = measure(plan);
                QVERIFY2(m.error < 30 * tolerance && m.error < last / 10,
                         qPrintable(QString::number(m.error)));
                // An attempt costs `order` evaluations of every particle.
                QCOMPARE(std::fmod(m.evaluations, order), 0.0);
                last = m.error;
            }
        }
    }

    /// Stops at levels leave the error where the tolerance has it.
    void dpmAdaptiveGoesFromLevelToLevel()
    {
        std::vector<double> times;
        for (int k = 0; k <= 30; ++k)
            times.push_back(80 * std::pow(0.01 / 80, k / 30.0));
        const auto m = measure(planOf("ve-edm", times, "dpm-adaptive", 1e-5));
        QVERIFY2(m.error < 3e-4, qPrintable(QString::number(m.error)));
    }

    /// With the default gains the factor is 1 + atan(error^(-1/order) - 1), accepted from 0.81 up.
    void controllerLimitsItsFactors()
    {
        const PidController::Gains gains{0, 1, 0, 3, 0.81};
        PidController controller(0.1, gains);
        QVERIFY(controller.accepts(1));
        COMPARE_CLOSE(controller.step(), 0.1, 1e-7, 0); // 1e-7: its 1e-8 in the denominator
        QVERIFY(!controller.accepts(8));                // 1/8^(1/3) = 1/2
        COMPARE_CLOSE(controller.step(), 0.1 * (1 + std::atan(-0.5)), 1e-7, 0);
        PidController lost(1, gains);
        QVERIFY(!lost.accepts(std::nan("")));
        COMPARE_CLOSE(lost.step(), 1 + std::atan(-1.0), 1e-12, 0);
        PidController exact(1, gains);
        QVERIFY(exact.accepts(0));
        QVERIFY(exact.step() > 2.5 && exact.step() < 2.6); // 1 + pi/2 at most
    }
};

QTEST_APPLESS_MAIN(TestAdaptiveSamplers)
#include "tst_adaptive_samplers.moc"
