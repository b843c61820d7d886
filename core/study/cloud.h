// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the guidance sweep asks of a cloud of end points beyond core/metric/collapse.h.
#include "core/process/forward_process.h"
#include "core/study/study.h"

#include <optional>

namespace scorefield {

/// log det of the sample covariance at the last states of `run`, -inf where they lie in a plane or
/// point. The standard error is that of the mean of its influence, x^T S^-1 x - d (delta method).
StudyValue logDetCovariance(const Trajectories& run);

/// n exact draws of the law at `end`, of the target's conditional mixture if there is one, as if a
/// run had ended there.
Trajectories exactEnds(const GaussianMixture& mixture,
                       const PathCoefficients& end,
                       std::optional<int> target,
                       std::size_t n,
                       std::uint64_t seed);

} // namespace scorefield
