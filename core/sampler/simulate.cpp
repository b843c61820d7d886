// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sampler/simulate.h"

#include "core/base/text.h"
#include "core/sampler/correction.h"
#include "core/sampler/initial_state.h"
#include "core/sampler/noise_recording.h"
#include "core/sampler/plan_check.h"
#include "core/sampler/posterior_variance.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <new>
#include <type_traits>

namespace scorefield {

namespace {

// Small enough for the first cache (512 particles, 3 coordinates, a few arrays of floats: 24 KiB)
// and for even shares of a few thousand particles.
constexpr std::size_t kBlock = 512;
// Rows are padded to the widest vector, so that every particle is computed by the same vector code
// wherever its block ends.
constexpr std::size_t kPadding = 16;

/// A field that counts how many particles it was asked about: all of a block, or the few whose
/// adaptive steps are still under way.
template <class Real>
class CountingField final : public ScoreField<Real> {
public:
    CountingField(const ScoreField<Real>& field, const ParticleRange& range)
        : m_field(field)
        , m_range(range)
    {
    }
    int dimension() const override { return m_field.dimension(); }
    void denoise(const PathCoefficients& level,
                 const Block<Real>& x,
                 Block<Real>& denoised) const override
    {
        m_calls += x.rows() == m_range.rows ? static_cast<long long>(m_range.count) : x.rows();
        m_field.denoise(level, x, denoised);
    }
    long long calls() const { return m_calls; }

private:
    const ScoreField<Real>& m_field;
    ParticleRange m_range;
    mutable long long m_calls = 0;
};

/// One run: what all its blocks share.
template <class Real, class Store>
class Run {
public:
    Run(const SimulationPlan& plan,
        const SamplerKind& sampler,
        const SimulationInputs& inputs,
        std::size_t particles,
        std::stop_token stop,
        SimulationResult<Store>& result,
        NoiseRecorder* recorder)
        : m_plan(plan)
        , m_sampler(sampler)
        , m_inputs(inputs)
        , m_particles(particles)
        , m_stop(std::move(stop))
        , m_result(result)
        , m_recorder(recorder)
        , m_field(
              makeLearnedField<Real>({plan.mixture, plan.guidance, plan.levels}, plan.error.get()))
        , m_initial(plan, inputs)
    {
        if (sampler.needsPosteriorVariance != nullptr
            && sampler.needsPosteriorVariance(plan.sampler.values))
            m_posteriorVariance = meanPosteriorVariances(plan, *m_field);
    }

    /// A sampler or a guidance rule that couples the particles gets them all in one block.
    std::size_t blockSize() const
    {
        return m_sampler.wholeRun || m_plan.guidance->couplesParticles() ? m_particles : kBlock;
    }
    std::size_t blocks() const { return (m_particles + blockSize() - 1) / blockSize(); }
    /// Of the field, per particle.
    double evaluations() const
    {
        return static_cast<double>(m_evaluations) / static_cast<double>(m_particles);
    }

    /// Runs all steps of a block of particles.
    void runBlock(std::size_t block)
    {
        const std::size_t first = block * blockSize(),
                          count = std::min(blockSize(), m_particles - first);
        const auto rows = static_cast<Eigen::Index>((count + kPadding - 1) / kPadding * kPadding);
        const ParticleRange range{first, count, rows};
        Block<Real> x(rows, m_plan.mixture->dimension());
        m_initial.fill(range, x);
        store(0, range, x);

        const auto stepper = makeStepper();
        const auto ofBlock = m_field->forBlock(rows);
        const CountingField<Real> field(ofBlock ? *ofBlock : *m_field, range);
        Correction<Real> correction(m_plan, *m_field, rows);
        NoiseSource<Real> source(range,
                                 m_plan.mixture->dimension(),
                                 m_sampler.drawsPerStep + correction.drawsPerStep(),
                                 m_plan,
                                 m_inputs,
                                 m_recorder);
        const int steps = static_cast<int>(m_plan.levels.size()) - 1;
        for (int k = 0; k < steps; ++k) {
            if (m_stop.stop_requested())
                m_cancelled = true;
            if (m_cancelled || m_exhausted || k + 1 > m_firstBad)
                return;
            source.beginStep(k);
            correction.beginStep(x);
            const auto context = contextOf(k, field, source, static_cast<Eigen::Index>(count));
            stepper->step(context, x);
            if (correction.finishStep(context, x))
                exchangePaths(range, correction.ancestors(), k);
            if (source.exhausted())
                m_exhausted = true;
            // 0 times infinity and NaN is NaN: one sum tells whether all are finite.
            const Real probe = (x.topRows(static_cast<Eigen::Index>(count)) * Real(0)).sum();
            if (!(probe == Real(0))) {
                recordBad(k + 1);
                return;
            }
            store(k + 1, range, x);
        }
        m_evaluations += field.calls() + correction.evaluations(count);
        keepWeights(correction.logWeights());
    }

    bool cancelled() const { return m_cancelled; }
    bool exhausted() const { return m_exhausted; }
    /// The first step with a non-finite state, or a larger number than there are steps.
    int firstBad() const { return m_firstBad; }

private:
    StepContext<Real> contextOf(int step,
                                const ScoreField<Real>& field,
                                StepNoise<Real>& noise,
                                Eigen::Index particles) const
    {
        const auto k = static_cast<std::size_t>(step);
        const auto& levels = m_plan.levels;
        return {field,
                levels[k],
                m_plan.stepEnds.empty() ? levels[k + 1] : m_plan.stepEnds[k],
                m_sampler.usesEta ? m_plan.eta : 0,
                noise,
                m_plan.process.get(),
                levels,
                step,
                particles,
                m_posteriorVariance.empty() ? 0 : m_posteriorVariance[k]};
    }

    std::unique_ptr<Stepper<Real>> makeStepper() const
    {
        if constexpr (std::is_same_v<Real, float>)
            return m_sampler.makeFloat(m_plan.sampler.values);
        else
            return m_sampler.makeDouble(m_plan.sampler.values);
    }

    void store(int step, const ParticleRange& range, const Block<Real>& x)
    {
        if (m_plan.keepOnlyEnd) {
            if (step > 0 && step + 1 < static_cast<int>(m_plan.levels.size()))
                return;
            step = std::min(step, 1);
        }
        for (int c = 0; c < static_cast<int>(x.cols()); ++c) {
            const auto to =
                m_result.trajectories.coordinate(step, c).subspan(range.first, range.count);
            const Real* values = x.data() + c * x.rows();
            std::transform(values, values + range.count, to.begin(), [](Real value) {
                return static_cast<Store>(value);
            });
        }
    }

    /// Rows continue the paths of their ancestors: the stored states up to `step` move along, so
    /// that every row is one path.
    void exchangePaths(const ParticleRange& range, std::span<const int> ancestors, int step)
    {
        const int last = m_plan.keepOnlyEnd ? 0 : step;
        std::vector<Store> moved(range.count);
        for (int k = 0; k <= last; ++k)
            for (int c = 0; c < m_result.trajectories.dimension; ++c) {
                const auto row =
                    m_result.trajectories.coordinate(k, c).subspan(range.first, range.count);
                for (std::size_t i = 0; i < range.count; ++i)
                    moved[i] = row[static_cast<std::size_t>(ancestors[i])];
                std::copy(moved.begin(), moved.end(), row.begin());
            }
    }

    /// Only rules that couple the particles weight them: there is one block.
    void keepWeights(std::span<const double> logWeights)
    {
        if (!logWeights.empty())
            m_result.logWeights.assign(
                logWeights.begin(), logWeights.begin() + static_cast<std::ptrdiff_t>(m_particles));
    }

    void recordBad(int step)
    {
        int current = m_firstBad;
        while (step < current && !m_firstBad.compare_exchange_weak(current, step)) {
        }
    }

    const SimulationPlan& m_plan;
    const SamplerKind& m_sampler;
    const SimulationInputs& m_inputs;
    std::size_t m_particles;
    std::stop_token m_stop;
    SimulationResult<Store>& m_result;
    NoiseRecorder* m_recorder;
    std::unique_ptr<ScoreField<Real>> m_field;
    InitialState m_initial;
    std::vector<double> m_posteriorVariance; // at each level, where the sampler asks for it
    std::atomic<long long> m_evaluations{0}; // of the field, summed over particles
    std::atomic<bool> m_cancelled{false}, m_exhausted{false};
    std::atomic<int> m_firstBad{std::numeric_limits<int>::max()};
};

/// Leaves nothing but the outcome.
template <class Store>
void discard(SimulationResult<Store>& result, Outcome::Kind kind, std::string message)
{
    result.trajectories = {};
    result.outcome = {kind, 0, std::move(message)};
}

template <class Real, class Store>
void runAll(const SimulationPlan& plan,
            const SamplerKind& sampler,
            const SimulationInputs& inputs,
            WorkerPool& pool,
            std::stop_token stop,
            SimulationResult<Store>& result,
            NoiseRecorder* recorder)
{
    auto& trajectories = result.trajectories;
    Run<Real, Store> run(
        plan, sampler, inputs, trajectories.particles, std::move(stop), result, recorder);
    pool.parallelFor(run.blocks(), [&run](std::size_t block) { run.runBlock(block); });
    result.evaluations = run.evaluations();
    if (run.cancelled()) {
        discard(result, Outcome::Kind::Cancelled, "the run was cancelled");
    } else if (run.exhausted()) {
        discard(result,
                Outcome::Kind::Refused,
                "the sampler draws more normals than the "
                    + std::to_string(recordedNoise(plan, inputs).calls) + " recorded calls hold");
    } else if (run.firstBad() < static_cast<int>(plan.levels.size())) {
        const int bad = run.firstBad();
        trajectories.steps = plan.keepOnlyEnd ? 0 : bad - 1;
        trajectories.values.resize(static_cast<std::size_t>(trajectories.steps + 1)
                                   * static_cast<std::size_t>(trajectories.dimension)
                                   * trajectories.particles);
        result.outcome = {
            Outcome::Kind::NonFinite,
            bad,
            "step " + std::to_string(bad) + " of " + std::to_string(plan.levels.size() - 1)
                + " (to t = " + formatNumber(plan.levels[static_cast<std::size_t>(bad)].t, 4)
                + ") gave a number that is not finite; the states before it are kept"};
    }
}

template <class Store>
SimulationResult<Store> simulateWith(const SimulationPlan& plan,
                                     WorkerPool& pool,
                                     std::stop_token stop,
                                     const SimulationInputs& inputs,
                                     NoiseRecorder* recorder)
{
    const auto begin = std::chrono::steady_clock::now();
    SimulationResult<Store> result;
    if (const auto status = checkPlan(plan, inputs, sizeof(Store)); !status) {
        discard(result, Outcome::Kind::Refused, status.error().sentence());
        return result;
    }
    auto& trajectories = result.trajectories;
    trajectories.steps = plan.keepOnlyEnd ? 1 : static_cast<int>(plan.levels.size()) - 1;
    trajectories.dimension = plan.mixture->dimension();
    trajectories.particles = particleCount(plan, inputs);
    try {
        trajectories.values = StateVector<Store>(
            static_cast<std::size_t>(trajectories.steps + 1)
                * static_cast<std::size_t>(trajectories.dimension) * trajectories.particles,
            inputs.memory);
    } catch (const std::bad_alloc&) {
        discard(result,
                Outcome::Kind::Refused,
                "there is not enough memory for the states of this run");
        return result;
    }

    if (plan.error)
        if (const auto status = plan.error->prepare(*plan.mixture, pool, stop); !status) {
            const bool cancelled = stop.stop_requested();
            discard(result,
                    cancelled ? Outcome::Kind::Cancelled : Outcome::Kind::Refused,
                    status.error().sentence());
            return result;
        }
    const SamplerKind& sampler = **findSampler(plan.sampler);
    const bool vectorised = std::is_same_v<Store, float> && !sampler.doubleOnly
                            && (trajectories.dimension == 2 || trajectories.dimension == 3);
    if (vectorised)
        runAll<float>(plan, sampler, inputs, pool, std::move(stop), result, recorder);
    else
        runAll<double>(plan, sampler, inputs, pool, std::move(stop), result, recorder);
    result.milliseconds =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    return result;
}

} // namespace

template <class Store>
SimulationResult<Store> simulate(const SimulationPlan& plan,
                                 WorkerPool& pool,
                                 std::stop_token stop,
                                 const SimulationInputs& inputs)
{
    return simulateWith<Store>(plan, pool, std::move(stop), inputs, nullptr);
}

Result<NoiseTape> recordNoise(const SimulationPlan& plan, WorkerPool& pool, std::stop_token stop)
{
    NoiseRecorder recorder(plan.particles, plan.mixture->dimension());
    SimulationPlan lean = plan;
    lean.keepOnlyEnd = true;
    const auto run = simulateWith<double>(lean, pool, std::move(stop), {}, &recorder);
    if (run.outcome.kind != Outcome::Kind::Completed)
        return Error{"", run.outcome.message};
    return recorder.take();
}

template SimulationResult<float>
simulate<float>(const SimulationPlan&, WorkerPool&, std::stop_token, const SimulationInputs&);
template SimulationResult<double>
simulate<double>(const SimulationPlan&, WorkerPool&, std::stop_token, const SimulationInputs&);

} // namespace scorefield
