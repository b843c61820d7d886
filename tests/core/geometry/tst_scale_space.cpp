// SPDX-License-Identifier: GPL-3.0-or-later
// Births and merges over noise against bifurcations known in closed form.
#include "core/geometry/scale_space.h"
#include "tests/support/compare.h"
#include "tests/support/ridges.h"

#include <QTest>

#include <algorithm>

using namespace scorefield;
using namespace scorefield::test;
using Eigen::Vector2d;

namespace {

using Kind = ScaleSpaceEvent::Kind;

ScaleSpace strip(const std::shared_ptr<const GaussianMixture>& mixture,
                 double highest,
                 double lowest,
                 int levels,
                 const PlaneBox& box,
                 RidgeThresholds thresholds = {})
{
    WorkerPool pool(2);
    ScaleSpaceRequest request;
    request.highest = highest;
    request.lowest = lowest;
    request.levels = levels;
    request.box = box;
    request.thresholds = thresholds;
    return scaleSpace({mixture, Eigen::Matrix2d::Identity(), Vector2d::Zero()}, request, pool);
}

std::vector<ScaleSpaceEvent> eventsOf(const ScaleSpace& space, std::initializer_list<Kind> kinds)
{
    std::vector<ScaleSpaceEvent> some;
    for (const ScaleSpaceEvent& event : space.events)
        if (std::find(kinds.begin(), kinds.end(), event.kind) != kinds.end())
            some.push_back(event);
    return some;
}

} // namespace

class TestScaleSpace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void twoPoints();
    void triangle();
    void thirteenPoints();
    void partialResultsAndStop();
    void text();
};

void TestScaleSpace::twoPoints()
{
    const auto mixture = pointsMixture({Vector2d(-3, 0), Vector2d(3, 0)});
    const ScaleSpace space = strip(mixture, 10, .3, 16, {-6, -6, 12, 12});
    QVERIFY(space.complete);
    QCOMPARE(space.levels.size(), 16U);
    COMPARE_CLOSE(space.levels.front().noise, 10, 1e-12, 0);
    COMPARE_CLOSE(space.levels.back().noise, .3, 1e-12, 0);
    for (std::size_t i = 0; i < space.levels.size(); ++i) {
        const ScaleSpaceLevel& level = space.levels[i];
        QVERIFY(i == 0 || level.noise < space.levels[i - 1].noise);
        // Oracle of two Gaussians: modes part at m^2 = S, the ridge is as long as its thresholds
        // say.
        QCOMPARE(level.modes, level.noise < 3 ? 2 : 1);
        QCOMPARE(level.saddles, level.modes - 1);
        const double S = level.noise * level.noise, root = 3 / (S * std::sqrt(.2 / S));
        const double length = root < 1 ? 0 : 2 * S / 3 * std::acosh(root);
        QCOMPARE(level.components, length > 0 ? 1 : 0);
        if (length < 11) // inside the box
            COMPARE_CLOSE(level.length, length, 1e-6, 1e-9);
    }
    const auto modes = eventsOf(space, {Kind::ModesBorn, Kind::ModesMerged});
    QCOMPARE(modes.size(), 1U);
    QCOMPARE(modes[0].kind, Kind::ModesBorn);
    COMPARE_CLOSE(modes[0].noise, 3, 1e-3, 0);
    QCOMPARE(modes[0].text(), std::string("1 → 2 modes"));
    // The ridge appears where m^2/S = gamma: sigma~ = 3/sqrt(0.2).
    const auto births = eventsOf(space, {Kind::RidgesBorn});
    QCOMPARE(births.size(), 1U);
    COMPARE_CLOSE(births[0].noise, 3 / std::sqrt(.2), 1e-3, 0);
    // Far below the noise at which a draw sees but one point no draw sees the ridge.
    QVERIFY(space.windowHigh > space.windowLow && space.windowLow > 0);
    QVERIFY(space.levels.back().valid < .1);
    QVERIFY(std::any_of(space.levels.begin(), space.levels.end(), [](const auto& level) {
        return level.valid > .5;
    }));
}

void TestScaleSpace::triangle()
{
    // Circumradius 1: 1 mode, then 4 with the ghost at the centre, 3 from S = 1/2 on.
    const auto mixture = pointsMixture(circlePoints(3, 1, .3));
    const ScaleSpace space = strip(mixture, .8, .65, 6, {-2, -2, 4, 4});
    const auto modes = eventsOf(space, {Kind::ModesBorn, Kind::ModesMerged});
    QCOMPARE(modes.size(), 2U);
    QCOMPARE(modes[0].before, 1);
    QCOMPARE(modes[0].after, 4);
    QVERIFY(modes[0].noise > .73 && modes[0].noise < .74); // theory: 4 at 0.73, 1 at 0.74
    QCOMPARE(modes[1].after, 3);
    QCOMPARE(modes[1].kind, Kind::ModesMerged);
    COMPARE_CLOSE(modes[1].noise, std::sqrt(.5), 1e-3, 0);
}

void TestScaleSpace::thirteenPoints()
{
    std::vector<Eigen::VectorXd> points;
    for (int i = 0; i < 13; ++i) {
        const double x = -3 + .5 * i;
        points.push_back(Vector2d(x, 1.2 * std::sin(1.1 * x)));
    }
    const ScaleSpace space = strip(pointsMixture(points), 2, .1, 10, {-4, -4, 8, 8}, {.3, .05});
    for (const ScaleSpaceLevel& level : space.levels)
        if (level.noise >= .3 && level.noise < 1)
            QCOMPARE(level.components, 1);
    QVERIFY(space.levels.back().components > 6);
    QVERIFY(!eventsOf(space, {Kind::RidgesSplit}).empty());
    for (const ScaleSpaceEvent& event : space.events) {
        QVERIFY(event.before != event.after);
        QVERIFY(event.noise < 2 && event.noise > .1);
    }
}

void TestScaleSpace::partialResultsAndStop()
{
    const auto mixture = pointsMixture(circlePoints(5, 1));
    WorkerPool pool(2);
    ScaleSpaceRequest request;
    request.levels = 20;
    request.highest = 2;
    request.lowest = .1;
    request.box = {-2, -2, 4, 4};
    request.resolution = 48;
    const RidgeSubject subject{mixture, Eigen::Matrix2d::Identity(), Vector2d::Zero()};
    std::vector<std::size_t> heard;
    std::stop_source stop;
    const ScaleSpace stopped =
        scaleSpace(subject, request, pool, stop.get_token(), [&](const ScaleSpace& partial) {
            heard.push_back(partial.levels.size());
            COMPARE_CLOSE(partial.levels.front().noise, 2, 1e-12, 0); // the axis from the start
            COMPARE_CLOSE(partial.levels.back().noise, .1, 1e-12, 0);
            if (heard.size() == 2)
                stop.request_stop();
        });
    QCOMPARE(heard.size(), 2U);
    QVERIFY(!stopped.complete && stopped.levels.size() < 20);
}

void TestScaleSpace::text()
{
    QCOMPARE((ScaleSpaceEvent{Kind::RidgesMerged, 1, 6, 1}.text()),
             std::string("6 → 1 ridge component"));
    QCOMPARE((ScaleSpaceEvent{Kind::RidgesSplit, 1, 1, 6}.text()),
             std::string("1 → 6 ridge components"));
    QCOMPARE((ScaleSpaceEvent{Kind::ModesMerged, 1, 2, 1}.text()), std::string("2 → 1 mode"));
}

QTEST_APPLESS_MAIN(TestScaleSpace)
#include "tst_scale_space.moc"
