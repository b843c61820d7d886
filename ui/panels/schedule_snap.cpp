// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/schedule_snap.h"

#include "ui/render/typeset.h"

#include <QCoreApplication>

#include <array>
#include <cmath>

namespace scorefield::ui {

namespace {

using Target = std::optional<ScheduleSnap>;

QString noiseText(double noise)
{
    return QStringLiteral("σ̃ = ") + render::prettyNumber(noise);
}

/// The nearest of the factors times a power of ten.
ScheduleSnap roundNoise(double lambda, std::initializer_list<double> factors)
{
    const double noise = std::exp(-lambda);
    const double power = std::pow(10, std::floor(std::log10(noise)));
    double best = power;
    for (const double scale : {power, 10 * power})
        for (const double factor : factors)
            if (std::abs(std::log(factor * scale / noise)) < std::abs(std::log(best / noise)))
                best = factor * scale;
    return {-std::log(best), noiseText(best)};
}

Target
nearestLevel(const std::vector<std::optional<LaneSchedule>>& lanes, int selectedLane, double lambda)
{
    Target best;
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
        if (!lanes[lane] || static_cast<int>(lane) == selectedLane)
            continue;
        const auto& levels = lanes[lane]->levels;
        for (std::size_t k = 0; k < levels.size(); ++k) {
            const double other = levels[k].lambda();
            if (std::isfinite(other)
                && (!best || std::abs(other - lambda) < std::abs(best->lambda - lambda)))
                best =
                    ScheduleSnap{other,
                                 QCoreApplication::translate("ScheduleEditor", "step %1 of lane %2")
                                     .arg(k)
                                     .arg(lane + 1)};
        }
    }
    return best;
}

} // namespace

std::optional<ScheduleSnap> snapTarget(const SchedulePlot& plot,
                                       const std::vector<std::optional<LaneSchedule>>& lanes,
                                       int selectedLane,
                                       double lambda,
                                       double reachPx)
{
    const double reach = reachPx / plot.frame.height() * (plot.high - plot.low);
    const double halves = std::round(2 * lambda) / 2;
    const std::array<Target, 4> byRank{
        roundNoise(lambda, {1}),
        nearestLevel(lanes, selectedLane, lambda),
        roundNoise(lambda, {1, 2, 5}),
        ScheduleSnap{halves, QStringLiteral("λ = ") + render::prettyNumber(halves)}};
    for (const Target& target : byRank)
        if (target && std::abs(target->lambda - lambda) <= reach)
            return target;
    return std::nullopt;
}

std::optional<double> snapAcross(const SchedulePlot& plot, double across, double reachPx)
{
    const double target = plot.steps
                              ? std::round(20 * across) / 20
                              : 1 - std::round(20 * plot.timeShare(across)) / 20 / plot.latest;
    if (std::abs(target - across) * plot.frame.width() > reachPx)
        return std::nullopt;
    return target;
}

} // namespace scorefield::ui
