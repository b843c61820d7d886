// SPDX-License-Identifier: GPL-3.0-or-later
// Where every lane stands at one position of the play-head, in three clocks.
#include "core/session/lane_plan.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

constexpr double kStepClock = 0,
                 kTimeClock = 1; // numbers of the items of timeline.clock; 2 is the noise clock

using Levels = std::vector<PathCoefficients>;

struct NoiseRange {
    double high = 0, low = 0;
    bool isValid() const { return low > 0 && high > low; }
};

bool isRegular(const PathCoefficients& level)
{
    const double noise = level.sigmaTilde();
    return noise > 0 && std::isfinite(noise);
}

// A lane that starts at infinite noise, or ends at none, has its first or last step beyond the
// levels that a logarithm can show; doubling the range leaves it a small part of the time line, so
// that every step has a position.
constexpr double kBeyond = 2;

/// The largest finite and the smallest positive sigma~ of all lanes, with room for the steps
/// beyond.
NoiseRange noiseRange(const std::vector<Levels>& lanes)
{
    NoiseRange range;
    bool startsBeyond = false, endsBeyond = false;
    for (const Levels& levels : lanes)
        for (const PathCoefficients& level : levels) {
            const double noise = level.sigmaTilde();
            startsBeyond = startsBeyond || !std::isfinite(noise);
            endsBeyond = endsBeyond || noise <= 0;
            if (!isRegular(level))
                continue;
            range.high = std::max(range.high, noise);
            range.low = range.low > 0 ? std::min(range.low, noise) : noise;
        }
    range.high *= startsBeyond ? kBeyond : 1;
    range.low /= endsBeyond ? kBeyond : 1;
    return range;
}

/// The fraction f of a step with sigma~ = noise: geometric between regular levels; else for alpha
/// and sigma linear between the two.
double fractionAtNoise(const PathCoefficients& from, const PathCoefficients& to, double noise)
{
    if (isRegular(from) && isRegular(to))
        return std::log(from.sigmaTilde() / noise) / std::log(from.sigmaTilde() / to.sigmaTilde());
    const double slope = noise * (to.alpha - from.alpha) - (to.sigma - from.sigma);
    return slope != 0 ? std::clamp((from.sigma - noise * from.alpha) / slope, 0.0, 1.0) : 0;
}

double noiseAtFraction(const PathCoefficients& from, const PathCoefficients& to, double fraction)
{
    if (isRegular(from) && isRegular(to))
        return from.sigmaTilde() * std::pow(to.sigmaTilde() / from.sigmaTilde(), fraction);
    const double alpha = from.alpha + fraction * (to.alpha - from.alpha);
    const double sigma = from.sigma + fraction * (to.sigma - from.sigma);
    return alpha > 0 ? sigma / alpha : std::numeric_limits<double>::infinity();
}

double stepAtNoise(const Levels& levels, double noise)
{
    const std::size_t last = levels.size() - 1;
    if (noise >= levels.front().sigmaTilde())
        return 0;
    for (std::size_t k = 0; k < last; ++k)
        if (noise >= levels[k + 1].sigmaTilde())
            return static_cast<double>(k) + fractionAtNoise(levels[k], levels[k + 1], noise);
    return static_cast<double>(last);
}

double stepAtTime(const Levels& levels, double t)
{
    const std::size_t last = levels.size() - 1;
    for (std::size_t k = 0; k < last; ++k)
        if (t >= levels[k + 1].t)
            return static_cast<double>(k)
                   + std::clamp((levels[k].t - t) / (levels[k].t - levels[k + 1].t), 0.0, 1.0);
    return static_cast<double>(last);
}

/// The step before a fractional one (never the last level) and the rest.
std::pair<std::size_t, double> splitStep(const Levels& levels, double step)
{
    const double last = static_cast<double>(levels.size() - 1);
    const double inside = std::clamp(step, 0.0, last);
    const auto k = static_cast<std::size_t>(std::min(std::floor(inside), last - 1));
    return {k, inside - static_cast<double>(k)};
}

} // namespace

double noiseAtPosition(double position, const std::vector<Levels>& lanes)
{
    const NoiseRange range = noiseRange(lanes);
    return range.isValid() ? range.high * std::pow(range.low / range.high, position) : range.high;
}

double positionAtNoise(double noise, const std::vector<Levels>& lanes)
{
    const NoiseRange range = noiseRange(lanes);
    if (!range.isValid())
        return 0;
    return std::clamp(std::log(range.high / noise) / std::log(range.high / range.low), 0.0, 1.0);
}

double stepAtPosition(const Timeline& timeline,
                      double position,
                      const std::vector<Levels>& lanes,
                      int lane)
{
    const Levels& levels = lanes[static_cast<std::size_t>(lane)];
    const double last = levels.empty() ? 0 : static_cast<double>(levels.size() - 1);
    if (position <= 0 || last < 1)
        return 0;
    if (position >= 1)
        return last;
    if (timeline.clock == kTimeClock)
        return stepAtTime(levels,
                          levels.front().t + position * (levels.back().t - levels.front().t));
    const NoiseRange range = noiseRange(lanes);
    if (timeline.clock == kStepClock || !range.isValid())
        return position * last;
    return stepAtNoise(levels, noiseAtPosition(position, lanes));
}

double
positionAtStep(const Timeline& timeline, double step, const std::vector<Levels>& lanes, int lane)
{
    const Levels& levels = lanes[static_cast<std::size_t>(lane)];
    const double last = levels.empty() ? 0 : static_cast<double>(levels.size() - 1);
    if (step <= 0 || last < 1)
        return 0;
    if (step >= last)
        return 1;
    const auto [k, fraction] = splitStep(levels, step);
    if (timeline.clock == kTimeClock) {
        const double t = levels[k].t + fraction * (levels[k + 1].t - levels[k].t);
        return std::clamp((levels.front().t - t) / (levels.front().t - levels.back().t), 0.0, 1.0);
    }
    const NoiseRange range = noiseRange(lanes);
    if (timeline.clock == kStepClock || !range.isValid())
        return step / last;
    return positionAtNoise(noiseAtFraction(levels[k], levels[k + 1], fraction), lanes);
}

PathCoefficients levelAtStep(const ForwardProcess& process, const Levels& levels, double step)
{
    if (levels.size() == 1)
        return levels.front();
    const auto [k, fraction] = splitStep(levels, step);
    const PathCoefficients& from = levels[k];
    const PathCoefficients& to = levels[k + 1];
    if (fraction == 0)
        return from;
    if (fraction == 1)
        return to;
    if (isRegular(from) && isRegular(to))
        return process.at(process.timeAt(noiseAtFraction(from, to, fraction)));
    return process.at(from.t + fraction * (to.t - from.t));
}

} // namespace scorefield
