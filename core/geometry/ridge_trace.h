// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// One-dimensional ridges in more than two dimensions, followed by predictor and corrector from
// seeds on them (theory 1.5).
#include "core/geometry/ridge.h"

#include <stop_token>

namespace scorefield {

/// Lines from the means and from exact draws, each projected onto the ridge first; every stretch
/// once. What no seed leads to is not found.
Ridge traceRidge(const RidgeSubject& subject,
                 const RidgeRequest& request,
                 WorkerPool& pool,
                 const std::stop_token& stop);

/// Modes that the means lead to, and modes and saddles that the lines pass.
std::vector<CriticalPoint> tracedCriticalPoints(const RidgeSubject& subject,
                                                const RidgeField& field,
                                                const std::vector<RidgeLine>& lines,
                                                WorkerPool& pool,
                                                const std::stop_token& stop);

} // namespace scorefield
