// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The normals that a run draws, written down call by call: a tape that makes another run, here or
// in another program, the same one.
#include "core/sampler/noise_source.h"
#include "core/sampler/noise_tape.h"

#include <mutex>
#include <stop_token>
#include <vector>

namespace scorefield {

/// Collects what the blocks of a run draw; blocks may run on several threads.
class NoiseRecorder {
public:
    NoiseRecorder(std::size_t particles, int dimension);
    /// Draw number `call` of the particles of `range`.
    void record(std::size_t call, const ParticleRange& range, const Block<double>& z);
    NoiseTape take();

private:
    std::mutex m_mutex;
    std::size_t m_particles, m_dimension;
    std::vector<std::vector<double>> m_calls;
};

/// Runs the plan in double precision and returns its step noise: draw number k of the run is slice
/// k, as SimulationInputs::noise takes it; no calls where the run draws nothing. Error: the run was
/// refused, cancelled or gave a number that is not finite.
Result<NoiseTape>
recordNoise(const SimulationPlan& plan, WorkerPool& pool, std::stop_token stop = {});

} // namespace scorefield
