// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The K+1 decreasing times at which a lane is simulated, from T to delta, or to 0 for a last step
// onto the posterior mean.
#include "core/process/forward_process.h"

#include <vector>

namespace scorefield {

/// Grids declare "steps" (K, 1…1000) and "final" (choice: stop at delta | denoise: the last of
/// the K steps goes to the process's data level). A grid of given numbers declares neither: its
/// list is taken as it is. Those in the noise level also declare "sigma_max": where the process
/// starts at sigma~ = inf (RF at T = 1), the first time is T and the others are the grid of K nodes
/// from sigma_max down. A program's discretisation keeps the program's own levels, beyond T and
/// delta if need be, where its "ends" (choice: published | lane) do not say otherwise.
struct GridKind {
    VariantInfo info;
    /// The K+1 times before "final" is applied, K = "steps"; a last time of 0 is the data level.
    /// For final = denoise it is asked for one step less, of which K = 0 is the first time alone.
    /// Values and points have been validated; the Error (path = key) is for what does not fit the
    /// process.
    Result<std::vector<double>> (*times)(const ForwardProcess&, const Choice&);
};
const std::vector<GridKind>& gridKinds();

/// The levels of a run: [K+1] coefficients, sigma~ strictly decreasing.
Result<std::vector<PathCoefficients>> makeLevels(const ForwardProcess& process, const Choice& grid);
/// Levels at given noise levels sigma~ (decreasing, the last may be 0), e.g. another lane's. Errors
/// name the index.
Result<std::vector<PathCoefficients>> levelsAtNoise(const ForwardProcess& process,
                                                    const std::vector<double>& sigmaTilde);
/// Levels at given times (decreasing, the last may be 0).
Result<std::vector<PathCoefficients>> levelsAtTimes(const ForwardProcess& process,
                                                    const std::vector<double>& times);

} // namespace scorefield
