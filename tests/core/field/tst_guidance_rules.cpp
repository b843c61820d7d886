// SPDX-License-Identifier: GPL-3.0-or-later
// What every registered guidance rule must hold.
#include "tests/support/guidance.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

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
        {"safe-region", {{"w", 1}, {"variant", 1}, {"bound", 0}}, 1},
        {"safe-region", {{"w", 1}, {"variant", 1}, {"bound", 1}}, 1},
        {"safe-region", {{"w", 0}, {"variant", 2}, {"bound", 1}}, 0},
        {"safe-region", {{"kappa", 0}, {"variant", 0}, {"bound", 0}}, 1},
        {"rectified-cfg++", {{"lambda", 0}}, 1},
        {"characteristic", {{"w", 0}}, 0},
        {"characteristic", {{"w", 1}}, 1},
        {"exact-tilt", {{"w", 0}}, 0},
        {"exact-tilt", {{"w", 1}}, 1},
        {"predictor-corrector", {}, 1},
        {"feynman-kac", {{"w", 0}}, 0},
        {"feynman-kac", {{"w", 1}}, 1},
        {"recfg", {{"w", 1}}, 1},
        {"recfg", {{"w", 1}, {"estimate", 1}}, 1},
        {"reg", {{"w", 1}, {"variant", 0}}, 1},
        {"reg", {{"w", 1}, {"variant", 1}}, 1},
        {"moment-steering", {{"w", 1}}, 1},
        {"autoguidance", {{"w", 1}}, 1},
        {"autoguidance", {{"w", 0}, {"share", 0}}, 0},
        {"autoguidance", {{"w", 3}, {"blur", 0}}, 1},
        {"autoguidance", {{"w", 3}, {"guide", 1}, {"groups", 64}}, 1},
        {"autoguidance", {{"w", 3}, {"guide", 2}, {"strength", 0}}, 1},
        {"autoguidance", {{"w", 3}, {"guide", 3}, {"guide_class", 1}}, 1},
    };
    return all;
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

    static void anotherModelGuidesOneClass()
    {
        const auto mixture = makeMixture(randomMixture(8, 2, 4, 2, 3, 1));
        const auto levels = someLevels("rf");
        const auto plain = makeExactField<double>(mixture, unguided(), levels);
        const PathCoefficients level = levels[6];
        const Block<double> x = points(*mixture, level);
        const auto change = [&](const Settings& settings) {
            const auto field =
                makeExactField<double>(mixture, rule("autoguidance", settings, 0, 0), levels);
            return (denoised(*field, level, x) - denoised(*plain, level, x)).abs().maxCoeff();
        };
        for (const double guide : {0.0, 1.0, 2.0})
            QVERIFY(change({{"guide", guide}}) > 1e-3);
        QVERIFY(change({{"share", 0}}) == 0); // classifier-free guidance
        QVERIFY(change({{"guide", 3}, {"guide_class", 0}}) == 0);
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
    /// Not so where the guide is another model of the same class: that is guided away from.
    void oneClassIsTheIdentity()
    {
        QFETCH(QString, id);
        if (id == QStringLiteral("autoguidance")) {
            anotherModelGuidesOneClass();
            return;
        }
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
            const auto made = guidanceForRun(rule(id.toStdString(), {}, seed), {levels});
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
        const auto bound = guidanceForRun(rule(id.toStdString()), {someLevels("vp")});
        QVERIFY(guidanceForRun(bound, {levelsOn(*process("rf"), "uniform", 5)}) == bound);
        QVERIFY(guidanceForRun(bound, {{}}) == bound);
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

    void everyRuleRuns_data() { everyRule(); }
    void everyRuleRuns()
    {
        QFETCH(QString, id);
        WorkerPool one(1), three(3);
        for (const char* path : {"vp", "ve-edm", "rf"})
            for (const char* sampler : {"ddim", "heun", "dpmpp-2m"}) {
                auto plan = makePlan(makeMixture(randomMixture(2, 2, 5, 2)),
                                     levelsOn(*process(path), "karras", 20),
                                     sampler,
                                     0,
                                     process(path));
                plan.guidance = rule(id.toStdString());
                plan.particles = 600;
                const auto run = simulate<float>(plan, one);
                QVERIFY2(run.outcome.kind == Outcome::Kind::Completed, run.outcome.message.c_str());
                QVERIFY(run.trajectories.values
                        == simulate<float>(plan, three).trajectories.values);
            }
    }
};

QTEST_APPLESS_MAIN(TestGuidanceRules)
#include "tst_guidance_rules.moc"
