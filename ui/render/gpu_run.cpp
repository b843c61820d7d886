// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/gpu_run.h"

#include "core/base/system.h"

#include <algorithm>
#include <string_view>

namespace scorefield::render {
namespace {

// Particles that always move together. Small, so that a slow machine has something to show after
// little work; a multiple of what buffer ranges must be aligned to.
constexpr std::size_t kUnit = 16384;
// Of one dispatch: 2^20 particles, 16 MiB of states, the most that every OpenGL 4.3 binds at once.
constexpr std::size_t kMostUnits = 64;
constexpr std::size_t kStateBytes = 4 * sizeof(float);
constexpr unsigned kGroup = 64; // invocations, as shaders/swarm_run.comp says
// A step's cost beside the components', in components: normals, coefficients, memory.
constexpr double kStepTerms = 4;
constexpr double kMebibyte = 1024.0 * 1024.0;

/// Storage without content; errors of before are forgotten. False: the GPU has no room for it.
bool reserve(const BufferName& buffer, std::size_t bytes)
{
    (void)takeOutOfMemory();
    upload(buffer, nullptr, bytes);
    return !takeOutOfMemory();
}

std::size_t largestBlock()
{
    GLint64 bytes = 0;
    glGetInteger64v(GL_MAX_SHADER_STORAGE_BLOCK_SIZE, &bytes);
    return static_cast<std::size_t>(std::max<GLint64>(bytes, 0));
}

template <class T>
void uploadAll(const BufferName& buffer, const std::vector<T>& values)
{
    upload(buffer, values.data(), values.size() * sizeof(T));
}

} // namespace

std::optional<std::string> whyNoGpuRuns(bool isSoftware)
{
    const char* variable = environmentVariable("SCOREFIELD_GPU");
    const std::string_view wish = variable != nullptr ? variable : "";
    if (wish == "off")
        return "SCOREFIELD_GPU=off in the environment says not to use the GPU";
    if (const int version = epoxy_gl_version(); version < 43)
        return "particles on the GPU need OpenGL 4.3, this machine offers "
               + std::to_string(version / 10) + "." + std::to_string(version % 10);
    if (isSoftware && wish != "force")
        return "there is no GPU: pictures are drawn by a software renderer, which is slower at "
               "simulating than the CPU itself";
    return std::nullopt;
}

Result<std::shared_ptr<const Program>> GpuRun::compile()
{
    auto program = Program::createCompute(QStringLiteral("swarm_run.comp"));
    if (!program)
        return program.error();
    return std::make_shared<const Program>(std::move(program).value());
}

GpuRun::GpuRun(std::shared_ptr<const Program> program, std::size_t particles)
    : m_program(std::move(program))
    , m_particles(particles)
    , m_taken((particles + kUnit - 1) / kUnit, -1)
    , m_states(newBuffer())
    , m_rows(newBuffer())
    , m_stages(newBuffer())
    , m_begins(newBuffer())
    , m_levels(newBuffer())
    , m_starts(newBuffer())
    , m_vertexArray(newVertexArray())
{
}

Result<std::unique_ptr<GpuRun>> GpuRun::create(std::shared_ptr<const Program> program,
                                               std::shared_ptr<const DeviceRun> run,
                                               std::size_t particles)
{
    std::unique_ptr<GpuRun> made(new GpuRun(std::move(program), particles));
    const std::size_t bytes = made->m_taken.size() * kUnit * kStateBytes;
    if (!reserve(made->m_states, bytes))
        return Error{"",
                     "the GPU has no room for " + std::to_string(particles) + " particles ("
                         + std::to_string(static_cast<int>(static_cast<double>(bytes) / kMebibyte))
                         + " MiB); choose fewer"};
    glBindVertexArray(made->m_vertexArray.get());
    glEnableVertexAttribArray(0);
    glVertexAttribPointer(0, 4, GL_FLOAT, GL_FALSE, 0, nullptr); // of m_states, just bound
    if (auto followed = made->follow(std::move(run)); !followed)
        return followed.error();
    return made;
}

Status GpuRun::follow(std::shared_ptr<const DeviceRun> run)
{
    const std::size_t levels = run->levels();
    const std::size_t bytes = levels * run->tableSize() * sizeof(float);
    if (bytes > largestBlock() || !reserve(m_rows, bytes))
        return Error{"",
                     "the GPU has no room for the tables of " + std::to_string(run->components())
                         + " components at " + std::to_string(levels) + " noise levels"};
    m_run = std::move(run);
    m_hasLevel.assign(levels, false);
    std::fill(m_taken.begin(), m_taken.end(), -1);
    uploadAll(m_stages, m_run->stages());
    uploadAll(m_begins, m_run->begins());
    uploadAll(m_starts, m_run->starts());
    upload(m_levels, nullptr, levels * sizeof(DeviceLevel));
    return success();
}

/// The tables of steps first … end - 1, made when first needed: a picture of the noise needs none.
void GpuRun::makeLevels(int first, int end)
{
    const std::size_t size = m_run->tableSize() * sizeof(float);
    const auto& begins = m_run->begins();
    const auto last = begins[static_cast<std::size_t>(end)];
    for (auto i = begins[static_cast<std::size_t>(first)]; i < last; ++i) {
        const std::size_t at = m_run->stages()[i].level;
        if (m_hasLevel[at])
            continue;
        const DeviceLevel level = m_run->level(at, m_table);
        glBindBuffer(GL_SHADER_STORAGE_BUFFER, m_rows.get());
        glBufferSubData(GL_SHADER_STORAGE_BUFFER,
                        static_cast<GLintptr>(at * size),
                        static_cast<GLsizeiptr>(size),
                        m_table.rows.data());
        glBindBuffer(GL_SHADER_STORAGE_BUFFER, m_levels.get());
        glBufferSubData(GL_SHADER_STORAGE_BUFFER,
                        static_cast<GLintptr>(at * sizeof level),
                        sizeof level,
                        &level);
        m_hasLevel[at] = true;
    }
}

/// How many units from `first` on have taken the same number of steps, as far as one dispatch goes.
std::size_t GpuRun::unitsAlike(std::size_t first) const
{
    std::size_t end = first + 1;
    while (end < m_taken.size() && end - first < kMostUnits && m_taken[end] == m_taken[first])
        ++end;
    return end - first;
}

void GpuRun::dispatch(std::size_t firstUnit, std::size_t units, int taken)
{
    const int from = m_taken[firstUnit];
    makeLevels(std::max(from, 0), taken);
    const std::size_t first = firstUnit * kUnit;
    const std::size_t count = std::min(units * kUnit, m_particles - first);
    glBindBufferRange(GL_SHADER_STORAGE_BUFFER,
                      0,
                      m_states.get(),
                      static_cast<GLintptr>(first * kStateBytes),
                      static_cast<GLsizeiptr>(units * kUnit * kStateBytes));
    m_program->set("uFirstParticle", static_cast<unsigned>(first));
    m_program->set("uCount", static_cast<unsigned>(count));
    m_program->set("uFrom", from);
    m_program->set("uTo", taken);
    glDispatchCompute((static_cast<unsigned>(count) + kGroup - 1) / kGroup, 1, 1);
    std::fill_n(m_taken.begin() + static_cast<std::ptrdiff_t>(firstUnit), units, taken);
}

double GpuRun::advance(int taken, double terms)
{
    std::replace_if(
        m_taken.begin(), m_taken.end(), [taken](int before) { return before > taken; }, -1);
    m_program->use();
    GLuint binding = 1;
    for (const BufferName* buffer : {&m_rows, &m_stages, &m_begins, &m_levels, &m_starts})
        glBindBufferBase(GL_SHADER_STORAGE_BUFFER, binding++, buffer->get());
    m_program->set("uStarts", static_cast<int>(m_run->starts().size()));
    m_program->set("uComponents", m_run->components());
    m_program->set("uSeedLow", static_cast<unsigned>(m_run->seed()));
    m_program->set("uSeedHigh", static_cast<unsigned>(m_run->seed() >> 32));

    double spent = 0;
    for (std::size_t unit = 0; unit < m_taken.size() && (spent == 0 || spent < terms);) {
        const std::size_t alike = unitsAlike(unit);
        if (m_taken[unit] == taken) {
            unit += alike;
            continue;
        }
        // Whole ways for as many units as the rest of the work allows; where not even one gets
        // there, part of its way.
        const double left = std::max(terms - spent, 0.0);
        const double step =
            static_cast<double>(kUnit) * (m_run->evaluations() * m_run->components() + kStepTerms);
        const int from = std::max(m_taken[unit], 0), missing = std::max(taken - from, 0);
        const double way = step * (missing + (m_taken[unit] < 0 ? 1 : 0));
        const auto units =
            static_cast<std::size_t>(std::clamp(left / way, 1.0, static_cast<double>(alike)));
        const int reached =
            way <= left
                ? taken
                : from + std::clamp(static_cast<int>(left / step), std::min(1, missing), missing);
        dispatch(unit, units, reached);
        spent += static_cast<double>(units) * step * std::max(reached - from, 1);
        unit += units;
    }
    glMemoryBarrier(GL_SHADER_STORAGE_BARRIER_BIT | GL_VERTEX_ATTRIB_ARRAY_BARRIER_BIT
                    | GL_BUFFER_UPDATE_BARRIER_BIT);
    return spent;
}

/// visit(first, count) of every stretch of particles that are there.
template <class Visit>
void GpuRun::visitReady(int taken, Visit visit) const
{
    for (std::size_t unit = 0; unit < m_taken.size();) {
        const std::size_t alike = unitsAlike(unit), first = unit * kUnit;
        if (m_taken[unit] == taken)
            visit(first, std::min(alike * kUnit, m_particles - first));
        unit += alike;
    }
}

std::size_t GpuRun::ready(int taken) const
{
    std::size_t sum = 0;
    visitReady(taken, [&sum](std::size_t, std::size_t count) { sum += count; });
    return sum;
}

void GpuRun::drawReady(int taken) const
{
    glBindVertexArray(m_vertexArray.get());
    visitReady(taken, [](std::size_t first, std::size_t count) {
        glDrawArrays(GL_POINTS, static_cast<GLint>(first), static_cast<GLsizei>(count));
    });
}

std::vector<float> GpuRun::read(std::size_t first, std::size_t count) const
{
    std::vector<float> values(4 * count);
    glBindBuffer(GL_SHADER_STORAGE_BUFFER, m_states.get());
    glGetBufferSubData(GL_SHADER_STORAGE_BUFFER,
                       static_cast<GLintptr>(first * kStateBytes),
                       static_cast<GLsizeiptr>(count * kStateBytes),
                       values.data());
    return values;
}

} // namespace scorefield::render
