// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The start of EM: k-means++ seeding (Arthur, Vassilvitskii 2007) and Lloyd's iteration, a function
// of the seed.
#include <Eigen/Core>

#include <cstdint>
#include <stop_token>
#include <vector>

namespace scorefield {

/// The cluster of every point: the best of several k-means runs by within-cluster sum of squares,
/// in coordinates divided by their standard deviations (so that units do not matter). points [d,n]
/// are columns; at least `clusters` of them must be distinct. No cluster is empty.
/// After a stop request the best so far is returned.
std::vector<int> kMeansClusters(const Eigen::MatrixXd& points,
                                int clusters,
                                std::uint64_t seed,
                                const std::stop_token& stop = {});

} // namespace scorefield
