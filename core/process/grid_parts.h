// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the grids share: the descriptors of "steps", "final" and "sigma_max", and the way from noise
// levels to times.
#include "core/process/time_grid.h"

#include <functional>

namespace scorefield {

ParameterDescriptor stepsParameter();
ParameterDescriptor finalParameter();
ParameterDescriptor sigmaMaxParameter();

/// K+1 times with noise levels on a curve sigma~(p), p in [0, 1] from the noisy end to the clean
/// one: node(p, high, low). A process that starts at sigma~ = inf starts there, and the curve of K
/// nodes goes from sigma_max.
std::vector<double>
timesOnNoiseCurve(const ForwardProcess& process,
                  const ParameterValues& values,
                  const std::function<double(double p, double high, double low)>& node);

} // namespace scorefield
