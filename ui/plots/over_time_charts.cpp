// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/chart_series.h"
#include "ui/plots/run_charts.h"

#include <QCoreApplication>

#include <algorithm>

namespace scorefield::plots {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("OverTimeCharts", text);
}

std::vector<double> valuesOf(const std::vector<Estimate>& estimates)
{
    std::vector<double> values;
    for (const Estimate& estimate : estimates)
        values.push_back(estimate.value);
    return values;
}

/// Lanes with one target share it: then it is drawn once, as nobody's.
void addCeiling(ChartSpec& spec, std::size_t lane, const std::vector<double>& x, double ceiling)
{
    const auto [low, high] = std::minmax_element(x.begin(), x.end());
    for (Series& other : spec.series)
        if (other.role == SeriesRole::Bound && other.y.front() == ceiling) {
            other.lane = -1;
            other.x = {std::max(other.x.front(), *high), std::min(other.x.back(), *low)};
            return;
        }
    addSeries(spec, {tr("ceiling"), SeriesRole::Bound, lane}, {*high, *low}, {ceiling, ceiling});
}

} // namespace

std::vector<ChartSpec> OverTimeCharts::shown() const
{
    std::vector<ChartSpec> all;
    for (const ChartSpec& spec : {confidence, modes, weight})
        if (!spec.series.empty())
            all.push_back(spec);
    return all;
}

OverTimeCharts overTimeCharts(const RunAnalysis& analysis, const Timeline& timeline)
{
    const LaneLevels levels = analysis.run->levels();
    OverTimeCharts charts;
    auto& [confidence, modes, weight] = charts;
    confidence.x = modes.x = weight.x = clockAxis(timeline);
    confidence.y = {tr("class confidence"), false, false, {}, 0.0, 1.0};
    modes.y = {tr("effective modes"), false, false, {}, 1.0};
    weight.y = {tr("guidance weight w"), false, false, {}, 0.0, 1.0};
    for (std::size_t lane = 0; lane < analysis.lanes.size(); ++lane) {
        const auto& over = analysis.lanes[lane].overTime.value;
        if (!over)
            continue;
        const std::vector<double> x = clockPlaces(timeline, levels, lane);
        const SeriesName own{chartLaneName(*analysis.run, lane), SeriesRole::Line, lane};
        addSeries(confidence, own, x, valuesOf(over->confidence));
        addSeries(confidence,
                  {tr("exact class"), SeriesRole::Floor, lane},
                  x,
                  valuesOf(over->exactConfidence));
        addCeiling(confidence, lane, x, over->ceiling);
        addSeries(modes, own, x, over->effectiveModes);
        addSeries(weight, own, x, over->weight);
    }
    confidence.marks = modes.marks = weight.marks = {playHeadMark(timeline, levels)};
    return charts;
}

} // namespace scorefield::plots
