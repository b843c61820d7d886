// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Samplers that use the values of the last steps, and DPM-Solver-fast, in NumPy. Private to
// core/session.
#include "core/session/python_parts.h"

#include <optional>

namespace scorefield::python {

/// Nothing for a sampler of another kind.
std::optional<Method> multistep(const Subject& subject);

} // namespace scorefield::python
