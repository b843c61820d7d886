// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/schedule_handles.h"

#include "core/process/time_grid.h"
#include "core/session/lane_plan.h"
#include "core/session/parameter_table.h"
#include "ui/document/document.h"
#include "ui/panels/schedule_shapes.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

// Between neighbours: a share of the range of x or of a linear y, a ratio of a logarithmic one.
constexpr double kLeastShare = 1e-3, kLeastRatio = 1.0005;

bool isPositive(PathQuantity quantity)
{
    return quantity == PathQuantity::NoiseLevel || quantity == PathQuantity::Sigma;
}

/// `value` between two bounds that it must not touch; the middle where they leave no room.
double between(double value, double low, double high)
{
    return low < high ? std::clamp(value, low, high) : (low + high) / 2;
}

double finiteNoise(const LaneSchedule& schedule, std::size_t k, const PointsInfo& info)
{
    const double noise = schedule.levels[k].sigmaTilde();
    if (std::isfinite(noise))
        return std::min(noise, info.yMaximum);
    // Given levels are numbers: what starts in pure noise starts at a very large one instead.
    const double next = k + 1 < schedule.levels.size() ? schedule.levels[k + 1].sigmaTilde() : 1;
    return std::min(info.yMaximum, std::max(kLargestMatchedNoise, 2 * next));
}

} // namespace

ScheduleHandles::ScheduleHandles(const Session& session,
                                 int lane,
                                 const LaneSchedule& schedule,
                                 const SchedulePlot& plot)
    : m_processNow(schedule.process)
    , m_steps(plot.steps)
    , m_timeScale(plot.latest)
{
    const std::string prefix = "lanes." + std::to_string(lane) + ".";
    const auto reason = whyDisabled(session, prefix + "grid.kind");
    m_whyFixed = reason ? QString::fromStdString(*reason) : QString();
    for (const std::string& key : pointsKeys(session)) {
        if (!key.starts_with(prefix))
            continue;
        Points found{QString::fromStdString(key),
                     *describePoints(session, key),
                     *pointsValue(session, key),
                     false};
        if (key.starts_with(prefix + "process."))
            m_process = std::move(found);
        else if (key.starts_with(prefix + "grid.") && m_whyFixed.isEmpty())
            m_grid = std::move(found);
    }
    const GridKind* levels = givenLevels();
    if (!m_grid && m_whyFixed.isEmpty() && levels != nullptr) {
        Points made{QString::fromStdString(prefix + "grid." + levels->info.points->key),
                    *levels->info.points,
                    {},
                    true};
        for (std::size_t k = 0; k < schedule.levels.size(); ++k)
            made.points.push_back({static_cast<double>(k), finiteNoise(schedule, k, made.info)});
        if (made.info.validate(made.points))
            m_grid = std::move(made);
        else
            m_whyFixed =
                QCoreApplication::translate(
                    "ScheduleEditor", "These levels cannot be given one by one: at most %1 are.")
                    .arg(made.info.most);
    }
    setEnds(schedule);
    addProcessHandles(schedule, plot);
    addGridHandles(schedule, plot);
}

void ScheduleHandles::setEnds(const LaneSchedule& schedule)
{
    m_stepCount = schedule.steps();
    int first = 0, last = m_stepCount;
    const auto lambda = [&](int k) {
        return schedule.levels[static_cast<std::size_t>(k)].lambda();
    };
    while (first < last && !std::isfinite(lambda(first)))
        ++first;
    while (last > first && !std::isfinite(lambda(last)))
        --last;
    m_firstStep = first;
    m_lastStep = last;
    m_firstLambda = lambda(first);
    m_lastLambda = lambda(last);
}

void ScheduleHandles::addProcessHandles(const LaneSchedule& schedule, const SchedulePlot& plot)
{
    for (std::size_t i = 0; m_process && i < m_process->points.size(); ++i) {
        const PathCoefficients level =
            schedule.process->at(m_process->points[i].x * schedule.horizon());
        m_handles.push_back({ScheduleHandle::Kind::ProcessPoint,
                             static_cast<int>(i),
                             plot.placeOfTime(schedule, level)});
    }
}

void ScheduleHandles::addGridHandles(const LaneSchedule& schedule, const SchedulePlot& plot)
{
    if (!m_grid)
        return;
    if (m_grid->info.list) {
        const std::size_t count = std::min(m_grid->points.size(), schedule.levels.size());
        for (std::size_t k = 0; k < count; ++k)
            m_handles.push_back({ScheduleHandle::Kind::Level,
                                 static_cast<int>(k),
                                 plot.placeOfLevel(schedule, static_cast<int>(k))});
        return;
    }
    const double bottom = m_grid->points.back().y, top = m_grid->points.front().y;
    for (std::size_t i = 0; i < m_grid->points.size(); ++i) {
        const CurvePoint& point = m_grid->points[i];
        const double step = m_firstStep + point.x * (m_lastStep - m_firstStep);
        const double share = (point.y - bottom) / (top - bottom);
        m_handles.push_back(
            {ScheduleHandle::Kind::GridPoint,
             static_cast<int>(i),
             {plot.steps ? step / schedule.steps() : plot.placeOfStep(schedule, step).across,
              m_lastLambda + share * (m_firstLambda - m_lastLambda)}});
    }
}

const ScheduleHandles::Points& ScheduleHandles::pointsOf(const ScheduleHandle& handle) const
{
    return handle.kind == ScheduleHandle::Kind::ProcessPoint ? *m_process : *m_grid;
}

/// The number y of a list that stands for this log-SNR.
double ScheduleHandles::numberAt(const PointsInfo& info, double lambda) const
{
    const double noise = std::exp(-lambda);
    switch (info.quantity) {
    case PathQuantity::LogSnr:
        return lambda;
    case PathQuantity::NoiseLevel:
        return noise;
    case PathQuantity::Alpha:
        return m_processNow->at(m_processNow->timeAt(noise)).alpha;
    case PathQuantity::Sigma:
        return m_processNow->at(m_processNow->timeAt(noise)).sigma;
    case PathQuantity::NoiseShare:
        return m_grid->points.back().y
               + (m_grid->points.front().y - m_grid->points.back().y) * (lambda - m_lastLambda)
                     / (m_firstLambda - m_lastLambda);
    case PathQuantity::Weight:
        break; // of guidance, never a process or a grid
    }
    return lambda;
}

double ScheduleHandles::xAt(const ScheduleHandle& handle, const SchedulePlace& place) const
{
    const CurvePoint& now = pointsOf(handle).points[static_cast<std::size_t>(handle.index)];
    if (handle.kind == ScheduleHandle::Kind::ProcessPoint)
        return m_steps ? now.x : m_timeScale * (1 - place.across);
    return handle.kind == ScheduleHandle::Kind::GridPoint && m_steps ? shareOfRun(place.across)
                                                                     : now.x;
}

/// A place across the steps as the x of a drawn grid, which runs over the finite levels only.
double ScheduleHandles::shareOfRun(double across) const
{
    return (across * m_stepCount - m_firstStep) / (m_lastStep - m_firstStep);
}

/// `wanted` for the point `index`: within its ranges, between its neighbours.
CurvePoint
ScheduleHandles::limited(const Points& points, std::size_t index, CurvePoint wanted) const
{
    const PointsInfo& info = points.info;
    const std::vector<CurvePoint>& all = points.points;
    const bool first = index == 0, last = index + 1 == all.size();
    CurvePoint result = wanted;
    if (info.list || (info.endsFixed && (first || last))) {
        result.x = all[index].x;
    } else {
        const double gap = kLeastShare * (info.xMaximum - info.xMinimum);
        result.x = between(wanted.x,
                           first ? info.xMinimum : all[index - 1].x + gap,
                           last ? info.xMaximum : all[index + 1].x - gap);
    }
    const bool logarithmic = isPositive(info.quantity);
    const auto beyond = [&](double value, bool up) {
        const double gap =
            kLeastShare
            * (info.quantity == PathQuantity::LogSnr ? 1 : info.yMaximum - info.yMinimum);
        if (logarithmic)
            return up ? value * kLeastRatio : value / kLeastRatio;
        return up ? value + gap : value - gap;
    };
    double low = info.yMinimum, high = info.yMaximum;
    if (!first)
        (info.increasing ? low : high) = beyond(all[index - 1].y, info.increasing);
    if (!last)
        (info.increasing ? high : low) = beyond(all[index + 1].y, !info.increasing);
    // The ends of a drawn grid are the ends of the run.
    const bool pinned = info.quantity == PathQuantity::NoiseShare && (first || last);
    result.y = std::isfinite(wanted.y) && !pinned ? between(wanted.y, low, high) : all[index].y;
    return result;
}

PointsEdit ScheduleHandles::moved(const ScheduleHandle& handle, SchedulePlace to) const
{
    const Points& points = pointsOf(handle);
    const auto index = static_cast<std::size_t>(handle.index);
    double lambda = to.lambda;
    if (handle.kind != ScheduleHandle::Kind::ProcessPoint) {
        // Steps stay where the process has a time for them.
        const double horizon = m_processNow->horizon();
        lambda = std::clamp(lambda,
                            std::min(m_processNow->at(horizon).lambda(), m_firstLambda),
                            m_processNow->at(1e-6 * horizon).lambda());
    }
    PointsEdit edit{points.key, points.points, points.newLevels, handle.index};
    edit.points[index] = limited(points, index, {xAt(handle, to), numberAt(points.info, lambda)});
    return edit;
}

std::optional<PointsEdit> ScheduleHandles::inserted(const Points& points, CurvePoint point) const
{
    if (points.points.size() >= points.info.most)
        return std::nullopt;
    const bool byNumber = points.info.list;
    const auto after =
        std::find_if(points.points.begin(), points.points.end(), [&](const CurvePoint& other) {
            return byNumber ? (points.info.increasing ? other.y > point.y : other.y < point.y)
                            : other.x > point.x;
        });
    if (after == points.points.begin() || (after == points.points.end() && !byNumber))
        return std::nullopt;
    Points grown = points;
    const auto index = static_cast<std::size_t>(after - points.points.begin());
    grown.points.insert(grown.points.begin() + static_cast<std::ptrdiff_t>(index), point);
    grown.points[index] = limited(grown, index, point);
    if (grown.info.list)
        for (std::size_t k = 0; k < grown.points.size(); ++k)
            grown.points[k].x = static_cast<double>(k);
    if (!grown.info.validate(grown.points))
        return std::nullopt; // no room between the neighbours
    return PointsEdit{grown.key, grown.points, grown.newLevels, static_cast<int>(index)};
}

std::optional<PointsEdit> ScheduleHandles::added(SchedulePlace at) const
{
    if (m_process && !m_steps)
        return inserted(*m_process,
                        {m_timeScale * (1 - at.across), numberAt(m_process->info, at.lambda)});
    if (m_grid)
        return inserted(*m_grid, {shareOfRun(at.across), numberAt(m_grid->info, at.lambda)});
    return std::nullopt;
}

std::optional<PointsEdit> ScheduleHandles::removed(const ScheduleHandle& handle) const
{
    const Points& points = pointsOf(handle);
    const bool end =
        handle.index == 0 || handle.index + 1 == static_cast<int>(points.points.size());
    if (points.points.size() <= points.info.fewest || (end && !points.info.list))
        return std::nullopt;
    PointsEdit edit{points.key, points.points, points.newLevels, handle.index};
    edit.points.erase(edit.points.begin() + handle.index);
    edit.index = std::min(handle.index, static_cast<int>(edit.points.size()) - 1);
    return edit;
}

Status applyEdit(Document& document, int lane, const PointsEdit& edit)
{
    if (!edit.newLevels)
        return document.setPoints(edit.key, edit.points);
    Choice levels = makeChoice(givenLevels()->info);
    levels.points = edit.points;
    return document.edit(
        QCoreApplication::translate("ScheduleEditor", "Move a step"),
        [&](Session& session) {
            for (std::size_t i = 0; i < session.lanes.size(); ++i) {
                const bool addressed = static_cast<int>(i) == lane;
                const auto process = makeProcess(session.lanes[i].process);
                const bool follows =
                    session.view.linkLanes != 0 && process && makeLevels(**process, levels);
                if (addressed || follows)
                    session.lanes[i].grid = levels;
            }
        },
        edit.key);
}

} // namespace scorefield::ui
