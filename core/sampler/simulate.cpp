// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sampler/simulate.h"

#include "core/base/text.h"
#include "core/sampler/block_run_impl.h"
#include "core/sampler/float_accuracy.h"
#include "core/sampler/noise_recording.h"
#include "core/sampler/plan_check.h"

#include <chrono>
#include <cmath>
#include <new>
#include <type_traits>

namespace scorefield {

namespace {

/// Leaves nothing but the outcome.
template <class Store>
void discard(SimulationResult<Store>& result, Outcome::Kind kind, std::string message)
{
    result.trajectories = {};
    result.outcome = {kind, 0, std::move(message)};
}

std::string divergenceSentence(const SimulationPlan& plan,
                               const SamplerKind& sampler,
                               int step,
                               std::size_t particle)
{
    const auto k = static_cast<std::size_t>(step);
    const auto noise = [&plan](std::size_t level) {
        const double value = plan.levels[level].sigmaTilde();
        return std::isfinite(value) ? formatNumber(value, 4) : "∞";
    };
    const bool isAdaptive = sampler.evaluationsPerStep == 0;
    return std::string(isAdaptive ? "diverged, or asked for ever smaller steps, at step "
                                  : "diverged at step ")
           + std::to_string(step) + " of " + std::to_string(plan.levels.size() - 1) + ", particle "
           + std::to_string(particle) + ", σ̃ = " + noise(k - 1) + " → " + noise(k)
           + ": the states before it are kept";
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
    BlockRun<Real, Store> run(
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
        result.outcome = {Outcome::Kind::NonFinite,
                          bad,
                          divergenceSentence(plan, sampler, bad, run.badParticle())};
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
                            && (trajectories.dimension == 2 || trajectories.dimension == 3)
                            && !needsDouble(plan);
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
