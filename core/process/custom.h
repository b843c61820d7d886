// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the processes drawn by hand share: their parameters, and how the relation between alpha and
// sigma turns one function into both.
#include "core/process/process_parts.h"

namespace scorefield {

enum class Relation { VariancePreserving, RectifiedFlow, VarianceExploding };

/// "horizon", "stop" and "relation", a choice of the first `relations` of them.
std::vector<ParameterDescriptor> customParameters(std::size_t relations);
Relation relationOf(const Choice& choice);

/// The curve through the points; Error (path = "points") names the point.
Result<MonotoneCurve> curveThrough(std::vector<CurvePoint> points);

} // namespace scorefield
