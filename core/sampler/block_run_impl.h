// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the blocks of one run share, and how a block is run: by the kernels where every step is an
// affine update, else by the stepper.
#include "core/field/component_tree.h"
#include "core/sampler/affine_run.h"
#include "core/sampler/correction.h"
#include "core/sampler/initial_state.h"
#include "core/sampler/noise_source.h"
#include "core/sampler/posterior_variance.h"
#include "core/sampler/simulate.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>
#include <type_traits>

namespace scorefield {

// Small enough for the first cache (512 particles, 3 coordinates, a few arrays of floats: 24 KiB)
// and for even shares of a few thousand particles.
inline constexpr std::size_t kBlock = 1024;
// Rows are padded to the widest vector, so that every particle is computed by the same vector code
// wherever its block ends.
inline constexpr std::size_t kPadding = 16;
// States that do not fit into the last cache with the work are written past it.
inline constexpr std::size_t kStreamBytes = std::size_t{32} << 20;

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
class BlockRun {
public:
    BlockRun(const SimulationPlan& plan,
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
        if constexpr (std::is_same_v<Real, float>)
            if (guidanceForRun(plan.guidance, {plan.levels, plan.mixture, plan.process})
                    ->newCorrector(1, m_field->dimension())
                == nullptr)
                m_affine = AffineRun::create(
                    *m_field, *makeStepper(), steps(), [this](int k) { return factsOf(k); });
    }

    /// A sampler or a guidance rule that couples the particles gets them all in one block.
    std::size_t blockSize() const
    {
        if (m_sampler.wholeRun || m_plan.guidance->couplesParticles())
            return m_particles;
        // Among more particles more are near each other, which the tree over components needs.
        const bool usesTree = std::is_same_v<Real, float> && m_plan.mixture->dimension() <= 3
                              && m_plan.mixture->componentCount() >= kTreeComponents;
        return usesTree ? std::clamp(m_particles / 8 / kBlock * kBlock, kBlock, 8 * kBlock)
                        : kBlock;
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
        // Numbers stay non-finite once they are: looked at in the end, and only then step by step.
        if (m_affine == nullptr || !runAffine(block, false))
            m_affine == nullptr ? runSteps(block) : void(runAffine(block, true));
    }

    bool cancelled() const { return m_cancelled; }
    bool exhausted() const { return m_exhausted; }
    /// The first step with a non-finite state, or a larger number than there are steps.
    int firstBad() const { return m_firstBad; }
    /// The first particle that is not finite after that step.
    std::size_t badParticle() const { return m_badParticle; }

private:
    int steps() const { return static_cast<int>(m_plan.levels.size()) - 1; }

    ParticleRange rangeOf(std::size_t block) const
    {
        const std::size_t first = block * blockSize(),
                          count = std::min(blockSize(), m_particles - first);
        return {
            first, count, static_cast<Eigen::Index>((count + kPadding - 1) / kPadding * kPadding)};
    }

    /// Whether the block's run is over before step k.
    bool isOver(int k)
    {
        if (m_stop.stop_requested())
            m_cancelled = true;
        return m_cancelled || m_exhausted || k + 1 > m_firstBad;
    }

    /// As numbers that are stored: a double may be finite, and too large for a float.
    template <class Number>
    static bool isFinite(const ParticleRange& range, const Block<Number>& x)
    {
        // 0 times infinity and NaN is NaN: one sum tells whether all are finite.
        return (x.topRows(static_cast<Eigen::Index>(range.count)).template cast<Store>() * Store(0))
                   .sum()
               == Store(0);
    }

    /// By the kernels, each step in one pass. False if it did not end finite: then once more, with
    /// `looks`, to find out where it began.
    bool runAffine(std::size_t block, bool looks)
    {
        if constexpr (std::is_same_v<Real, float>) {
            const ParticleRange range = rangeOf(block);
            auto worker = takeWorker(range);
            const bool isFine = runAffine(range, looks, *worker);
            const std::lock_guard lock(m_idleMutex);
            m_idle.push_back(std::move(worker));
            return isFine;
        }
        return true;
    }

    /// The memory of a block, for the next one of the same thread.
    struct Worker {
        AffineBlock block;
        NoiseSource<float> noise;

        Worker(const BlockRun& run, const ParticleRange& range)
            : noise(range,
                    run.m_plan.mixture->dimension(),
                    run.m_sampler.drawsPerStep,
                    run.m_plan,
                    run.m_inputs,
                    run.m_recorder)
        {
        }
    };

    bool runAffine(const ParticleRange& range, bool looks, Worker& worker)
    {
        Block<float>& x = worker.block.x;
        m_initial.fill(range, x);
        store(0, range, x);
        for (int k = 0; k < steps(); ++k) {
            if (isOver(k)) // another block diverged by then, this one perhaps earlier
                return looks || isFinite(range, x);
            worker.noise.beginStep(k);
            m_affine->take(k, worker.noise, worker.block, stateRows(k + 1, range));
            if (worker.noise.exhausted())
                m_exhausted = true;
            if (looks && !isFinite(range, x)) {
                recordBad(k + 1, range, x);
                return true;
            }
        }
        m_evaluations += m_affine->evaluations() * static_cast<long long>(range.count);
        return isFinite(range, x);
    }

    std::unique_ptr<Worker> takeWorker(const ParticleRange& range)
    {
        const int d = m_plan.mixture->dimension();
        {
            const std::lock_guard lock(m_idleMutex);
            if (!m_idle.empty()) {
                auto worker = std::move(m_idle.back());
                m_idle.pop_back();
                worker->block.begin(range.rows, d);
                worker->noise.beginBlock(range, d);
                return worker;
            }
        }
        auto worker = std::make_unique<Worker>(*this, range);
        worker->block.begin(range.rows, d);
        return worker;
    }

    /// By the stepper.
    void runSteps(std::size_t block)
    {
        const ParticleRange range = rangeOf(block);
        const auto [first, count, rows] = range;
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
        for (int k = 0; k < steps(); ++k) {
            if (isOver(k))
                return;
            source.beginStep(k);
            correction.beginStep(x);
            const StepContext<Real> context{
                factsOf(k), field, source, static_cast<Eigen::Index>(count), m_stop};
            stepper->step(context, x);
            if (correction.finishStep(context, x))
                exchangePaths(range, correction.ancestors(), k);
            if (source.exhausted())
                m_exhausted = true;
            if (isOver(k)) // then the step may have been left midway
                return;
            if (!isFinite(range, x)) {
                recordBad(k + 1, range, x);
                return;
            }
            store(k + 1, range, x);
        }
        m_evaluations += field.calls() + correction.evaluations(count);
        keepWeights(correction.logWeights());
    }

    StepFacts factsOf(int step) const
    {
        const auto k = static_cast<std::size_t>(step);
        const auto& levels = m_plan.levels;
        return {levels[k],
                m_plan.stepEnds.empty() ? levels[k + 1] : m_plan.stepEnds[k],
                m_sampler.usesEta ? m_plan.eta : 0,
                m_plan.process.get(),
                levels,
                step,
                m_posteriorVariance.empty() ? 0 : m_posteriorVariance[k]};
    }

    std::unique_ptr<Stepper<Real>> makeStepper() const
    {
        if constexpr (std::is_same_v<Real, float>)
            return m_sampler.makeFloat(m_plan.sampler.values);
        else
            return m_sampler.makeDouble(m_plan.sampler.values);
    }

    /// Number of the stored state that holds state `step`; -1: it is not stored.
    int storedAs(int step) const
    {
        if (!m_plan.keepOnlyEnd)
            return step;
        return step == 0 ? 0 : step == steps() ? 1 : -1;
    }

    StateRows stateRows(int step, const ParticleRange& range)
    {
        if constexpr (std::is_same_v<Store, float>) {
            auto& trajectories = m_result.trajectories;
            if (const int place = storedAs(step); place >= 0)
                return {trajectories.coordinate(place, 0).data() + range.first,
                        range.count,
                        m_particles,
                        trajectories.values.size() * sizeof(Store) > kStreamBytes};
        }
        return {};
    }

    template <class Number>
    void store(int state, const ParticleRange& range, const Block<Number>& x)
    {
        const int step = storedAs(state);
        if (step < 0)
            return;
        for (int c = 0; c < static_cast<int>(x.cols()); ++c) {
            const auto to =
                m_result.trajectories.coordinate(step, c).subspan(range.first, range.count);
            const Number* values = x.data() + c * x.rows();
            std::transform(values, values + range.count, to.begin(), [](Number value) {
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

    /// Of all blocks the earliest step, and of that the first particle: every block runs as far as
    /// the earliest step known, so the order in which they come does not matter.
    template <class Number>
    void recordBad(int step, const ParticleRange& range, const Block<Number>& x)
    {
        std::size_t row = 0;
        while (row + 1 < range.count
               && x.row(static_cast<Eigen::Index>(row)).template cast<Store>().isFinite().all())
            ++row;
        const std::lock_guard lock(m_badMutex);
        if (step > m_firstBad || (step == m_firstBad && m_badParticle < range.first + row))
            return;
        m_firstBad = step;
        m_badParticle = range.first + row;
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
    std::unique_ptr<const AffineRun> m_affine; // null: the stepper takes the steps
    std::mutex m_idleMutex;
    std::vector<std::unique_ptr<Worker>> m_idle;
    std::vector<double> m_posteriorVariance; // at each level, where the sampler asks for it
    std::atomic<long long> m_evaluations{0}; // of the field, summed over particles
    std::atomic<bool> m_cancelled{false}, m_exhausted{false};
    std::atomic<int> m_firstBad{std::numeric_limits<int>::max()};
    std::mutex m_badMutex; // of what is written of both
    std::size_t m_badParticle = 0;
};

} // namespace scorefield
