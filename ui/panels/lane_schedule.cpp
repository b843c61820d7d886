// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/lane_schedule.h"

#include "core/session/lane_plan.h"

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr int kEvenSamples = 160, kGeometricSamples = 96; // of a curve a thousand pixels wide

/// Dense in t and, towards the data end, in log t: smooth whatever the process does there.
std::vector<PathCoefficients>
sampledCurve(const ForwardProcess& process, double firstTime, double lastTime)
{
    const double high = std::max(process.horizon(), firstTime);
    const double low = std::max({lastTime, 1e-6 * high, std::min(process.stop(), 0.5 * high)});
    std::vector<double> times;
    for (int i = 0; i <= kEvenSamples; ++i)
        times.push_back(high + (low - high) * i / kEvenSamples);
    for (int i = 1; i < kGeometricSamples; ++i)
        times.push_back(low * std::pow(high / low, static_cast<double>(i) / kGeometricSamples));
    std::sort(times.begin(), times.end(), std::greater<>());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    std::vector<PathCoefficients> curve;
    for (const double t : times)
        curve.push_back(process.at(t));
    return curve;
}

} // namespace

double LaneSchedule::stepAtTime(double t) const
{
    for (std::size_t k = 0; k + 1 < levels.size(); ++k)
        if (t >= levels[k + 1].t)
            return static_cast<double>(k)
                   + std::clamp((levels[k].t - t) / (levels[k].t - levels[k + 1].t), 0.0, 1.0);
    return steps();
}

Result<LaneSchedule> laneSchedule(const Session& session, int lane)
{
    // Without guidance a plan asks nothing of the mixture.
    Session unguided = session;
    unguided.lanes[static_cast<std::size_t>(lane)].guidance = {"none", {}};
    unguided.lanes[static_cast<std::size_t>(lane)].error = {"none", {}};
    auto plan = planLane(unguided, lane, nullptr);
    if (!plan)
        return plan.error();
    LaneSchedule schedule;
    schedule.process = plan->process;
    schedule.levels = std::move(plan->levels);
    schedule.curve =
        sampledCurve(*schedule.process, schedule.levels.front().t, schedule.levels.back().t);
    return schedule;
}

} // namespace scorefield::ui
