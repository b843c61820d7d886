// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The normals of one block of particles: from the Philox function of core/base/philox.h, or
// recorded ones.
#include "core/field/score_field.h"
#include "core/sampler/simulate.h"

#include <cstdint>
#include <memory>

namespace scorefield {

/// The rows [first, first + count) of the run, in blocks of `rows` >= count (the rest is padding
/// and follows along unused).
struct ParticleRange {
    std::size_t first = 0, count = 0;
    Eigen::Index rows = 0;
};

/// z [rows,d] of the initial state: philoxNormal(seed, Initial, particle, 0, coordinate).
template <class Real>
void initialNormals(std::uint64_t seed, const ParticleRange& range, Block<Real>& z);

/// z [rows,d] of node `node` of the particles' Brownian trees: philoxNormal(seed, Path, particle,
/// 2*node, coordinate). `spare` [rows,d] is overwritten.
template <class Real>
void pathNormals(std::uint64_t seed,
                 const ParticleRange& range,
                 std::uint32_t node,
                 Block<Real>& z,
                 Block<Real>& spare);

/// The recorded normals of a run, if it has some: the inputs' or the plan's tape.
struct RecordedNoise {
    const double* values = nullptr;
    std::size_t calls = 0, particles = 0;
};
RecordedNoise recordedNoise(const SimulationPlan& plan, const SimulationInputs& inputs);

template <class Real>
class BrownianPath;
class NoiseRecorder; // core/sampler/noise_recording.h

template <class Real>
class NoiseSource final : public StepNoise<Real> {
public:
    /// `draws` normals per step are reserved; the recorded numbers of `inputs`, if any, replace the
    /// drawn ones. What is drawn in double precision is told to `recorder`, if there is one.
    NoiseSource(const ParticleRange& range,
                int dimension,
                int draws,
                const SimulationPlan& plan,
                const SimulationInputs& inputs,
                NoiseRecorder* recorder = nullptr);
    ~NoiseSource() override;

    /// Goes on with other particles, as if newly made.
    void beginBlock(const ParticleRange& range, int dimension);
    void beginStep(int step) { m_next = static_cast<std::uint32_t>(step * m_draws); }
    void independent(Block<Real>& z) override;
    void between(double high, double low, Block<Real>& z) override;
    /// What between() gives, where it lies until the next draw: `space` [n,d] if need be.
    const Block<Real>& draw(double high, double low, Block<Real>& space);
    /// True once more draws were asked for than are recorded.
    bool exhausted() const { return m_exhausted; }

private:
    void drawRecorded(Block<Real>& z);
    void drawPhilox(Block<Real>& z);
    /// Draw m_next of the float kernels, which make two at once.
    const Block<Real>& kernelDraw();
    /// Counts the draw and tells the recorder.
    void finishDraw(const Block<Real>& z);

    std::uint64_t m_seed;
    ParticleRange m_range;
    int m_draws;
    RecordedNoise m_recorded;
    NoiseRecorder* m_recorder;
    std::uint32_t m_next = 0; // number of the next draw of the run
    std::size_t m_call = 0;   // draws made so far, of a Brownian path too
    bool m_exhausted = false;
    std::unique_ptr<BrownianPath<Real>> m_path; // only under the Brownian-tree policy
    std::uint32_t m_pair =
        ~0U; // the pair of draws that is in m_even and m_odd; in double only the second is kept
    Block<Real> m_even, m_odd;
};

} // namespace scorefield
