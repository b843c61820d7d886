// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A run as a device with little but float arithmetic can follow it: its steps as affine stages, its
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

/// AffineStage (core/sampler/stepper.h) with the number of its level's table and of its draw.
struct DeviceStage {
    float state = 0, denoised = 0, noise = 0;
    float kept = 0, keepState = 0, keepDenoised = 0;
    std::uint32_t level = 0, draw = 0;
};
static_assert(sizeof(DeviceStage) == 32); // as shaders/swarm_run.comp declares it

/// How a level's table is read (KernelMixture): D = D_u + weight (D_c - D_u).
struct DeviceLevel {
    enum Form : std::uint32_t { Centred = 1, Shared = 2 }; ///< bits

    float weight = 1;
    std::uint32_t members = 0, others = 0, form = 0;
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
    /// Error: whyNotOnDevice, or a step that is not affine.
    static Result<std::shared_ptr<const DeviceRun>> create(const SimulationPlan& plan);

    std::uint64_t seed() const { return m_plan.seed; }
    int components() const { return static_cast<int>(m_order.components.size()); }
    /// K.
    int steps() const { return static_cast<int>(m_begin.size()) - 1; }
    /// Evaluations of the field in a step, at most.
    int evaluations() const;
    const std::vector<DeviceStage>& stages() const { return m_stages; }
    /// [K+1] the first stage of every step, and the end.
    const std::vector<std::uint32_t>& begins() const { return m_begin; }
    const std::vector<DeviceStart>& starts() const { return m_starts; }

    /// How many tables there are, and the floats of one: components() rows of kernelRowSize(2).
    std::size_t levels() const { return m_levels.size(); }
    std::size_t tableSize() const;
    /// Number `which` of them. Reuses the memory of `table`.
    DeviceLevel level(std::size_t which, KernelTable& table) const;

private:
    explicit DeviceRun(const SimulationPlan& plan);
    Status addSteps(const SamplerKind& kind);
    std::uint32_t levelNumber(const PathCoefficients& level);

    SimulationPlan m_plan;
    ComponentOrder m_order;
    std::vector<PathCoefficients> m_levels;
    std::vector<DeviceStage> m_stages;
    std::vector<std::uint32_t> m_begin;
    std::vector<DeviceStart> m_starts;
};

} // namespace scorefield
