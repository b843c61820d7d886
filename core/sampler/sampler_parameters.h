// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The descriptors of parameters that several samplers have.
#include "core/base/parameter.h"

namespace scorefield {

/// "order": 1 … maximum.
ParameterDescriptor orderParameter(int minimum, int maximum, int defaultValue, std::string help);
/// What `values` say of it: SamplerKind::orderOf where this is the order of convergence.
int declaredOrder(const ParameterValues& values);
/// "lower_order_final": `when` says at which steps.
ParameterDescriptor lowerOrderFinalParameter(std::string when);
/// "variant": 0 midpoint, 1 heun, of a second-order step of DPM-Solver++.
ParameterDescriptor secondOrderVariantParameter();
/// "rtol", "atol".
ParameterDescriptor relativeToleranceParameter(double minimum, double defaultValue);
ParameterDescriptor absoluteToleranceParameter(double minimum, double defaultValue);

} // namespace scorefield
