// SPDX-License-Identifier: GPL-3.0-or-later
// What every registered score error must hold, at parameters anywhere in their ranges.
#include "core/base/worker_pool.h"
#include "tests/support/score_errors.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

constexpr int kSeeds = 6;

/// The strength at which an error is none.
struct Neutral {
    std::string kind;
    Settings settings;
};
const std::vector<Neutral>& neutralSettings()
{
    static const std::vector<Neutral> all = {
        {"score-smoothing", {{"width", 0}}},
        {"density-smoothing", {{"width", 0}}},
        {"sigma-cfdm", {{"width", 0}}},
        {"kernel-smoothed", {{"first", 0}, {"second", 0}}},
        {"piecewise-linear", {{"onset", 0}}},
        {"low-pass", {{"wavelength", 0}}},
        {"gain", {{"gain", 0}}},
        {"lag", {{"lag", 0}}},
        {"constant", {{"x", 0}, {"y", 0}}},
        {"rotation", {{"turn", 0}}},
        {"noise", {{"amplitude", 0}}},
        {"gaussian", {{"share", 0}}},
        {"coarse", {{"groups", 64}}},
        {"local", {{"machine", 0}, {"width", 64}}},
    };
    return all;
}

/// Four components on a line, of two classes: every error can be made for it.
std::shared_ptr<const GaussianMixture> onLine(int dimension)
{
    MixtureSpec spec;
    spec.dimension = dimension;
    const Eigen::VectorXd direction =
        Eigen::VectorXd::LinSpaced(dimension, 1, dimension > 1 ? .4 : 1).normalized();
    for (int k = 0; k < 4; ++k)
        spec.components.push_back({1. + k,
                                   (k * k * .7 - 2) * direction,
                                   Eigen::MatrixXd::Identity(dimension, dimension) * .05 * (k + 1),
                                   k % 2});
    return makeMixture(spec);
}

std::shared_ptr<const GaussianMixture> scattered()
{
    return makeMixture(randomMixture(5, 2, 5, 2));
}

/// Trained models are tested where they are trained.
bool isTrained(const ScoreErrorKind& kind)
{
    const auto error = kind.make(makeChoice(kind.info));
    return error && !error->isPrepared(*onLine(2));
}

bool fits(const std::shared_ptr<const ScoreError>& error, const GaussianMixture& mixture)
{
    return !error || error->check(mixture).ok();
}

} // namespace

class TestScoreErrors : public QObject {
    Q_OBJECT

    static void everyKind()
    {
        QTest::addColumn<QString>("id");
        for (const ScoreErrorKind& kind : scoreErrorKinds())
            if (!isTrained(kind))
                QTest::newRow(kind.info.id.c_str()) << QString::fromStdString(kind.info.id);
    }
    static std::string id()
    {
        QFETCH(QString, id);
        return id.toStdString();
    }

private Q_SLOTS:
    void saysWhatItIs_data() { everyKind(); }
    void saysWhatItIs()
    {
        const VariantInfo& info = errorKindOf(id()).info;
        QVERIFY(!info.label.empty() && !info.formula.empty() && !info.help.empty());
        if (info.id == "none")
            return;
        QVERIFY2(!info.source.empty() && !info.group.empty(),
                 "in a group of the menu, with a source");
        QVERIFY(!info.parameters.empty());
        for (const ParameterDescriptor& parameter : info.parameters) {
            QVERIFY2(!parameter.help.empty(), parameter.key.c_str());
            QVERIFY2(parameter.validate(parameter.defaultValue).ok(), parameter.key.c_str());
        }
    }

    void isExactWithoutStrength_data() { everyKind(); }
    void isExactWithoutStrength()
    {
        const std::string kind = id();
        if (kind == "none")
            return;
        const auto found = std::find_if(neutralSettings().begin(),
                                        neutralSettings().end(),
                                        [&](const auto& one) { return one.kind == kind; });
        QVERIFY2(found != neutralSettings().end(), "say here at which strength it is none");
        const auto mixture = onLine(2);
        const auto error = scoreError(kind, found->settings, 3);
        QVERIFY(error->model(*mixture) != nullptr); // exact, so it has the score of the data
        const auto rule = error->ignoresGuidance() ? unguided() : guided(2.5, 1);
        const auto levels = someLevels("vp");
        const auto exact = makeExactField<double>(mixture, rule, levels);
        const auto field = learned(mixture, error, guided(2.5, 1), levels);
        const auto exactFloat = makeExactField<float>(mixture, rule, levels);
        const auto floatField = learned<float>(mixture, error, guided(2.5, 1), levels);
        for (const PathCoefficients& level : probes(levels)) {
            const Block<double> x = points(*mixture, level);
            QVERIFY2((denoised(*field, level, x) == denoised(*exact, level, x)).all(),
                     "bit for bit");
            QVERIFY((denoised(*floatField, level, x) == denoised(*exactFloat, level, x)).all());
        }
    }

    void isFiniteEverywhere_data() { everyKind(); }
    void isFiniteEverywhere()
    {
        for (const auto& mixture : {onLine(1), onLine(2), onLine(5), scattered()})
            for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
                const auto error = scoreError(id(), {}, seed);
                if (!fits(error, *mixture))
                    continue;
                const auto field = learned(mixture, error);
                auto levels = someLevels("rf"); // starts at alpha = 0, ends at sigma = 0
                levels.push_back(veLevel(1e-6));
                levels.push_back(veLevel(1e5));
                for (const PathCoefficients& level : levels) {
                    Block<double> x(4, mixture->dimension());
                    x.row(0).setZero();
                    x.row(1).setConstant(3 * level.alpha);
                    x.row(2).setConstant(-40 * std::hypot(level.alpha, level.sigma));
                    x.row(3) = (level.alpha * mixture->mean()).transpose().array();
                    const Block<double> mean = denoised(*field, level, x);
                    QVERIFY2(mean.allFinite(), qPrintable(QString::number(level.sigmaTilde())));
                    if (level.sigma == 0)
                        QVERIFY((mean == x / level.alpha).all());
                }
            }
    }

    void worksWherePossible_data() { everyKind(); }
    void worksWherePossible()
    {
        for (std::uint32_t seed = 0; seed < kSeeds; ++seed)
            QVERIFY(fits(scoreError(id(), {}, seed), *onLine(2)));
        for (const auto& mixture : {onLine(1), scattered()})
            for (std::uint32_t seed = 0; seed < kSeeds; ++seed)
                if (const auto error = scoreError(id(), {}, seed); !fits(error, *mixture)) {
                    const Error why = error->check(*mixture).error();
                    QCOMPARE(why.path, std::string("error"));
                    QVERIFY(why.message.size() > 20);
                }
    }

    void isTheSameForEveryProcess_data() { everyKind(); }
    void isTheSameForEveryProcess()
    {
        for (const auto& mixture : {onLine(2), scattered()})
            for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
                const auto error = scoreError(id(), {}, seed);
                if (!fits(error, *mixture))
                    continue;
                const auto field = learned(mixture, error);
                for (const double noise : {.02, .3, 1.4, 30.}) {
                    const Block<double> x = points(*mixture, veLevel(noise));
                    const Block<double> expected = denoised(*field, veLevel(noise), x);
                    for (const char* name : {"vp", "rf", "ou"}) {
                        const auto way = process(name);
                        const PathCoefficients level = way->at(way->timeAt(noise));
                        const Block<double> mean =
                            denoised(*field, level, Block<double>(level.alpha * x));
                        // sigma~ itself differs by 1e-12 or so: timeAt, then at. Posterior means
                        // change by |x| spread/sigma~^2 times that.
                        const double allowed =
                            1e-10 * (1 + x.abs().maxCoeff() + 1 / (noise * noise));
                        QVERIFY2((mean - expected).abs().maxCoeff() < allowed,
                                 qPrintable(QString::fromLatin1(name)
                                            + QString::number((mean - expected).abs().maxCoeff())));
                    }
                }
            }
    }

    void floatIsDoubleToRounding_data() { everyKind(); }
    void floatIsDoubleToRounding()
    {
        for (const auto& mixture : {onLine(2), scattered()})
            for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
                const auto error = scoreError(id(), {}, seed);
                if (!fits(error, *mixture))
                    continue;
                const auto field = learned(mixture, error);
                const auto narrow = learned<float>(mixture, error);
                for (const double noise : {.3, 1.4, 30.}) {
                    // Both see the same place.
                    const Block<double> x =
                        points(*mixture, veLevel(noise)).cast<float>().cast<double>();
                    const Block<double> mean = denoised(*field, veLevel(noise), x);
                    const Block<double> rounded =
                        denoised(*narrow, veLevel(noise), x).cast<double>();
                    // Floats have 7 digits; exponents of the weights lose those of |x|^2/sigma^2.
                    const double allowed = 3e-4 * (1 + mean.abs().maxCoeff());
                    QVERIFY2((mean - rounded).abs().maxCoeff() < allowed,
                             qPrintable(QString::number((mean - rounded).abs().maxCoeff())));
                }
            }
    }

    void runsAreTheSameOnAnyThreads_data() { everyKind(); }
    void runsAreTheSameOnAnyThreads()
    {
        const auto mixture = onLine(2);
        for (std::uint32_t seed = 0; seed < 2; ++seed) {
            SimulationPlan plan = makePlan(mixture, levelsOn(*process("vp"), "karras", 6), "heun");
            plan.error = scoreError(id(), {}, seed);
            plan.particles = 1100;
            WorkerPool one(1), three(3);
            const auto first = simulate<float>(plan, one), again = simulate<float>(plan, three);
            QVERIFY2(first.outcome.kind == Outcome::Kind::Completed, first.outcome.message.c_str());
            QVERIFY(std::equal(first.trajectories.values.begin(),
                               first.trajectories.values.end(),
                               again.trajectories.values.begin(),
                               again.trajectories.values.end()));
            plan.particles = 600; // the first ones do not change when there are more
            const auto fewer = simulate<float>(plan, three);
            for (int c = 0; c < 2; ++c) {
                const auto all = first.trajectories.coordinate(6, c),
                           some = fewer.trajectories.coordinate(6, c);
                QVERIFY(std::equal(some.begin(), some.end(), all.begin()));
            }
        }
    }

    void guidanceHasAPartOrNone_data() { everyKind(); }
    void guidanceHasAPartOrNone()
    {
        const auto mixture = onLine(2);
        const auto error = scoreError(id(), {}, 2);
        const PathCoefficients level = veLevel(.8);
        const Block<double> x = points(*mixture, level);
        const Block<double> free = denoised(*learned(mixture, error), level, x),
                            strong = denoised(*learned(mixture, error, guided(3, 1)), level, x);
        if (error && error->ignoresGuidance())
            QVERIFY((free == strong).all());
        else
            QVERIFY((free - strong).abs().maxCoeff() > .01);
    }

    void aMixtureOfItsOwnIsGuidedAsTheExactOne_data() { everyKind(); }
    void aMixtureOfItsOwnIsGuidedAsTheExactOne()
    {
        const auto mixture = onLine(2);
        const auto error = scoreError(id());
        const auto model = error ? error->model(*mixture) : nullptr;
        if (!model)
            return;
        const auto rule = error->ignoresGuidance() ? unguided() : guided(3, 1);
        const auto expected = makeExactField<double>(model, rule, {});
        const auto field = learned(mixture, error, rule);
        for (const double noise : {.3, 1.4, 30.}) {
            const Block<double> x = points(*mixture, veLevel(noise));
            // Equal up to the order of the operations.
            QVERIFY((denoised(*field, veLevel(noise), x) - denoised(*expected, veLevel(noise), x))
                        .abs()
                        .maxCoeff()
                    < 1e-10);
        }
    }

    /// A rule that remembers does so at each place the average looks at.
    void remembersAtEveryNode()
    {
        SimulationPlan plan = makePlan(onLine(2), levelsOn(*process("vp"), "karras", 12), "euler");
        plan.guidance = guidanceForRun(rule("feedback", {{"w", 3}}, 0, 1),
                                       {plan.levels, plan.mixture, plan.process});
        QVERIFY(plan.guidance->newMemory(4, 2) != nullptr);
        plan.particles = 40;
        WorkerPool pool(2);
        const auto exact = simulate<double>(plan, pool);
        plan.error = scoreError("score-smoothing", {{"width", 1e-7}, {"nodes", 16}});
        const auto smoothed = simulate<double>(plan, pool);
        QVERIFY(exact.outcome.kind == Outcome::Kind::Completed);
        QVERIFY(smoothed.outcome.kind == Outcome::Kind::Completed);
        // The average over a width of 1e-7, of means whose slopes are below 100.
        QVERIFY(largestDifference(statesAt(exact.trajectories), statesAt(smoothed.trajectories))
                < 1e-5);
    }

    /// What happens between steps sees the lane's score too.
    void correctorsSeeTheError()
    {
        const auto mixture = onLine(2);
        const auto field =
            learned(mixture, scoreError("constant", {{"x", .25}, {"y", -.5}}), guided(2, 1));
        const auto exact = makeExactField<double>(mixture, guided(2, 1), {});
        const PathCoefficients level = veLevel(.7);
        const Block<double> x = points(*mixture, level);
        MeanSource::Means wrong, right;
        field->means()->split(level, x, wrong);
        exact->means()->split(level, x, right);
        const Eigen::RowVector2d e(.25, -.5);
        QVERIFY(((wrong.conditional - right.conditional).matrix().rowwise() - e).norm() < 1e-12);
        QVERIFY(((wrong.unconditional - right.unconditional).matrix().rowwise() - e).norm()
                < 1e-12);
        QVERIFY((wrong.difference - right.difference).matrix().norm() < 1e-12);
    }
};

QTEST_APPLESS_MAIN(TestScoreErrors)
#include "tst_score_errors.moc"
