// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/process/time_grid.h"
#include "core/session/lane_plan.h"
#include "core/session/parameter_table.h"
#include "tests/support/compare.h"

#include <QtTest>

using namespace scorefield;

class TestPlayClock : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void endsAreEnds();
    void stepClock();
    void timeClock();
    void noiseClockBringsLanesToOneLevel();
    void positionInvertsStep();
    void stepsGrowWithThePosition();
    void lanesFromInfiniteToNoNoise();
    void singleStep();
};

namespace {

struct Lanes {
    std::vector<std::shared_ptr<const ForwardProcess>> processes;
    std::vector<std::vector<PathCoefficients>> levels;
};

/// VP, RF (infinite start, last step to 0) and VE with different numbers of steps.
Lanes threeLanes()
{
    Session session = defaultSession();
    session.lanes.push_back(defaultLane("ve-edm"));
    for (const auto& [lane, grid] : {std::pair{0, "uniform:steps=10"},
                                     std::pair{1, "karras:steps=15,final=denoise"},
                                     std::pair{2, "log-snr:steps=7"}})
        if (!setVariantText(session, lane, "grid", grid))
            return {};
    Lanes lanes;
    const auto mixture =
        std::make_shared<const GaussianMixture>(*GaussianMixture::create(*session.data));
    for (int lane = 0; lane < 3; ++lane) {
        lanes.processes.push_back(
            *makeProcess(session.lanes[static_cast<std::size_t>(lane)].process));
        lanes.levels.push_back(planLane(session, lane, mixture)->levels);
    }
    return lanes;
}

Timeline clock(double number)
{
    Timeline timeline;
    timeline.clock = number;
    return timeline;
}

} // namespace

void TestPlayClock::endsAreEnds()
{
    const Lanes lanes = threeLanes();
    QCOMPARE(lanes.levels.size(), std::size_t{3});
    for (int lane = 0; lane < 3; ++lane)
        for (double number : {0.0, 1.0, 2.0}) {
            const double last =
                static_cast<double>(lanes.levels[static_cast<std::size_t>(lane)].size() - 1);
            QCOMPARE(stepAtPosition(clock(number), 0, lanes.levels, lane), 0.0);
            QCOMPARE(stepAtPosition(clock(number), 1, lanes.levels, lane), last);
            QCOMPARE(positionAtStep(clock(number), 0, lanes.levels, lane), 0.0);
            QCOMPARE(positionAtStep(clock(number), last, lanes.levels, lane), 1.0);
        }
}

void TestPlayClock::stepClock()
{
    const Lanes lanes = threeLanes();
    QCOMPARE(stepAtPosition(clock(0), .25, lanes.levels, 0), 2.5);
    QCOMPARE(stepAtPosition(clock(0), .5, lanes.levels, 2), 3.5);
}

void TestPlayClock::timeClock()
{
    // On a grid uniform in t the step is proportional to the time.
    const Lanes lanes = threeLanes();
    for (const double p : {.1, .37, .9})
        COMPARE_CLOSE(stepAtPosition(clock(1), p, lanes.levels, 0), 10 * p, 1e-12, 0);
    const auto& karras = lanes.levels[1];
    const double t = karras[3].t;
    const double p = (karras.front().t - t) / (karras.front().t - karras.back().t);
    COMPARE_CLOSE(stepAtPosition(clock(1), p, lanes.levels, 1), 3, 1e-12, 0);
}

void TestPlayClock::noiseClockBringsLanesToOneLevel()
{
    const Lanes lanes = threeLanes();
    for (const double p : {.01, .2, .5, .77, .95})
        for (int lane = 0; lane < 3; ++lane) {
            const auto i = static_cast<std::size_t>(lane);
            const double noise = noiseAtPosition(p, lanes.levels);
            const double step = stepAtPosition(clock(2), p, lanes.levels, lane);
            const auto level = levelAtStep(*lanes.processes[i], lanes.levels[i], step);
            const bool inside = noise < lanes.levels[i].front().sigmaTilde()
                                && noise > lanes.levels[i].back().sigmaTilde();
            const bool lastStep = step > static_cast<double>(lanes.levels[i].size() - 2)
                                  && lanes.levels[i].back().sigma == 0;
            if (inside && !lastStep) // rounding of log and pow, and of inverting sigma~(t)
                COMPARE_CLOSE(level.sigmaTilde(), noise, 1e-9, 0);
            else if (!inside)
                QVERIFY(step == 0 || step >= static_cast<double>(lanes.levels[i].size()) - 2);
        }
}

void TestPlayClock::positionInvertsStep()
{
    const Lanes lanes = threeLanes();
    for (const double number : {0.0, 1.0, 2.0})
        for (int lane = 0; lane < 3; ++lane) {
            const auto& levels = lanes.levels[static_cast<std::size_t>(lane)];
            for (std::size_t k = 1; k + 1 < levels.size(); ++k) {
                const double step = static_cast<double>(k);
                const double p = positionAtStep(clock(number), step, lanes.levels, lane);
                QVERIFY(p > 0 && p < 1);
                COMPARE_CLOSE(stepAtPosition(clock(number), p, lanes.levels, lane), step, 1e-9, 0);
            }
        }
}

void TestPlayClock::stepsGrowWithThePosition()
{
    const Lanes lanes = threeLanes();
    for (const double number : {0.0, 1.0, 2.0})
        for (int lane = 0; lane < 3; ++lane) {
            double previous = -1;
            for (int i = 0; i <= 400; ++i) {
                const double step = stepAtPosition(clock(number), i / 400.0, lanes.levels, lane);
                QVERIFY(step >= previous);
                previous = step;
            }
        }
}

void TestPlayClock::lanesFromInfiniteToNoNoise()
{
    // RF alone, from sigma~ = inf to 0: every whole step has its own position.
    Session session = defaultSession();
    session.lanes = {defaultLane("rf")};
    QVERIFY(setVariantText(session, 0, "grid", "karras:steps=5,final=denoise").ok());
    const auto mixture =
        std::make_shared<const GaussianMixture>(*GaussianMixture::create(*session.data));
    const std::vector<std::vector<PathCoefficients>> lanes = {
        planLane(session, 0, mixture)->levels};
    QVERIFY(!std::isfinite(lanes[0].front().sigmaTilde()) && lanes[0].back().sigma == 0);
    double previous = -1;
    for (int k = 0; k <= 5; ++k) {
        const double p = positionAtStep(clock(2), k, lanes, 0);
        QVERIFY(p > previous);
        COMPARE_CLOSE(stepAtPosition(clock(2), p, lanes, 0), k, 1e-9, 1e-9);
        previous = p;
    }
    COMPARE_CLOSE(positionAtNoise(noiseAtPosition(.3, lanes), lanes), .3, 1e-12, 0);
}

void TestPlayClock::singleStep()
{
    // One step of RF from sigma~ = inf to 0 has no finite positive level: the noise clock falls
    // back to the step.
    const auto process = *makeProcess(defaultLane("rf").process);
    const std::vector<std::vector<PathCoefficients>> lanes = {{process->at(1), process->at(0)}};
    QCOMPARE(stepAtPosition(clock(2), .5, lanes, 0), .5);
    QCOMPARE(positionAtStep(clock(2), .5, lanes, 0), .5);
    COMPARE_CLOSE(levelAtStep(*process, lanes[0], .5).alpha, .5, 1e-15, 0);
}

QTEST_APPLESS_MAIN(TestPlayClock)
#include "tst_play_clock.moc"
