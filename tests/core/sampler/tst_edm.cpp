// SPDX-License-Identifier: GPL-3.0-or-later
// The EDM sampler where the reference cases do not reach: its solvers are the samplers of those
// names, its churn leaves the law of the data alone, and in native time it ends by an Euler step.
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

SimulationPlan edmPlan(const std::string& processId,
                       const std::vector<double>& noiseLevels,
                       std::initializer_list<std::pair<std::string, double>> values)
{
    const auto p = process(processId);
    auto plan = makePlan(makeMixture(referenceM1()), levelsAtNoise(*p, noiseLevels).value(), "edm");
    plan.process = p;
    plan.particles = 100;
    for (const auto& [key, value] : values)
        plan.sampler.values.set(key, value);
    return plan;
}

Eigen::MatrixXd endOf(const SimulationPlan& plan)
{
    WorkerPool pool(1);
    return statesAt(simulate<double>(plan, pool).trajectories);
}

const std::vector<double> kLevels{40, 20, 9, 4, 2, 1, 0.5, 0.2, 0.05, 0};

} // namespace

class TestEdm : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void withoutChurnItIsItsSolver_data()
    {
        QTest::addColumn<QString>("process");
        QTest::addColumn<double>("solver");
        QTest::addColumn<double>("native");
        QTest::addColumn<QString>("same");
        // Heun's and Euler's methods in t = sigma~ are those in the native time of ve-edm.
        QTest::newRow("heun") << "ve-edm" << 0.0 << 0.0 << "heun";
        QTest::newRow("euler") << "ve-edm" << 1.0 << 0.0 << "euler";
        QTest::newRow("euler is DDIM") << "vp" << 1.0 << 0.0 << "ddim";
        QTest::newRow("dpm2") << "vp" << 2.0 << 0.0 << "dpm2";
        QTest::newRow("native heun") << "rf" << 0.0 << 1.0 << "heun";
        QTest::newRow("native euler") << "rf" << 1.0 << 1.0 << "euler";
    }
    void withoutChurnItIsItsSolver()
    {
        QFETCH(QString, process);
        QFETCH(double, solver);
        QFETCH(double, native);
        QFETCH(QString, same);
        auto plan = edmPlan(process.toStdString(), kLevels, {{"solver", solver}, {"time", native}});
        const auto actual = endOf(plan);
        plan.sampler = choose(samplerKinds(), same.toStdString());
        // 1e-12: other roundings of the same formulas; in rf the Euler step to t = 0 is D exactly
        QVERIFY(largestDifference(actual, endOf(plan)) < 1e-12);
    }

    void halfAStageIsTheMidpointRule()
    {
        const auto heun = edmPlan("vp", kLevels, {{"stage", 0.5}, {"time", 1}});
        const auto middle = edmPlan("vp", kLevels, {{"solver", 2}, {"time", 1}});
        QVERIFY(largestDifference(endOf(heun), endOf(middle)) < 1e-12);
    }

    /// At one step, gamma = min(churn, sqrt 2 - 1): sigma^ and the state are known in closed form.
    void churnRaisesTheNoise()
    {
        for (const double native : {0.0, 1.0})
            for (const double churn : {0.1, 5.0}) {
                auto plan = edmPlan(
                    "vp",
                    {10, 0},
                    {{"churn", churn}, {"noise_scale", 1.1}, {"solver", 1}, {"time", native}});
                const Eigen::MatrixXd z = Eigen::MatrixXd::Random(16, 2);
                SimulationInputs inputs;
                inputs.start = 3 * Eigen::MatrixXd::Random(16, 2);
                inputs.noise.emplace();
                for (Eigen::Index i = 0; i < 16; ++i)
                    inputs.noise->insert(inputs.noise->end(), {z(i, 0), z(i, 1)});
                inputs.noiseCalls = 1;
                WorkerPool pool(1);
                const auto end = statesAt(simulate<double>(plan, pool, {}, inputs).trajectories);

                const double raised = 10 * (1 + std::min(churn, std::sqrt(2.0) - 1));
                const auto hat = plan.process->at(plan.process->timeAt(raised));
                const auto& from = plan.levels.front();
                Block<double> x =
                    (*inputs.start / from.alpha + std::sqrt(raised * raised - 100) * 1.1 * z)
                        .array()
                    * hat.alpha;
                Block<double> expected(16, 2);
                makeExactField<double>(plan.mixture, unguided(), {})->denoise(hat, x, expected);
                if (native == 1) { // an Euler step from t^ to 0
                    const Block<double> noise = (x - hat.alpha * expected) / hat.sigma;
                    expected = x - hat.t * (hat.dAlpha * expected + hat.dSigma * noise);
                }
                QVERIFY(largestDifference(end, expected.matrix()) < 1e-11);
            }
    }

    /// Outside [churn_min, churn_max] nothing is added, but every step takes its draw.
    void churnKeepsToItsLevels()
    {
        const auto quiet = edmPlan("ve-edm", kLevels, {});
        auto outside = edmPlan("ve-edm", kLevels, {{"churn", 30}, {"churn_min", 50}});
        QVERIFY(largestDifference(endOf(quiet), endOf(outside)) == 0);
        SimulationInputs inputs;
        inputs.start = Eigen::MatrixXd::Ones(1, 2);
        inputs.noiseCalls = kLevels.size() - 2; // one draw too few
        inputs.noise.emplace(2 * inputs.noiseCalls, 0.0);
        WorkerPool pool(1);
        QCOMPARE(simulate<double>(outside, pool, {}, inputs).outcome.kind, Outcome::Kind::Refused);
    }
};

QTEST_APPLESS_MAIN(TestEdm)
#include "tst_edm.moc"
