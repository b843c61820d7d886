// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the families of metrics share: their options, and how a distance between clouds becomes one
// to a law, with its floor.
#include "core/metric/metric_kinds.h"

#include <functional>

namespace scorefield {

/// One per family, in the order of `list metrics`.
std::vector<MetricKind> transportMetrics();
std::vector<MetricKind> divergenceMetrics();
std::vector<MetricKind> pairMetrics();
std::vector<MetricKind> modeMetrics();
std::vector<MetricKind> pathMetrics();

ParameterDescriptor seedOption();
ParameterDescriptor neighbourOption();

using CloudDistance = std::function<Result<Estimate>(const Cloud&, const Cloud&)>;
/// `distance` between the two clouds, the floor between the halves of b; or from the cloud to as
/// many exact draws of p, the floor between two such sets.
Result<MetricReading> measureClouds(const MetricSubject& subject,
                                    const ParameterValues& values,
                                    const CloudDistance& distance);

} // namespace scorefield
