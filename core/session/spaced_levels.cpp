// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/spaced_levels.h"

#include "core/base/text.h"
#include "core/process/grid_parts.h"
#include "core/process/time_grid.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool falls(const std::vector<double>& noise)
{
    return std::adjacent_find(noise.begin(), noise.end(), std::less_equal<>()) == noise.end();
}

} // namespace

std::vector<double> noiseOf(const std::vector<PathCoefficients>& levels)
{
    std::vector<double> noise;
    for (const PathCoefficients& level : levels)
        noise.push_back(level.sigmaTilde());
    return noise;
}

Result<std::vector<double>> ownNoise(const LevelRule& rule, int steps)
{
    Choice grid = rule.grid;
    if (steps > 0 && rule.hasSteps())
        grid.values.set("steps", steps);
    const auto levels = makeLevels(*rule.process, grid);
    if (!levels)
        return levels.error();
    return noiseOf(*levels);
}

bool isSameLevel(double a, double b)
{
    return std::abs(a - b) <= 1e-9 * b;
}

LevelEnds endsOf(const std::vector<double>& noise)
{
    LevelEnds ends{std::isinf(noise.front()), noise.back() == 0};
    const std::size_t first = ends.fromPureNoise ? 1 : 0;
    const std::size_t last = noise.size() - (ends.toData ? 2 : 1);
    if (first < noise.size() && noise[first] > 0) {
        ends.first = noise[first];
        ends.last = std::max(noise[last], 0.0);
    }
    return ends;
}

Result<LevelEnds> rangeOf(const LevelRule& rule)
{
    const auto own = ownNoise(rule);
    if (!own)
        return own.error();
    LevelEnds ends = endsOf(*own);
    if (!(ends.first > ends.last) && rule.hasSteps()) {
        const auto longer = ownNoise(rule, 3);
        if (!longer)
            return longer.error();
        ends = endsOf(*longer);
    }
    return ends;
}

namespace {

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
Choice gridBetween(const LevelRule& rule, int steps, bool toData)
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
Result<std::vector<double>> between(const LevelRule& rule, const LevelEnds& ends, std::size_t count)
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
bool startsInPureNoise(const LevelRule& rule)
{
    const double t = rule.process->timeAt(kInfinity);
    return rule.hasSteps() && !rule.grid.values.contains("sigma_max") && std::isfinite(t)
           && rule.process->at(t).alpha == 0;
}

} // namespace

Result<std::vector<double>> spanning(const LevelRule& rule, const LevelEnds& ends, int steps)
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

std::vector<double> onOwnRange(const LevelRule& rule, const LevelEnds& ends, int steps)
{
    auto own = ownNoise(rule, steps);
    if (!own || !rule.hasSteps())
        return {};
    std::vector<double> noise = std::move(own).value();
    const LevelEnds found = endsOf(noise);
    const bool keepsFirst =
        ends.fromPureNoise || found.fromPureNoise || isSameLevel(found.first, ends.first);
    if (static_cast<int>(noise.size()) != steps + 1 || found.toData != ends.toData || !keepsFirst
        || (found.last > 0 && !isSameLevel(found.last, ends.last)))
        return {};
    if (found.fromPureNoise && !ends.fromPureNoise)
        noise.front() = ends.first;
    return falls(noise) ? noise : std::vector<double>{};
}

} // namespace scorefield
