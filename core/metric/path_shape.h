// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The shape of trajectories in a declared coordinate: how straight, how bent, how long. The same
// paths differ between coordinates, so the coordinate belongs to the number.
#include "core/metric/estimate.h"
#include "core/process/forward_process.h"
#include "core/sampler/simulate.h"

#include <span>

namespace scorefield {

/// x_t against the process's own time; x/alpha against sigma~; or x/(alpha + sigma) against
/// sigma/(alpha + sigma), in which every process is the rectified flow.
enum class PathCoordinate { Native, Scaled, RectifiedFlow };

/// Means over the finite particles with standard errors. u in [0, 1] is the share of the way in the
/// coordinate's time.
struct PathShape {
    /// int_0^1 E|dx/du - (x_1 - x_0)|^2 du (Liu et al. 2022, arXiv:2209.03003); zero for straight
    /// lines of constant speed. By chords, so it approaches that of the ODE from below.
    Estimate straightness;
    Estimate curvature; ///< total turning angle, radians (d > 1)
    Estimate length;    ///< of the chords
    Estimate excess;    ///< length over the distance of the ends
    int particles = 0;
};
/// Of a stored run through `levels` [K+1]. A level at alpha = 0 (sigma~ = inf) is left out of the
/// scaled coordinate.
PathShape pathShape(const Trajectories& run,
                    std::span<const PathCoefficients> levels,
                    PathCoordinate coordinate);

} // namespace scorefield
