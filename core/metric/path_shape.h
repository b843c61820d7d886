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

/// Means over the finite particles with standard errors; NaN where there is none, and where the
/// ends are the same place. u in [0, 1] is
/// the share of the way in the coordinate's time.
struct PathShape {
    /// int_0^1 E|dx/du - (x_1 - x_0)|^2 du (Liu et al. 2022, arXiv:2209.03003); zero for straight
    /// lines of constant speed. By chords, so it approaches that of the ODE from below.
    Estimate straightness;
    /// The same over E|x_1 - x_0|^2: free of units, so that coordinates can be compared (ours).
    Estimate bend;
    Estimate curvature; ///< total turning angle, radians (d > 1)
    Estimate length;    ///< of the chords
    Estimate excess;    ///< mean length over the mean distance of the ends; 1 for straight lines
    int particles = 0;
};
/// Of a stored run through `levels` [K+1]; float or double. Levels at alpha = 0 (sigma~ = inf) are
/// left out of the scaled coordinate. Turning angles are between chords that are long enough to
/// have a direction after rounding.
template <class Real>
PathShape pathShape(const BasicTrajectories<Real>& run,
                    std::span<const PathCoefficients> levels,
                    PathCoordinate coordinate);
extern template PathShape
pathShape<float>(const Trajectories&, std::span<const PathCoefficients>, PathCoordinate);
extern template PathShape pathShape<double>(const BasicTrajectories<double>&,
                                            std::span<const PathCoefficients>,
                                            PathCoordinate);

} // namespace scorefield
