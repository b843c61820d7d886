// SPDX-License-Identifier: GPL-3.0-or-later
// The methods in X = x/alpha depend on the noise levels alone: at equal levels they give the same X
// on every process. And the limits of all deterministic methods: one step, a start in pure noise.
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

const QStringList kInNoiseLevel{"edm",
                                "dpm2",
                                "dpm-fast",
                                "dpm-adaptive",
                                "lms",
                                "deis",
                                "unipc",
                                "dpmpp-1s",
                                "dpmpp-2s",
                                "dpmpp-2m",
                                "dpmpp-3m",
                                "rk45"};
const QStringList kInNativeTime{"rk4"};

Eigen::MatrixXd startNoise(int dimension)
{
    Eigen::MatrixXd z(20, dimension);
    for (int i = 0; i < z.rows(); ++i)
        for (int c = 0; c < dimension; ++c)
            z(i, c) = testNormal(5, i, c);
    return z;
}

/// The states of a run from start * sigma at the first level; in double.
SimulationResult<double> runOf(SimulationPlan plan, const Eigen::MatrixXd& z)
{
    SimulationInputs inputs;
    inputs.start = plan.levels.front().sigma * z;
    WorkerPool pool(1);
    return simulate<double>(plan, pool, {}, inputs);
}

SimulationPlan planOn(const std::string& processId,
                      const std::string& sampler,
                      const std::vector<double>& noiseLevels,
                      std::shared_ptr<const GaussianMixture> mixture,
                      double eta = 0)
{
    const auto p = process(processId);
    auto plan = makePlan(std::move(mixture), levelsAtNoise(*p, noiseLevels).value(), sampler, eta);
    plan.process = p;
    return plan;
}

std::vector<double> karrasLevels(int steps)
{
    std::vector<double> levels;
    for (int k = 0; k <= steps; ++k)
        levels.push_back(std::pow(
            std::pow(60, 1. / 7) + k * (std::pow(0.02, 1. / 7) - std::pow(60, 1. / 7)) / steps, 7));
    return levels;
}

void addNames(const QStringList& names)
{
    QTest::addColumn<QString>("sampler");
    for (const QString& name : names)
        QTest::newRow(qPrintable(name)) << name;
}

} // namespace

class TestNoiseLevelMethods : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sameOnEveryProcess_data() { addNames(kInNoiseLevel); }
    void sameOnEveryProcess()
    {
        QFETCH(QString, sampler);
        for (const int dimension : {2, 5})
            for (const double eta : {0.0, 0.7})
                for (const bool toData : {false, true}) {
                    const auto mixture = makeMixture(randomMixture(3, dimension, 4, dimension));
                    auto levels = karrasLevels(12);
                    if (toData)
                        levels.back() = 0;
                    Eigen::MatrixXd expected;
                    for (const std::string id : {"ve-edm", "vp", "rf", "trigonometric"}) {
                        auto plan = planOn(id, sampler.toStdString(), levels, mixture, eta);
                        if (plan.sampler.values.contains("churn"))
                            plan.sampler.values.set("churn", eta);
                        const auto run = runOf(plan, startNoise(dimension));
                        QCOMPARE(run.outcome.kind, Outcome::Kind::Completed);
                        const Eigen::MatrixXd X =
                            statesAt(run.trajectories) / plan.levels.back().alpha;
                        if (expected.size() == 0)
                            expected = X;
                        // Rounding of alpha and sigma at the levels, grown along the flow.
                        QVERIFY2(largestDifference(X, expected) < 1e-11,
                                 qPrintable(QString::fromStdString(id)));
                    }
                }
    }

    /// One step to the data is the posterior mean; one step elsewhere is finite.
    void oneStep_data() { addNames(kInNoiseLevel + kInNativeTime); }
    void oneStep()
    {
        QFETCH(QString, sampler);
        const auto mixture = makeMixture(referenceM1());
        const auto z = startNoise(2);
        for (const std::string id : {"vp", "ve-edm", "rf"}) {
            const auto plan = planOn(id, sampler.toStdString(), {20, 0}, mixture);
            const auto run = runOf(plan, z);
            const auto& from = plan.levels.front();
            const auto field = makeExactField<double>(mixture, unguided(), {});
            const Block<double> x = (from.sigma * z).array();
            Block<double> denoised(x.rows(), x.cols());
            field->denoise(from, x, denoised);
            QVERIFY(largestDifference(statesAt(run.trajectories), denoised.matrix()) < 1e-12);
            QCOMPARE(run.evaluations, 1.0);
            const auto stopped = runOf(planOn(id, sampler.toStdString(), {20, 0.5}, mixture), z);
            QCOMPARE(stopped.outcome.kind, Outcome::Kind::Completed);
        }
    }

    /// From alpha = 0 the first step is that of DDIM, and is all that a method in X knows of it.
    void pureNoiseIsLeftByDdim_data() { addNames(kInNoiseLevel); }
    void pureNoiseIsLeftByDdim()
    {
        QFETCH(QString, sampler);
        if (sampler == "rk45")
            return; // regular in pure noise: see tst_adaptive_samplers
        const auto mixture = makeMixture(referenceM1());
        const auto z = startNoise(2);
        auto levels = karrasLevels(10);
        levels.insert(levels.begin(), std::numeric_limits<double>::infinity());
        const auto whole = runOf(planOn("rf", sampler.toStdString(), levels, mixture), z);
        const auto ddim = runOf(planOn("rf", "ddim", {levels[0], levels[1]}, mixture), z);
        auto rest = planOn("rf", sampler.toStdString(), karrasLevels(10), mixture);
        SimulationInputs inputs;
        inputs.start = statesAt(ddim.trajectories);
        WorkerPool pool(1);
        const auto later = simulate<double>(rest, pool, {}, inputs);
        QCOMPARE(whole.outcome.kind, Outcome::Kind::Completed);
        // dpm-fast takes its orders from the number of the step; the skipped first one must not
        // count.
        QVERIFY(largestDifference(statesAt(whole.trajectories), statesAt(later.trajectories))
                < 1e-12);
    }

    /// Under strong guidance and in float, runs stay finite.
    void floatUnderGuidanceStaysFinite_data() { addNames(kInNoiseLevel + kInNativeTime); }
    void floatUnderGuidanceStaysFinite()
    {
        QFETCH(QString, sampler);
        const auto mixture = makeMixture(referenceM1());
        for (const std::string id : {"vp", "ve-edm", "rf"}) {
            auto levels = karrasLevels(40);
            levels.back() = 0;
            auto plan = planOn(id, sampler.toStdString(), levels, mixture);
            plan.guidance = guided(8, 1);
            plan.particles = 40;
            WorkerPool pool(1);
            const auto run = simulate<float>(plan, pool);
            QCOMPARE(run.outcome.kind, Outcome::Kind::Completed);
            QVERIFY(statesAt(run.trajectories).cwiseAbs().maxCoeff() < 10);
        }
    }
};

QTEST_APPLESS_MAIN(TestNoiseLevelMethods)
#include "tst_noise_level_methods.moc"
