// SPDX-License-Identifier: GPL-3.0-or-later
// What random-feature networks generate, and the library they are kept in: the table of the ridge
// theory (section 3) in shape, with narrow networks and few particles.
#include "core/field/trained_error.h"
#include "core/metric/between_modes.h"
#include "core/metric/model_error.h"
#include "tests/support/compare.h"
#include "tests/support/runs.h"
#include "tests/support/score_errors.h"

#include <QtTest>

#include <limits>

using namespace scorefield;
using namespace scorefield::test;

namespace {

using Mixture = std::shared_ptr<const GaussianMixture>;

constexpr int kParticles = 400;
constexpr double kTrained = std::numeric_limits<double>::infinity();

Mixture pair()
{
    Eigen::Matrix2d points;
    points << -3, 3, 0, 0;
    return diracs(points);
}

Mixture corner()
{
    Eigen::MatrixXd points(2, 3);
    points << 0, 5, 0, 0, 0, 5;
    return diracs(points);
}

/// One network for many training times.
class Laboratory {
public:
    Laboratory(Mixture mixture, bool scoreWeighted, int width = 256) : m_mixture(std::move(mixture))
    {
        m_choice = makeChoice(errorKindOf("random-features").info);
        m_choice.values.set("width", width);
        m_choice.values.set("frequencies", 48);
        m_choice.values.set("weight", scoreWeighted ? 1 : 0);
    }

    std::shared_ptr<const ScoreError> errorAt(double tau)
    {
        m_choice.values.set("trained", std::isinf(tau) ? 1 : 0);
        if (!std::isinf(tau))
            m_choice.values.set("tau", tau);
        return makeScoreError(m_choice, m_models).value();
    }

    /// End points x~ [n,d].
    Eigen::MatrixXd ends(double tau, double eta)
    {
        const auto ou = process("ou", {{"horizon", 10}, {"stop", 1e-3}});
        SimulationPlan plan =
            makePlan(m_mixture, levelsOn(*ou, "exponential", 100), "exponential", eta, ou);
        plan.error = errorAt(tau);
        plan.particles = kParticles;
        plan.seed = 3;
        plan.keepOnlyEnd = true;
        const auto run = simulate<float>(plan, m_pool);
        if (run.outcome.kind != Outcome::Kind::Completed)
            return {};
        Eigen::MatrixXd points(kParticles, 2);
        for (int c = 0; c < 2; ++c)
            points.col(c) = Eigen::Map<const Eigen::VectorXf>(
                                run.trajectories.coordinate(1, c).data(), kParticles)
                                .cast<double>()
                            / plan.levels.back().alpha;
        return points;
    }
    ModeGraph::Shares shares(double tau, double eta = 1)
    {
        return ModeGraph::create(*m_mixture, .5)->shares(ends(tau, eta));
    }
    ModelLibrary& models() { return *m_models; }
    const Mixture& mixture() const { return m_mixture; }

private:
    Mixture m_mixture;
    Choice m_choice;
    std::shared_ptr<ModelLibrary> m_models = std::make_shared<ModelLibrary>();
    WorkerPool m_pool{2};
};

} // namespace

class TestRandomFeatureRuns : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void modesAndSegmentsAreTold()
    {
        const auto graph = ModeGraph::create(*corner()).value();
        COMPARE_CLOSE(graph.radius(), .5, 1e-12, 0); // a tenth of the distance 5
        QCOMPARE(graph.edges().size(), 3u);          // a right angle: on the sphere, not inside
        Eigen::MatrixXd points(5, 2);
        points << .1, .2, /**/ 2.5, -.3, /**/ 2.6, 2.6, /**/ 2.5, -4, /**/ 1, 1.2;
        const auto shares = graph.shares(points);
        COMPARE_CLOSE(shares.near.value, .2, 1e-12, 0);
        COMPARE_CLOSE(shares.between.value, .4, 1e-12, 0);
        COMPARE_CLOSE(shares.off.value, .4, 1e-12, 0);
        // To the lines x = 0, y = 0, x + y = 5, y = 0, x = 0.
        COMPARE_CLOSE(shares.offset.value, (.1 + .3 + .2 / std::sqrt(2.) + 4 + 1) / 5, 1e-12, 0);
        QVERIFY(!ModeGraph::create(*diracs(Eigen::MatrixXd::Zero(2, 1))).ok());
    }

    /// Weight 1: everything collapses on the segment, near its midpoint.
    void plainWeightCollapsesBetweenTwoPoints()
    {
        Laboratory laboratory(pair(), false);
        for (const double tau : {500., kTrained}) {
            const auto shares = laboratory.shares(tau);
            QVERIFY2(shares.between.value > .95, qPrintable(QString::number(shares.between.value)));
            COMPARE_CLOSE(shares.near.value, 0, 0, .02);
        }
        const double early = laboratory.shares(20).offset.value,
                     end = laboratory.shares(kTrained).offset.value;
        QVERIFY2(end < .2 * early, qPrintable(QStringLiteral("%1 %2").arg(early).arg(end)));
    }

    /// Weight 1/sigma^4: the modes fill while the network is trained, and what lies between them
    /// thins out.
    void scoreWeightRecoversTheModes()
    {
        Laboratory laboratory(pair(), true);
        const auto early = laboratory.shares(2), later = laboratory.shares(20),
                   end = laboratory.shares(kTrained);
        QVERIFY2(early.near.value < later.near.value - .1,
                 qPrintable(QString::number(early.near.value)));
        QVERIFY(later.near.value < end.near.value);
        QVERIFY(end.near.value > .9);
        QVERIFY(end.between.value < .5 * later.between.value);
        QVERIFY(end.offset.value < .06); // the last noise level alone leaves .045 sqrt(2/pi)
    }

    /// Three points: normal alignment first, then the modes.
    void alignmentComesBeforeTheModes()
    {
        Laboratory laboratory(corner(), true);
        const auto early = laboratory.shares(20), end = laboratory.shares(kTrained);
        QVERIFY2(early.off.value > .4, qPrintable(QString::number(early.off.value)));
        QVERIFY2(end.off.value < .15, qPrintable(QString::number(end.off.value)));
        QVERIFY(end.near.value > early.near.value + .3);
    }

    /// Noise repairs what an untrained network leaves across the ridge; the ODE keeps it.
    void odeAndSdeDifferBeforeTraining()
    {
        Laboratory laboratory(pair(), false);
        const double ode = laboratory.shares(20, 0).offset.value,
                     sde = laboratory.shares(20, 1).offset.value;
        QVERIFY2(ode > 3 * sde, qPrintable(QStringLiteral("%1 %2").arg(ode).arg(sde)));
    }

    /// Theory 3 (i).
    void errorsComeApart()
    {
        Laboratory laboratory(pair(), true);
        WorkerPool pool(2);
        const auto error = std::dynamic_pointer_cast<const TrainedError>(laboratory.errorAt(20));
        QVERIFY(!error->isPrepared(*laboratory.mixture()));
        QVERIFY(error->prepare(*laboratory.mixture(), pool).ok());
        const auto network = error->network(*laboratory.mixture());
        const double noise = std::sqrt(std::expm1(2)); // t = 1
        const auto at = [&](double tau) {
            return modelErrors(
                laboratory.mixture(), network, network->weights(tau), noise, 500, 1, pool);
        };
        const ModelErrors early = at(20), late = at(2000), end = at(kTrained);
        QVERIFY(early.archNormal.value < 1e-12); // collinear
        COMPARE_CLOSE(early.archTangent.value, end.archTangent.value, 1e-9, 0);
        QVERIFY(early.archTangent.value > .01);
        QVERIFY(late.optNormal.value < .2 * early.optNormal.value);
        QVERIFY(late.optTangent.value < .5 * early.optTangent.value);
        QCOMPARE(end.optNormal.value, 0.);
        QCOMPARE(end.optTangent.value, 0.);
        COMPARE_CLOSE(end.tangent.value, end.archTangent.value, 1e-12, 0);
        // Both parts are projections of one vector: the triangle inequality of root mean squares.
        QVERIFY(early.tangent.value <= early.archTangent.value + early.optTangent.value + 1e-12);
    }

    void libraryFindsWhatIsTheSame()
    {
        Laboratory laboratory(pair(), true, 16);
        WorkerPool pool(1);
        const auto first = std::dynamic_pointer_cast<const TrainedError>(laboratory.errorAt(1));
        QVERIFY(first->prepare(*pair(), pool).ok());
        const auto moved = std::dynamic_pointer_cast<const TrainedError>(laboratory.errorAt(50));
        QVERIFY(moved->isPrepared(*pair())); // another training time, equal data
        QCOMPARE(moved->network(*pair()), first->network(*pair()));
        QVERIFY(!moved->isPrepared(*corner()));
        // A spread of a component is another training.
        MixtureSpec spread;
        spread.components = {{1, Eigen::Vector2d(-3, 0), .01 * Eigen::Matrix2d::Identity(), 0},
                             {1, Eigen::Vector2d(3, 0), Eigen::Matrix2d::Zero(), 1}};
        QVERIFY(!moved->isPrepared(*makeMixture(spread)));
    }

    void libraryKeepsWhatWasUsedLast()
    {
        ModelLibrary library(2);
        WorkerPool pool(1);
        RandomFeatureSpec spec;
        spec.width = 8;
        spec.frequencies = 1;
        const TrainingData data(*pair());
        const auto train = [&](std::uint64_t seed) {
            spec.seed = seed;
            return library.train(spec, pair(), pool).value();
        };
        const auto has = [&](std::uint64_t seed) {
            spec.seed = seed;
            return library.find(spec, data) != nullptr;
        };
        train(1);
        train(2);
        QVERIFY(has(1)); // now the last used
        train(3);
        QVERIFY(has(1) && has(3) && !has(2));
        std::stop_source stopped;
        stopped.request_stop();
        spec.seed = 4;
        QVERIFY(!library.train(spec, pair(), pool, stopped.get_token()).ok());
        QVERIFY(!has(4));
    }

    void untrainedIsUndefined()
    {
        Laboratory laboratory(pair(), true);
        const auto error = laboratory.errorAt(1);
        QVERIFY(error->ignoresGuidance());
        QVERIFY(!meanAt(*learned(pair(), error), veLevel(1), Eigen::Vector2d(1, 1)).allFinite());
    }
};

QTEST_GUILESS_MAIN(TestRandomFeatureRuns)
#include "tst_random_feature_runs.moc"
