// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a metric is given on the command line: clouds, mixtures with noise, directions, the states
// of a run.
#include "app/arguments.h"
#include "core/metric/metric_kinds.h"

#include <vector>

namespace scorefield::app {

/// --p, --q, --alpha, …, --weights-a, …, --projections, --session, --lane.
std::vector<Option> metricInputOptions();
/// From the positionals after the metric's name and those options. Errors name the file or option.
Result<MetricSubject> readMetricSubject(const Arguments& arguments, const MetricKind& kind);

} // namespace scorefield::app
