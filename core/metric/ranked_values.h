// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Numbers in ascending order that still know where they came from: what every metric of
// projections begins with, and most of its cost.
#include <Eigen/Core>

#include <cstdint>
#include <vector>

namespace scorefield {

struct RankedValue {
    double value;
    std::uint32_t index; ///< of the particle
};

/// Ascending, finite values; by radix in O(n), a few times faster than comparing.
void sortRanked(std::vector<RankedValue>& values, std::vector<RankedValue>& scratch);
/// The entries of `values`, ascending with their places.
std::vector<RankedValue> rankedValues(const Eigen::VectorXd& values);

} // namespace scorefield
