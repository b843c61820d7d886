// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The eigenframe in the plane from the kernels' moments (plane_kernel.h), without allocation.
#include "core/geometry/eigenframe.h"

#include <cstddef>

namespace scorefield {

struct PlaneFrame {
    double s0 = 0, s1 = 0, kappa1 = 0, kappa2 = 0;
    double v0 = 1, v1 = 0; ///< v_1, v0 >= 0; n = (-v1, v0)
    /// lambda_1 - lambda_2 = gap e^logScale.
    double gap = 0, logScale = 0;
    double logGap(double noise) const; ///< log10(kappa_1 - kappa_2)
};

/// Of one point: moments[array * stride].
PlaneFrame planeFrame(const double* moments, std::size_t stride, double noise);

} // namespace scorefield
