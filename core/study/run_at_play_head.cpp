// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/run_at_play_head.h"

#include "core/session/lane_plan.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

/// The levels of all lanes decide where the noise clock begins and ends.
Result<std::size_t> levelAtPlayHead(const StudyPoint& point)
{
    std::vector<std::vector<PathCoefficients>> levels;
    for (int lane = 0; lane < static_cast<int>(point.session.lanes.size()); ++lane) {
        auto plan = planLane(point.session, lane, point.plan.mixture);
        if (!plan)
            return plan.error();
        levels.push_back(std::move(plan->levels));
    }
    const Timeline& timeline = point.session.timeline;
    const double step = stepAtPosition(timeline, timeline.position, levels, point.lane);
    return static_cast<std::size_t>(std::floor(step + 1e-9)); // of a rounded position
}

Result<std::optional<RunAtPlayHead>>
runToPlayHead(const StudyPoint& point, WorkerPool& pool, std::stop_token stop, std::string& note)
{
    const auto level = levelAtPlayHead(point);
    if (!level)
        return level.error();
    RunAtPlayHead at;
    at.level = *level;
    const PathCoefficients& here = point.plan.levels[at.level];
    at.noise = here.sigmaTilde();
    if (!(at.noise > 0) || !std::isfinite(at.noise)) {
        note = "levels without noise, or with nothing else, have no ridge";
        return std::optional<RunAtPlayHead>();
    }
    const auto run = simulate<float>(point.plan, pool, std::move(stop));
    if (run.outcome.kind == Outcome::Kind::Refused)
        return Error{"", run.outcome.message};
    const Trajectories& states = run.trajectories;
    if (states.particles == 0 || static_cast<int>(at.level) > states.steps) {
        note = run.outcome.message;
        return std::optional<RunAtPlayHead>();
    }
    at.native.resize(static_cast<Eigen::Index>(states.particles), states.dimension);
    for (int c = 0; c < states.dimension; ++c)
        at.native.col(c) =
            Eigen::Map<const Eigen::VectorXf>(
                states.coordinate(static_cast<int>(at.level), c).data(), at.native.rows())
                .cast<double>();
    at.reduced = at.native.array() / here.alpha;
    return std::optional<RunAtPlayHead>(std::move(at));
}

QuantityInfo noiseQuantity()
{
    return {.id = "noise",
            .label = "Noise level σ̃",
            .logarithmic = true,
            .help = "σ/α of the lane's last stored level before the play-head."};
}

Result<std::vector<Sweep>> playHeadSweep(const Session& session, std::size_t count)
{
    auto sweep = makeSweep(session, std::string(kPlayHeadKey), "0", "1", count, false);
    if (!sweep)
        return sweep.error();
    return std::vector<Sweep>{std::move(sweep).value()};
}

} // namespace scorefield
