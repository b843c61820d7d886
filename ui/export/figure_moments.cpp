// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/figure_moments.h"

#include "core/base/text.h"
#include "core/session/film.h"
#include "core/session/lane_plan.h"
#include "core/session/parameter_table.h"
#include "ui/export/figure_page.h"
#include "ui/render/typeset.h"

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

constexpr double kStepClock = 0, kNoiseClock = 2; // items of timeline.clock

MomentClock clockOf(const FigureSpec& spec)
{
    return static_cast<MomentClock>(static_cast<int>(spec.clock));
}

/// The clock in which the moments are positions.
Timeline timelineOf(const RunProduct& run, const FigureSpec& spec)
{
    Timeline timeline = run.session.timeline;
    if (clockOf(spec) == MomentClock::Noise)
        timeline.clock = kNoiseClock;
    if (clockOf(spec) == MomentClock::Step)
        timeline.clock = kStepClock;
    return timeline;
}

/// The play position of a moment, in the clock of timelineOf.
double positionOf(const RunProduct& run, const FigureSpec& spec, std::size_t moment, int lane)
{
    const auto levels = run.levels();
    switch (clockOf(spec)) {
    case MomentClock::Noise:
        return positionAtNoise(spec.moments[moment], levels);
    case MomentClock::Step:
        return positionAtStep(timelineOf(run, spec), spec.moments[moment], levels, lane);
    case MomentClock::Position:
        return spec.moments[moment];
    case MomentClock::Here:
    case MomentClock::Share:
        break;
    }
    return run.session.timeline.position;
}

/// Of the only parameter that the film moves: "w = 3".
QString trackedValue(const Session& session, const KeyframeTrack& track, double share)
{
    const auto value = trackValue(session, track, share);
    const auto keys = trackKeys(session, track);
    if (!value || !keys || keys->empty())
        return {};
    const auto row = describe(session, keys->front());
    if (!row)
        return {};
    const bool isNumber = row->type == ParameterType::Real || row->type == ParameterType::Integer;
    const QString text =
        isNumber ? prettyNumber(*value) : QString::fromStdString(row->format(*value));
    return QString::fromStdString(row->symbol.empty() ? row->label : row->symbol)
           + QStringLiteral(" = ") + text;
}

/// What has keyframes stands where it is at the share. Where none of them moves the play-head and
/// the session was saved to be played, from pure noise, the still is of the data end.
Result<Session> stillOfFilm(const Session& session, double share)
{
    auto still = sessionAtShare(session, share);
    const bool moves =
        std::any_of(session.keyframes.begin(),
                    session.keyframes.end(),
                    [](const KeyframeTrack& track) { return track.key == "timeline.position"; });
    if (still && !moves && still->timeline.position == 0)
        still->timeline.position = 1;
    return still;
}

Error outside(double value, double low, double high, bool whole)
{
    return {"moments",
            "is " + formatNumber(value) + ", must be a " + (whole ? "whole " : "") + "number from "
                + formatNumber(low) + " to " + formatNumber(high)};
}

} // namespace

std::size_t momentCount(const FigureSpec& spec)
{
    return std::max<std::size_t>(spec.moments.size(), 1);
}

const std::shared_ptr<const RunProduct>& runOfMoment(const FigureRuns& runs, std::size_t moment)
{
    return runs[std::min(moment, runs.size() - 1)];
}

double stepAtMoment(const RunProduct& run, const FigureSpec& spec, std::size_t moment, int lane)
{
    if (clockOf(spec) == MomentClock::Step)
        return spec.moments[moment];
    return stepAtPosition(
        timelineOf(run, spec), positionOf(run, spec, moment, lane), run.levels(), lane);
}

Status checkMoments(const RunProduct& run, const FigureSpec& spec)
{
    const auto levels = run.levels();
    for (const double moment : spec.moments) {
        if (clockOf(spec) == MomentClock::Step)
            for (const int lane : shownLanes(spec, static_cast<int>(levels.size()))) {
                const double last =
                    static_cast<double>(levels[static_cast<std::size_t>(lane)].size()) - 1;
                if (moment > last)
                    return outside(moment, 0, last, true);
            }
        if (clockOf(spec) != MomentClock::Noise)
            continue;
        const double high = noiseAtPosition(0, levels), low = noiseAtPosition(1, levels);
        if (moment < low || moment > high)
            return outside(moment, low, high, false);
    }
    return success();
}

QString momentName(const FigureRuns& runs, const FigureSpec& spec, std::size_t moment)
{
    if (clockOf(spec) == MomentClock::Here)
        return {};
    const double value = spec.moments[moment];
    const QString sigma = QStringLiteral("σ̃ = ");
    if (clockOf(spec) == MomentClock::Noise)
        return sigma + prettyNumber(value);
    if (clockOf(spec) == MomentClock::Step)
        return QStringLiteral("step ") + prettyNumber(value, 6);
    const RunProduct& run = *runOfMoment(runs, moment);
    if (clockOf(spec) == MomentClock::Position) {
        if (run.session.timeline.clock == kNoiseClock)
            return sigma + prettyNumber(noiseAtPosition(value, run.levels()));
        return prettyNumber(100 * value)
               + (run.session.timeline.clock == kStepClock ? QStringLiteral(" % of the steps")
                                                           : QStringLiteral(" % of the time"));
    }
    const auto& tracks = run.session.keyframes;
    const QString moved =
        tracks.size() == 1 ? trackedValue(run.session, tracks.front(), value) : QString();
    return moved.isEmpty() ? QStringLiteral("share ") + prettyNumber(value) : moved;
}

Session carriedSession(const FigureRuns& runs, const FigureSpec& spec)
{
    Session session = runs.front()->session;
    const auto clock = clockOf(spec);
    const bool moves =
        clock == MomentClock::Noise || clock == MomentClock::Step || clock == MomentClock::Position;
    if (spec.content == static_cast<double>(FigureContent::Grid) || !moves)
        return session;
    const int lane = shownLanes(spec, static_cast<int>(runs.front()->lanes.size())).front();
    session.timeline = timelineOf(*runs.front(), spec);
    session.timeline.position = positionOf(*runs.front(), spec, 0, lane);
    session.timeline.playing = 0;
    return session;
}

Result<FigureRuns> figureRuns(const Session& session,
                              const FigureSpec& spec,
                              WorkerPool& pool,
                              const ExportHooks& hooks)
{
    const bool isFilm = clockOf(spec) == MomentClock::Share;
    FigureRuns runs;
    // Fewer particles than the session asks for: not this picture.
    auto previous = hooks.previous && !hooks.previous->preview ? hooks.previous : nullptr;
    for (std::size_t moment = 0; moment < (isFilm ? momentCount(spec) : 1); ++moment) {
        auto now = isFilm ? stillOfFilm(session, spec.moments[moment]) : Result(session);
        if (!now)
            return now.error();
        auto run = runSession(*now, pool, hooks.stop, previous, 0, hooks.models);
        if (!run)
            return run.error();
        if (hooks.stop.stop_requested())
            return Error{"", "cancelled"};
        for (const auto& lane : (*run)->lanes)
            if (lane->outcome.kind == Outcome::Kind::Refused)
                return Error{"", lane->outcome.message};
        previous = *run;
        runs.push_back(std::move(run).value());
    }
    if (auto status = checkMoments(*runs.front(), spec); !status)
        return status.error();
    return runs;
}

} // namespace scorefield::render
