// SPDX-License-Identifier: GPL-3.0-or-later
// Which ridges the lanes of a session ask for, what they are, and what a score error does along
// them. Closed forms: two isotropic Gaussians (theory 12.2).
#include "core/field/score_error.h"
#include "core/session/lane_ridge.h"
#include "tests/support/runs.h"

#include <QTest>

#include <cmath>
#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

constexpr double kMean = 2, kVariance = .09;

/// Two Gaussians at (±2, 0) of variance 0.09 in these lanes.
Session pairSession(const std::vector<std::string>& processes)
{
    Session session = defaultSession();
    session.particles.count = 4;
    session.data =
        isotropicMixture({Eigen::Vector2d(-kMean, 0), Eigen::Vector2d(kMean, 0)}, kVariance);
    session.lanes.clear();
    for (const std::string& process : processes) {
        session.lanes.push_back(defaultLane(process));
        // The last step leads to no noise at all, and is not of one level in all lanes: let it be
        // short.
        session.lanes.back().grid.values.set("steps", 400);
    }
    session.view.ridge.layer.visible = 1;
    return session;
}

std::shared_ptr<const RunProduct> runOf(const Session& session)
{
    WorkerPool pool(2);
    return runSession(session, pool).value();
}

/// All lanes at this position of the noise clock, looking at ±5.
std::vector<RidgeWindow> windowsAt(const RunProduct& run, double position, double half = 5)
{
    std::vector<RidgeWindow> windows;
    for (std::size_t lane = 0; lane < run.lanes.size(); ++lane)
        windows.push_back(
            {{-half, -half, 2 * half, 2 * half},
             stepAtPosition(run.session.timeline, position, run.levels(), static_cast<int>(lane))});
    return windows;
}

/// At sigma~ = 0.6, where a ridge joins the two.
std::vector<RidgeWindow> windowsBetween(const RunProduct& run)
{
    return windowsAt(run, positionAtNoise(.6, run.levels()));
}

/// D + (a, b): an error of the posterior mean that is the same everywhere.
class ShiftedField final : public ScoreField<double> {
public:
    ShiftedField(std::unique_ptr<ScoreField<double>> exact, double a, double b)
        : m_exact(std::move(exact))
        , m_a(a)
        , m_b(b)
    {
    }
    int dimension() const override { return m_exact->dimension(); }
    void denoise(const PathCoefficients& level,
                 const Block<double>& x,
                 Block<double>& denoised) const override
    {
        m_exact->denoise(level, x, denoised);
        denoised.col(0) += m_a;
        denoised.col(1) += m_b;
    }

private:
    std::unique_ptr<ScoreField<double>> m_exact;
    double m_a, m_b;
};

class Shift final : public ScoreError {
public:
    Shift(double a, double b) : m_a(a), m_b(b) {}
    std::unique_ptr<ScoreField<double>> makeDouble(const ErrorFacts& facts) const override
    {
        return std::make_unique<ShiftedField>(
            makeExactField<double>(facts.mixture, facts.guidance, facts.levels), m_a, m_b);
    }
    std::unique_ptr<ScoreField<float>> makeFloat(const ErrorFacts& facts) const override
    {
        return makeExactField<float>(facts.mixture, facts.guidance, facts.levels);
    }

private:
    double m_a, m_b;
};

} // namespace

class TestLaneRidge : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void lanesOfOneLevelShareOneRidge()
    {
        const auto run = runOf(pairSession({"vp", "ve-edm", "rf"}));
        for (const double position : {.3, .5, .65}) {
            const auto plans = planLaneRidges(*run, run->session.view, windowsAt(*run, position));
            QCOMPARE(plans.size(), std::size_t(3));
            for (const LaneRidgePlan& plan : plans) {
                QCOMPARE(plan.now.size(), std::size_t(1));
                QVERIFY(plan.now.front() == plans.front().now.front());
                QVERIFY(plan.note.empty());
            }
        }
    }

    void theBoxHoldsWhatIsSeenAndSmallMovesKeepIt()
    {
        const auto run = runOf(pairSession({"vp"}));
        auto windows = windowsAt(*run, .6);
        const auto plan = planLaneRidges(*run, run->session.view, windows).front();
        const PlaneBox box = plan.now.front().box;
        const double seen = 5 / plan.level.alpha; // in x~
        QVERIFY(box.left <= -seen && box.left + box.width >= seen);
        QVERIFY(box.bottom <= -seen && box.bottom + box.height >= seen);
        QVERIFY(box.width < 3 * seen); // no more than half as much again
        windows[0].visible.left += .01;
        QVERIFY(planLaneRidges(*run, run->session.view, windows).front().now.front().box == box);
        windows[0].visible.left += 100;
        QVERIFY(!(planLaneRidges(*run, run->session.view, windows).front().now.front().box == box));
    }

    void theEndsHaveNoRidgeAndSayWhy()
    {
        const auto run = runOf(pairSession({"rf"}));
        std::vector<RidgeWindow> windows{{{-5, -5, 10, 10}, 0}};
        auto plan = planLaneRidges(*run, run->session.view, windows).front();
        QVERIFY(plan.now.empty() && plan.note.find("pure noise") != std::string::npos);
        windows[0].step = static_cast<double>(run->lanes[0]->plan.levels.size() - 1);
        plan = planLaneRidges(*run, run->session.view, windows).front();
        QCOMPARE(plan.now.empty(), run->lanes[0]->plan.levels.back().sigma == 0);
        QCOMPARE(plan.note.empty(), run->lanes[0]->plan.levels.back().sigma > 0);
    }

    void oneDimensionHasNone()
    {
        Session session = pairSession({"vp"});
        session.data = isotropicMixture(
            {Eigen::VectorXd::Constant(1, -1), Eigen::VectorXd::Constant(1, 1)}, .1);
        const auto run = runOf(session);
        const auto plan = planLaneRidges(*run, session.view, windowsAt(*run, .5)).front();
        QVERIFY(plan.now.empty() && plan.note.find("one dimension") != std::string::npos);
        QVERIFY(!planScaleSpace(*run, session.view));
    }

    void ghostsAreEvenInTheLogarithm()
    {
        Session session = pairSession({"vp", "rf"});
        session.view.ridge.ghosts = 5;
        const auto run = runOf(session);
        const auto plans = planLaneRidges(*run, session.view, windowsAt(*run, .5));
        for (std::size_t lane = 0; lane < 2; ++lane) {
            const auto& ghosts = plans[lane].ghosts;
            QVERIFY(ghosts.size() >= 3);
            for (std::size_t i = 0; i + 1 < ghosts.size(); ++i) {
                const double ratio = ghosts[i].request.noise / ghosts[i + 1].request.noise,
                             first = ghosts[0].request.noise / ghosts[1].request.noise;
                QVERIFY(ratio > 1);
                QVERIFY(std::abs(ratio / first - 1) < 1e-9);
            }
            // x_t = alpha x~ with the process's own alpha: VP 1/sqrt(1 + s^2), RF 1/(1 + s).
            for (const GhostRequest& ghost : ghosts) {
                const double s = ghost.request.noise;
                const double alpha = lane == 0 ? 1 / std::sqrt(1 + s * s) : 1 / (1 + s);
                QVERIFY(std::abs(ghost.alpha - alpha) < 1e-9);
            }
        }
    }

    /// Theory 12.2 in x~ with S = s^2 + sigma~^2: the line y = 0 as far as
    /// |x| = (S/m) arccosh(m/(S sqrt(g))), g = gamma/sigma~^2.
    void twoGaussiansHaveTheirClosedForm()
    {
        const auto run = runOf(pairSession({"vp", "rf"}));
        WorkerPool pool(2);
        const auto windows = windowsBetween(*run);
        const auto pictures = computeLaneRidges(*run, run->session.view, windows, pool);
        QCOMPARE(pictures.size(), std::size_t(2));
        QCOMPARE(pictures[0].ridge.get(), pictures[1].ridge.get());
        const Ridge& ridge = *pictures[0].ridge;
        const double noise = ridge.request.noise, S = kVariance + noise * noise;
        const double g = run->session.view.ridge.gamma / (noise * noise);
        QVERIFY(kMean * kMean / (S * S) > g && kMean * kMean > S); // a ridge between two modes
        const double reach = S / kMean * std::acosh(kMean / (S * std::sqrt(g)));
        QCOMPARE(ridge.lines.size(), std::size_t(1));
        double most = 0;
        for (Eigen::Index i = 0; i < ridge.lines[0].places.rows(); ++i) {
            QVERIFY(std::abs(ridge.lines[0].places(i, 1)) < 1e-8);
            most = std::max(most, std::abs(ridge.lines[0].places(i, 0)));
        }
        // Ends are found by bisection of the threshold along the line, or lie within a cell of it.
        const double cell = ridge.request.box.width / ridge.request.resolution;
        QVERIFY2(std::abs(most - reach) < cell,
                 qPrintable(QStringLiteral("%1 %2").arg(most).arg(reach)));
    }

    void anExactLaneHasNoTube()
    {
        Session session = pairSession({"vp"});
        session.view.ridge.tube = 1;
        const auto run = runOf(session);
        WorkerPool pool(2);
        QVERIFY(!computeLaneRidges(*run, session.view, windowsBetween(*run), pool)[0].tube);
    }

    /// On y = 0 the normal is (0, ±1): of the error (0.3, -0.2) it sees 0.2.
    void theTubeIsTheNormalPartOfTheError()
    {
        const auto run = runOf(pairSession({"vp"}));
        WorkerPool pool(2);
        const auto windows = windowsBetween(*run);
        const auto picture = computeLaneRidges(*run, run->session.view, windows, pool)[0];
        LaneProduct imperfect = *run->lanes[0];
        imperfect.plan.error = std::make_shared<Shift>(.3, -.2);
        const auto level = levelAtStep(*imperfect.process, imperfect.plan.levels, windows[0].step);
        const auto tube = ridgeTube(imperfect, level, *picture.ridge);
        QVERIFY(tube && tube->lines.size() == picture.ridge->lines.size());
        for (const RidgeTube::Line& line : tube->lines)
            for (Eigen::Index i = 0; i < line.error.size(); ++i) {
                QVERIFY(std::abs(line.normal(i, 0)) < 1e-6);
                QVERIFY(std::abs(line.error[i] * line.normal(i, 1) + .2) < 1e-6);
            }
    }

    void theScaleSpaceIsOfTheWholeRunAndNoCamera()
    {
        Session session = pairSession({"vp", "rf"});
        session.view.ridge.gamma = .05;
        const auto run = runOf(session);
        const auto request = planScaleSpace(*run, session.view).value();
        QCOMPARE(request.highest, noiseAtPosition(0, run->levels()));
        QCOMPARE(request.lowest, noiseAtPosition(1, run->levels()));
        QCOMPARE(request.thresholds.gamma, .05);
        QVERIFY(request.box.left < -kMean - .3
                && request.box.left + request.box.width > kMean + .3);
        QCOMPARE(request.box.width, request.box.height);
    }
};

QTEST_GUILESS_MAIN(TestLaneRidge)
#include "tst_lane_ridge.moc"
