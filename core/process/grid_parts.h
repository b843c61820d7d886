// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the grids share: the descriptors of "steps", "final", "sigma_max" and "ends", and the way
// from noise levels to times.
#include "core/process/time_grid.h"

#include <functional>
#include <string>

namespace scorefield {

ParameterDescriptor stepsParameter();
ParameterDescriptor finalParameter();
ParameterDescriptor sigmaMaxParameter();
/// "ends" of a program's discretisation: published | lane. The first is the program's own levels,
/// which `own` describes.
ParameterDescriptor endsParameter(const std::string& own);
bool endsArePublished(const ParameterValues& values);
int stepsOf(const ParameterValues& values); ///< K, or 0: see GridKind::times

inline constexpr const char* kTimeGroup = "In time";
inline constexpr const char* kNoiseGroup = "In noise level";
inline constexpr const char* kProgramGridGroup = "As in a program";
inline constexpr const char* kCustomGridGroup = "Drawn or given";

/// The times of these noise levels; an Error names the first that the process does not have.
Result<std::vector<double>> timesAtNoise(const ForwardProcess& process,
                                         const std::vector<double>& sigmaTilde);

/// T, then the times of level(k/K) for k = 1…K-1, then delta exactly (whatever the rounding of
/// timeAt).
std::vector<double> timesBetweenEnds(const ForwardProcess& process,
                                     int steps,
                                     const std::function<double(double p)>& level);

using NoiseCurve = std::function<double(double p, double high, double low)>;

/// K+1 times with noise levels on a curve sigma~(p), p in [0, 1] from the noisy end to the clean
/// one: node(p, high, low). A process that starts at sigma~ = inf starts there, and the curve of K
/// nodes goes from sigma_max.
Result<std::vector<double>> timesOnNoiseCurve(const ForwardProcess& process,
                                              const ParameterValues& values,
                                              const NoiseCurve& node);

/// The same between the published levels, or between those of the lane where "ends" says so.
Result<std::vector<double>> timesOnPublishedCurve(const ForwardProcess& process,
                                                  const ParameterValues& values,
                                                  double high,
                                                  double low,
                                                  const NoiseCurve& node);

} // namespace scorefield
