// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a plan and its inputs must satisfy before a run, each with its sentence.
#include "core/base/memory.h"
#include "core/sampler/simulate.h"

namespace scorefield {

std::size_t particleCount(const SimulationPlan& plan, const SimulationInputs& inputs);
/// The memory of the states of a run: (K+1) d n numbers of `valueSize` bytes.
double stateBytes(const SimulationPlan& plan, std::size_t particles, std::size_t valueSize);
/// Error (empty path) where the float states of all these runs together need more than `limit`
/// bytes.
Status checkRunMemory(const std::vector<SimulationPlan>& plans, double limit = runMemoryLimit());
/// `valueSize`: bytes of a stored number. Error.path is empty or "start", "noise", "sampler",
/// "eta".
Status checkPlan(const SimulationPlan& plan, const SimulationInputs& inputs, std::size_t valueSize);

} // namespace scorefield
