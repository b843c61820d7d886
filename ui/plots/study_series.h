// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The series of a study's chart: what was measured with its fitted slope, and the parts, curves,
// bounds and floors that belong to it, each named for what it is.
#include "core/study/table.h"
#include "ui/plots/chart_spec.h"

#include <string>
#include <vector>

namespace scorefield::plots {

/// Rows that share their place in all other sweeps: one line each.
struct Line {
    QString name; ///< the other sweeps' values; empty without any
    std::vector<std::size_t> rows;
};
/// All of them, in the order of the table.
std::vector<Line> linesOf(const Table& table, const std::vector<const Column*>& others);

/// One quantity of one lane.
struct Subject {
    const Table& table;
    const Column& column; ///< what was measured
    const Column& over;   ///< what it is drawn over
    const Column& order;  ///< the sweep along which lines go
    bool hasTheory;       ///< theory and floors are known over it
};

/// Appends its measured series and all that belongs to it; what equals a series of the same role
/// and name that is there already is drawn once.
void addSubject(ChartSpec& spec, const Subject& subject, const std::vector<Line>& lines);
/// "VP · measured", in the legend.
QString measuredName(const QString& name);
/// What the lines and marks of the chart mean, in a few short sentences.
QString noteOf(const ChartSpec& spec);

} // namespace scorefield::plots
