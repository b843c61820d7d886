// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A run as a device with little but float arithmetic can follow it: its steps as coefficients, its
// levels as the float kernels' tables, its start as a few numbers, all made in double and rounded
// once. ui/render/gpu_run.h and shaders/swarm_run.comp follow it; the same plan simulated on the
// CPU is what they are tested against.
#include "core/field/kernel_table.h"
#include "core/sampler/simulate.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace scorefield {

/// One step. With D(x) the guided posterior mean at its first level and z a fresh normal,
///   y = a x + b D(x) + c z,
/// and with two evaluations, D'(y) the posterior mean at its second level,
///   x' = p x + q D(x) + r y + s D'(y);   else x' = y.
struct DeviceStep {
    float a = 1, b = 0, c = 0;
    std::uint32_t evaluations = 1;
    float p = 0, q = 0, r = 0, s = 0;
};
static_assert(sizeof(DeviceStep) == 32); // as shaders/swarm_run.comp declares it

/// How a level's table is read: `members` rows of the target class, then `others` (0: not needed),
/// D = D_u + weight (D_c - D_u).
struct DeviceLevel {
    float weight = 1;
    std::uint32_t members = 0, others = 0, centred = 0;
};
static_assert(sizeof(DeviceLevel) == 16);

/// One component of the starting law: chosen while the particle's word of Stream::Prior is below
/// `below`; the last one otherwise. x = mean + root z, root symmetric.
struct DeviceStart {
    std::uint32_t below = 0xffffffffU;
    float meanX = 0, meanY = 0, root00 = 0, root01 = 0, root11 = 0;
    float unused[2] = {};
};
static_assert(sizeof(DeviceStart) == 32);

/// What decides whether a device can follow a run.
struct DeviceQuestion {
    int dimension = 2;
    Choice sampler;
    double eta = 0;
    NoisePolicy noise = NoisePolicy::Independent;
    bool hasScoreError = false;
    const GuidanceRule* guidance = nullptr;
};
/// Why a device cannot follow it, one sentence that starts small; nothing: it can.
std::optional<std::string> whyNotOnDevice(const DeviceQuestion& question);

class DeviceRun {
public:
    /// Error: whyNotOnDevice, or states that end elsewhere than the next step starts.
    static Result<std::shared_ptr<const DeviceRun>> create(const SimulationPlan& plan);

    std::uint64_t seed() const { return m_plan.seed; }
    int components() const { return static_cast<int>(m_order.components.size()); }
    /// Floats of one level's table: components() rows of kernelRowSize(2).
    std::size_t tableSize() const;
    const std::vector<DeviceStep>& steps() const { return m_steps; }
    const std::vector<DeviceStart>& starts() const { return m_starts; }
    /// Level `k`, 0…K, with its table; sigma > 0. Reuses the memory of `table`.
    DeviceLevel level(int k, KernelTable& table) const;
    /// Of the field per step, at most.
    int evaluations() const;
    /// Whether a step asks for level `k`: the last one only of methods that look at their end, and
    /// never one without noise.
    bool isEvaluated(int k) const;

private:
    explicit DeviceRun(const SimulationPlan& plan);

    SimulationPlan m_plan;
    ComponentOrder m_order;
    std::vector<DeviceStep> m_steps;
    std::vector<DeviceStart> m_starts;
};

} // namespace scorefield
