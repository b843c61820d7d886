// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the charts of a study ask of its table.
#include "core/study/table.h"
#include "ui/plots/chart_spec.h"

#include <string>
#include <vector>

namespace scorefield::plots {

QString text(const std::string& words);
/// "lanes.0.confidence" without its lane.
std::string withoutLane(const std::string& id);
QString axisLabel(const Column& column);
bool hasNumber(const Column& column);
/// Values of a swept parameter, ascending, each once.
std::vector<double> distinct(const Column& column);
/// What a lane measured, or null.
const Column* laneColumn(const Table& table, const std::string& quantity, int lane);
std::vector<int> lanesOf(const Table& table);
/// "VP", or "lane 1" where the table names none; empty for -1: of no lane.
QString laneName(const Table& table, int lane);
ChartAxis parameterAxis(const Column& column);

} // namespace scorefield::plots
