// SPDX-License-Identifier: GPL-3.0-or-later
// The presets of the ridge chapter hold what their texts promise.
#include "core/geometry/ridge.h"
#include "core/metric/stages.h"
#include "core/mixture/data_set.h"
#include "core/session/session_json.h"
#include "core/session/session_run.h"
#include "tests/support/compare.h"

#include <QTest>

#include <algorithm>

using namespace scorefield;

namespace {

Session preset(const char* name)
{
    auto session = loadSession(std::string(SCOREFIELD_SOURCE_DIR) + "/resources/sessions/" + name
                               + ".scorefield.json");
    if (!session)
        qFatal("%s", session.error().sentence().c_str());
    return std::move(*session);
}

std::shared_ptr<const RunProduct> run(const Session& session, std::size_t particles)
{
    WorkerPool pool(2);
    auto product = runSession(session, pool, {}, nullptr, particles);
    if (!product)
        qFatal("%s", product.error().sentence().c_str());
    return *product;
}

Eigen::MatrixXd endPoints(const LaneProduct& lane)
{
    const Trajectories& paths = lane.trajectories;
    Eigen::MatrixXd points(static_cast<Eigen::Index>(paths.particles), paths.dimension);
    for (int c = 0; c < paths.dimension; ++c) {
        const auto values = paths.coordinate(paths.steps, c);
        for (std::size_t i = 0; i < paths.particles; ++i)
            points(static_cast<Eigen::Index>(i), c) = values[i];
    }
    return points;
}

Ridge ridgeOf(const Session& session, double noise, const PlaneBox& box)
{
    auto mixture = GaussianMixture::create(*session.data);
    if (!mixture)
        qFatal("%s", mixture.error().sentence().c_str());
    WorkerPool pool(2);
    RidgeRequest request;
    request.noise = noise;
    request.box = box;
    return findRidge({std::make_shared<const GaussianMixture>(std::move(*mixture)),
                      Eigen::MatrixXd::Identity(2, 2),
                      Eigen::VectorXd::Zero(2)},
                     request,
                     pool);
}

double nearestMean(const GaussianMixture& mixture, const Eigen::VectorXd& x)
{
    double nearest = 1e300;
    for (const auto& component : mixture.components())
        nearest = std::min(nearest, (x - component.mean).norm());
    return nearest;
}

} // namespace

class TestRidgePresets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theRingIsOneRidgeThatBreaksIntoItsPoints()
    {
        const Session session = preset("ring-24");
        // S = sigma~^2 + 0.15^2 = 0.36: r = R I_1(rR/S)/I_0(rR/S) has the root 1.902920.
        const Ridge whole = ridgeOf(session, std::sqrt(0.36 - 0.0225), {-3, -3, 6, 6});
        QCOMPARE(whole.components, 1);
        QVERIFY(whole.lines.front().closed);
        const Eigen::ArrayXd radii = whole.lines.front().places.rowwise().norm();
        COMPARE_CLOSE(radii.mean(), 1.902920, 2e-6, 0); // 24 points are the ring to 6 digits
        QVERIFY(radii.maxCoeff() - radii.minCoeff() < 1e-5);
        QVERIFY(ridgeOf(session, 0.02, {-3, -3, 6, 6}).components != 1);
        const Ridge noisy = ridgeOf(session, 3, {-3, -3, 6, 6}); // beyond rho^2 = 2S no ring
        QCOMPARE(std::count_if(noisy.lines.begin(),
                               noisy.lines.end(),
                               [](const RidgeLine& line) { return line.closed; }),
                 0);
    }

    void theTriangleHasAnUmbilicAtItsCentre()
    {
        const Session session = preset("triangle-umbilic");
        for (const double noise : {0.4, 0.6, 0.9}) {
            const Ridge ridge = ridgeOf(session, noise, {-2.01, -2.02, 4, 4});
            QVERIFY(std::any_of(ridge.umbilics.begin(),
                                ridge.umbilics.end(),
                                [](const auto& place) { return place.norm() < 1e-3; }));
        }
        // Circumradius 1: three modes up to S = 1/2, one beyond 0.74^2.
        const auto modes = [&](double s) {
            const auto ridge = ridgeOf(session, std::sqrt(s * s - 0.04), {-2.01, -2.02, 4, 4});
            return std::count_if(
                ridge.critical.begin(), ridge.critical.end(), [](const CriticalPoint& point) {
                    return point.kind == CriticalKind::Mode;
                });
        };
        QCOMPARE(modes(.70), 3);
        QCOMPARE(modes(.72), 4);
        QCOMPARE(modes(.74), 1);
    }

    void theParabolaIsMissedByTheNormalError()
    {
        const auto product = run(preset("noisy-parabola"), 600);
        WorkerPool pool(2);
        std::vector<double> distances, errors;
        for (const auto& lane : product->lanes) {
            QCOMPARE(lane->outcome.kind, Outcome::Kind::Completed);
            const auto stages = followStages(lane->plan, lane->trajectories, {}, pool);
            QVERIFY(stages.ok());
            // Where the ridge is still whole and most have aligned.
            const auto level = std::find_if(stages->levels.begin(),
                                            stages->levels.end(),
                                            [](const StageLevel& at) { return at.noise < .12; });
            QVERIFY(level != stages->levels.end());
            distances.push_back(level->distance[1]);
            errors.push_back(level->normalError);
        }
        COMPARE_CLOSE(errors[0], 0, 0, 1e-12);
        // |n.(0, 0.25)| over the bend: between its value at the ends, slope 2, and at the apex.
        QVERIFY(errors[1] > .25 / std::sqrt(5.) && errors[1] < .25);
        // To first order delta -> e_perp; an exact lane stays within its noise, .67 sigma~.
        QVERIFY2(distances[1] > .6 * errors[1] && distances[1] < 1.5 * errors[1],
                 qPrintable(QString::number(distances[1])));
        QVERIFY(distances[0] < .12);
    }

    void aLocalScoreCombinesPixels()
    {
        const auto product = run(preset("two-pixels"), 600);
        QCOMPARE(product->lanes.size(), std::size_t{3});
        std::vector<double> repeated;
        for (const auto& lane : product->lanes) {
            QCOMPARE(lane->outcome.kind, Outcome::Kind::Completed);
            const Eigen::MatrixXd ends = endPoints(*lane);
            int near = 0, onGrid = 0;
            for (Eigen::Index i = 0; i < ends.rows(); ++i) {
                const Eigen::VectorXd x = ends.row(i);
                near += nearestMean(*product->mixture, x) < .25;
                // Every pixel takes a value that some pixel of some image has.
                const auto known = [&](double value) {
                    return std::any_of(product->mixture->components().begin(),
                                       product->mixture->components().end(),
                                       [&](const auto& component) {
                                           return (component.mean.array() - value).abs().minCoeff()
                                                  < .25;
                                       });
                };
                onGrid += known(x(0)) && known(x(1));
            }
            repeated.push_back(near / static_cast<double>(ends.rows()));
            QVERIFY(onGrid > .97 * static_cast<double>(ends.rows()));
        }
        QVERIFY(repeated[0] > .97);
        // Three of nine pictures, to five standard errors of a share of 600.
        COMPARE_CLOSE(repeated[1], 1. / 3, 0, 5 * std::sqrt(2. / 9 / 600));
        QVERIFY(repeated[2] < repeated[1]);
    }

    void smoothingTheScoreKeepsToTheCurve()
    {
        const auto product = run(preset("two-smoothings"), 800);
        std::vector<double> off, between;
        for (const auto& lane : product->lanes) {
            QCOMPARE(lane->outcome.kind, Outcome::Kind::Completed);
            const Eigen::MatrixXd ends = endPoints(*lane);
            const Eigen::ArrayXd radii =
                (ends.rowwise() - Eigen::RowVector2d(0, -1)).rowwise().norm().array();
            off.push_back(std::sqrt((radii - 2).square().mean()));
            double share = 0;
            for (Eigen::Index i = 0; i < ends.rows(); ++i)
                share += nearestMean(*product->mixture, ends.row(i).transpose()) > .1;
            between.push_back(share / static_cast<double>(ends.rows()));
        }
        QVERIFY2(off[1] < .5 * off[0], qPrintable(QStringLiteral("%1 %2").arg(off[0]).arg(off[1])));
        QVERIFY2(between[1] > .1, qPrintable(QString::number(between[1])));
    }

    void theNetworkAlignsBeforeItFillsTheModes()
    {
        const auto product = run(preset("three-points-rf"), 300);
        std::vector<double> off;
        for (const auto& lane : product->lanes) {
            QCOMPARE(lane->outcome.kind, Outcome::Kind::Completed);
            const Eigen::MatrixXd ends = endPoints(*lane);
            // Distance to the two sides of the corner and the line between their ends.
            double share = 0;
            for (Eigen::Index i = 0; i < ends.rows(); ++i) {
                const double x = ends(i, 0), y = ends(i, 1);
                const double side = std::min(std::abs(x), std::abs(y));
                const double across = std::abs(x + y - 5) / std::sqrt(2.);
                share += std::min(side, across) > .5;
            }
            off.push_back(share / static_cast<double>(ends.rows()));
        }
        QVERIFY2(off[1] < off[0], qPrintable(QStringLiteral("%1 %2").arg(off[0]).arg(off[1])));
    }

    void oldFaithfulHoldsTheObservations()
    {
        const auto data = readDataSet(
            std::string(SCOREFIELD_SOURCE_DIR) + "/resources/data/old-faithful.csv", {{}, {}});
        QVERIFY(data.ok());
        const Session session = preset("old-faithful-ridge");
        QCOMPARE(session.data->components.size(), std::size_t{272});
        const Eigen::RowVectorXd mean = data->points.colwise().mean();
        const Eigen::MatrixXd centred = data->points.rowwise() - mean;
        const Eigen::RowVectorXd deviation = (centred.colwise().squaredNorm() / 271.0).cwiseSqrt();
        for (Eigen::Index i = 0; i < 272; ++i)
            for (Eigen::Index c = 0; c < 2; ++c)
                COMPARE_CLOSE(session.data->components[static_cast<std::size_t>(i)].mean(c),
                              centred(i, c) / deviation(c),
                              0,
                              1e-5); // six digits are written
    }
};

QTEST_APPLESS_MAIN(TestRidgePresets)
#include "tst_ridge_presets.moc"
