// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The curvatures of the log-density at one noise level on a grid of the view plane: where paths
// part, where they are settled, and how clearly a ridge stands out. In more than two dimensions
// those of the whole field at the plane's own points, as the ridges drawn there are.
#include "core/metric/field_map.h"

namespace scorefield {

enum class FrameQuantity {
    Kappa1, ///< kappa_1 = sigma^2 lambda_1 of the Hessian of log q_t, >= -1
    Kappa2, ///< kappa_2
    Gap     ///< log10(kappa_1 - kappa_2), also where doubles underflow; -inf at umbilics
};

/// The mixture alone, without guidance. Error: one dimension has no second curvature; sigma = 0 and
/// alpha = 0, where the curvatures are 0 and -1 everywhere.
Result<FieldMap> frameMap(const MapSubject& subject,
                          const PathCoefficients& level,
                          FrameQuantity quantity,
                          const PlaneGrid& grid,
                          WorkerPool& pool,
                          std::stop_token stop = {});

} // namespace scorefield
