// SPDX-License-Identifier: GPL-3.0-or-later
// Stages against what is known in closed form: the law of the distance to the ridge, its floor
// under a constant error, accumulated slide, the ridge regime of the thirteen points; and rules
// that hold for every run.
#include "core/metric/plane_offsets.h"
#include "core/metric/stage_law.h"
#include "core/metric/stages.h"
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <Eigen/Geometry>

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

MixtureSpec pointsAt(const std::vector<Eigen::VectorXd>& places, double variance = 0)
{
    MixtureSpec spec = isotropicMixture(places, variance);
    spec.dimension = static_cast<int>(places.front().size());
    return spec;
}

/// y = 1.2 sin 1.1x, x = -3 … 3 (theory of ridges 1.6).
MixtureSpec thirteenPoints()
{
    std::vector<Eigen::VectorXd> places;
    for (int i = 0; i < 13; ++i) {
        const double x = -3 + i * .5;
        places.push_back(Eigen::Vector2d(x, 1.2 * std::sin(1.1 * x)));
    }
    return pointsAt(places);
}

MixtureSpec twoPoints()
{
    return pointsAt({Eigen::Vector2d(-3, 0), Eigen::Vector2d(3, 0)});
}

/// An ellipse with these variances along the axes turned by .7.
MixtureSpec ellipse(double a, double b)
{
    MixtureSpec spec = referenceM4();
    const Eigen::Matrix2d Q = Eigen::Rotation2Dd(.7).toRotationMatrix();
    spec.components[0].covariance = Q * Eigen::Vector2d(a, b).asDiagonal() * Q.transpose();
    return spec;
}

/// The posterior mean is off by the same vector everywhere.
template <class Real>
class ShiftedField final : public ScoreField<Real> {
public:
    ShiftedField(const ErrorFacts& facts, Eigen::Vector2d shift)
        : m_exact(makeExactField<Real>(facts.mixture, facts.guidance, facts.levels))
        , m_shift(std::move(shift))
    {
    }
    int dimension() const override { return m_exact->dimension(); }
    void denoise(const PathCoefficients& level,
                 const Block<Real>& x,
                 Block<Real>& denoised) const override
    {
        m_exact->denoise(level, x, denoised);
        denoised.col(0) += static_cast<Real>(m_shift(0));
        denoised.col(1) += static_cast<Real>(m_shift(1));
    }

private:
    std::unique_ptr<ScoreField<Real>> m_exact;
    Eigen::Vector2d m_shift;
};

class Shift final : public ScoreError {
public:
    explicit Shift(Eigen::Vector2d shift) : m_shift(std::move(shift)) {}
    std::unique_ptr<ScoreField<double>> makeDouble(const ErrorFacts& facts) const override
    {
        return std::make_unique<ShiftedField<double>>(facts, m_shift);
    }
    std::unique_ptr<ScoreField<float>> makeFloat(const ErrorFacts& facts) const override
    {
        return std::make_unique<ShiftedField<float>>(facts, m_shift);
    }

private:
    Eigen::Vector2d m_shift;
};

struct Run {
    SimulationPlan plan;
    Trajectories states;
};

Run runOf(SimulationPlan plan)
{
    WorkerPool pool(2);
    auto result = simulate<float>(plan, pool);
    return {std::move(plan), std::move(result.trajectories)};
}

/// Exact draws at every level: the ODE from the exact prior.
SimulationPlan planOf(const MixtureSpec& data,
                      double noise,
                      double stop,
                      int steps,
                      const std::string& sampler = "heun",
                      double eta = 0)
{
    const auto path = process("ve-edm", {{"horizon", noise}, {"stop", stop}});
    auto plan =
        makePlan(makeMixture(data), levelsOn(*path, "exponential", steps), sampler, eta, path);
    plan.prior = Prior::Exact;
    plan.particles = 400;
    plan.seed = 5;
    return plan;
}

Stages staged(const Run& run, const RidgeThresholds& thresholds = {}, unsigned threads = 2)
{
    WorkerPool pool(threads);
    return followStages(run.plan, run.states, thresholds, pool).value();
}

std::size_t levelAt(const Stages& stages, double noise)
{
    std::size_t best = 0;
    for (std::size_t k = 0; k < stages.levelCount; ++k)
        if (std::abs(std::log(stages.levels[k].noise / noise))
            < std::abs(std::log(stages.levels[best].noise / noise)))
            best = k;
    return best;
}

} // namespace

class TestStages : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The vectorised offset is that of core/geometry, point by point.
    void planeOffsetsAreThoseOfOnePoint()
    {
        for (std::uint64_t seed = 1; seed <= 4; ++seed) {
            const auto mixture = makeMixture(randomMixture(seed, 2, 6, 2));
            const PlaneRidge ridge(mixture, .8);
            Eigen::ArrayXXd x(40, 2);
            for (Eigen::Index i = 0; i < x.rows(); ++i)
                x.row(i) = randomPoint(100 * seed + static_cast<std::uint64_t>(i), 2, 3).array();
            PlaneOffsets offsets;
            ridge.offsets(x, offsets);
            for (Eigen::Index i = 0; i < x.rows(); ++i) {
                const auto one = ridgeOffset(ridge.field(), x.row(i).matrix().transpose());
                QVERIFY(one);
                // The normal of one may be the other's opposite.
                COMPARE_CLOSE(std::abs(offsets.distance(i)), std::abs(one->distance), 1e-7, 1e-9);
                const double side = (offsets.frames.v0(i) * one->frame.vectors(0, 0)
                                     + offsets.frames.v1(i) * one->frame.vectors(1, 0))
                                    * one->distance * offsets.distance(i);
                QVERIFY(side >= 0 || std::abs(one->distance) < 1e-9);
            }
        }
    }

    /// Particles that are put on the ridge at every level do not move across it, while it moves.
    void theRidgesOwnMovementIsSubtracted()
    {
        MixtureSpec bend =
            pointsAt({Eigen::Vector2d(-2, 1), Eigen::Vector2d(0, -1), Eigen::Vector2d(2, 1)}, .1);
        auto plan = planOf(bend, 2, .7, 250);
        plan.particles = 1;
        Run run = runOf(plan);
        Eigen::VectorXd x = Eigen::Vector2d(1.2, 0);
        double moved = 0;
        for (int k = 0; k <= run.states.steps; ++k) {
            const double noise = plan.levels[static_cast<std::size_t>(k)].sigmaTilde();
            const RidgeField field(plan.mixture, noise);
            const auto on = correctOntoRidge(field, x, 1);
            QVERIFY(on);
            moved += k > 0 ? (*on - x).norm() : 0;
            x = *on;
            for (int c = 0; c < 2; ++c)
                run.states.coordinate(k, c)[0] = static_cast<float>(x(c));
        }
        const RidgeMotionReader reader(run.plan, run.states);
        RidgeMotion motion;
        reader.read(0, 1, 1, motion);
        double across = 0;
        for (Eigen::Index k = 0; k + 1 < motion.across.cols(); ++k)
            across += motion.across(0, k);
        QVERIFY2(moved > .2, qPrintable(QString::number(moved)));
        // Second order in the steps; states are floats.
        QVERIFY2(across < .01 * moved, qPrintable(QString::number(across / moved)));
    }

    /// One Gaussian: delta ∝ sqrt(b + sigma~^2) along the ODE, by states and by the law with the
    /// exact kappa_2.
    void distanceFollowsTheLawOfOneGaussian()
    {
        const double b = .09;
        const Stages stages = staged(runOf(planOf(ellipse(9, b), 3, .05, 120)), {.01, 1e-3});
        int compared = 0;
        for (std::size_t j = 0; j < stages.count; ++j) {
            const StageLedger& ledger = stages.ledgers[j];
            if (ledger.reach < 0)
                continue;
            const auto from = static_cast<std::size_t>(ledger.reach), to = stages.levelCount - 1;
            const double first = stages.distance[from * stages.count + j];
            const double shrunk = std::sqrt((b + std::pow(stages.levels[to].noise, 2))
                                            / (b + std::pow(stages.levels[from].noise, 2)));
            const DistanceLaw law = distanceLaw(stages, j);
            // Heun's second-order error over 120 steps, and floats.
            COMPARE_CLOSE(law.mean[to], first * shrunk, 1e-3, 1e-5);
            COMPARE_CLOSE(stages.distance[to * stages.count + j], first * shrunk, 1e-3, 1e-5);
            COMPARE_CLOSE(law.deviation[to], 0, 0, 0);
            // The ridge stands still: all the way across is that of the distance.
            double across = 0;
            for (std::size_t s = 1; s < kStages; ++s)
                across += ledger.across[s];
            COMPARE_CLOSE(across, std::abs(first) * (1 - shrunk), 1e-3, 1e-4);
            ++compared;
        }
        QVERIFY(compared > 300);
        const StageLevel& end = stages.levels.back();
        // The median law is of every particle that reached, as the measured one is.
        COMPARE_CLOSE(end.law, end.distance[1], 2e-3, 0);
    }

    /// Slide of one Gaussian: Sl = ∫kappa_1 dnu = -1/2 log((a + sigma_r^2)/(a + sigma_0^2)), from
    /// the exact kappa_1 and from the slope of a field with a constant error.
    void slideIsTheIntegralOfTheSlope()
    {
        const double a = 4;
        for (const bool learned : {false, true}) {
            auto plan = planOf(ellipse(a, .09), 3, .05, 120);
            if (learned)
                plan.error = std::make_shared<Shift>(Eigen::Vector2d(.01, 0));
            const Stages stages = staged(runOf(plan), {.01, 1e-3});
            QCOMPARE(stages.followsExactMean, !learned);
            int compared = 0;
            for (const StageLedger& ledger : stages.ledgers) {
                if (ledger.reach < 0)
                    continue;
                const double high = stages.levels[static_cast<std::size_t>(ledger.reach)].noise;
                const double expected = -.5 * std::log((a + high * high) / (a + .05 * .05));
                // Trapezoids over 120 steps.
                COMPARE_CLOSE(ledger.accumulated, expected, 2e-3, 1e-4);
                ++compared;
            }
            QVERIFY(compared > 200);
        }
    }

    /// A constant error along the normal ends as the distance: kappa_2 = -1 between two points.
    void aConstantNormalErrorIsTheFinalDistance()
    {
        auto plan = planOf(twoPoints(), 20, .01, 200);
        plan.error = std::make_shared<Shift>(Eigen::Vector2d(0, .2));
        const Stages stages = staged(runOf(plan));
        // An ODE leaves those that start beyond 1.5 sigma~ there, and some see no gap in time.
        QVERIFY(stages.reached > .5 && stages.reached < .87);
        for (std::size_t j = 0; j < stages.count; ++j) {
            // What is left of the start has shrunk by sigma~/sigma~_0 = 5e-4 from at most 60.
            const StageLedger& ledger = stages.ledgers[j];
            COMPARE_CLOSE(std::abs(ledger.distance), .2, 0, .035);
            COMPARE_CLOSE(std::abs(ledger.normalError), .2, 1e-4, 0);
            COMPARE_CLOSE(ledger.tangentError, 0, 0, 1e-4);
        }
        COMPARE_CLOSE(stages.finalDistance, .2, 0, .01);
    }

    /// An exact SDE keeps the distance at its stationary law: the median of |N(0, sigma~^2)|.
    void exactSdeStaysAtTheStationaryDistance()
    {
        auto plan = planOf(ellipse(9, 1e-6), 20, .05, 300, "exponential", 1);
        plan.particles = 2000;
        const Stages stages = staged(runOf(plan));
        const StageLevel& level = stages.levels[levelAt(stages, .5)];
        QVERIFY(level.onRidge > 500);
        // 5 standard errors of a median of that many; few steps of an SDE add a little.
        const double tolerance = 5 * 1.3 * .8 / std::sqrt(level.onRidge);
        COMPARE_CLOSE(level.distance[1] / level.noise, .6745, tolerance, .03);
        COMPARE_CLOSE(level.law / level.noise, .6745, .05, 0);
    }

    /// Theory of ridges 2: the share of the thirteen points' noised draws that see a ridge, on the
    /// clock of the OU process.
    void theRidgeRegimeIsAWindow()
    {
        const auto noise = [](double t) { return std::sqrt(std::expm1(2 * t)); };
        auto plan = planOf(thirteenPoints(), noise(3), noise(.002), 260);
        plan.particles = 2000;
        const Stages stages = staged(runOf(plan));
        const std::pair<double, double> known[] = {
            {2.5, 0}, {1, .69}, {.25, .83}, {.06, .80}, {.01, .19}, {.003, 0}};
        for (const auto& [t, share] : known) {
            const double valid = stages.levels[levelAt(stages, noise(t))].valid;
            // Two digits are given; 5 standard errors of 2000 draws on both sides.
            QVERIFY2(std::abs(valid - share) < .06,
                     qPrintable(QStringLiteral("t = %1: %2, not %3").arg(t).arg(valid).arg(share)));
        }
        // In sigma units, exact draws are near the ridge at every level of the window.
        const StageLevel& middle = stages.levels[levelAt(stages, noise(.25))];
        QVERIFY(middle.distance[1] / middle.noise > .5 && middle.distance[1] / middle.noise < .8);
        // Diracs end memorised, each on its own point, off no ridge.
        QVERIFY(stages.memorised > .95);
        QVERIFY(stages.endings[static_cast<std::size_t>(Ending::NearMode)] > .95);
        // Bends of the curve attract from far away, its inner points late: some settle at the
        // start.
        QVERIFY(stages.lastChange > .5 && stages.lastChange < 10);
    }

    void stagesFollowOneAnother()
    {
        const Stages stages = staged(runOf(planOf(thirteenPoints(), 20, .01, 150)));
        for (std::size_t j = 0; j < stages.count; ++j) {
            const StageLedger& ledger = stages.ledgers[j];
            double duration = 0;
            for (const double part : ledger.duration)
                duration += part;
            COMPARE_CLOSE(duration, std::log(20 / .01), 1e-9, 0);
            for (std::size_t k = 1; k < stages.levelCount; ++k)
                QVERIFY(stages.stage(k, j) >= stages.stage(k - 1, j));
            if (ledger.slide >= 0)
                QVERIFY(ledger.reach >= 0 && ledger.slide >= ledger.reach);
            if (ledger.exit >= 0)
                QVERIFY(ledger.exit >= ledger.reach + statesToReach(150));
        }
        for (const StageLevel& level : stages.levels) {
            double sum = 0;
            for (const double share : level.shares)
                sum += share;
            COMPARE_CLOSE(sum, 1, 1e-9, 0);
        }
        QCOMPARE(stages.levels.front().shares[0], 1.);
        QCOMPARE(stages.levels.back().shares[3], stages.reached); // points: the gap closes
    }

    void fewStepsNeedFewerStates()
    {
        QCOMPARE(statesToReach(1000), 5);
        QCOMPARE(statesToReach(50), 5);
        QCOMPARE(statesToReach(30), 3);
        QCOMPARE(statesToReach(8), 2);
        const Stages stages = staged(runOf(planOf(thirteenPoints(), 20, .02, 12)));
        QVERIFY(stages.reached > .5);
    }

    /// Data of the plane seen in three dimensions, with nothing in the third.
    void moreDimensionsAgreeWithThePlane()
    {
        MixtureSpec flat = thirteenPoints();
        MixtureSpec deep = flat;
        deep.dimension = 3;
        for (ComponentSpec& component : deep.components) {
            component.mean.conservativeResize(3);
            component.mean(2) = 0;
            component.covariance = Eigen::Matrix3d::Zero();
        }
        auto plan = planOf(flat, 5, .05, 40);
        plan.particles = 30;
        const Run run = runOf(plan);
        Run lifted{plan, {}};
        lifted.plan.mixture = makeMixture(deep);
        lifted.states = run.states;
        lifted.states.dimension = 3;
        lifted.states.values.resize(run.states.particles * 3 * 41);
        for (int k = 0; k <= 40; ++k)
            for (std::size_t i = 0; i < run.states.particles; ++i)
                for (int c = 0; c < 3; ++c)
                    lifted.states.coordinate(k, c)[i] =
                        c < 2 ? run.states.coordinate(k, c)[i] : 0.F;
        const Stages one = staged(run), other = staged(lifted);
        QCOMPARE(other.count, one.count);
        QCOMPARE(other.stages, one.stages);
        for (std::size_t j = 0; j < one.count; ++j) {
            COMPARE_CLOSE(other.ledgers[j].accumulated, one.ledgers[j].accumulated, 1e-4, 1e-4);
            for (std::size_t s = 0; s < kStages; ++s) {
                COMPARE_CLOSE(other.ledgers[j].along[s], one.ledgers[j].along[s], 1e-3, 1e-4);
                // Feet at neighbouring levels are seen along the normals of this one: first order.
                COMPARE_CLOSE(other.ledgers[j].across[s], one.ledgers[j].across[s], .1, 2e-3);
            }
        }
    }

    void threadsDoNotMatter()
    {
        const Run run = runOf(planOf(thirteenPoints(), 20, .05, 60));
        const Stages one = staged(run, {}, 1), four = staged(run, {}, 4);
        QCOMPARE(one.stages, four.stages);
        for (std::size_t j = 0; j < one.count; ++j)
            QCOMPARE(one.ledgers[j].accumulated, four.ledgers[j].accumulated);
        for (std::size_t k = 0; k < one.levelCount; ++k) {
            QCOMPARE(one.levels[k].valid, four.levels[k].valid);
            QVERIFY(one.levels[k].law == four.levels[k].law || std::isnan(one.levels[k].law));
        }
    }

    void whatHasNoStagesIsSaid()
    {
        WorkerPool pool(1);
        MixtureSpec line;
        line.dimension = 1;
        line.components.push_back(
            {1, Eigen::VectorXd::Zero(1), Eigen::MatrixXd::Identity(1, 1), 0});
        const Run run = runOf(planOf(line, 3, .1, 10));
        const auto none = followStages(run.plan, run.states, {}, pool);
        QVERIFY(!none.ok());
        QVERIFY(none.error().message.find("one dimension") != std::string::npos);
        const Run plane = runOf(planOf(thirteenPoints(), 3, .1, 10));
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!followStages(plane.plan, plane.states, {}, pool, stop.get_token()).ok());
        // An isotropic Gaussian has no ridge at any threshold: everybody stays out.
        const Stages round = staged(
            runOf(planOf(isotropicMixture({Eigen::Vector2d(0, 0)}, 1), 3, .1, 20)), {0, 1e-9});
        QCOMPARE(round.reached, 0.);
        QCOMPARE(round.levels.back().shares[0], 1.);
    }
};

QTEST_APPLESS_MAIN(TestStages)
#include "tst_stages.moc"
