// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A quantity over a list of words whose part "ID.contribution" is what it grew by from the row
// before: a waterfall, one bar a row.
#include "core/study/table.h"
#include "ui/plots/chart_spec.h"

#include <optional>
#include <string>

namespace scorefield::plots {

/// Nothing where the table has no such part, or `over` no words, or rows do not follow `over`
/// alone.
std::optional<ChartSpec>
waterfallChart(const Table& table, const Column& over, const std::string& quantity);

} // namespace scorefield::plots
