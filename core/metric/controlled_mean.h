// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A mean whose error shrinks with the help of something that is known to average to zero.
#include "core/metric/estimate.h"

#include <Eigen/Core>

namespace scorefield {

/// E[value] = mean(value) - b mean(control), b the regression of value on control, E[control] = 0;
/// the error is that of the residuals. With weights (empty: alike) the means are self-normalised.
/// Pairs that are not finite are left out; NaN where they are more than one in a hundred.
Estimate controlledMean(const Eigen::ArrayXd& value,
                        const Eigen::ArrayXd& control,
                        const Eigen::ArrayXd& weights = {});

/// KL(p || q) = E_p[log p - log q] from log p - log q at draws of p: with q/p - 1 as the control,
/// whose mean is 0, the relative error is about sqrt(2/n) however small the divergence.
Estimate klOfLogRatios(const Eigen::ArrayXd& logRatios, const Eigen::ArrayXd& weights = {});

} // namespace scorefield
