// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a plan and its inputs must satisfy before a run, each with its sentence.
#include "core/sampler/simulate.h"

namespace scorefield {

std::size_t particleCount(const SimulationPlan& plan, const SimulationInputs& inputs);
/// `valueSize`: bytes of a stored number. Error.path is empty or "start", "noise", "sampler",
/// "eta".
Status checkPlan(const SimulationPlan& plan, const SimulationInputs& inputs, std::size_t valueSize);

} // namespace scorefield
