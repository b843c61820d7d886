// SPDX-License-Identifier: GPL-3.0-or-later
// What every registered guidance rule must hold, and the published numbers of single ones.
#include "core/field/score_field.h"
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"
#include "tests/support/variants.h"

#include <QtTest>

#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

using Settings = std::vector<std::pair<std::string, double>>;

struct Claim {
    std::string kind;
    Settings settings; // of the parameters that the claim needs, w among them
    double as;         // the constant weight that the rule then equals
};

/// Where each rule is exactly unguided or exactly conditional, by its formula.
const std::vector<Claim>& claims()
{
    static const std::vector<Claim> all = {
        {"cfg", {{"w", 0}}, 0},
        {"cfg", {{"w", 1}}, 1},
        {"classifier", {{"w", 0}, {"base", 0}}, 0},
        {"classifier", {{"w", 1}, {"base", 0}}, 1},
        {"classifier", {{"w", 0}, {"base", 1}}, 1},
        {"interval", {{"w", 1}}, 1},
        {"window", {{"w", 0}, {"outside", 0}}, 0},
        {"window", {{"w", 1}, {"outside", 1}}, 1},
        {"early-high", {{"w", 0}, {"after", 0}}, 0},
        {"early-high", {{"w", 1}, {"after", 1}}, 1},
        {"ramp", {{"w", 1}}, 1},
        {"tv-cfg", {{"w", 1}}, 1},
        {"c2fg", {{"w", 0}}, 0},
        {"c2fg", {{"w", 1}, {"rate", 0}}, 1},
        {"dg-cfg", {{"w", 1}}, 1},
        {"cfg++", {{"lambda", 0}}, 0},
        {"beta-cfg", {{"w", 0}}, 0},
        {"cfg-zero", {{"w", 1}, {"zero", 0}}, 1},
        {"power-law", {{"w", 1}}, 1},
        {"power-law", {{"w", 0}, {"power", 0}}, 0},
        {"apg", {{"w", 1}}, 1},
        {"apg", {{"w", 0}, {"radius", 1000}, {"parallel", 1}}, 0},
    };
    return all;
}

const GuidanceKind& kindOf(const std::string& id)
{
    for (const GuidanceKind& kind : guidanceKinds())
        if (kind.info.id == id)
            return kind;
    std::abort(); // a mistake in the test
}

/// Without the check of ranges, so that w can be 1000.
std::shared_ptr<const GuidanceRule>
rule(const std::string& id, const Settings& settings = {}, std::uint32_t seed = 0, int target = 1)
{
    const GuidanceKind& kind = kindOf(id);
    Choice choice = randomChoice(kind.info, seed);
    if (choice.values.contains("target"))
        choice.values.set("target", target);
    for (const auto& [key, value] : settings)
        choice.values.set(key, value);
    return kind.make(choice);
}

/// Levels of a run and some between them, at both scalings.
std::vector<PathCoefficients> probes(const std::vector<PathCoefficients>& levels)
{
    std::vector<PathCoefficients> result = levels;
    for (const double sigma : {0.01, 0.3, 1.7, 40.0})
        result.push_back({sigma, 1, sigma, 0, 1});
    result.erase(std::remove_if(result.begin(),
                                result.end(),
                                [](const PathCoefficients& level) { return level.sigma <= 0; }),
                 result.end());
    return result;
}

template <class Real>
Block<Real>
denoised(const ScoreField<Real>& field, const PathCoefficients& level, const Block<double>& x)
{
    const Block<Real> at = x.cast<Real>();
    Block<Real> result(x.rows(), x.cols());
    field.denoise(level, at, result);
    return result;
}

Block<double> points(const GaussianMixture& mixture, const PathCoefficients& level)
{
    return mixture.sample(3, Stream::Data, 23, level.alpha, level.sigma).transpose().array();
}

/// The first level with at most this noise.
PathCoefficients noiseAt(const std::vector<PathCoefficients>& levels, double sigmaTilde)
{
    return *std::find_if(levels.begin(), levels.end(), [&](const PathCoefficients& level) {
        return level.sigmaTilde() <= sigmaTilde;
    });
}

std::vector<PathCoefficients> someLevels(const std::string& id)
{
    return levelsOn(*process(id), "karras", 12);
}

} // namespace

class TestGuidanceRules : public QObject {
    Q_OBJECT

    static void everyRule()
    {
        QTest::addColumn<QString>("id");
        for (const GuidanceKind& kind : guidanceKinds())
            QTest::newRow(kind.info.id.c_str()) << QString::fromStdString(kind.info.id);
    }

private Q_SLOTS:
    void limitsAreExact_data()
    {
        QTest::addColumn<int>("claim");
        for (std::size_t i = 0; i < claims().size(); ++i)
            QTest::addRow("%zu %s", i, claims()[i].kind.c_str()) << static_cast<int>(i);
    }
    void limitsAreExact()
    {
        QFETCH(int, claim);
        const Claim& wanted = claims()[static_cast<std::size_t>(claim)];
        for (const int d : {2, 3, 5})
            for (const char* path : {"vp", "rf"}) {
                const auto mixture = makeMixture(randomMixture(7, d, 5, d));
                const auto levels = someLevels(path);
                const auto field =
                    makeExactField<double>(mixture, rule(wanted.kind, wanted.settings), levels);
                const auto plain = makeExactField<double>(mixture, guided(wanted.as, 1), levels);
                for (const PathCoefficients& level : probes(levels)) {
                    const Block<double> x = points(*mixture, level);
                    // rounding of a few operations on numbers of the size of x/sigma
                    const double rounding = 1e-13 * (mixture->scale() + x.abs().maxCoeff());
                    QVERIFY(
                        (denoised(*field, level, x) - denoised(*plain, level, x)).abs().maxCoeff()
                        <= rounding);
                }
            }
    }

    void oneClassIsTheIdentity_data() { everyRule(); }
    void oneClassIsTheIdentity()
    {
        QFETCH(QString, id);
        for (const int d : {2, 3, 5}) {
            const auto mixture = makeMixture(randomMixture(8, d, 4, d, 3, 1));
            const auto levels = someLevels("rf");
            for (std::uint32_t seed = 0; seed < 5; ++seed) {
                const auto one = rule(id.toStdString(), {}, seed, 0);
                const auto field = makeExactField<double>(mixture, one, levels);
                const auto plain = makeExactField<double>(mixture, unguided(), levels);
                for (const PathCoefficients& level : probes(levels)) {
                    const Block<double> x = points(*mixture, level);
                    QVERIFY((denoised(*field, level, x) == denoised(*plain, level, x)).all());
                }
            }
        }
    }

    void everyRuleIsFinite_data() { everyRule(); }
    void everyRuleIsFinite()
    {
        QFETCH(QString, id);
        const GuidanceKind& kind = kindOf(id.toStdString());
        for (const int d : {2, 3, 5})
            for (std::uint32_t seed = 0; seed < 12; ++seed) {
                const auto mixture = makeMixture(randomMixture(seed, d, 5, seed % 2 ? d : 1));
                const auto levels = someLevels(seed % 3 == 0   ? "rf"
                                               : seed % 3 == 1 ? "vp"
                                                               : "ve-edm");
                auto choice = randomChoice(kind.info, seed);
                if (choice.values.contains("target"))
                    choice.values.set("target", 0);
                if (choice.values.contains("w") && seed % 2 == 0)
                    choice.values.set("w", 1000);
                const auto made = kind.make(choice);
                const auto exact = makeExactField<double>(mixture, made, levels);
                for (const PathCoefficients& level : probes(levels)) {
                    Block<double> x = points(*mixture, level);
                    x.topRows(4) *= 30; // far outside
                    QVERIFY(std::isfinite(exact->dimension()
                                          * denoised(*exact, level, x).abs().maxCoeff()));
                    if (d == 5)
                        continue;
                    const auto fast = makeExactField<float>(mixture, made, levels);
                    QVERIFY(denoised(*fast, level, x).isFinite().all());
                }
            }
    }

    void floatFollowsDouble_data() { everyRule(); }
    void floatFollowsDouble()
    {
        QFETCH(QString, id);
        for (const int d : {2, 3})
            for (std::uint32_t seed = 0; seed < 4; ++seed) {
                const auto mixture = makeMixture(randomMixture(4 + seed, d, 6, d));
                const auto levels = someLevels("vp");
                const auto made = rule(id.toStdString(), {}, seed);
                const auto fast = makeExactField<float>(mixture, made, levels);
                const auto exact = makeExactField<double>(mixture, made, levels);
                for (const PathCoefficients& level : probes(levels)) {
                    const Block<double> x = points(*mixture, level).cast<float>().cast<double>();
                    const Block<double> expected = denoised(*exact, level, x);
                    const Block<double> plain =
                        denoised(*makeExactField<double>(mixture, unguided(), {}), level, x);
                    // 1e-3 of the data and of what the rule adds; a point between two components
                    // turns 1e-7 of x into 1e-7 |x|/sigma^2 of the log-weights, so nearly all
                    const Eigen::ArrayXd error =
                        (denoised(*fast, level, x).cast<double>() - expected)
                            .abs()
                            .rowwise()
                            .maxCoeff();
                    const Eigen::ArrayXd size =
                        mixture->scale() + (expected - plain).abs().rowwise().maxCoeff();
                    QVERIFY2((error <= 1e-3 * size).count() >= 22,
                             qPrintable(QString::number((error / size).maxCoeff())));
                }
            }
    }

    /// A linear rule combines eps, scores and velocities with the same weight as posterior means,
    /// whatever the scaling: its weight is a function of sigma~ alone.
    void linearRulesKnowNoSpace_data() { everyRule(); }
    void linearRulesKnowNoSpace()
    {
        QFETCH(QString, id);
        if (id == QStringLiteral("none"))
            return; // has no weight
        const auto mixture = makeMixture(randomMixture(5, 2, 5, 2));
        const auto levels = someLevels("rf");
        for (std::uint32_t seed = 0; seed < 6; ++seed) {
            const auto made = guidanceForRun(rule(id.toStdString(), {}, seed), levels);
            if (!made->isLinear())
                return;
            const auto field = makeExactField<double>(mixture, made, levels);
            const auto conditional = makeExactField<double>(mixture, guided(1, 1), levels);
            const auto unconditional = makeExactField<double>(mixture, guided(0, 1), levels);
            for (const PathCoefficients& level : levels) {
                if (level.sigma <= 0 || level.alpha <= 0)
                    continue;
                const double sigma = level.sigmaTilde(), w = made->weight(level);
                QCOMPARE(made->weight({sigma, 1, sigma, 0, 1}), w);
                const Block<double> x = points(*mixture, level);
                const auto eps = [&](const ScoreField<double>& at) -> Block<double> {
                    return (x - level.alpha * denoised(at, level, x)) / level.sigma;
                };
                const Block<double> u = eps(*unconditional);
                const Block<double> expected = u + w * (eps(*conditional) - u);
                QVERIFY(((eps(*field) - expected).abs().maxCoeff())
                        <= 1e-12 * (1 + std::abs(w)) * (1 + x.abs().maxCoeff() / level.sigma));
            }
        }
    }

    void aBoundRuleStaysWithItsRun_data() { everyRule(); }
    void aBoundRuleStaysWithItsRun()
    {
        QFETCH(QString, id);
        const auto bound = guidanceForRun(rule(id.toStdString()), someLevels("vp"));
        QVERIFY(guidanceForRun(bound, levelsOn(*process("rf"), "uniform", 5)) == bound);
        QVERIFY(guidanceForRun(bound, {}) == bound);
    }

    void badgesAreKnown()
    {
        int badges = 0;
        for (const GuidanceKind& kind : guidanceKinds())
            for (const std::string& badge : kind.info.badges) {
                QVERIFY(badge == "depends on the origin" || badge == "depends on the space"
                        || badge == "no continuous limit");
                ++badges;
            }
        QVERIFY(badges >= 7);
    }

    /// A badge is there exactly where moving the origin changes the field more than rounding.
    void originBadgesAreTrue_data() { everyRule(); }
    void originBadgesAreTrue()
    {
        QFETCH(QString, id);
        const VariantInfo& info = kindOf(id.toStdString()).info;
        const auto spec = randomMixture(6, 2, 5, 2);
        auto moved = spec;
        const Eigen::Vector2d shift(3, -1);
        for (auto& component : moved.components)
            component.mean += shift;
        const auto levels = someLevels("vp");
        const auto here = makeExactField<double>(makeMixture(spec), rule(info.id), levels);
        const auto there = makeExactField<double>(makeMixture(moved), rule(info.id), levels);
        const PathCoefficients level = levels[4];
        const Block<double> x = points(*makeMixture(spec), level);
        const Block<double> by = shift.transpose().replicate(x.rows(), 1).array();
        const double change =
            (denoised(*there, level, x + level.alpha * by) - by - denoised(*here, level, x))
                .abs()
                .maxCoeff();
        const auto& badges = info.badges;
        const bool declared =
            std::find(badges.begin(), badges.end(), "depends on the origin") != badges.end();
        QVERIFY2(declared ? change > 1e-2 : change < 1e-11, qPrintable(QString::number(change)));
    }

    /// Inside the class both means agree to e^{-500}, and beta-CFG still goes in the direction of
    /// their difference, away from the other class, also in float.
    void directionsSurviveWhereMeansAgree()
    {
        const auto mixture =
            makeMixture(isotropicMixture({Eigen::Vector2d(-2, 0), Eigen::Vector2d(2, 0)}, 0.01));
        const auto levels = levelsOn(*process("ve-edm"), "karras", 40);
        const auto made = guidanceForRun(rule("beta-cfg", {{"w", 3}, {"gamma", 1}}), levels);
        const PathCoefficients level = noiseAt(levels, 0.05);
        const double step = made->weight(level) * level.sigma;
        QVERIFY(step > 0.01);
        Block<double> x(1, 2);
        x << 1.6, 0.0625;
        const double gain = 0.01 / (0.01 + level.sigma * level.sigma);
        const double ownX = 2 - gain * 0.4, ownY = gain * 0.0625;
        const Block<double> exact =
            denoised(*makeExactField<double>(mixture, made, levels), level, x);
        COMPARE_CLOSE(exact(0, 0), ownX + step, 1e-12, 0);
        COMPARE_CLOSE(exact(0, 1), ownY, 1e-12, 0);
        const Block<float> fast = denoised(*makeExactField<float>(mixture, made, levels), level, x);
        COMPARE_CLOSE(fast(0, 0), ownX + step, 1e-6, 0);
        COMPARE_CLOSE(fast(0, 1), ownY, 0, 1e-6);
    }

    /// Powers, projections and the fitted scale, written out at one point in one dimension.
    void nonLinearRulesByHand()
    {
        const PathCoefficients level{2, 0.5, 2, 0, 1}; // sigma~ = 4
        Block<double> x(1, 2), c(1, 2), u(1, 2), d(1, 2), out(1, 2);
        x << 1, -2;
        c << 3, 4;
        u << 0, 4;
        d << 3, 0;
        const GuidedMeans means{x, c, u, d};
        rule("power-law", {{"w", 3}, {"power", 0.5}})->combine(level, means, out);
        COMPARE_CLOSE(out(0, 0), 3 + 2 * std::sqrt(3 / 16.0) * 3, 1e-14, 0);
        COMPARE_CLOSE(out(0, 1), 4, 1e-14, 0);
        // g = (2, 0) at radius 2; along (3, 4)/5 it is 6/5: g_par = (0.72, 0.96)
        rule("apg", {{"w", 2}, {"radius", 2}, {"parallel", 0.5}})->combine(level, means, out);
        COMPARE_CLOSE(out(0, 0), 3 + 2 - 0.36, 1e-14, 0);
        COMPARE_CLOSE(out(0, 1), 4 - 0.48, 1e-14, 0);
        // rectified flow: x/2.5, v = x/2 - 1.25 D
        rule("cfg-zero", {{"w", 3}, {"zero", 0}})->combine(level, means, out);
        const double c0 = 0.5 - 3.75, c1 = -1 - 5, u0 = 0.5, u1 = -1 - 5;
        const double s = (c0 * u0 + c1 * u1) / (u0 * u0 + u1 * u1);
        COMPARE_CLOSE(out(0, 0), (1 - 2 * (s * u0 + 3 * (c0 - s * u0))) / 2.5, 1e-14, 0);
        COMPARE_CLOSE(out(0, 1), (-2 - 2 * (s * u1 + 3 * (c1 - s * u1))) / 2.5, 1e-14, 0);
        // |eps_c - eps_u| = 3/4; half way over the run 6 tau (1 - tau) = 3/2
        const auto levels = levelsOn(*process("ve-edm"), "karras", 2);
        const auto beta = guidanceForRun(rule("beta-cfg", {{"w", 2}, {"gamma", 0.5}}), levels);
        beta->combine(levels[1], means, out);
        COMPARE_CLOSE(out(0, 0), 3 * 3 / std::sqrt(3 / levels[1].sigmaTilde()), 1e-12, 0);
    }

    /// The first K0 steps of CFG-Zero* stand still in rectified flow, the next does not.
    void zeroStepsStandStill()
    {
        auto plan = makePlan(makeMixture(randomMixture(9, 2, 4, 2)), someLevels("rf"), "ddim");
        plan.guidance = rule("cfg-zero", {{"zero", 2}});
        plan.particles = 20;
        WorkerPool pool(1);
        const auto run = simulate<double>(plan, pool);
        const Eigen::MatrixXd start = statesAt(run.trajectories, 0);
        QVERIFY(largestDifference(start, statesAt(run.trajectories, 2)) <= 1e-14 * start.norm());
        QVERIFY(largestDifference(start, statesAt(run.trajectories, 3)) > 1e-3);
    }

    void cfgPlusPlusIsItsSchedule_data()
    {
        QTest::addColumn<QString>("path");
        for (const char* path : {"vp", "ve-edm", "rf"})
            QTest::newRow(path) << QString::fromLatin1(path);
    }
    void cfgPlusPlusIsItsSchedule()
    {
        QFETCH(QString, path);
        const double strength = 0.6;
        const auto mixture = makeMixture(randomMixture(9, 2, 4, 2));
        auto plan = makePlan(mixture, someLevels(path.toStdString()), "ddim");
        plan.guidance = rule("cfg++", {{"lambda", strength}});
        plan.particles = 40;
        WorkerPool pool(1);
        const auto run = simulate<double>(plan, pool);
        QCOMPARE(run.outcome.kind, Outcome::Kind::Completed);
        // x' = alpha' D_lambda + sigma' (x - alpha D_u)/sigma
        Block<double> x = statesAt(run.trajectories, 0).array();
        const auto mixed = makeExactField<double>(mixture, guided(strength, 1), {});
        const auto plain = makeExactField<double>(mixture, guided(0, 1), {});
        for (std::size_t k = 0; k + 1 < plan.levels.size(); ++k) {
            const PathCoefficients &from = plan.levels[k], &to = plan.levels[k + 1];
            x = to.alpha * denoised(*mixed, from, x)
                + to.sigma * (x - from.alpha * denoised(*plain, from, x)) / from.sigma;
            // rounding grows along a guided path by what the field expands, below 1e3 here
            const double size = mixture->scale() + x.abs().maxCoeff();
            QVERIFY(
                largestDifference(x.matrix(), statesAt(run.trajectories, static_cast<int>(k) + 1))
                <= 1e-12 * size);
        }
    }

    void publishedInterval()
    {
        // EDM2-XXL guides steps 17 to 22 of 32, sigma 80 to 0.002, rho 7: (0.19, 1.61].
        const auto interval = rule("interval");
        std::vector<int> guidedSteps;
        for (int k = 0; k < 32; ++k) {
            const double high = std::pow(80, 1 / 7.0), low = std::pow(0.002, 1 / 7.0);
            const double sigma = std::pow(high + k / 31.0 * (low - high), 7);
            if (interval->weight({sigma, 1, sigma, 0, 1}) == 2)
                guidedSteps.push_back(k);
            else
                QCOMPARE(interval->weight({sigma, 1, sigma, 0, 1}), 1.0);
        }
        QCOMPARE(guidedSteps, (std::vector<int>{17, 18, 19, 20, 21, 22}));
        QCOMPARE(interval->weight({0.19, 1, 0.19, 0, 1}), 1.0); // open below
        QCOMPARE(interval->weight({1.61, 1, 1.61, 0, 1}), 2.0); // closed above
    }

    void meansOverTheRun_data()
    {
        QTest::addColumn<QString>("path");
        for (const char* path : {"vp", "ve-edm", "rf", "vp-cosine"})
            QTest::newRow(path) << QString::fromLatin1(path);
    }
    void meansOverTheRun()
    {
        QFETCH(QString, path);
        const auto levels = someLevels(path.toStdString());
        const double span = levels.front().t - levels.back().t;
        const auto tv = guidanceForRun(rule("tv-cfg", {{"w", 4}}), levels);
        const auto dg = guidanceForRun(rule("dg-cfg", {{"w", 4}}), levels);
        double left = 0, trapezoid = 0;
        for (std::size_t k = 0; k + 1 < levels.size(); ++k) {
            const double step = (levels[k].t - levels[k + 1].t) / span;
            left += step * tv->weight(levels[k]);
            trapezoid += step * (dg->weight(levels[k]) + dg->weight(levels[k + 1])) / 2;
        }
        COMPARE_CLOSE(left, 4, 1e-13, 0);
        COMPARE_CLOSE(trapezoid, 4, 1e-12, 0);
        // DG-CFG's profile is (1 - a) sqrt(a)/beta up to a factor, a from its definition.
        const auto factor = [&](std::size_t k) {
            const PathCoefficients& level = levels[k];
            const double h = 1e-6 * level.t, noise = std::pow(level.sigmaTilde(), 2);
            const auto logNoise = [&](double t) {
                return std::log1p(std::pow(process(path.toStdString())->at(t).sigmaTilde(), 2));
            };
            const double beta = (logNoise(level.t + h) - logNoise(level.t - h)) / (2 * h);
            const double a = 1 / (1 + noise);
            return (dg->weight(level) - 1) / ((1 - a) * std::sqrt(a) / beta);
        };
        COMPARE_CLOSE(factor(3), factor(8), 1e-6, 0); // central differences
    }

    void shapesOfTheRamp()
    {
        // linear, falling, cosine, lambda, v at tau = 1/4 of a run of 4 steps, w - 1 = 2
        const auto levels = levelsOn(*process("ve-edm"), "karras", 4);
        const double expected[] = {1, 3, 2 * (1 - std::numbers::sqrt2 / 2), 2, 2};
        for (int shape = 0; shape < 5; ++shape) {
            const auto ramp = guidanceForRun(
                rule("ramp", {{"w", 3}, {"shape", static_cast<double>(shape)}, {"over", 0}}),
                levels);
            COMPARE_CLOSE(ramp->weight(levels[1]), 1 + expected[shape], 1e-14, 0);
        }
        const auto c2fg = guidanceForRun(rule("c2fg", {{"w", 2}}), levels);
        COMPARE_CLOSE(c2fg->weight(levels.front()), 2, 1e-14, 0);
        COMPARE_CLOSE(c2fg->weight(levels.back()), 4, 1e-14, 0);
    }

    void windowsOfNegativeGuidance()
    {
        const auto levels = levelsOn(*process("rf"), "uniform", 10);
        const auto early = guidanceForRun(rule("early-high"), levels);
        const auto window = guidanceForRun(
            rule("window", {{"w", -1}, {"from", 0.3}, {"to", 0.7}, {"outside", 2}}), levels);
        for (std::size_t k = 0; k < 10; ++k) {
            QCOMPARE(early->weight(levels[k]), k < 6 ? 3.0 : 0.0);
            QCOMPARE(window->weight(levels[k]), k >= 3 && k < 7 ? -1.0 : 2.0);
        }
    }

    void drawnWeightsTurnAtTheirPoints()
    {
        Choice choice = choose(guidanceKinds(), "curve", {{"over", 0}});
        choice.points = {{0, 1}, {0.25, 9}, {0.5, 9}, {0.75, -3}, {1, 2}};
        const auto made = makeGuidance(choice);
        QVERIFY(made.ok());
        const auto levels = levelsOn(*process("rf"), "uniform", 400);
        const auto drawn = guidanceForRun(*made, levels);
        double before = 1, steepest = 0;
        for (std::size_t k = 0; k <= 400; ++k) {
            const double w = drawn->weight(levels[k]);
            QVERIFY(w >= -3 - 1e-12 && w <= 9 + 1e-12); // rounding
            if (k % 100 == 0)
                COMPARE_CLOSE(w, choice.points[k / 100].y, 1e-12, 0);
            if (k > 100 && k < 200)
                COMPARE_CLOSE(w, 9, 1e-12, 0); // level between equal points
            steepest = std::max(steepest, std::abs(w - before));
            before = w;
        }
        QVERIFY(steepest < 400 * 0.0005); // no jump: 1.5 of the steepest chord, 48 per run
        choice.points[2].x = 0.25;
        QCOMPARE(makeGuidance(choice).error().path, std::string("points"));
    }
};

QTEST_APPLESS_MAIN(TestGuidanceRules)
#include "tst_guidance_rules.moc"
