// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/schedule_plot.h"

#include "core/session/lane_plan.h"

#include <QLineF>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kMargin = 0.06;     // of the range, above and below
constexpr double kBeyond = 0.8;      // nats of room towards a level at infinity
constexpr double kLeastRange = 2;    // nats
constexpr double kCurveBeyond = 1.5; // nats that a curve may reach beyond the levels

} // namespace

QPointF SchedulePlot::toPixels(const SchedulePlace& place) const
{
    const double inside = std::isinf(place.lambda) ? (place.lambda > 0 ? high : low) : place.lambda;
    const double up = (inside - low) / (high - low);
    return {frame.left() + place.across * frame.width(),
            noiseUp ? frame.top() + up * frame.height() : frame.bottom() - up * frame.height()};
}

SchedulePlace SchedulePlot::toPlace(QPointF pixel) const
{
    const double up = noiseUp ? (pixel.y() - frame.top()) / frame.height()
                              : (frame.bottom() - pixel.y()) / frame.height();
    return {(pixel.x() - frame.left()) / frame.width(), low + up * (high - low)};
}

double SchedulePlot::acrossOf(const LaneSchedule& lane, double t) const
{
    return 1 - t / lane.horizon() / latest;
}

SchedulePlace SchedulePlot::placeOfLevel(const LaneSchedule& lane, int k) const
{
    const PathCoefficients& level = lane.levels[static_cast<std::size_t>(k)];
    return {steps ? static_cast<double>(k) / lane.steps() : acrossOf(lane, level.t),
            level.lambda()};
}

SchedulePlace SchedulePlot::placeOfStep(const LaneSchedule& lane, double step) const
{
    const PathCoefficients level = levelAtStep(*lane.process, lane.levels, step);
    return {steps ? step / lane.steps() : acrossOf(lane, level.t), level.lambda()};
}

SchedulePlace SchedulePlot::placeOfTime(const LaneSchedule& lane,
                                        const PathCoefficients& level) const
{
    return {steps ? lane.stepAtTime(level.t) / lane.steps() : acrossOf(lane, level.t),
            level.lambda()};
}

PathCoefficients SchedulePlot::levelAt(const LaneSchedule& lane, double across) const
{
    const double inside = std::clamp(across, 0.0, 1.0);
    if (steps)
        return levelAtStep(*lane.process, lane.levels, inside * lane.steps());
    return lane.process->at(timeShare(inside) * lane.horizon());
}

std::vector<SchedulePlace> SchedulePlot::curve(const LaneSchedule& lane) const
{
    std::vector<SchedulePlace> places;
    if (steps)
        for (int k = 0; k <= lane.steps(); ++k)
            places.push_back(placeOfLevel(lane, k));
    else
        for (const PathCoefficients& level : lane.curve)
            places.push_back(placeOfTime(lane, level));
    return places;
}

SchedulePlace SchedulePlot::nearestOnCurve(const LaneSchedule& lane, QPointF pixel) const
{
    const std::vector<SchedulePlace> places = curve(lane);
    SchedulePlace best = places.front();
    double nearest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i + 1 < places.size(); ++i) {
        const QPointF a = toPixels(places[i]), b = toPixels(places[i + 1]);
        const QPointF along = b - a;
        const double square = QPointF::dotProduct(along, along);
        const double share =
            square > 0 ? std::clamp(QPointF::dotProduct(pixel - a, along) / square, 0.0, 1.0) : 0;
        const double distance = QLineF(pixel, a + share * along).length();
        if (distance < nearest) {
            nearest = distance;
            best = toPlace(a + share * along);
        }
    }
    return best;
}

void SchedulePlot::fit(const std::vector<std::optional<LaneSchedule>>& lanes, int selectedLane)
{
    const auto& selected = lanes[static_cast<std::size_t>(selectedLane)];
    latest = selected ? std::max(1.0, selected->levels.front().t / selected->horizon()) : 1;
    double bottom = std::numeric_limits<double>::infinity(), top = -bottom;
    bool infiniteNoise = false, noNoise = false;
    const auto include = [&](double lambda) {
        bottom = std::min(bottom, lambda);
        top = std::max(top, lambda);
    };
    for (const auto& lane : lanes)
        for (const PathCoefficients& level :
             lane ? lane->levels : std::vector<PathCoefficients>{}) {
            const double lambda = level.lambda();
            infiniteNoise = infiniteNoise || lambda == -std::numeric_limits<double>::infinity();
            noNoise = noNoise || lambda == std::numeric_limits<double>::infinity();
            if (std::isfinite(lambda))
                include(lambda);
        }
    if (!(bottom <= top))
        bottom = -5, top = 5;
    // The process may go further than the steps do: the curve shows where to.
    const double levelsBottom = bottom, levelsTop = top;
    for (const auto& lane : lanes)
        for (const PathCoefficients& level : lane ? lane->curve : std::vector<PathCoefficients>{})
            if (std::isfinite(level.lambda()))
                include(std::clamp(
                    level.lambda(), levelsBottom - kCurveBeyond, levelsTop + kCurveBeyond));
    if (top - bottom < kLeastRange) {
        const double middle = (top + bottom) / 2;
        bottom = middle - kLeastRange / 2;
        top = middle + kLeastRange / 2;
    }
    const double margin = kMargin * (top - bottom);
    low = bottom - margin - (infiniteNoise ? kBeyond : 0);
    high = top + margin + (noNoise ? kBeyond : 0);
}

} // namespace scorefield::ui
