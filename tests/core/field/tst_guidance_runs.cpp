// SPDX-License-Identifier: GPL-3.0-or-later
// What every registered guidance rule promises of whole runs, with what it does between steps: its
// limits in w, one class, and strengths where others would silently end in NaN.
#include "tests/support/guidance.h"
#include "tests/support/runs.h"

#include <QtTest>

#include <algorithm>

using namespace scorefield;
using namespace scorefield::test;

namespace {

struct Claim {
    std::string kind;
    double w;          ///< at which the run is that of a constant weight
    Settings settings; ///< beside the defaults
};

/// Where a rule is plain guidance of the same w, as its own help says.
const std::vector<Claim>& claims()
{
    static const std::vector<Claim> all = {
        {"cfg", 0, {}},
        {"cfg", 1, {}},
        {"classifier", 0, {}},
        {"classifier", 1, {}},
        {"interval", 1, {}},
        {"window", 1, {}},
        {"ramp", 1, {}},
        {"tv-cfg", 1, {}},
        {"dg-cfg", 1, {}},
        {"beta-cfg", 0, {}},
        {"cfg-zero", 1, {{"zero", 0}}},
        {"power-law", 1, {}},
        {"apg", 1, {}},
        {"recfg", 1, {}},
        {"reg", 1, {}},
        {"moment-steering", 1, {}},
        {"autoguidance", 1, {}},
        {"characteristic", 0, {}},
        {"characteristic", 1, {}},
        {"exact-tilt", 0, {}},
        {"exact-tilt", 1, {}},
        {"feynman-kac", 0, {}},
        {"feynman-kac", 1, {}},
    };
    return all;
}

SimulationPlan planFor(const std::string& path, const std::string& sampler, int classes = 2)
{
    auto plan = makePlan(makeMixture(randomMixture(12, 2, 4, 2, 2.5, classes)),
                         levelsOn(*process(path), "karras", 20),
                         sampler,
                         0,
                         process(path));
    plan.particles = 80;
    return plan;
}

/// With the defaults and a target, never changed at random.
std::shared_ptr<const GuidanceRule>
defaultRule(const std::string& id, const Settings& settings, int target)
{
    const GuidanceKind& kind = kindOf(id);
    Choice choice = makeChoice(kind.info);
    for (const char* key : {"target", "guide_class"})
        if (choice.values.contains(key))
            choice.values.set(key, target);
    for (const auto& [key, value] : settings)
        choice.values.set(key, value);
    return kind.make(choice);
}

bool hasWeight(const GuidanceKind& kind)
{
    return makeChoice(kind.info).values.contains("w");
}

} // namespace

class TestGuidanceRuns : public QObject {
    Q_OBJECT

    static void everyRule()
    {
        QTest::addColumn<QString>("id");
        for (const GuidanceKind& kind : guidanceKinds())
            QTest::newRow(kind.info.id.c_str()) << QString::fromStdString(kind.info.id);
    }

private Q_SLOTS:
    void limitsHoldInRuns_data()
    {
        QTest::addColumn<int>("claim");
        for (std::size_t i = 0; i < claims().size(); ++i)
            QTest::addRow("%s w=%g", claims()[i].kind.c_str(), claims()[i].w)
                << static_cast<int>(i);
    }
    void limitsHoldInRuns()
    {
        QFETCH(int, claim);
        const Claim& wanted = claims()[static_cast<std::size_t>(claim)];
        Settings settings = wanted.settings;
        settings.emplace_back("w", wanted.w);
        WorkerPool pool(2);
        for (const char* path : {"vp", "rf"})
            for (const char* sampler : {"ddim", "heun", "dpmpp-2m"}) {
                SimulationPlan plan = planFor(path, sampler), plain = plan;
                plan.guidance = defaultRule(wanted.kind, settings, 1);
                plain.guidance = guided(wanted.w, 1);
                const auto run = simulate<double>(plan, pool);
                QVERIFY2(run.outcome.kind == Outcome::Kind::Completed, run.outcome.message.c_str());
                const Eigen::MatrixXd expected =
                    statesAt(simulate<double>(plain, pool).trajectories);
                // Rounding in another order, over twenty steps.
                QVERIFY2(largestDifference(statesAt(run.trajectories), expected)
                             < 1e-9 * expected.cwiseAbs().maxCoeff(),
                         qPrintable(QString::number(
                             largestDifference(statesAt(run.trajectories), expected))));
            }
    }

    /// With one class there is nothing to guide to, except away from another model.
    void oneClassIsLeftAlone_data() { everyRule(); }
    void oneClassIsLeftAlone()
    {
        QFETCH(QString, id);
        Settings settings;
        if (id == QStringLiteral("autoguidance"))
            settings = {{"share", 0}};
        WorkerPool pool(2);
        for (const char* path : {"vp", "rf"}) {
            SimulationPlan plan = planFor(path, "ddim", 1), plain = plan;
            plan.guidance = defaultRule(id.toStdString(), settings, 0);
            const auto run = simulate<double>(plan, pool);
            QVERIFY2(run.outcome.kind == Outcome::Kind::Completed, run.outcome.message.c_str());
            const auto same = simulate<double>(plain, pool);
            // Its corrector stirs: the law is left alone, not every particle.
            const bool stirs = id == QStringLiteral("predictor-corrector");
            QCOMPARE(run.trajectories.values == same.trajectories.values, !stirs);
        }
    }

    /// w = 1000: all finite, or the step is named where it ended, or the run was refused.
    void strongestWeightIsFiniteOrSaysWhereItEnds_data() { everyRule(); }
    void strongestWeightIsFiniteOrSaysWhereItEnds()
    {
        QFETCH(QString, id);
        if (!hasWeight(kindOf(id.toStdString())))
            return;
        WorkerPool pool(2);
        for (const char* path : {"vp", "ve-edm", "rf"})
            for (const char* sampler : {"ddim", "heun", "ddpm"})
                for (const int dimension : {2, 3}) {
                    SimulationPlan plan = planFor(path, sampler);
                    plan.mixture = makeMixture(randomMixture(13, dimension, 4, dimension, 2.5));
                    plan.guidance = defaultRule(id.toStdString(), {{"w", 1000}}, 1);
                    const auto run = simulate<float>(plan, pool);
                    const Trajectories& paths = run.trajectories;
                    const auto finite = [&] {
                        return std::all_of(paths.values.begin(), paths.values.end(), [](float x) {
                            return std::isfinite(x);
                        });
                    };
                    switch (run.outcome.kind) {
                    case Outcome::Kind::Completed:
                        QCOMPARE(paths.steps, 20);
                        QVERIFY(finite());
                        break;
                    case Outcome::Kind::NonFinite:
                        QCOMPARE(paths.steps, run.outcome.step - 1);
                        QVERIFY(finite());
                        QVERIFY2(run.outcome.message.find(std::to_string(run.outcome.step))
                                     != std::string::npos,
                                 run.outcome.message.c_str());
                        break;
                    default:
                        QCOMPARE(run.outcome.kind, Outcome::Kind::Refused);
                        QVERIFY(run.outcome.message.size() > 20);
                    }
                }
    }

    /// The list above forgets no rule that says what 1 is in the help of its w.
    void claimsOfTheHelpAreTested()
    {
        for (const GuidanceKind& kind : guidanceKinds())
            for (const ParameterDescriptor& row : kind.info.parameters) {
                if (row.key != "w" || row.help.find("1 is conditional") == std::string::npos
                    || kind.info.id == "predictor-corrector") // in law: it adds noise
                    continue;
                const bool listed =
                    std::any_of(claims().begin(), claims().end(), [&](const Claim& claim) {
                        return claim.kind == kind.info.id && claim.w == 1;
                    });
                QVERIFY2(listed, kind.info.id.c_str());
            }
    }
};

QTEST_APPLESS_MAIN(TestGuidanceRuns)
#include "tst_guidance_runs.moc"
