// SPDX-License-Identifier: GPL-3.0-or-later
// The formulas of single guidance rules: published numbers, identities, values worked out by hand.
#include "tests/support/guidance.h"

#include <QtTest>

#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

class TestGuidanceFormulas : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Inside the class both means agree to e^{-500}, and beta-CFG still goes in the direction of
    /// their difference, away from the other class, also in float.
    void directionsSurviveWhereMeansAgree()
    {
        const auto mixture =
            makeMixture(isotropicMixture({Eigen::Vector2d(-2, 0), Eigen::Vector2d(2, 0)}, 0.01));
        const auto levels = levelsOn(*process("ve-edm"), "karras", 40);
        const auto made = guidanceForRun(rule("beta-cfg", {{"w", 3}, {"gamma", 1}}), {levels});
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
        const auto beta = guidanceForRun(rule("beta-cfg", {{"w", 2}, {"gamma", 0.5}}), {levels});
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
        const auto tv = guidanceForRun(rule("tv-cfg", {{"w", 4}}), {levels});
        const auto dg = guidanceForRun(rule("dg-cfg", {{"w", 4}}), {levels});
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
                {levels});
            COMPARE_CLOSE(ramp->weight(levels[1]), 1 + expected[shape], 1e-14, 0);
        }
        const auto c2fg = guidanceForRun(rule("c2fg", {{"w", 2}}), {levels});
        COMPARE_CLOSE(c2fg->weight(levels.front()), 2, 1e-14, 0);
        COMPARE_CLOSE(c2fg->weight(levels.back()), 4, 1e-14, 0);
    }

    void windowsOfNegativeGuidance()
    {
        const auto levels = levelsOn(*process("rf"), "uniform", 10);
        const auto early = guidanceForRun(rule("early-high"), {levels});
        const auto window = guidanceForRun(
            rule("window", {{"w", -1}, {"from", 0.3}, {"to", 0.7}, {"outside", 2}}), {levels});
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
        const auto drawn = guidanceForRun(*made, {levels});
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

QTEST_APPLESS_MAIN(TestGuidanceFormulas)
#include "tst_guidance_formulas.moc"
