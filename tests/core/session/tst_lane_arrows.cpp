// SPDX-License-Identifier: GPL-3.0-or-later
// Arrows against closed forms: one Gaussian N(m, S) noised to alpha x_0 + sigma eps is N(alpha m,
// C) with C = alpha^2 S + sigma^2 I, so that its score is -C^-1 (x - alpha m).
#include "core/session/lane_arrows.h"
#include "core/session/parameter_table.h"
#include "tests/support/runs.h"

#include <Eigen/LU>

#include <QTest>

#include <cmath>

using namespace scorefield;
using namespace scorefield::test;

namespace {

Session gaussianSession(const std::vector<std::string>& processes)
{
    Session session = defaultSession();
    session.particles.count = 4;
    MixtureSpec spec;
    spec.dimension = 2;
    Eigen::Matrix2d covariance;
    covariance << .5, .2, .2, .3;
    spec.components = {{1, Eigen::Vector2d(.7, -.4), covariance, 0}};
    session.data = spec;
    session.lanes.clear();
    for (const std::string& process : processes)
        session.lanes.push_back(defaultLane(process));
    session.view.arrows.layer.visible = 1;
    return session;
}

std::shared_ptr<const RunProduct> runOf(const Session& session)
{
    WorkerPool pool(2);
    return runSession(session, pool).value();
}

LaneArrows arrowsOf(const RunProduct& run, ArrowField field, double share = .5)
{
    ViewSpec view = run.session.view;
    view.arrows.field = static_cast<double>(field);
    std::vector<ArrowWindow> windows;
    const auto levels = run.levels();
    for (std::size_t lane = 0; lane < run.lanes.size(); ++lane)
        windows.push_back({ArrowGrid::inside(-3, -2, 6, 4, .4, run.planeMixture->dimension()),
                           share * static_cast<double>(levels[lane].size() - 1)});
    WorkerPool pool(2);
    return computeLaneArrows(run, view, windows, pool);
}

PathCoefficients levelOf(const RunProduct& run, std::size_t lane, double step)
{
    return levelAtStep(*run.lanes[lane]->process, run.lanes[lane]->plan.levels, step);
}

} // namespace

class LaneArrowsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theGridStaysWithTheData()
    {
        const auto grid = ArrowGrid::inside(-1.05, -.5, 2, 1, .5, 2);
        QCOMPARE(grid.columns, 4); // -1, -0.5, 0, 0.5
        QCOMPARE(grid.rows, 3);    // -0.5, 0, 0.5
        QCOMPARE(grid.place(0), Eigen::Vector2d(-1, -.5));
        QCOMPARE(grid.place(5), Eigen::Vector2d(-.5, 0));
        // Another camera shows other multiples of the same spacing.
        const auto moved = ArrowGrid::inside(-.8, -.5, 2, 1, .5, 2);
        QCOMPARE(moved.place(0), Eigen::Vector2d(-.5, -.5));
        QCOMPARE(ArrowGrid::inside(-1, -.5, 2, 1, .5, 1).rows, 1);
        QCOMPARE(ArrowGrid::inside(-1, 1, 2, 1, .5, 1).rows, 0); // the axis is out of sight
        QVERIFY(ArrowGrid::inside(0, 0, 1, 1, 1e-9, 2).columns <= 201);
        QCOMPARE(ArrowGrid::inside(1e12, 0, 1e-3, 1, 1e-5, 2).columns, 0);
    }

    void theScoreOfAGaussianIsExact_data()
    {
        QTest::addColumn<QString>("process");
        for (const char* process : {"vp", "rf", "ve-edm", "ve-smld"})
            QTest::newRow(process) << QString::fromLatin1(process);
    }

    void theScoreOfAGaussianIsExact()
    {
        QFETCH(QString, process);
        const auto run = runOf(gaussianSession({process.toStdString()}));
        for (const double share : {.3, .77}) {
            const LaneArrows score = arrowsOf(*run, ArrowField::Score, share),
                             velocity = arrowsOf(*run, ArrowField::Velocity, share);
            const LaneArrowField& field = score.lanes[0];
            const PathCoefficients level = levelOf(*run, 0, field.step);
            const auto& spec = run->session.data->components[0];
            const Eigen::Matrix2d C = level.alpha * level.alpha * spec.covariance
                                      + level.sigma * level.sigma * Eigen::Matrix2d::Identity();
            QCOMPARE(field.vectors.size(), field.grid.size());
            QVERIFY(field.vectors.size() > 100);
            for (std::size_t i = 0; i < field.vectors.size(); ++i) {
                const Eigen::Vector2d x = field.grid.place(i);
                const Eigen::Vector2d s = -C.inverse() * (x - level.alpha * spec.mean);
                // Posterior means are exact to rounding; alpha D - x cancels up to 1/sigma^2
                // digits.
                const double tolerance = 1e-10 * (1 + x.norm()) / (level.sigma * level.sigma);
                QVERIFY((field.vectors[i] - s).norm() < tolerance);
                // v = alpha'/alpha x - (sigma sigma' - alpha'/alpha sigma^2) s (theory 1).
                const double pull = level.dAlpha / level.alpha;
                const Eigen::Vector2d v =
                    pull * x - (level.sigma * level.dSigma - pull * level.sigma * level.sigma) * s;
                QVERIFY((velocity.lanes[0].vectors[i] + v).norm()
                        < 1e-8 * (1 + v.norm()) * (1 + 1 / level.sigma));
            }
        }
    }

    void guidancePointsToTheTarget()
    {
        // Two equal Gaussians at ±2: s_c - s_u = alpha (D_c - D_u)/sigma^2 is along x, towards the
        // target's mean, and 1/(1 + e^(2 alpha 2 x/v)) of 2·2 alpha/v strong.
        Session session = gaussianSession({"vp"});
        session.data = isotropicMixture({Eigen::Vector2d(-2, 0), Eigen::Vector2d(2, 0)}, .25);
        QVERIFY(setVariantText(session, 0, "guidance", "cfg:w=3,target=1").ok());
        const auto run = runOf(session);
        const LaneArrows arrows = arrowsOf(*run, ArrowField::Guidance);
        const PathCoefficients level = levelOf(*run, 0, arrows.lanes[0].step);
        const double v = .25 * level.alpha * level.alpha + level.sigma * level.sigma,
                     mean = 2 * level.alpha;
        for (std::size_t i = 0; i < arrows.lanes[0].vectors.size(); ++i) {
            const Eigen::Vector2d x = arrows.lanes[0].grid.place(i);
            const double other = 1 / (1 + std::exp(2 * mean * x[0] / v));
            const Eigen::Vector2d expected(2 * mean / v * other, 0);
            QVERIFY((arrows.lanes[0].vectors[i] - expected).norm() < 1e-9 * (1 + 2 * mean / v));
        }
        // Without a rule there is a sentence instead.
        Session free = gaussianSession({"vp"});
        free.lanes[0].guidance = {"none", {}};
        const LaneArrows none = arrowsOf(*runOf(free), ArrowField::Guidance);
        QVERIFY(none.lanes[0].vectors.empty());
        QVERIFY(none.lanes[0].note.find("guidance") != std::string::npos);
    }

    void errorsAreWhatIsAdded()
    {
        // A constant error e of the posterior mean moves the score by alpha e/sigma^2.
        Session session = gaussianSession({"vp"});
        QVERIFY(arrowsOf(*runOf(session), ArrowField::Error).lanes[0].note.find("exact score")
                != std::string::npos);
        QVERIFY(setVariantText(session, 0, "error", "constant:x=0.2,y=-0.1").ok());
        const auto run = runOf(session);
        const LaneArrows arrows = arrowsOf(*run, ArrowField::Error);
        QVERIFY2(arrows.lanes[0].note.empty(), arrows.lanes[0].note.c_str());
        const PathCoefficients level = levelOf(*run, 0, arrows.lanes[0].step);
        const Eigen::Vector2d expected =
            level.alpha / (level.sigma * level.sigma) * Eigen::Vector2d(.2, -.1);
        for (const Eigen::Vector2d& v : arrows.lanes[0].vectors)
            QVERIFY((v - expected).norm() < 1e-9 * (1 + expected.norm() / level.sigma));
        QVERIFY(std::abs(arrows.lanes[0].reference - expected.norm()) < 1e-9 * expected.norm());
    }

    void lanesOfOneProcessHaveOneScale()
    {
        Session session = gaussianSession({"vp", "vp", "rf"});
        QVERIFY(setVariantText(session, 1, "error", "constant:x=3").ok());
        const LaneArrows arrows = arrowsOf(*runOf(session), ArrowField::Score);
        QCOMPARE(arrows.lanes[0].reference, arrows.lanes[1].reference);
        QVERIFY(arrows.lanes[0].reference != arrows.lanes[2].reference);
        // Nine of ten are no longer than it.
        std::size_t longer = 0, all = 0;
        for (const std::size_t lane : {std::size_t{0}, std::size_t{1}})
            for (const Eigen::Vector2d& v : arrows.lanes[lane].vectors) {
                longer += v.norm() > arrows.lanes[lane].reference ? 1 : 0;
                ++all;
            }
        QVERIFY(longer > 0 && static_cast<double>(longer) <= .1 * static_cast<double>(all) + 1);
    }

    void otherDimensions()
    {
        // One: along the axis. Eight: at the plane's own points.
        Session line = gaussianSession({"vp"});
        MixtureSpec spec;
        spec.dimension = 1;
        spec.components = {{1, Eigen::VectorXd::Constant(1, .5), Eigen::MatrixXd::Identity(1, 1)}};
        line.data = spec;
        const auto run = runOf(line);
        const LaneArrows arrows = arrowsOf(*run, ArrowField::Score);
        QCOMPARE(arrows.lanes[0].grid.rows, 1);
        const PathCoefficients level = levelOf(*run, 0, arrows.lanes[0].step);
        for (std::size_t i = 0; i < arrows.lanes[0].vectors.size(); ++i) {
            const double x = arrows.lanes[0].grid.place(i)[0];
            const double s =
                -(x - .5 * level.alpha) / (level.alpha * level.alpha + level.sigma * level.sigma);
            QVERIFY(std::abs(arrows.lanes[0].vectors[i][0] - s) < 1e-9 / level.sigma);
            QCOMPARE(arrows.lanes[0].vectors[i][1], 0.);
        }
        Session wide = gaussianSession({"vp"});
        MixtureSpec eight;
        eight.dimension = 8;
        eight.components = {{1, Eigen::VectorXd::Constant(8, .3), Eigen::MatrixXd::Identity(8, 8)}};
        wide.data = eight;
        wide.view.axisX = 2;
        wide.view.axisY = 5;
        const auto wideRun = runOf(wide);
        const LaneArrows seen = arrowsOf(*wideRun, ArrowField::Score);
        const PathCoefficients there = levelOf(*wideRun, 0, seen.lanes[0].step);
        const double variance = there.alpha * there.alpha + there.sigma * there.sigma;
        for (std::size_t i = 0; i < seen.lanes[0].vectors.size(); ++i) {
            const Eigen::Vector2d x = seen.lanes[0].grid.place(i);
            const Eigen::Vector2d s = -(x - Eigen::Vector2d::Constant(.3 * there.alpha)) / variance;
            QVERIFY((seen.lanes[0].vectors[i] - s).norm() < 1e-9 / there.sigma);
        }
    }

    void withoutNoiseThereAreNone()
    {
        Session session = gaussianSession({"rf"});
        QVERIFY(setParameterText(session, "lanes.0.grid.final", "denoise").ok());
        const auto run = runOf(session);
        QCOMPARE(run->lanes[0]->plan.levels.back().sigma, 0.);
        const LaneArrows arrows = arrowsOf(*run, ArrowField::Score, 1);
        QVERIFY(arrows.lanes[0].vectors.empty());
        QVERIFY(arrows.lanes[0].note.find("σ = 0") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(LaneArrowsTest)
#include "tst_lane_arrows.moc"
