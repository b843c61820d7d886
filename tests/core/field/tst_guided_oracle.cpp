// SPDX-License-Identifier: GPL-3.0-or-later
// Guided flows of mixtures beyond the reference arrays (rotated and three-dimensional components,
// many classes, any strength, every path) against an integration that shares no code with core.
#include "core/metric/guided_density.h"
#include "core/metric/readouts.h"
#include "tests/support/compare.h"
#include "tests/support/guided.h"
#include "tests/support/guided_oracle.h"
#include "tests/support/mixtures.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

struct Problem {
    const char* name;
    MixtureSpec spec;
    int classes;
};

const std::vector<Problem>& problems()
{
    static const std::vector<Problem> all = {
        {"rotated", randomMixture(21, 2, 5, 2, 3, 3), 3},
        {"line", randomMixture(24, 1, 4, 1, 2, 2), 2},
        {"space", randomMixture(22, 3, 6, 3, 2.5, 2), 2},
        {"many classes", randomMixture(23, 2, 12, 2, 6, 6), 6},
    };
    return all;
}

constexpr int kParticles = 5;

} // namespace

class TestGuidedOracle : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void endPointsAndConfidences_data()
    {
        QTest::addColumn<int>("problem");
        QTest::addColumn<QString>("path");
        QTest::addColumn<double>("w");
        QTest::addColumn<int>("target");
        int row = 0;
        for (std::size_t i = 0; i < problems().size(); ++i)
            for (const char* path : {"vp", "ve-edm", "rf"})
                for (const double w : {0., .5, 1., 3., 10.})
                    QTest::addRow("%s %s w=%g", problems()[i].name, path, w)
                        << static_cast<int>(i) << path << w << row++ % problems()[i].classes;
    }

    void endPointsAndConfidences()
    {
        QFETCH(int, problem);
        QFETCH(QString, path);
        QFETCH(double, w);
        QFETCH(int, target);
        const MixtureSpec& spec = problems()[static_cast<std::size_t>(problem)].spec;
        const auto mixture = makeMixture(spec);
        const auto p = process(path.toStdString());
        SimulationPlan plan = makePlan(mixture, levelsOn(*p, "karras", 1000), "rk4", 0, p);
        plan.guidance = guided(w, target);
        const PathCoefficients from = plan.levels.front(), to = plan.levels.back();
        SimulationInputs inputs;
        inputs.start = Eigen::MatrixXd::NullaryExpr(
            kParticles, spec.dimension, [&](Eigen::Index i, Eigen::Index c) {
                return from.sigma * testNormal(5, static_cast<int>(i), static_cast<int>(c));
            });

        const GuidedOracle oracle(spec, target, w);
        const auto follow = [&](int steps) {
            return oracle.follow(
                *inputs.start, {from.alpha, from.sigma}, {to.alpha, to.sigma}, steps);
        };
        const Eigen::MatrixXd expected = follow(1500);
        if (w == 10) { // what the oracle itself is off by, sixteen times what is left of it
            const double own = largestDifference(follow(750), expected);
            QVERIFY2(own < 5e-5, qPrintable(QString::number(own)));
        }

        WorkerPool pool(2);
        const auto run = simulate<double>(plan, pool, {}, inputs);
        QVERIFY(run.outcome.kind == Outcome::Kind::Completed);
        const double steps = largestDifference(statesAt(run.trajectories), expected);
        // Steps of both sides, magnified where two basins meet.
        QVERIFY2(steps < 1e-5, qPrintable(QString::number(steps)));

        // And the adaptive solution that densities and entropies come from.
        const GuidedOde ode{mixture, plan.guidance, p, from, to, Prior::Gaussian, 1e-9};
        const auto particles = followGuidedOde(ode, inputs.start->transpose(), pool);
        QVERIFY(particles.ok());
        const double density = largestDifference(particles->data.transpose(), expected);
        QVERIFY2(density < 1e-5, qPrintable(QString::number(density)));

        Trajectories ends;
        ends.steps = 0;
        ends.dimension = spec.dimension;
        ends.particles = kParticles;
        ends.values.resize(static_cast<std::size_t>(kParticles * spec.dimension));
        for (int c = 0; c < spec.dimension; ++c)
            for (int i = 0; i < kParticles; ++i)
                ends.coordinate(0, c)[static_cast<std::size_t>(i)] =
                    static_cast<float>(statesAt(run.trajectories)(i, c));
        // End points are stored as floats: 1e-7 of a place, times the slope of P there.
        COMPARE_CLOSE(computeReadouts(*mixture, to, ends, target).confidence,
                      oracle.confidence(expected).mean(),
                      0,
                      1e-5);
    }
};

QTEST_APPLESS_MAIN(TestGuidedOracle)
#include "tst_guided_oracle.moc"
