// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/matched_levels.h"

#include "core/field/guidance.h"
#include "core/process/time_grid.h"
#include "core/session/spaced_levels.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

std::string laneKey(int lane, const std::string& family, const std::string& local)
{
    return "lanes." + std::to_string(lane) + "." + family + (local.empty() ? "" : "." + local);
}

/// A rule with a target whose weight is 0 at every noise level: nothing is guided, but an exact
/// start would be that of the class alone.
bool hasNoWeight(const Lane& lane)
{
    const auto rule = makeGuidance(lane.guidance);
    const auto process = makeProcess(lane.process);
    if (!rule || !process || !(*rule)->target() || !(*rule)->isLinear())
        return false;
    for (const double share : {1.0, 0.7, 0.4, 0.1, 0.01})
        if ((*rule)->weight((*process)->at(share * (*process)->horizon())) != 0)
            return false;
    return true;
}

/// Which lane gives this one each part of its noise levels.
struct Sources {
    int grid = 0, steps = 0, range = 0;
    bool operator==(const Sources&) const = default;
    bool are(int lane) const { return grid == lane && steps == lane && range == lane; }
};

Sources sourcesOf(const Session& session, int lane)
{
    const MatchSpec shared = sharedParts(session);
    return {
        shared.grid != 0 ? 0 : lane, shared.steps != 0 ? 0 : lane, shared.range != 0 ? 0 : lane};
}

Result<LevelRule> ruleOf(const Session& session, int lane)
{
    const Lane& spec = session.lanes[static_cast<std::size_t>(lane)];
    auto process = makeProcess(spec.process);
    if (!process)
        return Error{laneKey(lane, "process", process.error().path), process.error().message};
    return LevelRule{std::move(process).value(), spec.grid};
}

/// The infinite first level of lane 1, where lanes share the range: strictly above the next one.
double replacedStart(const std::vector<double>& noise)
{
    return std::max(kLargestMatchedNoise, 2 * noise[1]);
}

/// One sentence that says what does not go together, and what to do.
Error cannotShare(int lane, const Sources& from, const Error& error)
{
    const bool countDiffers = from.grid == from.range;
    const std::string who = from.grid == lane ? "its own spacing" : "the spacing of lane 1";
    const std::string where = from.range == lane ? "its own range" : "the range of lane 1";
    const std::string steps =
        from.steps == lane ? "its own number of steps" : "as many steps as lane 1";
    return {
        countDiffers ? "view.match.steps" : "view.match.grid",
        "does not fit: lane " + std::to_string(lane + 1) + " cannot have "
            + (countDiffers ? steps + " with " + who : who + " on " + where) + " ("
            + (error.path.empty() ? "" : error.path + " ") + error.message + "); match "
            + (countDiffers ? "all three parts of the levels or none" : "spacing and range alike")};
}

Result<std::vector<double>> mixedNoise(const Session& session, int lane, const Sources& from)
{
    const auto rule = ruleOf(session, from.grid);
    const auto counted = ruleOf(session, from.steps);
    const auto ranged = ruleOf(session, from.range);
    for (const auto* each : {&rule, &counted, &ranged})
        if (!*each)
            return each->error();
    const auto numbered = ownNoise(*counted);
    if (!numbered)
        return Error{laneKey(from.steps, "grid", numbered.error().path), numbered.error().message};
    auto ends = rangeOf(*ranged);
    if (!ends)
        return Error{laneKey(from.range, "grid", ends.error().path), ends.error().message};
    if (from.range == 0 && ends->fromPureNoise) {
        const auto own = ownNoise(*ranged);
        ends->fromPureNoise = false;
        ends->first = own ? replacedStart(*own) : kLargestMatchedNoise;
    }
    const int steps = static_cast<int>(numbered->size()) - 1;
    if (from.grid == from.range)
        if (auto noise = onOwnRange(*rule, *ends, steps); !noise.empty())
            return noise;
    auto noise = spanning(*rule, *ends, steps);
    if (!noise)
        return cannotShare(lane, from, noise.error());
    return noise;
}

Result<std::vector<PathCoefficients>> ownLevels(const Session& session, int lane)
{
    const auto rule = ruleOf(session, lane);
    if (!rule)
        return rule.error();
    auto levels = makeLevels(*rule->process, rule->grid);
    if (!levels)
        return Error{laneKey(lane, "grid", levels.error().path), levels.error().message};
    return levels;
}

} // namespace

bool sharesAnything(const Session& session)
{
    return session.view.matchNoise != 0 && session.lanes.size() > 1;
}

MatchSpec sharedParts(const Session& session)
{
    return sharesAnything(session) ? session.view.match : MatchSpec{0, 0, 0, 0, 0};
}

std::string sharedWords(const Session& session, int lane)
{
    const MatchSpec shared = sharedParts(session);
    const bool all = shared.grid != 0 && shared.steps != 0 && shared.range != 0;
    const std::pair<bool, const char*> parts[] = {{all, "σ̃ levels"},
                                                  {!all && shared.grid != 0, "spacing"},
                                                  {!all && shared.steps != 0, "K"},
                                                  {!all && shared.range != 0, "range"},
                                                  {shared.sampler != 0, "sampler"},
                                                  {shared.prior != 0, "prior"}};
    std::string words;
    for (const auto& [isShared, word] : parts)
        if (isShared && lane > 0)
            words += (words.empty() ? "" : ", ") + std::string(word);
    return words;
}

Lane laneAsRun(const Session& session, int lane)
{
    Lane run = session.lanes[static_cast<std::size_t>(lane)];
    const MatchSpec shared = sharedParts(session);
    if (shared.sampler != 0) {
        run.sampler = session.lanes[0].sampler;
        run.eta = session.lanes[0].eta;
    }
    if (shared.prior != 0) {
        run.prior = 1;
        if (hasNoWeight(run))
            run.guidance = {"none", {}};
    }
    return run;
}

Result<std::vector<PathCoefficients>> laneLevels(const Session& session, int lane)
{
    const Sources from = sourcesOf(session, lane);
    auto own = ownLevels(session, from.are(lane) ? lane : 0);
    if (!own)
        return own;
    const bool isReplaced =
        sharedParts(session).range != 0 && std::isinf(own->front().sigmaTilde());
    if (from.are(lane) && !isReplaced)
        return own;
    std::vector<double> noise = noiseOf(*own);
    if (isReplaced)
        noise.front() = replacedStart(noise);
    if (!from.are(0)) {
        auto mixed = mixedNoise(session, lane, from);
        if (!mixed)
            return mixed.error();
        noise = std::move(mixed).value();
    }
    const auto rule = ruleOf(session, lane);
    if (!rule)
        return rule.error();
    auto levels = levelsAtNoise(*rule->process, noise);
    if (!levels)
        return Error{laneKey(lane, "grid", levels.error().path), levels.error().message};
    return levels;
}

bool hasOwnEnds(const Lane& lane)
{
    const auto process = makeProcess(lane.process);
    const auto levels = process ? makeLevels(**process, lane.grid) : Error{};
    if (!levels)
        return false;
    const LevelEnds ends = endsOf(noiseOf(*levels));
    const double start = (*process)->at((*process)->horizon()).sigmaTilde();
    const double end = (*process)->at((*process)->stop()).sigmaTilde();
    const bool atStart = ends.fromPureNoise ? std::isinf(start) : isSameLevel(ends.first, start);
    return !atStart || !(isSameLevel(ends.last, end) || isSameLevel(ends.last, ends.first));
}

bool runsAlike(const Session& before, const Session& after, int lane)
{
    const auto at = static_cast<std::size_t>(lane);
    Lane was = laneAsRun(before, lane), is = laneAsRun(after, lane);
    const Sources from = sourcesOf(after, lane);
    if (!(sourcesOf(before, lane) == from))
        return false;
    const bool usesOwnGrid = from.grid == lane || from.steps == lane || from.range == lane;
    if (!usesOwnGrid)
        was.grid = is.grid;
    was.camera = is.camera;
    if (!(was == is))
        return false;
    if (at == 0) { // an infinite start is replaced where the range is shared
        const bool shared = sharedParts(after).range != 0;
        if ((sharedParts(before).range != 0) == shared)
            return true;
        const auto own = ownLevels(after, 0);
        return own && !std::isinf(own->front().sigmaTilde());
    }
    const bool usesFirst = from.grid == 0 || from.steps == 0 || from.range == 0;
    return !usesFirst
           || (before.lanes[0].process == after.lanes[0].process
               && before.lanes[0].grid == after.lanes[0].grid);
}

} // namespace scorefield
