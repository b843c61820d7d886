// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/matched_levels.h"

#include "core/base/text.h"
#include "core/process/grid_parts.h"
#include "core/process/time_grid.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string laneKey(int lane, const std::string& family, const std::string& local)
{
    return "lanes." + std::to_string(lane) + "." + family + (local.empty() ? "" : "." + local);
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

/// A lane's process and grid.
struct Rule {
    std::shared_ptr<const ForwardProcess> process;
    Choice grid;
    bool hasSteps() const { return grid.values.contains("steps"); }
};

Result<Rule> ruleOf(const Session& session, int lane)
{
    const Lane& spec = session.lanes[static_cast<std::size_t>(lane)];
    auto process = makeProcess(spec.process);
    if (!process)
        return Error{laneKey(lane, "process", process.error().path), process.error().message};
    return Rule{std::move(process).value(), spec.grid};
}

std::vector<double> noiseOf(const std::vector<PathCoefficients>& levels)
{
    std::vector<double> noise;
    for (const PathCoefficients& level : levels)
        noise.push_back(level.sigmaTilde());
    return noise;
}

/// The rule's levels in its own process; with `steps` > 0 as many steps, where it has a number.
Result<std::vector<double>> ownNoise(const Rule& rule, int steps = 0)
{
    Choice grid = rule.grid;
    if (steps > 0 && rule.hasSteps())
        grid.values.set("steps", steps);
    const auto levels = makeLevels(*rule.process, grid);
    if (!levels)
        return levels.error();
    return noiseOf(*levels);
}

/// The same noise level up to the rounding of the inverse of sigma~(t).
bool alike(double a, double b)
{
    return std::abs(a - b) <= 1e-9 * b;
}

/// Where a run starts and ends, in sigma~.
struct Ends {
    bool fromPureNoise = false, toData = false;
    double first = 0, last = 0; ///< finite and positive
};

Ends endsOf(const std::vector<double>& noise)
{
    Ends ends{std::isinf(noise.front()), noise.back() == 0};
    const std::size_t first = ends.fromPureNoise ? 1 : 0;
    const std::size_t last = noise.size() - (ends.toData ? 2 : 1);
    if (first < noise.size() && noise[first] > 0) {
        ends.first = noise[first];
        ends.last = std::max(noise[last], 0.0);
    }
    return ends;
}

/// The range of a lane. One step has no two levels to show it, then it is that of three steps.
Result<Ends> rangeOf(const Rule& rule)
{
    const auto own = ownNoise(rule);
    if (!own)
        return own.error();
    Ends ends = endsOf(*own);
    if (!(ends.first > ends.last) && rule.hasSteps()) {
        const auto longer = ownNoise(rule, 3);
        if (!longer)
            return longer.error();
        ends = endsOf(*longer);
    }
    return ends;
}

/// A process between other ends.
class Spanned : public ForwardProcess {
public:
    Spanned(const ForwardProcess& process, double from, double to)
        : ForwardProcess(from, to)
        , m_process(process)
    {
    }
    PathCoefficients at(double t) const override { return m_process.at(t); }
    double timeAt(double sigmaTilde) const override { return m_process.timeAt(sigmaTilde); }

private:
    const ForwardProcess& m_process;
};

/// log sigma~ of the shape, read at count equal parts of its length and stretched to the ends.
std::vector<double>
stretched(const std::vector<double>& shape, std::size_t count, double first, double last)
{
    const double top = std::log(shape.front()), bottom = std::log(shape.back());
    std::vector<double> noise{first};
    for (std::size_t k = 1; k + 1 < count; ++k) {
        const double place =
            static_cast<double>(k * (shape.size() - 1)) / static_cast<double>(count - 1);
        const auto below = std::min(static_cast<std::size_t>(place), shape.size() - 2);
        const double part = place - static_cast<double>(below);
        const double height =
            (1 - part) * std::log(shape[below]) + part * std::log(shape[below + 1]);
        noise.push_back(last * std::pow(first / last, (height - bottom) / (top - bottom)));
    }
    noise.push_back(last);
    return noise;
}

/// The positive and finite of some levels.
std::vector<double> middle(std::vector<double> noise)
{
    if (noise.back() == 0)
        noise.pop_back();
    if (!noise.empty() && std::isinf(noise.front()))
        noise.erase(noise.begin());
    return noise;
}

/// The rule's grid as it would be between other ends.
Choice gridBetween(const Rule& rule, int steps, bool toData)
{
    Choice grid = rule.grid;
    if (grid.values.contains("final"))
        grid.values.set("final", toData ? 1 : 0);
    if (grid.values.contains("ends"))
        grid.values.set("ends", 1);
    grid.values.set("steps", steps);
    return grid;
}

/// The rule between two levels, both included: `count` >= 2 of them.
Result<std::vector<double>> between(const Rule& rule, const Ends& ends, std::size_t count)
{
    std::vector<double> shape;
    if (rule.hasSteps()) {
        const auto times = timesAtNoise(*rule.process, {ends.first, ends.last});
        if (!times)
            return times.error();
        const int steps = static_cast<int>(count) - (ends.toData ? 0 : 1);
        const auto levels = makeLevels(Spanned(*rule.process, times->front(), times->back()),
                                       gridBetween(rule, steps, ends.toData));
        if (!levels)
            return levels.error();
        shape = middle(noiseOf(*levels));
    } else {
        auto given = ownNoise(rule);
        if (!given)
            return given.error();
        shape = middle(std::move(given).value());
    }
    if (shape.size() < 2)
        return Error{"", "has a single positive noise level, so there is nothing to space"};
    return stretched(shape, count, ends.first, ends.last);
}

/// A rule that can start at sigma~ = inf itself: its process does, and the grid needs no level to
/// go on from.
bool startsInPureNoise(const Rule& rule)
{
    const double t = rule.process->timeAt(kInfinity);
    return rule.hasSteps() && !rule.grid.values.contains("sigma_max") && std::isfinite(t)
           && rule.process->at(t).alpha == 0;
}

Result<std::vector<double>> spanning(const Rule& rule, const Ends& ends, int steps)
{
    if (ends.fromPureNoise && startsInPureNoise(rule)) {
        const auto last = timesAtNoise(*rule.process, {ends.last});
        if (!last)
            return last.error();
        const auto levels =
            makeLevels(Spanned(*rule.process, rule.process->timeAt(kInfinity), last->front()),
                       gridBetween(rule, steps, ends.toData));
        return levels ? Result<std::vector<double>>(noiseOf(*levels)) : levels.error();
    }
    const int count = steps + 1 - (ends.fromPureNoise ? 1 : 0) - (ends.toData ? 1 : 0);
    std::vector<double> noise;
    if (count == 1) {
        noise = {ends.fromPureNoise ? ends.last : ends.first};
    } else if (count > 1) {
        if (!(ends.first > ends.last))
            return Error{"",
                         "is laid on a range of one noise level, " + formatNumber(ends.first, 4)
                             + ", which has no room for steps"};
        auto inner = between(rule, ends, static_cast<std::size_t>(count));
        if (!inner)
            return inner;
        noise = std::move(inner).value();
    }
    if (ends.fromPureNoise)
        noise.insert(noise.begin(), kInfinity);
    if (ends.toData)
        noise.push_back(0);
    return noise;
}

bool falls(const std::vector<double>& noise)
{
    return std::adjacent_find(noise.begin(), noise.end(), std::less_equal<>()) == noise.end();
}

/// The rule on its own range with another number of steps: exactly the levels it would choose, as
/// long as they keep the ends.
std::vector<double> onOwnRange(const Rule& rule, const Ends& ends, int steps)
{
    auto own = ownNoise(rule, steps);
    if (!own || !rule.hasSteps())
        return {};
    std::vector<double> noise = std::move(own).value();
    const Ends found = endsOf(noise);
    const bool keepsFirst =
        ends.fromPureNoise || found.fromPureNoise || alike(found.first, ends.first);
    if (static_cast<int>(noise.size()) != steps + 1 || found.toData != ends.toData || !keepsFirst
        || (found.last > 0 && !alike(found.last, ends.last)))
        return {};
    if (found.fromPureNoise && !ends.fromPureNoise)
        noise.front() = ends.first;
    return falls(noise) ? noise : std::vector<double>{};
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

Lane laneAsRun(const Session& session, int lane)
{
    Lane run = session.lanes[static_cast<std::size_t>(lane)];
    const MatchSpec shared = sharedParts(session);
    if (shared.sampler != 0) {
        run.sampler = session.lanes[0].sampler;
        run.eta = session.lanes[0].eta;
    }
    if (shared.prior != 0)
        run.prior = 1;
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
    const Ends ends = endsOf(noiseOf(*levels));
    const double start = (*process)->at((*process)->horizon()).sigmaTilde();
    const double end = (*process)->at((*process)->stop()).sigmaTilde();
    const bool atStart = ends.fromPureNoise ? std::isinf(start) : alike(ends.first, start);
    return !atStart || !(alike(ends.last, end) || alike(ends.last, ends.first));
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
