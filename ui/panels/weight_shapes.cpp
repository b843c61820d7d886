// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/weight_shapes.h"

#include "core/field/run_progress.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace scorefield::ui {

namespace {

constexpr int kSamples = 400;        // of a weight over the run
constexpr double kCloseness = 0.012; // of asinh w: a line's width in a plot of a usual height

/// How far point i is from the straight line between two others, in asinh w.
double gap(const std::vector<CurvePoint>& samples, std::size_t a, std::size_t b, std::size_t i)
{
    const double share = (samples[i].x - samples[a].x) / (samples[b].x - samples[a].x);
    const double line = samples[a].y + share * (samples[b].y - samples[a].y);
    return std::abs(std::asinh(samples[i].y) - std::asinh(line));
}

/// The samples that a polyline needs: the worst left-out one is taken until all are close, or no
/// more points are allowed (Ramer 1972, breadth first).
std::vector<CurvePoint> simplified(const std::vector<CurvePoint>& samples, std::size_t most)
{
    std::vector<std::size_t> taken{0, samples.size() - 1};
    while (taken.size() < most) {
        double worst = kCloseness;
        std::size_t worstAt = 0;
        for (std::size_t k = 0; k + 1 < taken.size(); ++k)
            for (std::size_t i = taken[k] + 1; i < taken[k + 1]; ++i)
                if (const double far = gap(samples, taken[k], taken[k + 1], i); far > worst) {
                    worst = far;
                    worstAt = i;
                }
        if (worstAt == 0)
            break;
        taken.insert(std::upper_bound(taken.begin(), taken.end(), worstAt), worstAt);
    }
    std::vector<CurvePoint> points;
    for (const std::size_t i : taken)
        points.push_back(samples[i]);
    return points;
}

/// sigma~ at a share of the way from the noise to the data end, in the log.
std::pair<double, double> ends(const LaneSchedule& schedule)
{
    const auto& levels = schedule.levels;
    const double first = levels.front().sigmaTilde(), last = levels.back().sigmaTilde();
    const double high = std::isfinite(first) ? first : levels[1].sigmaTilde();
    return {high, last > 0 ? last : levels[levels.size() - 2].sigmaTilde()};
}

} // namespace

const GuidanceKind& drawnWeight()
{
    return *std::find_if(
        guidanceKinds().begin(), guidanceKinds().end(), [](const GuidanceKind& kind) {
            return kind.info.points && kind.info.points->quantity == PathQuantity::Weight;
        });
}

std::shared_ptr<const GuidanceRule> ruleOf(const Choice& guidance,
                                           const LaneSchedule& schedule,
                                           std::shared_ptr<const GaussianMixture> mixture)
{
    const auto rule = makeGuidance(guidance);
    if (!rule)
        return nullptr;
    return guidanceForRun(*rule, {schedule.levels, std::move(mixture), schedule.process});
}

Choice asDrawnWeight(const std::function<double(const PathCoefficients&)>& weight,
                     const LaneSchedule& schedule,
                     double target)
{
    const PointsInfo& info = *drawnWeight().info.points;
    Choice choice = makeChoice(drawnWeight().info);
    choice.values.set("target", target);
    choice.values.set("over", static_cast<double>(ProgressOver::Noise));
    const auto [high, low] = ends(schedule);
    if (!(high > low) || !(low > 0))
        return choice;
    std::vector<CurvePoint> samples;
    for (int i = 0; i <= kSamples; ++i) {
        const double share = static_cast<double>(i) / kSamples;
        // The ends themselves belong to the steps that begin and end there.
        const double sigma = high * std::pow(low / high, std::clamp(share, 1e-9, 1 - 1e-9));
        const double w = weight({schedule.process->timeAt(sigma), 1, sigma, 0, 1});
        samples.push_back({share,
                           std::isnan(w) ? samples.empty() ? 1 : samples.back().y
                                         : std::clamp(w, info.yMinimum, info.yMaximum)});
    }
    choice.points = simplified(samples, info.most);
    return choice;
}

std::vector<WeightShape> weightShapes(const Choice& guidance,
                                      const LaneSchedule& schedule,
                                      std::shared_ptr<const GaussianMixture> mixture)
{
    std::vector<WeightShape> shapes;
    const double target = guidance.values.contains("target") ? guidance.values.at("target") : 0;
    for (const GuidanceKind& kind : guidanceKinds()) {
        if (kind.info.points || kind.info.parameters.empty())
            continue;
        const auto rule = ruleOf(makeChoice(kind.info, guidance.values), schedule, mixture);
        if (rule == nullptr || !rule->isLinear() || !rule->target())
            continue;
        const auto weight = [&](const PathCoefficients& level) { return rule->weight(level); };
        shapes.push_back(
            {QString::fromStdString(kind.info.label), asDrawnWeight(weight, schedule, target)});
    }
    return shapes;
}

} // namespace scorefield::ui
