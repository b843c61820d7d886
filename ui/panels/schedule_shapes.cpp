// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/schedule_shapes.h"

#include "core/process/time_grid.h"
#include "core/session/lane_plan.h"

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kFitTolerance = 0.03;  // nats: a third of a pixel where ten of them fill a plot
constexpr std::size_t kMostFitted = 28; // control points that still leave room for more
constexpr int kCandidates = 200;

const ProcessKind* customKind()
{
    for (const ProcessKind& kind : processKinds())
        if (kind.info.points && kind.info.points->quantity == PathQuantity::LogSnr)
            return &kind;
    return nullptr;
}

/// Points of lambda(t/T) from the early stop to T: dense everywhere, denser towards both ends,
/// where schedules turn.
std::vector<CurvePoint> sampled(const ForwardProcess& process, const PointsInfo& info)
{
    const double low = process.stop() / process.horizon();
    std::vector<double> at{low, 1};
    for (int i = 1; i < kCandidates; ++i) {
        const double share = static_cast<double>(i) / kCandidates;
        at.push_back(low + (1 - low) * share);
        at.push_back(low * std::pow(0.5 / low, share));
        at.push_back(1 - 0.5 * std::pow(1e-5 / 0.5, share));
    }
    std::sort(at.begin(), at.end());
    std::vector<CurvePoint> points;
    for (const double x : at) {
        const double lambda = process.at(x * process.horizon()).lambda();
        const bool falls =
            points.empty() || (x > points.back().x + 1e-9 && lambda < points.back().y - 1e-9);
        if (falls && lambda > info.yMinimum && lambda < info.yMaximum)
            points.push_back({x, lambda});
    }
    return points;
}

/// The fewest of these points whose curve stays within the tolerance of all of them: greedily, the
/// worst one next.
std::vector<CurvePoint> thinned(const std::vector<CurvePoint>& all, const PointsInfo& info)
{
    std::vector<CurvePoint> chosen{all.front(), all.back()};
    while (chosen.size() < std::min(kMostFitted, info.most)) {
        const auto curve = MonotoneCurve::create(chosen);
        if (!curve)
            break;
        double worst = 0;
        CurvePoint next;
        for (const CurvePoint& point : all)
            if (const double error = std::abs(curve->value(point.x) - point.y); error > worst) {
                worst = error;
                next = point;
            }
        if (worst < kFitTolerance)
            break;
        chosen.insert(
            std::upper_bound(chosen.begin(),
                             chosen.end(),
                             next,
                             [](const CurvePoint& a, const CurvePoint& b) { return a.x < b.x; }),
            next);
    }
    return chosen;
}

/// The first and last point moved onto the ends of the range of x, on the line of the curve's end.
void reachEnds(std::vector<CurvePoint>& points, const PointsInfo& info)
{
    const auto at = [&](const CurvePoint& a, const CurvePoint& b, double x) {
        return a.y + (x - a.x) * (b.y - a.y) / (b.x - a.x);
    };
    if (const CurvePoint first = points.front(); first.x > info.xMinimum) {
        const double y = at(first, points[1], info.xMinimum);
        points.insert(points.begin(),
                      {info.xMinimum, std::clamp(y, first.y + 1e-3, info.yMaximum)});
    }
    if (const CurvePoint last = points.back(); last.x < info.xMaximum)
        points.push_back({info.xMaximum, std::min(info.yMinimum, last.y - 1e-3)});
}

double alphaDistance(const ForwardProcess& a, const ForwardProcess& b)
{
    double distance = 0;
    for (const double share : {0.1, 0.3, 0.5, 0.7, 0.9})
        distance += std::abs(a.at(share * a.horizon()).alpha - b.at(share * b.horizon()).alpha);
    return distance;
}

/// Tries every value of every choice of the custom process (its relation of alpha and sigma).
void matchAlpha(Choice& custom, const VariantInfo& info, const ForwardProcess& process)
{
    double best = std::numeric_limits<double>::infinity();
    const Choice start = custom;
    for (const ParameterDescriptor& row : info.parameters)
        for (std::size_t i = 0; row.type == ParameterType::Choice && i < row.choices.size(); ++i) {
            Choice trial = start;
            trial.values.set(row.key, static_cast<double>(i));
            const auto made = makeProcess(trial);
            if (!made)
                continue;
            if (const double distance = alphaDistance(**made, process); distance < best) {
                best = distance;
                custom = trial;
            }
        }
}

} // namespace

const GridKind* givenLevels()
{
    for (const GridKind& kind : gridKinds())
        if (kind.info.points && kind.info.points->list
            && kind.info.points->quantity == PathQuantity::NoiseLevel)
            return &kind;
    return nullptr;
}

std::optional<Choice> asCustom(const Choice& choice)
{
    const auto process = makeProcess(choice);
    const ProcessKind* kind = customKind();
    if (!process || kind == nullptr)
        return std::nullopt;
    const PointsInfo& info = *kind->info.points;
    const auto all = sampled(**process, info);
    if (all.size() < 2)
        return std::nullopt;
    Choice custom = makeChoice(kind->info, choice.values);
    custom.points = thinned(all, info);
    reachEnds(custom.points, info);
    for (const ParameterDescriptor& row : kind->info.parameters) {
        if (row.key == "horizon")
            custom.values.set(row.key, std::clamp((*process)->horizon(), row.minimum, row.maximum));
        if (row.key == "stop")
            custom.values.set(row.key, std::clamp((*process)->stop(), row.minimum, row.maximum));
    }
    matchAlpha(custom, kind->info, **process);
    if (!makeProcess(custom))
        return std::nullopt;
    return custom;
}

std::optional<Choice> asLevels(const Choice& processChoice, const Choice& grid)
{
    const auto process = makeProcess(processChoice);
    const GridKind* kind = givenLevels();
    if (!process || kind == nullptr)
        return std::nullopt;
    const auto levels = makeLevels(**process, grid);
    if (!levels)
        return std::nullopt;
    Choice given = makeChoice(kind->info);
    given.points.clear();
    for (const PathCoefficients& level : *levels)
        given.points.push_back(
            {static_cast<double>(given.points.size()),
             std::min(level.sigmaTilde(),
                      std::min(kLargestMatchedNoise, kind->info.points->yMaximum))});
    if (!kind->info.points->validate(given.points) || !makeLevels(**process, given))
        return std::nullopt;
    return given;
}

std::vector<ScheduleShape> processShapes()
{
    std::vector<ScheduleShape> shapes;
    for (const ProcessKind& kind : processKinds()) {
        if (kind.info.points)
            continue;
        if (auto custom = asCustom(makeChoice(kind.info)))
            shapes.push_back({QString::fromStdString(kind.info.label), std::move(*custom)});
    }
    return shapes;
}

std::vector<ScheduleShape> gridShapes(const Choice& process, int steps)
{
    std::vector<ScheduleShape> shapes;
    for (const GridKind& kind : gridKinds()) {
        if (kind.info.points)
            continue;
        Choice grid = makeChoice(kind.info);
        if (grid.values.contains("steps"))
            grid.values.set("steps", steps);
        if (auto levels = asLevels(process, grid))
            shapes.push_back({QString::fromStdString(kind.info.label), std::move(*levels)});
    }
    return shapes;
}

} // namespace scorefield::ui
