// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Particles that live on the GPU: a compute shader takes them through the steps of a run, in place,
// as far as they are wanted. Playing forward takes the next step; going back starts again from the
// noise. They are the particles of the CPU's run with the same seed, to float rounding, and any
// number more. OpenGL 4.3; never include this where Qt's OpenGL headers are.
#include "core/sampler/device_run.h"
#include "ui/render/gl_objects.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace scorefield::render {

/// Why the current context simulates nothing, one sentence; nothing: it does. A software renderer
/// does where SCOREFIELD_GPU of the environment is "force", no one where it is "off".
std::optional<std::string> whyNoGpuRuns(bool isSoftware);

class GpuRun {
public:
    /// The compute shader, compiled. The context must offer OpenGL 4.3.
    static Result<std::shared_ptr<const Program>> compile();
    /// Error: the GPU has no room for so many particles or for the tables of the run.
    static Result<std::unique_ptr<GpuRun>> create(std::shared_ptr<const Program> program,
                                                  std::shared_ptr<const DeviceRun> run,
                                                  std::size_t particles);

    std::size_t particles() const { return m_particles; }
    int steps() const { return m_run->steps(); }
    /// Another run for the same particles: they start again. Error: as of create.
    Status follow(std::shared_ptr<const DeviceRun> run);

    /// Takes particles towards state `taken` in 0…K, those with the lowest numbers first, until
    /// about `terms` components were evaluated (0: some particles move a step at least). Returns
    /// how many terms that was; 0: all are there. Commands are given, nothing is waited for.
    double advance(int taken, double terms);
    /// How many particles are there.
    std::size_t ready(int taken) const;
    /// Draws those that are there as points; attribute 0 is (x before, y before, x, y): where they
    /// were before their last step, and where they are.
    void drawReady(int taken) const;
    /// These four numbers of particles first … first + count - 1, waited for.
    std::vector<float> read(std::size_t first, std::size_t count) const;

private:
    GpuRun(std::shared_ptr<const Program> program, std::size_t particles);
    std::size_t unitsAlike(std::size_t first) const;
    void makeLevels(int first, int end);
    void dispatch(std::size_t firstUnit, std::size_t units, int taken);
    template <class Visit>
    void visitReady(int taken, Visit visit) const;

    std::shared_ptr<const Program> m_program;
    std::shared_ptr<const DeviceRun> m_run;
    std::size_t m_particles;
    std::vector<int> m_taken; ///< steps, of every unit of particles; -1: it has no start yet
    std::vector<bool> m_hasLevel;
    KernelTable m_table;
    BufferName m_states, m_rows, m_stages, m_begins, m_levels, m_starts;
    VertexArrayName m_vertexArray;
};

} // namespace scorefield::render
