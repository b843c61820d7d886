// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/match_applies.h"

#include "core/session/matched_levels.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

/// Whether T or delta decides more than where a run starts and ends: the path itself depends on it.
bool shapesThePath(const Choice& process, const std::string& key)
{
    Choice other = process;
    const double value = process.values.at(key);
    other.values.set(key, key == "horizon" ? 0.9 * value : 1.1 * value);
    const auto a = makeProcess(process), b = makeProcess(other);
    if (!a || !b)
        return true;
    const double t = 0.5 * std::min((*a)->horizon(), (*b)->horizon());
    return (*a)->at(t).alpha != (*b)->at(t).alpha || (*a)->at(t).sigma != (*b)->at(t).sigma;
}

std::optional<std::string> whyGridIsShared(const Session& session, const table::LaneKey& key)
{
    const MatchSpec shared = sharedParts(session);
    const Lane& lane = session.lanes[static_cast<std::size_t>(key.lane)];
    if (key.local == "steps")
        return shared.steps != 0
                   ? std::optional<std::string>("Steps are matched: this lane takes as many as the "
                                                "first lane.")
                   : std::nullopt;
    if (key.local == "final" || key.local == "sigma_max" || key.local == "ends")
        return shared.range != 0 ? std::optional<std::string>(
                   "The range is matched: this lane starts and ends at "
                   "the noise levels of the first lane.")
                                 : std::nullopt;
    if (shared.grid == 0)
        return std::nullopt;
    if (shared.steps != 0 && shared.range != 0)
        return "Match noise levels is on: this lane uses the noise levels of the first lane.";
    // What it shares is the spacing; levels with ends of their own still bring these.
    const bool isCounted = shared.steps == 0 && !lane.grid.values.contains("steps");
    if (isCounted || (shared.range == 0 && hasOwnEnds(lane)))
        return std::nullopt;
    return "The spacing is matched: this lane spaces its noise levels as the first lane does.";
}

} // namespace

std::optional<std::string> whyMatched(const Session& session, const table::LaneKey& key)
{
    const MatchSpec shared = sharedParts(session);
    if (key.rest == "prior" && shared.prior != 0)
        return "The prior is matched: every lane starts from the exact law q_T.";
    if (key.lane == 0)
        return std::nullopt;
    const Lane& lane = session.lanes[static_cast<std::size_t>(key.lane)];
    if (shared.sampler != 0 && (key.family == "sampler" || key.rest == "eta"))
        return "The sampler is matched: this lane uses sampler and η of the first lane.";
    if (key.family == "grid")
        return whyGridIsShared(session, key);
    const bool isEnd = key.family == "process" && (key.local == "horizon" || key.local == "stop");
    if (isEnd && shared.range != 0 && !shapesThePath(lane.process, key.local))
        return "The range is matched: this lane starts and ends at the noise levels of the first "
               "lane.";
    return std::nullopt;
}

std::optional<std::string> whyMatchIsDisabled(const Session& session)
{
    if (session.lanes.size() < 2)
        return "There is only one lane.";
    if (session.view.matchNoise == 0)
        return "Every lane has its own noise levels; switch on Match noise levels.";
    return std::nullopt;
}

} // namespace scorefield
