// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/lane_maps.h"

#include "core/metric/frame_map.h"
#include "core/metric/plan_ode.h"
#include "core/sampler/stepper.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr double kLogRange = 12;     // nats of log densities, as of the density's own log scale
constexpr double kDecades = 4;       // of a logarithmic scale, at most
constexpr double kLowestGap = -12;   // decades: below it a frame in doubles is not the true one
constexpr double kLeastDecades = .1; // of stretch: less is all alike
constexpr double kSpread = 30;       // largest over median: beyond it most is at the low end
constexpr double kRounding = 1e-9;   // of the largest value: signs below it are noise
// Of one step of the path; colours show a hundredth of the range, results are within ten times it.
constexpr double kMapTolerance = 1e-5;

MapSubject subjectOf(const RunProduct& run, int lane)
{
    const SimulationPlan& plan = run.lanes[static_cast<std::size_t>(lane)]->plan;
    MapSubject subject;
    subject.ode.mixture = plan.mixture;
    subject.ode.guidance = plan.guidance;
    subject.ode.process = run.lanes[static_cast<std::size_t>(lane)]->process;
    subject.ode.noise = plan.levels.front();
    subject.ode.data = plan.levels.back();
    subject.ode.prior = plan.prior;
    subject.ode.tolerance = kMapTolerance;
    subject.axes = run.plane.axes;
    subject.origin = run.plane.origin;
    subject.error = plan.error;
    return subject;
}

/// For quantities of densities and their gradients: the subject whose exact score the lane follows,
/// if there is one.
MapSubject exactSubject(MapSubject subject)
{
    if (const auto model = subject.error ? subject.error->model(*subject.ode.mixture) : nullptr) {
        subject.ode.mixture = model;
        subject.error = nullptr;
    }
    return subject;
}

/// What the exact means or densities leave out of an imperfect score.
std::string errorNote(const SimulationPlan& plan)
{
    return plan.error && !plan.error->model(*plan.mixture)
               ? "of the exact score, without the lane's error"
               : "";
}

/// What the exact ODE leaves out of what the lane does.
std::string odeNote(const SimulationPlan& plan)
{
    const auto sampler = findSampler(plan.sampler);
    const bool draws =
        plan.eta > 0 || (sampler && !(*sampler)->usesEta && (*sampler)->drawsPerStep > 0);
    const bool corrects =
        plan.guidance && plan.guidance->newCorrector(1, plan.mixture->dimension()) != nullptr;
    if (corrects)
        return "of the ODE alone, without what the rule does between steps";
    return draws ? "of the ODE of the same rule (η = 0)" : "";
}

Result<FieldMap> difference(const RunProduct& run,
                            int lane,
                            int other,
                            const PathCoefficients& level,
                            const PlaneGrid& grid,
                            WorkerPool& pool,
                            std::stop_token stop)
{
    const int count = static_cast<int>(run.lanes.size());
    if (count < 2)
        return Error{"", "there is only one lane; add another to compare with"};
    if (other >= count)
        return Error{"",
                     "there is no lane " + std::to_string(other + 1) + "; compare with one of 1 to "
                         + std::to_string(count)};
    if (other == lane)
        return Error{"", "this is the lane that the others are compared with"};
    return differenceMap(
        subjectOf(run, lane), level, subjectOf(run, other), grid, pool, std::move(stop));
}

Result<FieldMap> compute(const RunProduct& run,
                         const ViewSpec& view,
                         int lane,
                         const MapWindow& window,
                         WorkerPool& pool,
                         const std::stop_token& stop,
                         double& peak)
{
    const MapSubject subject = subjectOf(run, lane), exact = exactSubject(subject);
    const LaneProduct& product = *run.lanes[static_cast<std::size_t>(lane)];
    const auto level = [&] {
        return levelAtStep(*product.process, product.plan.levels, window.step);
    };
    switch (mapQuantity(view)) {
    case MapQuantity::None:
        break;
    case MapQuantity::Guidance:
        return strengthMap(exact, level(), window.grid, pool, stop);
    case MapQuantity::Curvature:
        return curvatureMap(exact, level(), window.grid, pool, stop);
    case MapQuantity::Difference:
        return difference(
            run, lane, static_cast<int>(view.mapLane) - 1, level(), window.grid, pool, stop);
    case MapQuantity::Output:
        if (auto known = odeOfPlan(product.plan); !known)
            return known.error();
        return outputMap(exact, window.grid, pool, stop, &peak);
    case MapQuantity::Tilt:
        return tiltMap(exact, window.grid, pool, stop);
    case MapQuantity::Penalty:
        if (auto known = odeOfPlan(product.plan); !known)
            return known.error();
        return penaltyMap(exact, window.grid, pool, stop);
    case MapQuantity::Kappa1:
        return frameMap(subject, level(), FrameQuantity::Kappa1, window.grid, pool, stop);
    case MapQuantity::Kappa2:
        return frameMap(subject, level(), FrameQuantity::Kappa2, window.grid, pool, stop);
    case MapQuantity::Gap:
        return frameMap(subject, level(), FrameQuantity::Gap, window.grid, pool, stop);
    case MapQuantity::Error:
        if (!subject.error)
            return Error{"", "this lane has the exact score; choose a score error for it"};
        return errorMap(subject, level(), window.grid, pool, stop);
    case MapQuantity::Basin:
    case MapQuantity::Stretch:
        if (auto known = odeOfPlan(product.plan); !known)
            return known.error();
        return (mapQuantity(view) == MapQuantity::Basin ? basinMap : stretchMap)(
            exact, level(), window.grid, pool, stop);
    }
    return Error{"", "no map was asked for"};
}

std::vector<double> finiteValues(const std::vector<LaneMap>& lanes)
{
    std::vector<double> values;
    for (const LaneMap& lane : lanes)
        if (lane.peak)
            values.push_back(*lane.peak);
    for (const LaneMap& lane : lanes)
        if (lane.field)
            for (const float value : lane.field->values)
                if (std::isfinite(value))
                    values.push_back(static_cast<double>(value));
    return values;
}

/// 0 to the largest, over decades if more than half of the picture would look like 0.
MapScale positiveScale(std::vector<double> values, double largest)
{
    MapScale scale;
    scale.high = largest;
    std::erase_if(values, [&](double value) { return value <= kRounding * largest; });
    if (values.empty())
        return scale;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    scale.logarithmic = largest > kSpread * *middle;
    if (!scale.logarithmic)
        return scale;
    const double least = *std::min_element(values.begin(), values.end());
    scale.low = std::max(least, largest * std::pow(10, -kDecades));
    scale.openBelow = true;
    return scale;
}

/// What is computed from the exact score even where a lane's is not.
bool isOfExactScore(MapQuantity quantity)
{
    return quantity == MapQuantity::Guidance || quantity == MapQuantity::Curvature
           || quantity == MapQuantity::Tilt;
}

bool isOfTheFrame(MapQuantity quantity)
{
    return quantity == MapQuantity::Kappa1 || quantity == MapQuantity::Kappa2
           || quantity == MapQuantity::Gap;
}

/// kappa >= -1, and 0 is where paths neither part nor come together: -1 to 1, whatever the moment.
/// The gap over its decades, down to where doubles fail.
MapScale frameScale(MapQuantity quantity, double low, double high)
{
    MapScale scale;
    if (quantity == MapQuantity::Gap) {
        scale.high = std::max(high, kLowestGap + 1);
        scale.low = std::clamp(low, kLowestGap, scale.high - 1);
        scale.openBelow = low < scale.low;
        return scale;
    }
    scale.diverging = true;
    scale.low = -1;
    scale.high = 1;
    scale.openAbove = high > 1;
    return scale;
}

} // namespace

MapQuantity mapQuantity(const ViewSpec& view)
{
    return static_cast<MapQuantity>(static_cast<int>(view.mapQuantity));
}

bool isOfOneStep(MapQuantity quantity)
{
    return quantity == MapQuantity::Basin || quantity == MapQuantity::Stretch;
}

bool dependsOnLevel(MapQuantity quantity)
{
    return isOfOneStep(quantity) || quantity == MapQuantity::Guidance
           || quantity == MapQuantity::Curvature || quantity == MapQuantity::Difference
           || quantity == MapQuantity::Error || isOfTheFrame(quantity);
}

bool followsPaths(MapQuantity quantity)
{
    return quantity == MapQuantity::Output || quantity == MapQuantity::Penalty
           || isOfOneStep(quantity);
}

MapScale mapScale(MapQuantity quantity, const std::vector<LaneMap>& lanes)
{
    const std::vector<double> values = finiteValues(lanes);
    MapScale scale;
    if (values.empty())
        return scale;
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    if (quantity == MapQuantity::Basin) {
        scale.high = *high;
        scale.categorical = true;
        return scale;
    }
    if (quantity == MapQuantity::Stretch) {
        scale.low = *low;
        scale.high = std::max(*high, *low + kLeastDecades);
        return scale;
    }
    const double largest = std::max(std::abs(*low), std::abs(*high));
    if (quantity == MapQuantity::Output || quantity == MapQuantity::Tilt) {
        scale.high = *high;
        scale.low = std::max(*low, *high - kLogRange);
        scale.openBelow = *low < scale.low;
        return scale;
    }
    if (isOfTheFrame(quantity))
        return frameScale(quantity, *low, *high);
    if (*low < -kRounding * largest) {
        scale.diverging = true;
        scale.high = largest;
        scale.low = -largest;
        return scale;
    }
    return positiveScale(values, largest);
}

LaneMaps computeLaneMaps(const RunProduct& run,
                         const ViewSpec& view,
                         const std::vector<MapWindow>& windows,
                         WorkerPool& pool,
                         std::stop_token stop)
{
    LaneMaps maps;
    maps.quantity = mapQuantity(view);
    maps.comparedLane = static_cast<int>(view.mapLane) - 1;
    if (maps.quantity == MapQuantity::None)
        return maps;
    for (std::size_t i = 0; i < std::min(windows.size(), run.lanes.size()); ++i) {
        const int lane = static_cast<int>(i);
        LaneMap map;
        double peak = std::numeric_limits<double>::quiet_NaN();
        auto field = compute(run, view, lane, windows[i], pool, stop, peak);
        if (std::isfinite(peak))
            map.peak = peak;
        if (!field)
            map.note = field.error().message;
        else
            map.field = std::move(field).value();
        if (map.field && (!dependsOnLevel(maps.quantity) || isOfOneStep(maps.quantity))
            && maps.quantity != MapQuantity::Tilt)
            map.note = odeNote(run.lanes[i]->plan);
        if (map.field && isOfExactScore(maps.quantity))
            map.note = errorNote(run.lanes[i]->plan);
        maps.lanes.push_back(std::move(map));
    }
    maps.scale = mapScale(maps.quantity, maps.lanes);
    return maps;
}

} // namespace scorefield
