// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/clock_axis.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield::plots {

namespace {

enum Clock { kStep, kTime, kNoise }; // items of timeline.clock

bool isNoise(const Timeline& timeline)
{
    return static_cast<int>(timeline.clock) == kNoise;
}

QString tr(const char* text)
{
    return QCoreApplication::translate("ClockAxis", text);
}

} // namespace

ChartAxis clockAxis(const Timeline& timeline)
{
    switch (static_cast<int>(timeline.clock)) {
    case kNoise:
        return {QStringLiteral("σ̃"), true, true};
    case kTime:
        return {tr("time run, of T"), false, false, {}, 0.0, 1.0};
    default:
        return {tr("steps taken, of K"), false, false, {}, 0.0, 1.0};
    }
}

std::vector<double>
clockPlaces(const Timeline& timeline, const LaneLevels& levels, std::size_t lane)
{
    const double highest = noiseAtPosition(0, levels), lowest = noiseAtPosition(1, levels);
    std::vector<double> all;
    for (std::size_t k = 0; k < levels[lane].size(); ++k)
        all.push_back(
            isNoise(timeline)
                ? std::clamp(levels[lane][k].sigmaTilde(), lowest, highest) // 0, infinity: the ends
                : positionAtStep(timeline, static_cast<double>(k), levels, static_cast<int>(lane)));
    return all;
}

double clockPlaceOfNoise(const Timeline& timeline,
                         const LaneLevels& levels,
                         std::size_t lane,
                         double noise)
{
    if (isNoise(timeline) && noise <= noiseAtPosition(0, levels)
        && noise >= noiseAtPosition(1, levels))
        return noise;
    const auto& own = levels[lane];
    for (std::size_t k = 0; k + 1 < own.size() && !isNoise(timeline); ++k) {
        const double from = own[k].sigmaTilde(), to = own[k + 1].sigmaTilde();
        if (!(noise <= from && noise >= to))
            continue;
        const bool regular = std::isfinite(from) && to > 0;
        const double share = regular ? std::log(from / noise) / std::log(from / to) : .5;
        return positionAtStep(
            timeline, static_cast<double>(k) + share, levels, static_cast<int>(lane));
    }
    return std::numeric_limits<double>::quiet_NaN();
}

Mark playHeadMark(const Timeline& timeline, const LaneLevels& levels)
{
    return {
        isNoise(timeline) ? noiseAtPosition(timeline.position, levels) : timeline.position, {}, {}};
}

} // namespace scorefield::plots
