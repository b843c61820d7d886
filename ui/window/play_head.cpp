// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/play_head.h"

#include <algorithm>

namespace scorefield::ui {

PlayHead::PlayHead(std::shared_ptr<const RunProduct> run) : m_run(std::move(run))
{
    if (m_run)
        m_levels = m_run->levels();
}

int PlayHead::steps(int lane) const
{
    if (lane < 0 || lane >= laneCount())
        return 0;
    return std::max(0, static_cast<int>(m_levels[static_cast<std::size_t>(lane)].size()) - 1);
}

double PlayHead::stepAt(const Timeline& timeline, int lane) const
{
    if (steps(lane) == 0)
        return 0;
    const double step = stepAtPosition(timeline, timeline.position, m_levels, lane);
    return std::clamp(step, 0.0, static_cast<double>(steps(lane)));
}

PathCoefficients PlayHead::levelAt(const Timeline& timeline, int lane) const
{
    if (steps(lane) == 0)
        return {};
    const auto index = static_cast<std::size_t>(lane);
    return levelAtStep(*m_run->lanes[index]->process, m_levels[index], stepAt(timeline, lane));
}

double PlayHead::positionOfStep(const Timeline& timeline, int lane, double step) const
{
    if (steps(lane) == 0)
        return 0;
    const double within = std::clamp(step, 0.0, static_cast<double>(steps(lane)));
    return std::clamp(positionAtStep(timeline, within, m_levels, lane), 0.0, 1.0);
}

template <class Value>
double PlayHead::solve(const Timeline& timeline, int lane, double wanted, Value value) const
{
    if (steps(lane) == 0)
        return 0;
    // Both t and sigma~ fall along the run, so bisection finds the one crossing, or the nearer end.
    Timeline trial = timeline;
    double low = 0, high = 1;
    for (int i = 0; i < 60; ++i) { // 2^-60: below the rounding of a position
        trial.position = (low + high) / 2;
        (value(levelAt(trial, lane)) > wanted ? low : high) = trial.position;
    }
    return high < 1e-12 ? 0 : high;
}

double PlayHead::positionOfTime(const Timeline& timeline, int lane, double t) const
{
    return solve(timeline, lane, t, [](const PathCoefficients& level) { return level.t; });
}

double PlayHead::positionOfNoise(const Timeline& timeline, int lane, double sigmaTilde) const
{
    return solve(timeline, lane, sigmaTilde, [](const PathCoefficients& level) {
        return level.sigmaTilde();
    });
}

} // namespace scorefield::ui
