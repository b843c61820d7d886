// SPDX-License-Identifier: GPL-3.0-or-later
// What a run promises whatever the sampler: the same numbers on any number of threads and for any
// number of particles, recorded inputs, outcomes.
#include "core/base/philox.h"
#include "core/sampler/simulate.h"
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <QtTest>

#include <numeric>

using namespace scorefield;
using namespace scorefield::test;

namespace {

/// Calls back when the weight at a level is asked for.
class ProbedRule final : public GuidanceRule {
public:
    explicit ProbedRule(std::function<double(const PathCoefficients&)> weight)
        : m_weight(std::move(weight))
    {
    }
    double weight(const PathCoefficients& level) const override { return m_weight(level); }
    std::optional<int> target() const override { return 0; }

private:
    std::function<double(const PathCoefficients&)> m_weight;
};

SimulationPlan examplePlan(const std::string& sampler, double eta, int dimension = 2)
{
    auto plan = makePlan(makeMixture(randomMixture(2, dimension, 5, dimension)),
                         levelsOn(*process("rf"), "uniform", 12),
                         sampler,
                         eta,
                         process("rf"));
    plan.guidance = guided(2, 1);
    plan.particles = 1300; // two and a half blocks, an odd tail
    plan.seed = 99;
    return plan;
}

} // namespace

class TestSimulate : public QObject {
    Q_OBJECT

    static void everySampler()
    {
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<double>("eta");
        for (const auto& kind : samplerKinds())
            for (const double eta : {0.0, 1.3})
                if (kind.usesEta || eta == 0)
                    QTest::addRow("%s eta=%g", kind.info.id.c_str(), eta)
                        << QString::fromStdString(kind.info.id) << eta;
    }

    template <class Store>
    static void compareThreadsAndCounts(const SimulationPlan& plan)
    {
        WorkerPool one(1), two(2), five(5);
        const auto reference = simulate<Store>(plan, one);
        QCOMPARE(reference.outcome.kind, Outcome::Kind::Completed);
        QVERIFY(reference.trajectories.values == simulate<Store>(plan, two).trajectories.values);
        QVERIFY(reference.trajectories.values == simulate<Store>(plan, five).trajectories.values);
        if ((*findSampler(plan.sampler))->wholeRun)
            return; // norms over the batch: every particle counts, as its help says
        for (const std::size_t count : {std::size_t{1}, std::size_t{515}, std::size_t{2000}}) {
            auto other = plan;
            other.particles = count;
            const auto run = simulate<Store>(other, two);
            const std::size_t common = std::min(count, plan.particles);
            for (int k = 0; k <= run.trajectories.steps; ++k)
                for (int c = 0; c < run.trajectories.dimension; ++c)
                    for (std::size_t i = 0; i < common; ++i)
                        if (run.trajectories.coordinate(k, c)[i]
                            != reference.trajectories.coordinate(k, c)[i])
                            QFAIL(qPrintable(QStringLiteral("count %1 particle %2 step %3")
                                                 .arg(count)
                                                 .arg(i)
                                                 .arg(k)));
        }
    }

private Q_SLOTS:
    void copiesOfStatesAreSharedUntilTheyAreWrittenTo()
    {
        StateVector<float> states(3);
        std::iota(states.begin(), states.end(), 1.F);
        StateVector<float> copy = states;
        const auto place = [](const StateVector<float>& vector) { return vector.data(); };
        QVERIFY(place(copy) == place(states));
        copy[1] = 7;
        QVERIFY(place(copy) != place(states));
        QCOMPARE(states[1], 2.F);
        QCOMPARE(copy[0], 1.F);
        StateVector<float> shorter = states;
        shorter.resize(2);
        QVERIFY(place(shorter) == place(states)); // nothing was written
        shorter.resize(40);
        QVERIFY(place(shorter) != place(states));
        QVERIFY(shorter.size() == 40 && shorter[1] == 2 && states.size() == 3);
    }

    void threadsAndCountsDoNotMatter_data() { everySampler(); }
    void threadsAndCountsDoNotMatter()
    {
        QFETCH(QString, sampler);
        QFETCH(double, eta);
        compareThreadsAndCounts<float>(examplePlan(sampler.toStdString(), eta, 2));
        compareThreadsAndCounts<float>(examplePlan(sampler.toStdString(), eta, 3));
        compareThreadsAndCounts<double>(examplePlan(sampler.toStdString(), eta, 2));
    }

    void floatFollowsDouble_data() { everySampler(); }
    void floatFollowsDouble()
    {
        QFETCH(QString, sampler);
        QFETCH(double, eta);
        WorkerPool pool(2);
        for (const int d : {2, 3, 4}) {
            const auto plan = examplePlan(sampler.toStdString(), eta, d);
            const auto fast = simulate<float>(plan, pool);
            const auto exact = simulate<double>(plan, pool);
            const Eigen::ArrayXd error =
                (statesAt(fast.trajectories) - statesAt(exact.trajectories))
                    .rowwise()
                    .norm()
                    .array()
                / plan.mixture->scale();
            // The same start, noise and method: nearly all paths agree to float precision; those
            // that pass a sharp boundary may not.
            QVERIFY2((error < 1e-4).count() >= 0.98 * static_cast<double>(error.size()),
                     qPrintable(QString::number((error < 1e-4).count())));
        }
    }

    void lanesStartFromTheSameNormals()
    {
        WorkerPool pool(1);
        Eigen::MatrixXd first;
        for (const auto& kind : processKinds()) {
            auto plan = examplePlan("ddim", 0);
            plan.levels = levelsOn(*process(kind.info.id), "karras", 3);
            const Eigen::MatrixXd z =
                statesAt(simulate<float>(plan, pool).trajectories, 0) / plan.levels[0].sigma;
            if (first.size() == 0)
                first = z;
            QVERIFY(largestDifference(z, first) < 1e-6);
            for (int i = 0; i < 50; ++i)
                COMPARE_CLOSE(
                    z(i, 1),
                    philoxNormal(99, Stream::Initial, static_cast<std::uint32_t>(i), 0, 1),
                    1e-6,
                    1e-6);
        }
    }

    void exactPriorHasTheLawOfTheLevel()
    {
        WorkerPool pool(2);
        auto plan = examplePlan("ddim", 0);
        plan.levels = levelsOn(*process("vp", {{"horizon", 0.5}}), "uniform", 1);
        plan.prior = Prior::Exact;
        plan.particles = 20000;
        const Eigen::MatrixXd x = statesAt(simulate<double>(plan, pool).trajectories, 0);
        const GaussianMixture target =
            plan.mixture->conditional(1).value(); // of the guidance's class
        const double alpha = plan.levels[0].alpha, sigma = plan.levels[0].sigma;
        const Eigen::MatrixXd covariance =
            alpha * alpha * target.covariance() + sigma * sigma * Eigen::MatrixXd::Identity(2, 2);
        const Eigen::RowVectorXd mean = x.colwise().mean();
        const Eigen::MatrixXd centred = x.rowwise() - mean;
        const Eigen::MatrixXd sample = centred.transpose() * centred / (20000 - 1);
        for (int i = 0; i < 2; ++i) {
            // 5 standard errors; for the variance those of a Gaussian, whose kurtosis the mixture
            // stays below
            COMPARE_CLOSE(
                mean(i), alpha * target.mean()(i), 0, 5 * std::sqrt(covariance(i, i) / 20000));
            COMPARE_CLOSE(sample(i, i), covariance(i, i), 5 * std::sqrt(2.0 / 20000) * 1.5, 0);
        }
    }

    void recordedInputsReplaceDrawnOnes_data() { everySampler(); }
    void recordedInputsReplaceDrawnOnes()
    {
        QFETCH(QString, sampler);
        QFETCH(double, eta);
        WorkerPool pool(2);
        auto plan = examplePlan(sampler.toStdString(), eta);
        plan.levels.erase(plan.levels.begin()); // some make fewer draws from pure noise
        const auto draws = static_cast<std::uint32_t>((*findSampler(plan.sampler))->drawsPerStep);
        if (draws > 2)
            return; // at most so many: a tape then is not numbered as the drawn ones are
        const auto drawn = simulate<double>(plan, pool);
        SimulationInputs inputs;
        inputs.start = statesAt(drawn.trajectories, 0);
        inputs.noiseCalls = 11 * std::max(1U, draws);
        inputs.noise.emplace();
        for (std::uint32_t call = 0; call < inputs.noiseCalls; ++call)
            for (std::uint32_t i = 0; i < plan.particles; ++i)
                for (std::uint32_t c = 0; c < 2; ++c)
                    inputs.noise->push_back(philoxNormal(plan.seed, Stream::Steps, i, call, c));
        const auto replayed = simulate<double>(plan, pool, {}, inputs);
        QCOMPARE(replayed.outcome.kind, Outcome::Kind::Completed);
        QVERIFY(replayed.trajectories.values == drawn.trajectories.values);
        // The same numbers as a tape of the plan, which may hold more particles than are run.
        auto tape = std::make_shared<NoiseTape>();
        *tape = {inputs.noiseCalls, plan.particles, 2, *inputs.noise};
        plan.noise = NoisePolicy::Tape;
        plan.tape = tape;
        QVERIFY(simulate<double>(plan, pool).trajectories.values == drawn.trajectories.values);
        plan.particles = 700;
        const auto fewer = simulate<double>(plan, pool).trajectories;
        QCOMPARE(fewer.coordinate(11, 1)[699] == drawn.trajectories.coordinate(11, 1)[699],
                 !(*findSampler(plan.sampler))->wholeRun);
    }

    void wrongTapesAreRefused()
    {
        WorkerPool pool(1);
        auto plan = examplePlan("ddim", 1);
        plan.noise = NoisePolicy::Tape;
        QCOMPARE(simulate<double>(plan, pool).outcome.kind, Outcome::Kind::Refused);
        auto tape = std::make_shared<NoiseTape>();
        *tape = {12, 100, 2, std::vector<double>(12 * 100 * 2, 0.5)};
        plan.tape = tape;
        const auto refused = simulate<double>(plan, pool);
        QCOMPARE(refused.outcome.kind, Outcome::Kind::Refused);
        QVERIFY(QString::fromStdString(refused.outcome.message).contains("of 100 particles"));
    }

    void tooFewRecordedNormalsAreRefused()
    {
        WorkerPool pool(1);
        const auto plan = examplePlan("ddim", 1);
        SimulationInputs inputs;
        inputs.noiseCalls = 5;
        inputs.noise = std::vector<double>(5 * plan.particles * 2, 0.5);
        auto result = simulate<double>(plan, pool, {}, inputs);
        QCOMPARE(result.outcome.kind, Outcome::Kind::Refused);
        QVERIFY(QString::fromStdString(result.outcome.message).contains("5 recorded calls"));
        inputs.noise->pop_back();
        result = simulate<double>(plan, pool, {}, inputs);
        QCOMPARE(result.outcome.kind, Outcome::Kind::Refused);
        QVERIFY(
            QString::fromStdString(result.outcome.message).startsWith("noise: has 12999 numbers"));
    }

    void badPlansAreRefused_data()
    {
        QTest::addColumn<int>("what");
        QTest::addColumn<QString>("words");
        const QStringList words{"eta: is -1",
                                "two levels",
                                "must be below",
                                "target: is 77",
                                "at least one particle",
                                "'eular'",
                                "GB of memory; the limit is",
                                "mixture",
                                "columns",
                                "only the first alpha"};
        for (int i = 0; i < words.size(); ++i)
            QTest::newRow(qPrintable(words[i])) << i << words[i];
    }
    void badPlansAreRefused()
    {
        QFETCH(int, what);
        QFETCH(QString, words);
        auto plan = examplePlan("ddim", 1);
        SimulationInputs inputs;
        switch (what) {
        case 0:
            plan.eta = -1;
            break;
        case 1:
            plan.levels.resize(1);
            break;
        case 2:
            plan.levels[3] = plan.levels[2];
            break;
        case 3:
            plan.guidance = guided(1, 77);
            break;
        case 4:
            plan.particles = 0;
            break;
        case 5:
            plan.sampler.kind = "eular";
            break;
        case 6:
            plan.particles = 200'000'000;
            break;
        case 7:
            plan.mixture = nullptr;
            break;
        case 8:
            inputs.start = Eigen::MatrixXd::Zero(4, 3);
            break;
        default:
            plan.levels[4].alpha = 0;
            break;
        }
        WorkerPool pool(1);
        const auto result = simulate<float>(plan, pool, {}, inputs);
        QCOMPARE(result.outcome.kind, Outcome::Kind::Refused);
        QVERIFY2(QString::fromStdString(result.outcome.message).contains(words),
                 result.outcome.message.c_str());
        QVERIFY(result.trajectories.values.empty());
    }

    void aNonFiniteStepIsNamed()
    {
        WorkerPool pool(2);
        auto plan = examplePlan("euler", 0);
        const double bad = plan.levels[6].t; // evaluated in the step that ends in state 7
        plan.guidance = std::make_shared<ProbedRule>(
            [bad](const PathCoefficients& level) { return level.t <= bad ? 1e300 : 1.0; });
        const auto check = [](const auto& result, std::size_t particles) {
            QCOMPARE(result.outcome.kind, Outcome::Kind::NonFinite);
            QCOMPARE(result.outcome.step, 7);
            QVERIFY(QString::fromStdString(result.outcome.message)
                        .startsWith("diverged at step 7 of 12, particle 0, σ̃ = "));
            QCOMPARE(result.trajectories.steps, 6);
            QCOMPARE(result.trajectories.values.size(), 7 * 2 * particles);
            for (const auto value : result.trajectories.values)
                if (!std::isfinite(value))
                    QFAIL("a kept state is not finite");
        };
        check(simulate<float>(plan, pool), plan.particles);
        plan.guidance = std::make_shared<ProbedRule>(
            [bad](const PathCoefficients& level) { return level.t <= bad ? std::nan("") : 1.0; });
        check(simulate<double>(plan, pool), plan.particles);
    }

    /// Whichever block comes first: one that diverges late must not hide one that does earlier.
    void theFirstOfAllDivergencesIsNamed()
    {
        Eigen::MatrixXd start = Eigen::MatrixXd::Zero(1300, 2);
        for (Eigen::Index i = 0; i < start.rows(); ++i) // many blocks; the later, the farther out
            start.row(i).setConstant(i < 512 ? 1 : i < 1111 ? 1e4 : 1e11);
        SimulationInputs inputs;
        inputs.start = start;
        WorkerPool one(1);
        const auto check = [&](const auto& reference, const auto& run) {
            QCOMPARE(reference.outcome.kind, Outcome::Kind::NonFinite);
            QCOMPARE(run.outcome.step, reference.outcome.step);
            QCOMPARE(run.outcome.message, reference.outcome.message);
            QVERIFY(run.trajectories.values == reference.trajectories.values);
            for (const auto value : reference.trajectories.values)
                if (!std::isfinite(value))
                    QFAIL("a kept state is not finite");
        };
        for (const std::string sampler : {"euler", "dpmpp-2m"}) { // by the kernels, by the stepper
            auto plan = examplePlan(sampler, 0);
            plan.guidance = // each step multiplies what a class and all differ by
                std::make_shared<ProbedRule>([](const PathCoefficients&) { return 1e5; });
            const auto fast = simulate<float>(plan, one, {}, inputs);
            QVERIFY2(fast.outcome.message.find("particle 1111,") != std::string::npos,
                     fast.outcome.message.c_str());
            for (const int threads : {2, 3, 5}) {
                WorkerPool pool(threads);
                check(fast, simulate<float>(plan, pool, {}, inputs));
            }
        }
    }

    void aRunCanBeCancelled()
    {
        WorkerPool pool(2);
        std::stop_source source;
        auto plan = examplePlan("euler", 0);
        const double at = plan.levels[5].t;
        plan.guidance = std::make_shared<ProbedRule>([&source, at](const PathCoefficients& level) {
            if (level.t == at)
                source.request_stop();
            return 2.0;
        });
        const auto result = simulate<float>(plan, pool, source.get_token());
        QCOMPARE(result.outcome.kind, Outcome::Kind::Cancelled);
        QVERIFY(result.trajectories.values.empty());
    }

    void evaluationsAreCounted_data() { everySampler(); }
    void evaluationsAreCounted()
    {
        QFETCH(QString, sampler);
        QFETCH(double, eta);
        WorkerPool pool(1);
        auto plan = examplePlan(sampler.toStdString(), eta);
        const SamplerKind& kind = **findSampler(plan.sampler);
        const int cost = samplerEvaluations(kind, plan.sampler.values);
        // The step out of pure noise is DDIM's where a method has no other.
        plan.levels.erase(plan.levels.begin());
        const double all = simulate<float>(plan, pool).evaluations;
        if (cost == 0 || kind.ownLevels != nullptr) { // as many as they need
            QVERIFY(all >= 11);
            return;
        }
        if (eta > 0) { // an ancestral step that is all noise needs no second evaluation
            QVERIFY(all <= 11.0 * cost && all >= 11);
            return;
        }
        QCOMPARE(all, 11.0 * cost);
        plan.levels = levelsOn(*process("rf"), "uniform", 12, 1); // the last step needs D once
        plan.levels.erase(plan.levels.begin());
        // But for a Langevin step before it, and for the flow down to the end.
        const double last = kind.wholeRun || kind.info.id == "consistency" ? cost : 1;
        QCOMPARE(simulate<float>(plan, pool).evaluations, 10.0 * cost + last);
    }
};

QTEST_APPLESS_MAIN(TestSimulate)
#include "tst_simulate.moc"
