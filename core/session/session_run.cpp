// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session_run.h"

#include "core/field/safe_weight.h"
#include "core/metric/stages.h"
#include "core/sampler/float_accuracy.h"
#include "core/sampler/plan_check.h"
#include "core/sampler/stiffness.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace scorefield {

namespace {

using Clock = std::chrono::steady_clock;

double millisecondsSince(Clock::time_point begin)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// The read-outs' standard errors are below a percent with this many; more would only cost time.
constexpr std::size_t kReadoutParticles = 20000;

/// With more, the bound on guidance would take longer than the run.
constexpr int kSafeBoundComponents = 200;

bool sameLevels(const SimulationPlan& a, const SimulationPlan& b)
{
    const auto sameLevel = [](const PathCoefficients& x, const PathCoefficients& y) {
        return x.t == y.t && x.alpha == y.alpha && x.sigma == y.sigma && x.dAlpha == y.dAlpha
               && x.dSigma == y.dSigma;
    };
    return std::equal(
        a.levels.begin(), a.levels.end(), b.levels.begin(), b.levels.end(), sameLevel);
}

bool sameInputs(const SimulationPlan& a, const SimulationPlan& b)
{
    return a.mixture == b.mixture && a.sampler == b.sampler && a.eta == b.eta && a.prior == b.prior
           && a.noise == b.noise && a.tape == b.tape && a.particles == b.particles
           && a.seed == b.seed && sameLevels(a, b);
}

/// The lane of an earlier run, if it would come out the same.
std::shared_ptr<const LaneProduct> reusable(const std::shared_ptr<const RunProduct>& previous,
                                            const Session& session,
                                            int lane,
                                            const SimulationPlan& plan)
{
    const auto i = static_cast<std::size_t>(lane);
    if (!previous || i >= previous->lanes.size() || !previous->lanes[i]
        || i >= previous->session.lanes.size())
        return nullptr;
    const Lane& before = previous->session.lanes[i];
    const Lane& now = session.lanes[i];
    const bool alike = before.process == now.process && before.guidance == now.guidance
                       && before.error == now.error && sameInputs(previous->lanes[i]->plan, plan);
    const bool finished = previous->lanes[i]->outcome.kind != Outcome::Kind::Cancelled;
    return alike && finished ? previous->lanes[i] : nullptr;
}

/// Of this plan, from an earlier run of the lane where nothing they depend on has changed, as while
/// a weight is dragged; nothing: they are still to be computed.
std::optional<std::vector<double>> knownSafeWeights(
    const SimulationPlan& plan, const std::shared_ptr<const RunProduct>& previous, int lane)
{
    const auto target = plan.guidance->target();
    if (!target || plan.mixture->componentCount() > kSafeBoundComponents)
        return std::vector<double>();
    const auto i = static_cast<std::size_t>(lane);
    if (previous && i < previous->lanes.size() && previous->lanes[i]) {
        const LaneProduct& before = *previous->lanes[i];
        const bool isComplete = before.safeWeights.size() + 1 == plan.levels.size();
        if (isComplete && before.plan.mixture == plan.mixture
            && before.plan.guidance->target() == target && sameLevels(before.plan, plan))
            return before.safeWeights;
    }
    return std::nullopt;
}

/// A lane that is to be simulated, or that an earlier run has simulated.
struct LaneTask {
    SimulationPlan plan;
    std::shared_ptr<const ForwardProcess> process{};
    std::optional<std::vector<double>> safeWeights{};
    std::shared_ptr<const LaneProduct> product{}; ///< the result
    double endMilliseconds = 0;                   ///< of its simulation, since the lanes began
};

void remarkOn(const SimulationPlan& plan, LaneProduct& product)
{
    if (product.trajectories.particles == 0)
        return;
    if (std::string sentence = accuracyRemark(plan); !sentence.empty())
        product.remarks.push_back(std::move(sentence));
    const auto stiffness = findStiffness(plan, product.trajectories);
    if (!stiffness)
        return;
    const int steps = static_cast<int>(plan.levels.size()) - 1;
    product.remarks.push_back(stiffnessRemark(*stiffness, steps));
    product.stiffnessNote = stiffnessNote(*stiffness, steps);
}

void runLane(LaneTask& task,
             const std::shared_ptr<StateMemory>& memory,
             WorkerPool& pool,
             const std::stop_token& stop,
             Clock::time_point begin)
{
    auto product = std::make_shared<LaneProduct>();
    SimulationInputs inputs;
    inputs.memory = memory;
    auto result = simulate<float>(task.plan, pool, stop, inputs);
    task.endMilliseconds = millisecondsSince(begin);
    const SimulationPlan& plan = task.plan;
    product->trajectories = std::move(result.trajectories);
    product->outcome = result.outcome;
    product->evaluations = result.evaluations;
    remarkOn(plan, *product);
    product->process = std::move(task.process);
    if (result.outcome.kind == Outcome::Kind::Completed) {
        EndReadouts ends = endReadouts(*plan.mixture,
                                       plan.levels.back(),
                                       product->trajectories,
                                       plan.guidance->target(),
                                       kReadoutParticles,
                                       pool);
        product->readouts = ends.readouts;
        product->endComponents = std::move(ends.components);
    }
    if (task.safeWeights)
        product->safeWeights = std::move(*task.safeWeights);
    else if (result.outcome.kind != Outcome::Kind::Cancelled)
        product->safeWeights = safeWeights(*plan.mixture, *plan.guidance->target(), plan.levels);
    product->plan = std::move(task.plan);
    task.product = std::move(product);
}

/// All lanes at once: while the last blocks of one are under way, threads turn to the next.
double runLanes(std::vector<LaneTask>& tasks,
                const std::shared_ptr<StateMemory>& memory,
                WorkerPool& pool,
                const std::stop_token& stop)
{
    std::vector<LaneTask*> open;
    for (LaneTask& task : tasks)
        if (!task.product)
            open.push_back(&task);
    const auto begin = Clock::now();
    pool.parallelFor(open.size(),
                     [&](std::size_t i) { runLane(*open[i], memory, pool, stop, begin); });
    double end = 0;
    for (const LaneTask* task : open)
        end = std::max(end, task->endMilliseconds);
    return end;
}

/// Completes a lane with its converged solution if the session shows it and the lane lacks it.
std::shared_ptr<const LaneProduct> withConverged(std::shared_ptr<const LaneProduct> lane,
                                                 const Session& session,
                                                 WorkerPool& pool,
                                                 const std::stop_token& stop)
{
    const bool wanted = session.view.particleColor == kColorByError
                        && lane->outcome.kind == Outcome::Kind::Completed;
    if (!wanted || lane->converged || !lane->convergedNote.empty())
        return lane;
    auto completed = std::make_shared<LaneProduct>(*lane);
    auto ends =
        compareWithConverged(lane->plan, lane->trajectories, lane->endComponents, pool, stop);
    if (stop.stop_requested())
        return lane;
    if (ends)
        completed->converged = std::make_shared<const ConvergedEnds>(std::move(ends).value());
    else
        completed->convergedNote = ends.error().message;
    return completed;
}

/// Completes a lane with its unguided twin if the session shows it and the lane lacks it.
std::shared_ptr<const LaneProduct> withTwin(std::shared_ptr<const LaneProduct> lane,
                                            const Session& session,
                                            WorkerPool& pool,
                                            const std::stop_token& stop)
{
    const bool wanted = session.view.particleColor == kColorByFate
                        && lane->outcome.kind == Outcome::Kind::Completed;
    if (!wanted || lane->twin || !lane->twinNote.empty())
        return lane;
    auto completed = std::make_shared<LaneProduct>(*lane);
    auto twin =
        compareWithUnguided(lane->plan, lane->trajectories, lane->endComponents, pool, stop);
    if (stop.stop_requested())
        return lane;
    if (twin)
        completed->twin = std::make_shared<const UnguidedTwin>(std::move(twin).value());
    else
        completed->twinNote = twin.error().message;
    return completed;
}

/// Completes a lane with its stages if the session shows them and the lane lacks them.
std::shared_ptr<const LaneProduct> withStages(std::shared_ptr<const LaneProduct> lane,
                                              const Session& session,
                                              WorkerPool& pool,
                                              const std::stop_token& stop)
{
    const bool wanted = session.view.particleColor == kColorByStage
                        && lane->outcome.kind == Outcome::Kind::Completed;
    const RidgeThresholds thresholds{session.view.ridge.beta, session.view.ridge.gamma};
    const bool isKnown =
        lane->stages ? lane->stages->thresholds == thresholds : !lane->stagesNote.empty();
    if (!wanted || isKnown)
        return lane;
    auto completed = std::make_shared<LaneProduct>(*lane);
    auto stages = followStages(lane->plan, lane->trajectories, thresholds, pool, stop);
    if (stop.stop_requested())
        return lane;
    if (stages)
        completed->stages = std::make_shared<const Stages>(std::move(stages).value());
    else
        completed->stagesNote = stages.error().message;
    return completed;
}

/// A lane without states.
std::shared_ptr<const LaneProduct>
emptyLane(SimulationPlan plan, std::shared_ptr<const ForwardProcess> process, Outcome outcome)
{
    auto product = std::make_shared<LaneProduct>();
    product->waitsForTraining = outcome.kind == Outcome::Kind::Cancelled;
    product->outcome = std::move(outcome);
    product->process = std::move(process);
    product->plan = std::move(plan);
    return product;
}

/// Trains the network of a lane where it may, or says why the lane cannot run; nothing if it can.
std::optional<Outcome> trainingOutcome(const SimulationPlan& plan,
                                       const RunModels& models,
                                       WorkerPool& pool,
                                       const std::stop_token& stop)
{
    if (!plan.error || plan.error->isPrepared(*plan.mixture))
        return std::nullopt;
    if (!models.train)
        return Outcome{Outcome::Kind::Cancelled, 0, "the network is being trained"};
    const auto trained = plan.error->prepare(*plan.mixture, pool, stop, models.progress);
    if (trained || stop.stop_requested()) // the run itself says that it was cancelled
        return std::nullopt;
    return Outcome{Outcome::Kind::Refused, 0, trained.error().message};
}

/// The recorded normals that the session names, if it uses them; read once per path.
Result<std::shared_ptr<const NoiseTape>> tapeOf(const Session& session,
                                                const std::shared_ptr<const RunProduct>& previous)
{
    const bool known = previous && previous->tape
                       && previous->session.particles.tape == session.particles.tape
                       && previous->session.particles.noise == session.particles.noise;
    return known ? Result<std::shared_ptr<const NoiseTape>>(previous->tape) : sessionTape(session);
}

/// What is to run in every lane. Sets run.preview where `particleLimit` leaves particles out.
Result<std::vector<SimulationPlan>>
plansOf(const Session& session, RunProduct& run, std::size_t particleLimit, const RunModels& models)
{
    const auto library = models.library ? models.library : std::make_shared<ModelLibrary>();
    std::vector<SimulationPlan> plans;
    for (int lane = 0; lane < static_cast<int>(session.lanes.size()); ++lane) {
        auto plan = planLane(session, lane, run.mixture, library);
        if (!plan)
            return plan.error();
        if (particleLimit > 0 && plan->particles > particleLimit) {
            plan->particles = particleLimit;
            run.preview = true;
        }
        plan->tape = run.tape;
        plans.push_back(std::move(plan).value());
    }
    if (auto fits = checkRunMemory(plans); !fits)
        return Error{"particles.count", fits.error().message};
    return plans;
}

/// With the lane of the previous run as its product, if that would come out the same.
Result<LaneTask> taskOf(const Session& session,
                        int lane,
                        SimulationPlan plan,
                        const std::shared_ptr<const RunProduct>& previous)
{
    LaneTask task{.plan = std::move(plan)};
    task.product = reusable(previous, session, lane, task.plan);
    if (task.product)
        return task;
    auto process = makeProcess(session.lanes[static_cast<std::size_t>(lane)].process);
    if (!process)
        return process.error();
    task.process = *process;
    task.safeWeights = knownSafeWeights(task.plan, previous, lane);
    return task;
}

} // namespace

std::vector<std::vector<PathCoefficients>> RunProduct::levels() const
{
    std::vector<std::vector<PathCoefficients>> all;
    for (const auto& lane : lanes)
        all.push_back(lane->plan.levels);
    return all;
}

Result<std::shared_ptr<const RunProduct>> runSession(const Session& session,
                                                     WorkerPool& pool,
                                                     std::stop_token stop,
                                                     std::shared_ptr<const RunProduct> previous,
                                                     std::size_t particleLimit,
                                                     const RunModels& models)
{
    auto run = std::make_shared<RunProduct>();
    run->session = session;
    run->memory = previous && previous->memory ? previous->memory : std::make_shared<StateMemory>();
    if (previous && previous->session.data == session.data) {
        run->mixture = previous->mixture;
    } else {
        auto mixture = GaussianMixture::create(*session.data);
        if (!mixture)
            return Error{"/data" + mixture.error().path, mixture.error().message};
        run->mixture = std::make_shared<const GaussianMixture>(std::move(mixture).value());
    }
    auto tape = tapeOf(session, previous);
    if (!tape)
        return tape.error();
    run->tape = std::move(tape).value();
    run->plane = viewPlane(session, *run->mixture);
    run->planeMixture = run->mixture->dimension() <= 2
                            ? run->mixture
                            : std::make_shared<const GaussianMixture>(
                                run->mixture->projected(run->plane.axes, run->plane.origin));

    auto plans = plansOf(session, *run, particleLimit, models);
    if (!plans)
        return plans.error();
    std::vector<LaneTask> tasks;
    for (int lane = 0; lane < static_cast<int>(plans->size()); ++lane) {
        auto task =
            taskOf(session, lane, std::move((*plans)[static_cast<std::size_t>(lane)]), previous);
        if (!task)
            return task.error();
        tasks.push_back(std::move(task).value());
    }
    previous.reset();
    for (LaneTask& task : tasks) {
        run->simulated.push_back(!task.product);
        if (task.product)
            continue;
        if (auto outcome = trainingOutcome(task.plan, models, pool, stop)) {
            task.product = emptyLane(std::move(task.plan), task.process, std::move(*outcome));
            run->simulated.back() = false;
        }
    }
    run->milliseconds = runLanes(tasks, run->memory, pool, stop);
    for (LaneTask& task : tasks) {
        auto product = withConverged(std::move(task.product), session, pool, stop);
        product = withTwin(std::move(product), session, pool, stop);
        run->lanes.push_back(withStages(std::move(product), session, pool, stop));
    }
    return std::shared_ptr<const RunProduct>(std::move(run));
}

} // namespace scorefield
