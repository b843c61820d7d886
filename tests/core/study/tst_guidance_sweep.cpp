// SPDX-License-Identifier: GPL-3.0-or-later
// The guidance sweep against closed forms and the theory's tables, and its error bars against
// repeated seeds.
#include "core/study/cloud.h"
#include "core/study/guidance_curves.h"
#include "tests/support/compare.h"
#include "tests/support/runs.h"
#include "tests/support/studies.h"

#include <QtTest>

#include <cmath>
#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

/// Two unit Gaussians at -1 and 1, the second one targeted: theory §10b, G2.
Session pairSession(const std::string& process = "vp:horizon=10")
{
    return test::oneLane(isotropicMixture({Eigen::Vector2d(-1, 0), Eigen::Vector2d(1, 0)}, 1),
                         4000,
                         {{"process", process},
                          {"grid", "karras:steps=60,final=stop"},
                          {"sampler", "heun"},
                          {"guidance", "cfg:w=1,target=1"}});
}

Result<Table> run(const Session& session, const std::vector<std::string>& sweeps)
{
    return test::studied("guidance-sweep", session, sweeps);
}

} // namespace

class TestGuidanceSweep : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void confidenceFollowsTheTable()
    {
        const auto table = run(pairSession(), {"lanes.0.guidance.w=1:8:4:log"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        const Column& confidence = *table->find("lanes.0.confidence");
        const double expected[] = {.77368, .91904, .98395, .99767}; // G2, exact ODE
        for (std::size_t row = 0; row < 4; ++row) {
            // 5 standard errors; Heun on 60 steps and the stop at delta are below 1e-3.
            COMPARE_CLOSE(
                confidence.values[row], expected[row], 0, 5 * confidence.errors[row] + 1e-3);
            QVERIFY(row == 0 || confidence.values[row] > confidence.values[row - 1]);
            COMPARE_CLOSE(table->find("lanes.0.shortfall")->values[row],
                          1 - confidence.values[row],
                          0,
                          1e-15); // the same number
        }
        // More weight, less left: sd along the line .99967 at w = 1, .49718 at 8.
        const Column& spread = *table->find("lanes.0.log_det_covariance");
        COMPARE_CLOSE(spread.values[3] - spread.values[0],
                      2 * std::log(.49718 / .99967),
                      0,
                      5 * std::hypot(spread.errors[0], spread.errors[3]) + .01);
        const Column& distance = *table->find("lanes.0.pairwise_distance");
        QVERIFY(distance.values[3] < distance.values[0] - 5 * distance.errors[0]);
    }

    void floorsAreThoseOfExactDraws()
    {
        const auto table = run(pairSession(), {"lanes.0.guidance.w=1:1:1"});
        QVERIFY(table.ok());
        const auto check = [&](const char* id, double expected) {
            for (const char* kind : {"", ".exact"}) { // w = 1 is the class itself
                const Column& column = *table->find(std::string("lanes.0.") + id + kind);
                COMPARE_CLOSE(column.values[0], expected, 0, 5 * column.errors[0] + 2e-3);
                QVERIFY(column.errors[0] < .05);
            }
        };
        check("confidence", .77368);
        check("pairwise_distance", std::sqrt(std::numbers::pi)); // E|z|, z ~ N(0, 2 I_2)
        check("log_det_covariance", 0);
        // Likelier component: the sign of x, P = Phi(1) = .8413.
        const double p = .841344746, h = -p * std::log(p) - (1 - p) * std::log(1 - p);
        check("effective_modes", std::exp(h));
        check("off_support", .001); // by its definition
    }

    void errorBarsMatchRepeatedSeeds()
    {
        Session session = pairSession();
        session.particles.count = 300;
        const auto table = run(session, {"lanes.0.guidance.w=2:2:1", "particles.seed=1:400:400"});
        QVERIFY(table.ok());
        int compared = 0;
        for (const Column& column : table->columns) {
            // A share of 0.001 of 300 particles is rarely seen at all: no bell curve.
            if (column.errors.empty() || column.id.find("off_support") != std::string::npos)
                continue;
            const Eigen::Map<const Eigen::ArrayXd> x(column.values.data(), 400);
            const Eigen::Map<const Eigen::ArrayXd> claimed(column.errors.data(), 400);
            const double seen = std::sqrt((x - x.mean()).square().sum() / 399);
            const double ratio = claimed.mean() / seen;
            // A standard deviation of 400 values is known to 1/sqrt(798) = 3.5 %; five of these.
            QVERIFY2(
                ratio > 1 / 1.18 && ratio < 1.18,
                qPrintable(
                    QStringLiteral("%1: %2").arg(QString::fromStdString(column.id)).arg(ratio)));
            ++compared;
        }
        QCOMPARE(compared, 11);
    }

    void theExponentIsTheTheorys()
    {
        // VP T=1: sigma~^2 = e - 1, p = e^(1/2); s = 1/2: 2.806; EDM T=3: sqrt(10). Theory §9.
        const auto noise = [](const char* kind, double T) {
            return process(kind, {{"horizon", T}})->at(T).sigmaTilde();
        };
        COMPARE_CLOSE(guidanceExponent(noise("vp", 1), 1), std::exp(.5), 1e-12, 0);
        COMPARE_CLOSE(guidanceExponent(noise("vp", 1), .25), 2.806, 2e-4, 0);
        COMPARE_CLOSE(guidanceExponent(noise("ve-edm", 3), 1), std::sqrt(10.), 1e-12, 0);
        const auto table = run(pairSession("vp:horizon=1"), {"lanes.0.guidance.w=0:32:5"});
        QVERIFY(table.ok());
        const std::vector<double>& curve = table->find("lanes.0.shortfall.exponent")->values;
        QVERIFY(std::isnan(curve[0])); // w = 0
        QCOMPARE(curve[4], table->find("lanes.0.shortfall")->values[4]);
        COMPARE_CLOSE(std::log(curve[1] / curve[4]) / std::log(4), std::exp(.5), 1e-12, 0);
    }

    void theBoundsAreThePublishedOnes()
    {
        const auto at = [](const char* kind, double T, double w) {
            const auto path = process(kind, {{"horizon", T}});
            return publishedGuidanceBound(levelsOn(*path, "karras", 8), w);
        };
        const double exploding[] = {.53, .21, .048}, preserving[] = {.79, .56, .33};
        for (int i = 0; i < 3; ++i) { // theory §9 prints two digits, cut off
            const double w = 1 + std::pow(10., i + 1);
            COMPARE_CLOSE(at("ve-edm", 10, w), exploding[i], 0, 1e-2);
            COMPARE_CLOSE(at("ou", 1, w), preserving[i], 0, 1e-2);
        }
        COMPARE_CLOSE(at("vp", 2, 11), at("ou", 1, 11), 1e-9, 0); // t_OU = t/2
        QVERIFY(std::isnan(at("rf", 1, 11)));
        QVERIFY(std::isnan(at("ve-edm", 10, 5))); // below e^2 they grow with eta
    }

    void theoryIsDrawnOnlyWhereItHolds()
    {
        const auto two = [](double second, double variance, int label) {
            MixtureSpec spec = isotropicMixture({Eigen::Vector2d(-1, 0), Eigen::Vector2d(1, 0)}, 1);
            spec.components[1].weight = second;
            spec.components[1].covariance = variance * Eigen::Matrix2d::Identity();
            spec.components[1].classLabel = label;
            return varianceOfTwoEqualModes(*makeMixture(spec));
        };
        const double weight = pairSession().data->components[0].weight;
        QCOMPARE(two(weight, 1, 1), std::optional(1.));
        QVERIFY(!two(2 * weight, 1, 1));
        QVERIFY(!two(weight, .5, 1));
        QVERIFY(!two(weight, 1, 0));
        const Session modes = defaultSession(); // three of them
        const auto table = run(modes, {"lanes.0.guidance.w=10:20:2"});
        QVERIFY(table.ok());
        for (const char* id : {"lanes.0.shortfall.exponent", "lanes.0.shortfall.bound"})
            QVERIFY(std::isnan(table->find(id)->values[1]));
    }

    void collapseIsSaidInPlainNumbers()
    {
        // All particles at one place: no variance in any direction.
        Trajectories run;
        run.steps = 0;
        run.dimension = 2;
        run.particles = 50;
        run.values.assign(100, 1.F);
        QCOMPARE(logDetCovariance(run).value, -std::numeric_limits<double>::infinity());
    }

    /// The centre of three modes: P = 1/(1 + 2 exp(-m^2/2s^2)) is all that can be reached, at 0.
    void theCeilingIsThatOfTheCentre()
    {
        const Session session = defaultSession();
        const auto table = run(session, {"lanes.*.guidance.w=2:8:2"});
        QVERIFY(table.ok());
        const auto& components = session.data->components;
        const double squared = components[0].mean.squaredNorm() / components[0].covariance(0, 0);
        const double ceiling = 1 / (1 + 2 * std::exp(-squared / 2));
        for (const char* lane : {"lanes.0.", "lanes.1."})
            for (const std::size_t row : {0U, 1U}) {
                const std::string id = std::string(lane) + "confidence";
                COMPARE_CLOSE(table->find(id + ".ceiling")->values[row], ceiling, 1e-9, 0);
                QVERIFY(table->find(id)->values[row] <= ceiling * (1 + 1e-12));
            }
    }

    void lanesWithoutAWeightAreLeftAlone()
    {
        Session session = defaultSession();
        session.particles.count = 100;
        QVERIFY(setVariantText(session, 1, "guidance", "none").ok());
        const auto& study = **findStudy("guidance-sweep");
        const auto own = study.defaultSweeps(session);
        QVERIFY(own.ok());
        QCOMPARE(keysOf(session, own->front().key), std::vector<std::string>{"lanes.0.guidance.w"});
        QVERIFY(setVariantText(session, 0, "guidance", "none").ok());
        QVERIFY(study.defaultSweeps(session).error().sentence().find("no lane has a guidance")
                != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestGuidanceSweep)
#include "tst_guidance_sweep.moc"
