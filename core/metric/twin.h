// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A guided run beside its twin: the same starts and noise without guidance (or with another). Where
// did each particle end with and without it, and how did it get there? Theory §7, §8.
#include "core/metric/estimate.h"
#include "core/mixture/gaussian_mixture.h"
#include "core/sampler/simulate.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace scorefield {

/// Particles by the component they end at: counts(i, j) went to i in the twin and to j when guided.
struct BasinFlips {
    Eigen::ArrayXXi counts; ///< [K,K]
    int particles = 0;      ///< finite in both runs
    Estimate flipped;       ///< share off the diagonal
};
/// `twin` and `guided` are the likeliest components of end points [n] (endComponents); particles
/// that are not finite in one of the runs are left out.
BasinFlips basinFlips(int components,
                      const Trajectories& twinRun,
                      const std::vector<int>& twin,
                      const Trajectories& guidedRun,
                      const std::vector<int>& guided);

/// What guidance did to one particle, seen from the mean of the class's nearest component.
enum class Fate : std::uint8_t {
    Convergent, ///< ends no farther from it than its twin, without period 2
    Mixed,      ///< ends no farther, but jumped over the mean in turns on its way
    Divergent,  ///< ends farther from it than its twin
    NotFinite   ///< in one of the runs
};
struct Fates {
    std::vector<Fate> of;                ///< [n]
    std::vector<std::uint8_t> periodTwo; ///< [n] 1: it jumps over the mean in two consecutive
                                         ///< steps, seen along its own movement
    std::array<Estimate, 3> shares{}; ///< of Convergent, Mixed, Divergent among the finite
    int finite = 0;
};
/// Both runs have the same particles; `levels` [K+1] are those of the guided run. Period 2 needs
/// its states (none is found in a run that kept only its ends) and says something of step sizes
/// where steps add no noise. Without a target every component counts.
Fates compareWithTwin(const GaussianMixture& mixture,
                      std::optional<int> target,
                      std::span<const PathCoefficients> levels,
                      const Trajectories& guided,
                      const Trajectories& twin);

} // namespace scorefield
