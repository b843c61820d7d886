// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/distilled_map.h"
#include "core/metric/one_step_map.h"
#include "tests/support/compare.h"
#include "tests/support/guided.h"
#include "tests/support/mixtures.h"

#include <QTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

/// VP from T = 4 to 0.02 in K steps of equal ratio of sigma~.
struct Problem {
    GuidedOde ode;
    std::vector<PathCoefficients> levels;

    Problem(std::shared_ptr<const GaussianMixture> mixture, int K)
    {
        ode.mixture = std::move(mixture);
        ode.process = process("vp", {});
        ode.noise = ode.process->at(4);
        ode.data = ode.process->at(.02);
        const double high = ode.noise.sigmaTilde(), low = ode.data.sigmaTilde();
        levels.push_back(ode.noise);
        for (int k = 1; k < K; ++k)
            levels.push_back(ode.process->at(
                ode.process->timeAt(high * std::pow(low / high, static_cast<double>(k) / K))));
        levels.push_back(ode.data);
    }
};

Eigen::MatrixXd normals(int d, int n)
{
    return Eigen::MatrixXd::NullaryExpr(d, n, [](Eigen::Index i, Eigen::Index j) {
        return testNormal(5, static_cast<int>(j), static_cast<int>(i));
    });
}

DistilledError errorOf(const Problem& problem, DistillSpec spec, const Eigen::MatrixXd& starts)
{
    WorkerPool pool(2);
    const auto map = distil(problem.ode, problem.levels, spec, starts, pool);
    if (!map)
        return {-1, -1};
    return distilledError(map->ends, map->exact);
}

} // namespace

class TestDistilledMap : public QObject {
    Q_OBJECT
    WorkerPool m_pool{2};
private Q_SLOTS:
    /// The map of one Gaussian is linear, and so is every step: bilinear tables lose nothing.
    void linearMapsLoseTheirStepsAlone()
    {
        const Problem problem(makeMixture(referenceM4()), 12);
        const Eigen::MatrixXd starts = normals(2, 300);
        for (const DistillStep step : {DistillStep::Ddim, DistillStep::Heun}) {
            const auto map = distil(problem.ode, problem.levels, {step, 9}, starts, m_pool);
            const auto steps = followSteps(problem.ode, problem.levels, step, starts, m_pool);
            QVERIFY(map && steps);
            QVERIFY((map->ends - *steps).cwiseAbs().maxCoeff() < 1e-10); // rounding of nine nodes
            COMPARE_CLOSE(map->levels[0].rms, distilledError(*steps, map->exact).rms, 1e-8, 0);
        }
        QVERIFY(errorOf(problem, {DistillStep::Exact, 9}, starts).rms < 1e-5); // of the flow
    }

    /// The exact paths are those of the exact map, at every level.
    void comparesWithTheExactMap()
    {
        const Problem problem(lineOfModes({-1, 1}, {.4, .4}), 16);
        const Eigen::MatrixXd starts = normals(1, 200);
        const auto map = distil(problem.ode, problem.levels, {}, starts, m_pool);
        const auto image = oneStepMap(problem.ode, starts, m_pool);
        QVERIFY((map->exact - image->ends).cwiseAbs().maxCoeff() < 1e-5);
        QCOMPARE(map->levels.size(), problem.levels.size());
        QCOMPARE(map->levels.back().rms, 0.);
        for (std::size_t k = 0; k + 1 < map->levels.size(); ++k)
            QVERIFY(map->levels[k].rms >= 0 && map->levels[k].largest >= map->levels[k].rms);
        // What is lost adds up from the data end outwards.
        QVERIFY(map->levels.front().rms > 2 * map->levels[12].rms);
    }

    /// Steps of order one and two; interpolation of order two in the nodes.
    void errorsHaveTheirOrders()
    {
        const auto mixture = lineOfModes({-1, 1}, {.5, .5});
        const Eigen::MatrixXd starts = normals(1, 400);
        const auto stepError = [&](DistillStep step, int K) {
            const Problem problem(mixture, K);
            const auto exact = followSteps(problem.ode,
                                           {problem.levels.front(), problem.levels.back()},
                                           DistillStep::Exact,
                                           starts,
                                           m_pool);
            const auto ends = followSteps(problem.ode, problem.levels, step, starts, m_pool);
            return distilledError(*ends, *exact).rms;
        };
        const auto order = [](double coarse, double fine) { return std::log2(coarse / fine); };
        COMPARE_CLOSE(
            order(stepError(DistillStep::Ddim, 64), stepError(DistillStep::Ddim, 128)), 1, 0, .15);
        COMPARE_CLOSE(
            order(stepError(DistillStep::Heun, 64), stepError(DistillStep::Heun, 128)), 2, 0, .25);
        const Problem problem(mixture, 16);
        COMPARE_CLOSE(order(errorOf(problem, {DistillStep::Exact, 257}, starts).rms,
                            errorOf(problem, {DistillStep::Exact, 513}, starts).rms),
                      2,
                      0,
                      .3);
    }

    /// More levels cost more interpolation: the slides' accumulation over K.
    void interpolationAddsUpOverTheLevels()
    {
        const auto mixture = lineOfModes({-1, 1}, {.5, .5});
        const Eigen::MatrixXd starts = normals(1, 400);
        const double few = errorOf(Problem(mixture, 8), {DistillStep::Exact, 129}, starts).rms;
        const double many = errorOf(Problem(mixture, 64), {DistillStep::Exact, 129}, starts).rms;
        QVERIFY2(many > 1.5 * few, qPrintable(QStringLiteral("%1 %2").arg(few).arg(many)));
    }

    void isTheSameOnAnyNumberOfThreads()
    {
        const Problem problem(makeMixture(randomMixture(3, 2, 3, 2)), 6);
        const Eigen::MatrixXd starts = normals(2, 150);
        WorkerPool one(1), five(5);
        QVERIFY(distil(problem.ode, problem.levels, {}, starts, one)->ends
                == distil(problem.ode, problem.levels, {}, starts, five)->ends);
    }

    void badInputIsRefused()
    {
        const Problem space(makeMixture(randomMixture(3, 3, 3, 3)), 6);
        const auto refused = distil(space.ode, space.levels, {}, normals(3, 20), m_pool);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("one or two") != std::string::npos);
        QVERIFY(followSteps(space.ode, space.levels, DistillStep::Heun, normals(3, 20), m_pool));
        QVERIFY(!followSteps(space.ode, space.levels, DistillStep::Heun, normals(2, 20), m_pool));
        QVERIFY(!followSteps(
            space.ode, {space.levels.front()}, DistillStep::Ddim, normals(3, 20), m_pool));
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!followSteps(
            space.ode, space.levels, DistillStep::Ddim, normals(3, 20), m_pool, stop.get_token()));
    }

    /// K = L_f (T/delta)^(1/a)/(delta^2 eps) with the slides' T and delta gives their powers of
    /// eps.
    void boundHasTheSlidesPowers()
    {
        const double a = 7, L = 3;
        const auto stepsFor = [&](double T, double delta, double epsilon) {
            return oneStepBound(L, T / delta, a, delta, 1) / epsilon;
        };
        for (const double e : {.1, .01}) {
            COMPARE_CLOSE(stepsFor(1, e * e, e), L / std::pow(e, 5 + 2 / a), 1e-12, 0); // VP
            COMPARE_CLOSE(stepsFor(1 / e, e, e), L / std::pow(e, 3 + 2 / a), 1e-12, 0); // VE-EDM
            COMPARE_CLOSE(stepsFor(1, e, e), L / std::pow(e, 3 + 1 / a), 1e-12, 0);     // RF
        }
    }
};

QTEST_APPLESS_MAIN(TestDistilledMap)
#include "tst_distilled_map.moc"
