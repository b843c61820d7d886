// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/stage_law.h"
#include "ui/plots/chart_series.h"
#include "ui/plots/run_charts.h"
#include "ui/render/stage_colors.h"

#include <QCoreApplication>

#include <cmath>
#include <limits>

namespace scorefield::plots {

namespace {

/// Median of |N(0, 1)|: exact samples are so many sigma~ from the ridge, at every level.
constexpr double kStationary = .6745;
constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

QString tr(const char* text)
{
    return QCoreApplication::translate("RidgeCharts", text);
}

template <class Value>
std::vector<double> overLevels(const Stages& stages, Value value)
{
    std::vector<double> all;
    for (const StageLevel& level : stages.levels)
        all.push_back(value(level));
    return all;
}

std::vector<double>
ofParticle(const Stages& stages, const std::vector<float>& values, std::size_t followed)
{
    std::vector<double> all;
    for (std::size_t k = 0; k < stages.levelCount; ++k)
        all.push_back(values[k * stages.count + followed]);
    return all;
}

/// What all three charts are made of.
struct Source {
    const RunAnalysis& analysis;
    const Timeline& timeline;
    LaneLevels levels;
    RidgeChartSubject subject;

    std::size_t lane() const { return static_cast<std::size_t>(subject.lane); }
    bool isPinned() const { return subject.pinned >= 0; }
    std::vector<double> places(std::size_t of) const { return clockPlaces(timeline, levels, of); }
    /// Null: none.
    const Stages* stagesOf(std::size_t of) const
    {
        return of < analysis.lanes.size() ? analysis.lanes[of].stages.value.get() : nullptr;
    }
};

ChartSpec stagesChart(const Source& source, const render::Theme& theme)
{
    ChartSpec spec;
    spec.x = clockAxis(source.timeline);
    spec.y = {tr("share of lane %1").arg(source.subject.lane + 1), false, false, {}, 0.0, 1.0};
    const Stages* stages = source.stagesOf(source.lane());
    if (!stages)
        return spec;
    const std::vector<double> x = source.places(source.lane());
    std::vector<double> low(stages->levelCount, 0.0);
    for (std::size_t s = 0; s < kStages; ++s) {
        std::vector<double> high = low;
        for (std::size_t k = 0; k < stages->levelCount; ++k)
            high[k] += stages->levels[k].shares[s];
        const auto stage = static_cast<Stage>(s);
        QColor color = render::stageColor(theme, stage);
        color.setAlphaF(0.72F); // the grid and the named marks stay readable
        spec.bands.push_back({render::stageName(stage), color, x, low, high});
        low = std::move(high);
    }
    addSeries(spec,
              {tr("sees the ridge"), SeriesRole::Curve, source.lane()},
              x,
              overLevels(*stages, [](const StageLevel& level) { return level.valid; }));
    for (Series& series : spec.series)
        series.lane = -1;
    return spec;
}

/// The median of every lane and, unless one particle stands out, the quartiles.
template <class Quartiles>
void addQuartiles(ChartSpec& spec,
                  const Source& source,
                  std::size_t lane,
                  const Stages& stages,
                  Quartiles StageLevel::*of)
{
    const std::vector<double> x = source.places(lane);
    const auto quartile = [&](std::size_t q) {
        return overLevels(stages, [=](const StageLevel& level) { return (level.*of)[q]; });
    };
    addSeries(spec,
              {chartLaneName(*source.analysis.run, lane),
               SeriesRole::Line,
               lane,
               source.isPinned() ? 2 : 0},
              x,
              quartile(1));
    for (const std::size_t q : {std::size_t{0}, std::size_t{2}})
        if (!source.isPinned())
            addSeries(spec, {tr("quartiles"), SeriesRole::Line, lane, 3}, x, quartile(q));
}

ChartSpec distanceChart(const Source& source)
{
    ChartSpec spec;
    spec.x = clockAxis(source.timeline);
    spec.y = {tr("|δ| to the ridge, median"), true};
    for (std::size_t lane = 0; lane < source.analysis.lanes.size(); ++lane) {
        const Stages* stages = source.stagesOf(lane);
        if (!stages)
            continue;
        const std::vector<double> x = source.places(lane);
        addQuartiles(spec, source, lane, *stages, &StageLevel::distance);
        if (!source.isPinned())
            addSeries(spec,
                      {tr("law"), SeriesRole::Curve, lane},
                      x,
                      overLevels(*stages, [](const StageLevel& level) { return level.law; }));
        if (!stages->followsExactMean)
            addSeries(
                spec,
                {tr("|e⊥|"), SeriesRole::Floor, lane},
                x,
                overLevels(*stages, [](const StageLevel& level) { return level.normalError; }));
        if (lane == source.lane())
            addSeries(spec,
                      {tr(".67 σ̃"), SeriesRole::Reference, lane},
                      x,
                      overLevels(*stages, [](const StageLevel& level) {
                          return level.onRidge > 0 ? kStationary * level.noise : kNothing;
                      }));
    }
    for (Series& series : spec.series)
        if (series.role == SeriesRole::Reference)
            series.lane = -1;
    return spec;
}

ChartSpec slideChart(const Source& source)
{
    ChartSpec spec;
    spec.x = clockAxis(source.timeline);
    spec.y = {tr("slide Sl, median"), false};
    for (std::size_t lane = 0; lane < source.analysis.lanes.size(); ++lane)
        if (const Stages* stages = source.stagesOf(lane))
            addQuartiles(spec, source, lane, *stages, &StageLevel::accumulated);
    return spec;
}

/// The pinned particle over its population, in the chosen lane.
void addOwnWay(RidgeCharts& charts, const Source& source)
{
    const Stages* stages = source.stagesOf(source.lane());
    const int index = stages && source.isPinned()
                          ? stages->followedIndex(static_cast<std::size_t>(source.subject.pinned))
                          : -1;
    if (index < 0)
        return;
    const auto followed = static_cast<std::size_t>(index);
    const std::vector<double> x = source.places(source.lane());
    const QString name = tr("particle %1").arg(source.subject.pinned);
    std::vector<double> way = ofParticle(*stages, stages->distance, followed);
    std::vector<double> law = distanceLaw(*stages, followed).mean;
    for (std::vector<double>* values : {&way, &law})
        for (double& value : *values)
            value = std::abs(value);
    // Before it sees the ridge its first-order distance means nothing.
    const StageLedger& ledger = stages->ledgers[followed];
    for (std::size_t k = 0; k < way.size(); ++k)
        if (ledger.reach < 0 || static_cast<int>(k) < ledger.reach
            || (ledger.exit >= 0 && static_cast<int>(k) >= ledger.exit))
            way[k] = kNothing;
    const SeriesName own{name, SeriesRole::Line, source.lane()};
    addSeries(charts.distance, own, x, way);
    addSeries(charts.distance, {tr("its law"), SeriesRole::Curve, source.lane()}, x, law);
    addSeries(charts.slide, own, x, ofParticle(*stages, stages->accumulated, followed));
}

} // namespace

std::vector<Mark> ridgeMarks(const RunAnalysis& analysis,
                             const LaneLevels& levels,
                             const Timeline& timeline,
                             const RidgeChartSubject& subject)
{
    std::vector<Mark> marks;
    const auto& clocks = analysis.clocks.value;
    const auto lane = static_cast<std::size_t>(subject.lane);
    if (clocks && lane < levels.size()) {
        const std::pair<const Clock*, QString> named[] = {{&clocks->bifurcation, tr("speciation")},
                                                          {&clocks->principal, tr("½ log Λ")},
                                                          {&clocks->windowHigh, tr("window")},
                                                          {&clocks->windowLow, tr("window ends")},
                                                          {&clocks->recognised, tr("N_eff 1.5")},
                                                          {&clocks->collapse, tr("t_C")}};
        for (const auto& [clock, label] : named) {
            const double x = std::isfinite(clock->noise)
                                 ? clockPlaceOfNoise(timeline, levels, lane, clock->noise)
                                 : clock->noise;
            if (std::isfinite(x))
                marks.push_back({x, {}, label});
        }
    }
    marks.push_back(playHeadMark(timeline, levels));
    return marks;
}

RidgeCharts ridgeCharts(const RunAnalysis& analysis,
                        const Timeline& timeline,
                        const RidgeChartSubject& subject,
                        const render::Theme& theme)
{
    const Source source{analysis, timeline, analysis.run->levels(), subject};
    RidgeCharts charts{stagesChart(source, theme), distanceChart(source), slideChart(source)};
    addOwnWay(charts, source);
    charts.stages.marks = ridgeMarks(analysis, source.levels, timeline, subject);
    charts.distance.marks = charts.slide.marks = {playHeadMark(timeline, source.levels)};
    return charts;
}

} // namespace scorefield::plots
