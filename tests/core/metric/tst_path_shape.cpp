// SPDX-License-Identifier: GPL-3.0-or-later
// The shape of paths: straight lines and circles, the probability flow of one Gaussian, whose paths
// are explicit in every coordinate, and runs that follow it.
#include "core/metric/path_shape.h"
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <QtTest>

#include <functional>
#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

constexpr double kPi = std::numbers::pi;
using Path = std::function<Eigen::VectorXd(const PathCoefficients&, std::size_t)>;

/// x_t of particle i at every level.
BasicTrajectories<double> trajectories(const std::vector<PathCoefficients>& levels,
                                       int dimension,
                                       std::size_t particles,
                                       const Path& path)
{
    BasicTrajectories<double> run;
    run.steps = static_cast<int>(levels.size()) - 1;
    run.dimension = dimension;
    run.particles = particles;
    run.values.resize(levels.size() * static_cast<std::size_t>(dimension) * particles);
    for (int k = 0; k <= run.steps; ++k)
        for (std::size_t i = 0; i < particles; ++i) {
            const Eigen::VectorXd x = path(levels[static_cast<std::size_t>(k)], i);
            for (int c = 0; c < dimension; ++c)
                run.coordinate(k, c)[i] = x(c);
        }
    return run;
}

/// Levels of a process at equal steps of its time.
std::vector<PathCoefficients>
uniformLevels(const ForwardProcess& process, double from, double to, int steps)
{
    std::vector<PathCoefficients> levels;
    for (int k = 0; k <= steps; ++k)
        levels.push_back(process.at(from + (to - from) * k / steps));
    return levels;
}

/// The probability flow of N(0, I): sqrt(alpha^2 + sigma^2) z.
Path standardFlow(int dimension)
{
    return [dimension](const PathCoefficients& level, std::size_t i) {
        return Eigen::VectorXd(std::hypot(level.alpha, level.sigma)
                               * randomPoint(i + 1, dimension, 1));
    };
}

double meanSquare(int dimension, std::size_t particles)
{
    double sum = 0;
    for (std::size_t i = 0; i < particles; ++i)
        sum += randomPoint(i + 1, dimension, 1).squaredNorm() / static_cast<double>(particles);
    return sum;
}

/// x_t = alpha m + Q sqrt(v_t/v_T) Q^T (x_T - alpha_T m).
Path gaussianFlow(const GaussianMixture::Component& g, const PathCoefficients& start)
{
    return [&g, start](const PathCoefficients& level, std::size_t i) {
        const auto variance = [&](const PathCoefficients& at) {
            return Eigen::ArrayXd(at.alpha * at.alpha * g.eigenvalues.array()
                                  + at.sigma * at.sigma);
        };
        const Eigen::VectorXd x = start.sigma * randomPoint(i + 1, 2, 1);
        const Eigen::VectorXd moved = g.eigenvectors.transpose() * (x - start.alpha * g.mean);
        return Eigen::VectorXd(
            level.alpha * g.mean
            + g.eigenvectors
                  * ((variance(level) / variance(start)).sqrt() * moved.array()).matrix());
    };
}

struct Place {
    double time;
    Eigen::VectorXd y;
};

Place inCoordinate(const PathCoefficients& level, const Eigen::VectorXd& x, PathCoordinate which)
{
    const double sum = level.alpha + level.sigma;
    if (which == PathCoordinate::Native)
        return {level.t, x};
    if (which == PathCoordinate::Scaled)
        return {level.sigmaTilde(), x / level.alpha};
    return {level.sigma / sum, x / sum};
}

/// int_0^1 |dy/du - (y_1 - y_0)|^2 du by Simpson's rule in native time, derivatives by central
/// differences: nothing of it is shared with the code under test.
double straightnessByQuadrature(const ForwardProcess& process,
                                double from,
                                double to,
                                std::size_t i,
                                const Path& path,
                                PathCoordinate which)
{
    const auto at = [&](double t) {
        const PathCoefficients level = process.at(t);
        return inCoordinate(level, path(level, i), which);
    };
    const Place first = at(from), last = at(to);
    const double way = last.time - first.time;
    const Eigen::VectorXd whole = last.y - first.y;
    constexpr int kNodes = 400;
    double sum = 0;
    for (int k = 0; k <= kNodes; ++k) {
        const double t = from + (to - from) * k / kNodes, h = 1e-5;
        const Place before = at(t - h), after = at(t + h);
        const double speed = (after.time - before.time) / (2 * h); // of the coordinate's time
        const Eigen::VectorXd slope = (after.y - before.y) / (after.time - before.time) * way;
        const double weight = (k == 0 || k == kNodes ? 1 : k % 2 == 1 ? 4 : 2) / 3.;
        sum += weight * (to - from) / kNodes * speed / way * (slope - whole).squaredNorm();
    }
    return sum;
}

} // namespace

class TestPathShape : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void straightLinesHaveNoShape_data()
    {
        QTest::addColumn<int>("coordinate");
        QTest::newRow("native") << 0;
        QTest::newRow("scaled") << 1;
        QTest::newRow("rectified flow") << 2;
    }
    void straightLinesHaveNoShape()
    {
        QFETCH(int, coordinate);
        const auto which = static_cast<PathCoordinate>(coordinate);
        const auto vp = process("vp", {{"horizon", 3}, {"stop", 0.1}});
        const auto levels = uniformLevels(*vp, 3, 0.1, 50);
        const Path line = [&](const PathCoefficients& level, std::size_t i) {
            const Place zero = inCoordinate(level, Eigen::Vector2d::Zero(), which);
            const double scale = which == PathCoordinate::Native   ? 1
                                 : which == PathCoordinate::Scaled ? level.alpha
                                                                   : level.alpha + level.sigma;
            return Eigen::VectorXd(scale
                                   * (Eigen::Vector2d(i, -1) + zero.time * Eigen::Vector2d(2, 3)));
        };
        const auto run = trajectories(levels, 2, 3, line);
        const PathShape shape = pathShape(run, levels, which);
        QCOMPARE(shape.particles, 3);
        const double first = inCoordinate(levels.front(), Eigen::Vector2d::Zero(), which).time,
                     last = inCoordinate(levels.back(), Eigen::Vector2d::Zero(), which).time;
        const double length = std::abs(first - last) * std::sqrt(13.);
        QVERIFY(shape.straightness.value < 1e-20 * length * length); // squares of roundings
        QVERIFY(shape.bend.value < 1e-20);
        QVERIFY(shape.curvature.value < 50 * 1e-4); // kDirection: what rounding may turn
        QVERIFY(std::abs(shape.length.value / length - 1) < 1e-12);
        QVERIFY(std::abs(shape.excess.value - 1) < 1e-12);
        // In another coordinate they are bent.
        const auto other =
            which == PathCoordinate::Native ? PathCoordinate::Scaled : PathCoordinate::Native;
        QVERIFY(pathShape(run, levels, other).bend.value > 1e-3);
    }

    void aQuarterCircleTurnsByARightAngle()
    {
        const auto rf = process("rf");
        const auto levels = uniformLevels(*rf, 1, 0, 1000);
        const auto run =
            trajectories(levels, 2, 2, [](const PathCoefficients& level, std::size_t i) {
                const double angle = kPi / 2 * level.t, r = i == 0 ? 1 : 3;
                return Eigen::VectorXd(r * Eigen::Vector2d(std::cos(angle), std::sin(angle)));
            });
        const PathShape shape = pathShape(run, levels, PathCoordinate::Native);
        // 999 corners between 1000 chords.
        QVERIFY(std::abs(shape.curvature.value - kPi / 2 * .999) < 1e-9);
        QVERIFY(std::abs(shape.length.value - 2 * kPi / 2) < 1e-6); // mean radius 2
        QVERIFY(std::abs(shape.excess.value - kPi / 2 / std::sqrt(2.)) < 1e-6);
        // |dx/du| = r pi/2, |x_1 - x_0| = r sqrt 2, mean r^2 = 5; bend is free of r.
        QVERIFY(std::abs(shape.straightness.value - 5 * (kPi * kPi / 4 - 2)) < 1e-4);
        QVERIFY(std::abs(shape.bend.value - (kPi * kPi / 8 - 1)) < 1e-5);
    }

    /// The rectified flow of N(0, I): (2 - pi/2) per dimension, from below; the same from any
    /// process in that coordinate.
    void theRectifiedFlowOfANormalIsKnown()
    {
        const auto rf = process("rf");
        for (const int dimension : {1, 2, 5}) {
            const double exact = (2 - kPi / 2) * meanSquare(dimension, 7);
            double before = 0;
            for (const int steps : {10, 100, 1000}) {
                const auto levels = uniformLevels(*rf, 1, 0, steps);
                const auto run = trajectories(levels, dimension, 7, standardFlow(dimension));
                const double value =
                    pathShape(run, levels, PathCoordinate::RectifiedFlow).straightness.value;
                QVERIFY(value < exact && value > before);
                QVERIFY2(1 - value / exact < 2. / steps / steps, // chords: second order
                         qPrintable(QString::number(1 - value / exact)));
                QCOMPARE(value, pathShape(run, levels, PathCoordinate::Native).straightness.value);
                before = value;
            }
        }
    }

    void aNormalDoesNotMoveInVarianceAndOpensInTheNoiseLevel()
    {
        const auto vp = process("vp", {{"horizon", 5}, {"stop", 0.001}});
        const auto edm = process("ve-edm", {{"horizon", 40}, {"stop", 0.002}});
        const auto still = uniformLevels(*vp, 5, 0, 100);
        const PathShape shape =
            pathShape(trajectories(still, 2, 5, standardFlow(2)), still, PathCoordinate::Native);
        QVERIFY(shape.straightness.value < 1e-25 && shape.length.value < 1e-12);
        QVERIFY(std::isnan(shape.bend.value) && std::isnan(shape.excess.value)); // nothing moved

        // y = sqrt(1 + s^2) z over s in [0, S].
        const double S = std::sqrt(std::exp(5.) - 1);
        const double exact =
            meanSquare(2, 5) * (S * (S - std::atan(S)) - std::pow(std::hypot(1, S) - 1, 2));
        for (const ForwardProcess* p : {vp.get(), edm.get()}) {
            std::vector<PathCoefficients> levels;
            for (int k = 0; k <= 4000; ++k)
                levels.push_back(p->at(p->timeAt(S * std::pow(1 - k / 4000., 2))));
            const auto run = trajectories(levels, 2, 5, standardFlow(2));
            const double value = pathShape(run, levels, PathCoordinate::Scaled).straightness.value;
            QVERIFY2(std::abs(value / exact - 1) < 1e-6,
                     qPrintable(QString::number(value / exact)));
        }
    }

    /// One Gaussian of any mean and covariance, in all coordinates of three processes.
    void theFlowOfOneGaussianIsExplicit_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<double>("from");
        QTest::newRow("vp") << "vp" << 4.;
        QTest::newRow("ve-edm") << "ve-edm" << 6.;
        QTest::newRow("rf") << "rf" << .9;
    }
    void theFlowOfOneGaussianIsExplicit()
    {
        QFETCH(QString, id);
        QFETCH(double, from);
        const auto p = process(id.toStdString());
        const double to = .05;
        const auto mixture = makeMixture(referenceM4());
        const Path flow = gaussianFlow(mixture->components()[0], p->at(from));
        const auto levels = uniformLevels(*p, from, to, 2000);
        const auto run = trajectories(levels, 2, 4, flow);
        for (const auto which :
             {PathCoordinate::Native, PathCoordinate::Scaled, PathCoordinate::RectifiedFlow}) {
            double exact = 0;
            for (std::size_t i = 0; i < 4; ++i)
                exact += straightnessByQuadrature(*p, from, to, i, flow, which) / 4;
            const PathShape shape = pathShape(run, levels, which);
            // Second order of 2000 chords.
            QVERIFY2(std::abs(shape.straightness.value / exact - 1) < 2e-5,
                     qPrintable(QString::number(shape.straightness.value / exact - 1)));
            QVERIFY(shape.excess.value > 1 && shape.curvature.value > 0);
        }
    }

    /// A run that follows the ODE has its shape, whichever the precision it is stored in.
    void runsFollowIt()
    {
        const auto vp = process("vp", {{"horizon", 4}, {"stop", 0.05}});
        const auto mixture = makeMixture(referenceM4());
        auto plan = makePlan(mixture, levelsOn(*vp, "uniform", 400), "rk4", 0, vp);
        plan.particles = 200;
        WorkerPool pool(1);
        const auto exact = simulate<double>(plan, pool);
        const auto stored = simulate<float>(plan, pool);
        const auto start = statesAt(exact.trajectories, 0);
        const auto& g = mixture->components()[0];
        const PathCoefficients first = plan.levels.front();
        const auto flow =
            trajectories(plan.levels, 2, 200, [&](const PathCoefficients& level, std::size_t i) {
                const auto variance = [&](const PathCoefficients& at) {
                    return Eigen::ArrayXd(at.alpha * at.alpha * g.eigenvalues.array()
                                          + at.sigma * at.sigma);
                };
                const Eigen::VectorXd moved =
                    g.eigenvectors.transpose()
                    * (start.row(static_cast<Eigen::Index>(i)).transpose() - first.alpha * g.mean);
                return Eigen::VectorXd(
                    level.alpha * g.mean
                    + g.eigenvectors
                          * ((variance(level) / variance(first)).sqrt() * moved.array()).matrix());
            });
        for (const auto which :
             {PathCoordinate::Native, PathCoordinate::Scaled, PathCoordinate::RectifiedFlow}) {
            const PathShape meant = pathShape(flow, plan.levels, which),
                            followed = pathShape(exact.trajectories, plan.levels, which),
                            rounded = pathShape(stored.trajectories, plan.levels, which);
            for (const auto part : {&PathShape::straightness,
                                    &PathShape::bend,
                                    &PathShape::curvature,
                                    &PathShape::length,
                                    &PathShape::excess}) {
                const double value = (meant.*part).value;
                // RK4 on 400 steps; floats turn each of 400 corners by 1e-4 at most.
                QVERIFY(std::abs((followed.*part).value / value - 1) < 1e-6);
                QVERIFY(std::abs((rounded.*part).value / value - 1) < 1e-2);
                QVERIFY((followed.*part).error > 0);
            }
        }
    }

    void errorsCoverTheTruth()
    {
        const auto rf = process("rf");
        const auto levels = uniformLevels(*rf, 1, 0, 200);
        const auto run = trajectories(levels, 2, 4000, standardFlow(2));
        const PathShape shape = pathShape(run, levels, PathCoordinate::Native);
        const double exact = 2 * (2 - kPi / 2);
        QVERIFY(std::abs(shape.straightness.value - exact) < 5 * shape.straightness.error);
        // Var |z|^2 = 4 in the plane.
        QVERIFY(std::abs(shape.straightness.error / ((2 - kPi / 2) * std::sqrt(4. / 4000)) - 1)
                < .1);
    }

    void whatIsNotFiniteIsLeftOut()
    {
        const auto rf = process("rf");
        const auto levels = uniformLevels(*rf, 1, 0, 20);
        auto run = trajectories(levels, 1, 3, standardFlow(1));
        run.coordinate(5, 0)[1] = std::numeric_limits<double>::quiet_NaN();
        const PathShape shape = pathShape(run, levels, PathCoordinate::Native);
        QCOMPARE(shape.particles, 2);
        QVERIFY(std::isfinite(shape.straightness.value));
        QVERIFY(std::isnan(shape.curvature.value)); // a line has no corners
        // The first level, sigma~ = inf, is no place of the scaled coordinate.
        QVERIFY(std::isfinite(pathShape(run, levels, PathCoordinate::Scaled).length.value));
        const PathShape nothing =
            pathShape(BasicTrajectories<double>{}, levels, PathCoordinate::Native);
        QCOMPARE(nothing.particles, 0);
        QVERIFY(std::isnan(nothing.length.value) && std::isnan(nothing.bend.value));
    }
};

QTEST_APPLESS_MAIN(TestPathShape)
#include "tst_path_shape.moc"
