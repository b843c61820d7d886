// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The charts of a run over its play clock, as values: the pages of the window and exported figures
// show the same.
#include "core/session/run_analysis.h"
#include "ui/plots/chart_spec.h"
#include "ui/plots/clock_axis.h"

namespace scorefield::plots {

/// Class confidence beside exact samples and its ceiling, effective modes, and the guidance weight
/// where a lane has one.
struct OverTimeCharts {
    ChartSpec confidence, modes, weight;
    std::vector<ChartSpec> shown() const; ///< those that have anything to show
};
OverTimeCharts overTimeCharts(const RunAnalysis& analysis, const Timeline& timeline);

/// Whose way to the ridge and along it is shown.
struct RidgeChartSubject {
    int lane = 0;    ///< of the stages, and of the particle
    int pinned = -1; ///< particle; -1: none
};
/// Shares of the stages with the clocks of the data, distance to the ridge beside its laws, and
/// accumulated slide. The theme has the colours of the stages.
struct RidgeCharts {
    ChartSpec stages, distance, slide;
    std::vector<ChartSpec> shown() const { return {stages, distance, slide}; }
};
RidgeCharts ridgeCharts(const RunAnalysis& analysis,
                        const Timeline& timeline,
                        const RidgeChartSubject& subject,
                        const render::Theme& theme);
/// Of the chart of the stages alone: speciation, collapse … and the play head.
std::vector<Mark> ridgeMarks(const RunAnalysis& analysis,
                             const LaneLevels& levels,
                             const Timeline& timeline,
                             const RidgeChartSubject& subject);

} // namespace scorefield::plots
