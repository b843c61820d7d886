// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Series over the levels of a run.
#include "core/session/session_run.h"
#include "ui/plots/chart_spec.h"

namespace scorefield::plots {

struct SeriesName {
    QString label;
    SeriesRole role = SeriesRole::Line;
    std::size_t lane = 0;
    int variant = 0;
};

/// As far as both x and y reach (a run may have stopped early); nothing where there is no number.
void addSeries(ChartSpec& spec,
               const SeriesName& name,
               std::vector<double> x,
               std::vector<double> y);
/// "1 · VP"
QString chartLaneName(const RunProduct& run, std::size_t lane);

} // namespace scorefield::plots
