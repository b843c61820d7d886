// SPDX-License-Identifier: GPL-3.0-or-later
// A run's charts as a figure.
#include "ui/export/figure_moments.h"
#include "ui/export/figure_scene.h"
#include "ui/plots/chart_figure.h"
#include "ui/plots/run_charts.h"

namespace scorefield::plots {

namespace {

/// Whoever asks keeps the run for longer than it is drawn.
std::shared_ptr<const RunProduct> borrowed(const RunProduct& run)
{
    return {std::shared_ptr<const RunProduct>(), &run};
}

/// The session's time line with its play head at the figure's moment.
Timeline timelineAt(const RunProduct& run, const FigureSpec& spec)
{
    Timeline timeline = run.session.timeline;
    const auto clock = static_cast<MomentClock>(static_cast<int>(spec.clock));
    if (clock != MomentClock::Here && clock != MomentClock::Share && !spec.moments.empty())
        timeline.position =
            positionAtStep(timeline, render::stepAtMoment(run, spec, 0, 0), run.levels(), 0);
    return timeline;
}

/// The first lane that has none of what is drawn says why.
template <class T>
Error nothingOf(const RunAnalysis& analysis, Analysed<T> LaneAnalysis::*part)
{
    for (const LaneAnalysis& lane : analysis.lanes)
        if (!(lane.*part).note.empty())
            return {"content", "has nothing to draw: " + (lane.*part).note};
    return {"content", "has nothing to draw of this run"};
}

} // namespace

Result<std::vector<ChartSpec>> chartsOfRun(const RunProduct& run, const FigureSpec& spec)
{
    const bool isRidge = spec.content == static_cast<double>(FigureContent::Ridge);
    AnalysisRequest request;
    request.overTime = !isRidge;
    request.stages = request.clocks = isRidge;
    request.thresholds = {run.session.view.ridge.beta, run.session.view.ridge.gamma};
    WorkerPool pool;
    const auto analysis = analyseRun(borrowed(run), request, pool);
    const Timeline timeline = timelineAt(run, spec);
    if (isRidge) {
        const int lane = static_cast<int>(spec.lane) - 1;
        const bool exists = lane < static_cast<int>(analysis->lanes.size());
        if (!exists || !analysis->lanes[static_cast<std::size_t>(lane)].stages.value)
            return nothingOf(*analysis, &LaneAnalysis::stages);
        return ridgeCharts(*analysis, timeline, {lane, -1}, render::figureTheme(spec)).shown();
    }
    auto charts = overTimeCharts(*analysis, timeline).shown();
    if (charts.empty())
        return nothingOf(*analysis, &LaneAnalysis::overTime);
    return charts;
}

Result<QByteArray>
chartFigureBytes(const RunProduct& run, const FigureSpec& spec, render::FigureFormat format)
{
    if (auto status = render::checkFigure(spec, static_cast<int>(run.lanes.size())); !status)
        return status.error();
    const auto charts = chartsOfRun(run, spec);
    if (!charts)
        return charts.error();
    return chartBytes(*charts, spec, format, render::carriedSession({borrowed(run)}, spec));
}

} // namespace scorefield::plots
