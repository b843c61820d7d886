// SPDX-License-Identifier: GPL-3.0-or-later
// The presets of guidance hold what their texts say, in numbers.
#include "core/metric/collapse.h"
#include "core/metric/twin.h"
#include "core/mixture/fractal_tree.h"
#include "core/session/lane_plan.h"
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"
#include "tests/support/compare.h"
#include "tests/support/runs.h"

#include <QTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

Session preset(const std::string& name)
{
    auto session =
        loadSession(SCOREFIELD_SOURCE_DIR "/resources/sessions/" + name + ".scorefield.json");
    if (!session)
        qFatal("%s", session.error().sentence().c_str());
    return std::move(*session);
}

struct Run {
    SimulationPlan plan;
    SimulationResult<float> result;
    Eigen::MatrixXd ends;

    double mean(int axis) const { return ends.col(axis).mean(); }
    double variance(int axis) const
    {
        return (ends.col(axis).array() - mean(axis)).square().mean();
    }
};

Run runLane(const Session& session, int lane, std::size_t particles = 0)
{
    const auto mixture = makeMixture(*session.data);
    auto plan = planLane(session, lane, mixture);
    if (!plan)
        qFatal("%s", plan.error().sentence().c_str());
    if (particles > 0)
        plan->particles = particles;
    WorkerPool pool(2);
    Run run{*plan, simulate<float>(*plan, pool), {}};
    if (run.result.outcome.kind != Outcome::Kind::Completed)
        qFatal("%s", run.result.outcome.message.c_str());
    run.ends = statesAt(run.result.trajectories);
    return run;
}

CollapseReadouts readOf(const Run& run)
{
    return CollapseMeter::create(
               run.plan.mixture, run.plan.levels.back(), run.plan.guidance->target(), 1000)
        ->read(run.result.trajectories);
}

Fates fatesOf(const Run& run)
{
    SimulationPlan alone = run.plan;
    alone.guidance = makeUnguided();
    WorkerPool pool(2);
    return compareWithTwin(*run.plan.mixture,
                           run.plan.guidance->target(),
                           run.plan.levels,
                           run.result.trajectories,
                           simulate<float>(alone, pool).trajectories);
}

/// Shares of particles by the nearest mean of the target's components, in their order.
std::vector<double> sharesOf(const Run& run)
{
    const auto members = run.plan.mixture->classMembers(*run.plan.guidance->target());
    std::vector<double> shares(members.size());
    for (Eigen::Index i = 0; i < run.ends.rows(); ++i) {
        std::size_t nearest = 0;
        double least = 1e300;
        for (std::size_t k = 0; k < members.size(); ++k) {
            const auto& mean =
                run.plan.mixture->components()[static_cast<std::size_t>(members[k])].mean;
            const double distance = (run.ends.row(i).transpose() - mean).norm();
            if (distance < least) {
                least = distance;
                nearest = k;
            }
        }
        shares[nearest] += 1 / static_cast<double>(run.ends.rows());
    }
    return shares;
}

constexpr std::size_t kDivergent = 2, kMixed = 1, kConvergent = 0;

} // namespace

class TestGuidancePresets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theCentreSplitsJumpsOrHolds()
    {
        const Session session = preset("guidance-collapse");
        const Run vp = runLane(session, 0), ve = runLane(session, 1), rf = runLane(session, 2);
        QVERIFY(fatesOf(vp).shares[kDivergent].value > .95);
        QVERIFY(fatesOf(ve).shares[kMixed].value > .6);
        QVERIFY(fatesOf(rf).shares[kConvergent].value > .6);
        QVERIFY(fatesOf(rf).shares[kDivergent].value == 0);
        // The two halves of the split centre, and the line at the ceiling 1/(1 + 2 e^-2).
        const auto left = static_cast<double>((vp.ends.col(0).array() < -1).count());
        const auto right = static_cast<double>((vp.ends.col(0).array() > 1).count());
        const auto n = static_cast<double>(vp.ends.rows());
        QVERIFY(left > .3 * n && right > .3 * n);
        QVERIFY(std::sqrt(rf.variance(0)) < .01);
        COMPARE_CLOSE(readOf(rf).confidence.value, 1 / (1 + 2 * std::exp(-2.)), 1e-3, 0);
        // What the text invites to.
        Session weaker = session, finer = session;
        QVERIFY(setParameterText(weaker, "lanes.0.guidance.w", "5").ok());
        QVERIFY(fatesOf(runLane(weaker, 0)).shares[kConvergent].value > .99);
        QVERIFY(setParameterText(finer, "lanes.0.grid.steps", "60").ok());
        QVERIFY(fatesOf(runLane(finer, 0)).shares[kConvergent].value > .99);
    }

    void theBroadCentreIsCertainOutsideToo()
    {
        Session session = preset("three-broad-centre");
        for (const int steps : {100, 300}) {
            QVERIFY(setParameter(session, "lanes.1.grid.steps", steps).ok());
            QVERIFY(setParameter(session, "lanes.2.grid.steps", steps).ok());
            for (const auto& [lane, share, at] :
                 {std::tuple{1, .16, 2.56}, std::tuple{2, .051, 4.86}}) {
                const Run run = runLane(session, lane);
                const auto outside = (run.ends.col(0).array().abs() > 1).eval();
                const double found = outside.cast<double>().mean();
                // 5 standard errors of a share of 5000; their mean to a tenth.
                COMPARE_CLOSE(found, share, 0, 5 * std::sqrt(share / 5000));
                const double reach =
                    outside.select(run.ends.col(0).array().abs(), 0).sum() / (5000 * found);
                COMPARE_CLOSE(reach, at, 0, .1);
            }
        }
    }

    void bradleysVariances()
    {
        const Session session = preset("bradley-gaussians");
        // ODE 2^-2, SDE (2 - 2^-4)/5, tilt 2/4. Both axes are alike: 6000 numbers, 5 standard
        // errors are 9 %; the steps are worth 6 %. Resampling leaves fewer independent particles.
        for (const auto& [lane, variance, tolerance] :
             {std::tuple{0, .25, .1}, std::tuple{1, .3875, .1}, std::tuple{2, .5, .2}}) {
            const Run run = runLane(session, lane);
            COMPARE_CLOSE((run.variance(0) + run.variance(1)) / 2, variance, tolerance, 0);
        }
        Session plain = session;
        for (const char* lane : {"0", "1", "2"})
            QVERIFY(
                setParameterText(plain, std::string("lanes.") + lane + ".guidance.w", "1").ok());
        for (const int lane : {0, 1, 2}) {
            const Run run = runLane(plain, lane);
            COMPARE_CLOSE((run.variance(0) + run.variance(1)) / 2, 1, .1, 0);
        }
    }

    void theMeanOvershootsAndReturns()
    {
        const Session session = preset("recfg");
        const double means[] = {2, 2.4, 2.145, 1}; // theory §10a, item 2; the last by its formula
        for (int lane = 0; lane < 4; ++lane) {
            const Run run = runLane(session, lane);
            // 5 standard errors, and 1 % for 100 steps from sigma~ = 80.
            COMPARE_CLOSE(run.mean(0), means[lane], .012, 5 * std::sqrt(run.variance(0) / 3000));
            QVERIFY(std::sqrt(run.variance(0)) < (lane == 0 ? .6 : .15));
        }
    }

    void rectifiedGradientsKeepTheLeftMode()
    {
        const Session session = preset("reg-pair");
        const double left[] = {.007, .427, .464};
        for (int lane = 0; lane < 3; ++lane)
            // As measured with 20 000 particles; 5 standard errors of 3000.
            COMPARE_CLOSE(sharesOf(runLane(session, lane))[0], left[lane], 0, .046);
        QVERIFY(sharesOf(runLane(session, 0))[0] < .015);
    }

    void theWeakModeStarves()
    {
        const Session session = preset("jin-three-modes");
        const double weak[] = {.15, .05, .005};
        for (int lane = 0; lane < 3; ++lane) {
            const auto shares = sharesOf(runLane(session, lane));
            // 5 standard errors of 3000.
            COMPARE_CLOSE(shares[2], weak[lane], 0, 5 * std::sqrt(weak[lane] / 3000));
            QVERIFY(shares[0] > shares[1] && shares[1] > shares[2]);
        }
        // The first stage: when little noise is gone, the cloud has moved towards w mu.
        const Run weakRun = runLane(session, 0), strong = runLane(session, 2);
        const Eigen::MatrixXd early = statesAt(weakRun.result.trajectories, 25);
        const Eigen::MatrixXd pulled = statesAt(strong.result.trajectories, 25);
        QVERIFY(pulled.col(0).mean() > 3 * early.col(0).mean() && early.col(0).mean() > 0);
    }

    void theIntervalKeepsTheInnerModes()
    {
        const Session session = preset("limited-interval");
        const Run constant = runLane(session, 0), interval = runLane(session, 1);
        const auto lost = sharesOf(constant), kept = sharesOf(interval);
        for (const std::size_t inner : {1U, 2U}) {
            QVERIFY(lost[inner] < .03);
            QVERIFY(kept[inner] > .22);
        }
        QCOMPARE(readOf(constant).modesCovered.value, 2.);
        QCOMPARE(readOf(interval).modesCovered.value, 4.);
        COMPARE_CLOSE(readOf(interval).confidence.value, .98, 0, .01);
        const auto meter =
            CollapseMeter::create(interval.plan.mixture, interval.plan.levels.back(), 0, 5000);
        COMPARE_CLOSE(meter->floor().confidence.value, .90, 0, .01); // of the class itself
    }

    void theTreesAreTheGenerated()
    {
        const Session session = preset("fractal-tree");
        const MixtureSpec grown = fractalTree();
        QCOMPARE(session.data->components.size(), grown.components.size());
        QVERIFY(session.data->classNames == grown.classNames);
        for (std::size_t k = 0; k < grown.components.size(); ++k) {
            const ComponentSpec &file = session.data->components[k], &own = grown.components[k];
            QCOMPARE(file.classLabel, own.classLabel);
            // Six significant digits are in the file.
            COMPARE_CLOSE(file.weight, own.weight, 1e-5, 0);
            QVERIFY((file.mean - own.mean).cwiseAbs().maxCoeff() < 1e-5);
            QVERIFY((file.covariance - own.covariance).cwiseAbs().maxCoeff()
                    < 1e-5 * own.covariance.cwiseAbs().maxCoeff());
        }
    }

    void autoguidanceKeepsTheTree()
    {
        const Session session = preset("fractal-tree");
        const Run guided = runLane(session, 0, 500), automatic = runLane(session, 1, 500);
        const GaussianMixture tree = guided.plan.mixture->conditional(0).value();
        // Plain guidance moves outwards by more than the radius of the crown, autoguidance stays
        // within 5 standard errors of the mean.
        const double spread = std::sqrt(tree.covariance()(0, 0) / 500);
        COMPARE_CLOSE(automatic.mean(0), tree.mean()(0), 0, 5 * spread);
        QVERIFY(guided.mean(0) > tree.mean()(0) + 10 * spread);
        // The trunk, within 0.3 of the origin along the diagonal.
        const auto trunk = [](const Run& run) {
            return ((run.ends.rowwise().norm().array() < .3).cast<double>()).mean();
        };
        QVERIFY(trunk(guided) < .02);
        QVERIFY(trunk(automatic) > .1);
        QVERIFY(readOf(automatic).shrinkage.value < readOf(guided).shrinkage.value);
    }
};

QTEST_APPLESS_MAIN(TestGuidancePresets)
#include "tst_guidance_presets.moc"
