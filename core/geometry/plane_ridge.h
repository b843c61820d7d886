// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The ridge of a mixture in the plane, from chains of places on f = 0 to lines that end where the
// thresholds end them.
#include "core/geometry/marching.h"

#include <memory>
#include <optional>
#include <vector>

namespace scorefield {

/// A chain all of whose places keep the thresholds, and whether its first and last place are where
/// the thresholds end it (else it leaves the box there).
struct ClippedChain {
    RidgeChain chain;
    bool firstEnds = false, lastEnds = false;
};
/// The parts of a chain that keep the thresholds; their ends are found by bisection.
std::vector<ClippedChain> clipChain(const PlaneLaw& law,
                                    const RidgeChain& chain,
                                    const RidgeThresholds& thresholds,
                                    double reach);

/// Puts places between those of a chain until no stretch is longer than `longest` and no corner is
/// seen.
void smoothChain(const PlaneLaw& law,
                 RidgeChain& chain,
                 const RidgeThresholds& thresholds,
                 double longest);

/// The part of the ridge around a place on it, shorter than the cells of the grid: its two ends and
/// some places between.
std::optional<ClippedChain> shortRidge(const PlaneLaw& law,
                                       const PlanePoint& seed,
                                       const RidgeThresholds& thresholds,
                                       double reach);

/// Modes, saddles and minima inside the box; every mean and every cell in which both components of
/// the score change sign is a start; where the score along the border says that there are others
/// (plane_index.h), also the surroundings of the flattest that were found.
std::vector<CriticalPoint> planeCriticalPoints(const PlaneLaw& law,
                                               const RidgeGrid& grid,
                                               const std::vector<GridNode>& nodes,
                                               WorkerPool& pool,
                                               const std::stop_token& stop);

Ridge findPlaneRidge(const RidgeField& field,
                     const RidgeRequest& request,
                     WorkerPool& pool,
                     const std::stop_token& stop);

} // namespace scorefield
