// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Distances between two clouds by sums over pairs of points: maximum mean discrepancy and energy
// distance. By all pairs in O((n+m)^2 d); the energy distance in one dimension in O(n log n).
#include "core/base/worker_pool.h"
#include "core/metric/estimate.h"
#include "core/metric/transport.h"

#include <stop_token>

namespace scorefield {

/// sum over i != j of both clouds of w_i w_j k, made unbiased, less twice that between them;
/// k(x, y) = exp(-|x-y|^2/2h^2). MMD^2, which chance makes negative where the laws agree; needs two
/// points of weight in each. Source: Gretton et al. 2012, J. Mach. Learn. Res. 13.
Estimate meanDiscrepancySquared(
    const Cloud& a, const Cloud& b, double bandwidth, WorkerPool& pool, std::stop_token stop = {});
/// The median distance between pairs of a and b together, of at most 2000 points; 1 if that is 0.
double medianDistance(const Cloud& a, const Cloud& b);

/// sqrt(2 E|x-y| - E|x-x'| - E|y-y'|), pairs i = j counted (they are 0), as in scipy.stats. Source:
/// Székely and Rizzo 2013, J. Statist. Plann. Inference 143.
Estimate
energyDistance(const Cloud& a, const Cloud& b, WorkerPool& pool, std::stop_token stop = {});

} // namespace scorefield
