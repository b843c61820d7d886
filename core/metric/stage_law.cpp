// SPDX-License-Identifier: GPL-3.0-or-later
// The linearised laws of the distance to the ridge, beside what was measured.
#include "core/metric/stage_law.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace scorefield {

namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostLaws = 400; ///< particles whose laws make the population's
constexpr std::size_t kFewLaws = 10;
constexpr int kBisections = 40; ///< of an interval: far below what a chart shows

/// (e^z - 1)/z.
double phi(double z)
{
    return std::abs(z) < 1e-8 ? 1 + z / 2 : std::expm1(z) / z;
}

/// P(|N(mean, deviation^2)| <= x).
double folded(double x, double mean, double deviation)
{
    if (!(deviation > 0))
        return std::abs(mean) <= x ? 1 : 0;
    const double unit = deviation * std::numbers::sqrt2;
    return (std::erf((x - mean) / unit) + std::erf((x + mean) / unit)) / 2;
}

/// The median of |delta| over particles that follow laws of their own.
double medianOf(const std::vector<std::pair<double, double>>& laws)
{
    double low = 0, high = 0;
    for (const auto& [mean, deviation] : laws)
        high = std::max(high, std::abs(mean) + 6 * deviation);
    for (int i = 0; i < kBisections; ++i) {
        const double middle = (low + high) / 2;
        double below = 0;
        for (const auto& [mean, deviation] : laws)
            below += folded(middle, mean, deviation);
        (below < static_cast<double>(laws.size()) / 2 ? low : high) = middle;
    }
    return high;
}

} // namespace

DistanceLaw distanceLaw(const Stages& stages, std::size_t followed)
{
    DistanceLaw law;
    law.mean.assign(stages.levelCount, kNothing);
    law.deviation = law.mean;
    const StageLedger& ledger = stages.ledgers[followed];
    if (ledger.reach < 0 || std::isnan(stages.eta))
        return law;
    const auto value = [&](const std::vector<float>& values, std::size_t level) {
        return static_cast<double>(values[level * stages.count + followed]);
    };
    const double p = 1 + stages.eta * stages.eta;
    auto k = static_cast<std::size_t>(ledger.reach);
    const std::size_t end =
        ledger.exit >= 0 ? static_cast<std::size_t>(ledger.exit) : stages.levelCount - 1;
    double mean = value(stages.distance, k), variance = 0;
    law.mean[k] = mean;
    law.deviation[k] = 0;
    for (; k < end; ++k) {
        const double from = stages.levels[k].noise, to = stages.levels[k + 1].noise;
        const double a = -(value(stages.kappa2, k) + value(stages.kappa2, k + 1)) / 2;
        const double e = (value(stages.normalError, k) + value(stages.normalError, k + 1)) / 2;
        if (!(to > 0) || !std::isfinite(a))
            break;
        const double step = std::log(from / to);
        const double own = (value(stages.speed, k) + value(stages.speed, k + 1)) / 2;
        mean = mean * std::exp(-p * a * step) + (p * e + own) * step * phi(-p * a * step);
        variance = variance * std::exp(-2 * p * a * step)
                   + 2 * stages.eta * stages.eta * to * to * step * phi((2 - 2 * p * a) * step);
        law.mean[k + 1] = mean;
        law.deviation[k + 1] = std::sqrt(variance);
    }
    return law;
}

void addLaw(Stages& stages, WorkerPool& pool)
{
    if (std::isnan(stages.eta))
        return;
    const std::size_t stride = (stages.count + kMostLaws - 1) / kMostLaws;
    std::vector<DistanceLaw> laws((stages.count + stride - 1) / stride);
    pool.parallelFor(laws.size(),
                     [&](std::size_t i) { laws[i] = distanceLaw(stages, i * stride); });
    pool.parallelFor(stages.levelCount, [&](std::size_t k) {
        std::vector<std::pair<double, double>> here;
        for (std::size_t i = 0; i < laws.size(); ++i) {
            const Stage stage = stages.stage(k, i * stride);
            if ((stage == Stage::Align || stage == Stage::Slide) && std::isfinite(laws[i].mean[k]))
                here.emplace_back(laws[i].mean[k], laws[i].deviation[k]);
        }
        if (here.size() >= kFewLaws)
            stages.levels[k].law = medianOf(here);
    });
}

} // namespace scorefield
