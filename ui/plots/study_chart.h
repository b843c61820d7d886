// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Charts of a study's table: measured columns with error bars, theory as curves, bounds as edges
// and floors dashed, every lane in its colour.
#include "core/base/result.h"
#include "core/study/table.h"
#include "ui/plots/chart_figure.h"
#include "ui/plots/chart_spec.h"

#include <string>
#include <vector>

namespace scorefield::plots {

struct ChartStyle {
    FigureSpec figure = usualChartFigure(); ///< size, theme, fonts …
    /// What is drawn: ids of measured columns without their lane ("confidence", as in
    /// StudyKind::info.quantities); empty: all, as small multiples.
    std::vector<std::string> quantities{};
    /// What they are drawn over: id of a swept parameter, or of a measured quantity (curves of one
    /// against another); empty: the parameter that was swept over most values.
    std::string over{};
};

/// Ids of what a table measured, without the lane, in their order.
std::vector<std::string> measuredQuantities(const Table& table);
/// One chart per quantity. Error: no such quantity or parameter in the table; the message names
/// those there are.
Result<std::vector<ChartSpec>> studyCharts(const Table& table, const ChartStyle& style);
/// Writes them as one figure that carries the session the table was made of; `path` ends in .png,
/// .svg or .pdf. Needs a QApplication (the offscreen platform will do). Error: another ending, no
/// rows, or the file cannot be written.
Status saveStudyChart(const Table& table,
                      const Session& session,
                      const std::string& path,
                      const ChartStyle& style = {});

} // namespace scorefield::plots
