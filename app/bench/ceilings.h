// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What this machine can do at most, measured beside what is compared with it.
#include "app/bench/bench.h"

namespace scorefield::app {

/// G exp/s on all threads, in some 20 ms: of every float as a vector library computes it, or of
/// x <= 0 alone as the field kernels do.
double expRate(WorkerPool& pool, bool isGeneral);
/// G standard normals/s on all threads: the kernels' own, into a buffer in the first cache.
double normalsRate(WorkerPool& pool);
/// GB/s at which all threads together write memory that the system has just given.
double newMemoryRate(WorkerPool& pool);

/// Whether this machine has no wider one: what does not depend on it is measured only then.
bool isWidest(const std::string& instructionSet);

} // namespace scorefield::app
