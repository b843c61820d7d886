// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// From a squared distance that was estimated to the distance.
#include "core/metric/estimate.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

/// The root, 0 where chance made the square negative. Its error by the derivative, but no more than
/// the root of the error, which holds at 0.
inline Estimate rootOf(const Estimate& squared)
{
    const double root = std::sqrt(std::max(0.0, squared.value));
    const double atZero = std::sqrt(squared.error);
    return {root, root > 0 ? std::min(squared.error / (2 * root), atZero) : atZero};
}

} // namespace scorefield
