// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session_run.h"

#include "core/field/safe_weight.h"
#include "core/metric/stages.h"

#include <algorithm>
#include <optional>

namespace scorefield {

namespace {

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

/// Of this plan; those of an earlier run of the lane where nothing they depend on has changed, as
/// while a weight is dragged.
std::vector<double> safeWeightsOf(const SimulationPlan& plan,
                                  const std::shared_ptr<const RunProduct>& previous,
                                  int lane)
{
    const auto target = plan.guidance->target();
    if (!target || plan.mixture->componentCount() > kSafeBoundComponents)
        return {};
    const auto i = static_cast<std::size_t>(lane);
    if (previous && i < previous->lanes.size() && previous->lanes[i]) {
        const LaneProduct& before = *previous->lanes[i];
        if (before.plan.mixture == plan.mixture && before.plan.guidance->target() == target
            && sameLevels(before.plan, plan))
            return before.safeWeights;
    }
    return safeWeights(*plan.mixture, *target, plan.levels);
}

std::shared_ptr<const LaneProduct> runLane(SimulationPlan plan,
                                           std::shared_ptr<const ForwardProcess> process,
                                           std::vector<double> safe,
                                           WorkerPool& pool,
                                           std::stop_token stop,
                                           double& milliseconds)
{
    auto product = std::make_shared<LaneProduct>();
    auto result = simulate<float>(plan, pool, std::move(stop));
    milliseconds += result.milliseconds;
    product->trajectories = std::move(result.trajectories);
    product->outcome = result.outcome;
    product->evaluations = result.evaluations;
    product->process = std::move(process);
    product->safeWeights = std::move(safe);
    if (result.outcome.kind == Outcome::Kind::Completed) {
        const PathCoefficients& end = plan.levels.back();
        product->readouts = computeReadouts(*plan.mixture,
                                            end,
                                            product->trajectories,
                                            plan.guidance->target(),
                                            kReadoutParticles,
                                            &pool);
        product->endComponents = endComponents(*plan.mixture, end, product->trajectories, pool);
    }
    product->plan = std::move(plan);
    return product;
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

} // namespace

std::vector<std::vector<PathCoefficients>> RunProduct::levels() const
{
    std::vector<std::vector<PathCoefficients>> all;
    for (const auto& lane : lanes)
        all.push_back(lane->plan.levels);
    return all;
}

Result<std::shared_ptr<const RunProduct>>
runSession(const Session& session,
           WorkerPool& pool,
           std::stop_token stop,
           const std::shared_ptr<const RunProduct>& previous,
           std::size_t particleLimit,
           const RunModels& models)
{
    auto run = std::make_shared<RunProduct>();
    run->session = session;
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

    const auto library = models.library ? models.library : std::make_shared<ModelLibrary>();
    std::vector<SimulationPlan> plans;
    for (int lane = 0; lane < static_cast<int>(session.lanes.size()); ++lane) {
        auto plan = planLane(session, lane, run->mixture, library);
        if (!plan)
            return plan.error();
        if (particleLimit > 0 && plan->particles > particleLimit) {
            plan->particles = particleLimit;
            run->preview = true;
        }
        plan->tape = run->tape;
        plans.push_back(std::move(plan).value());
    }
    for (int lane = 0; lane < static_cast<int>(plans.size()); ++lane) {
        SimulationPlan& plan = plans[static_cast<std::size_t>(lane)];
        auto product = reusable(previous, session, lane, plan);
        if (!product) {
            auto process = makeProcess(session.lanes[static_cast<std::size_t>(lane)].process);
            if (!process)
                return process.error();
            if (auto outcome = trainingOutcome(plan, models, pool, stop)) {
                run->lanes.push_back(emptyLane(std::move(plan), *process, std::move(*outcome)));
                continue;
            }
            auto safe = safeWeightsOf(plan, previous, lane);
            product =
                runLane(std::move(plan), *process, std::move(safe), pool, stop, run->milliseconds);
        }
        product = withConverged(std::move(product), session, pool, stop);
        product = withTwin(std::move(product), session, pool, stop);
        run->lanes.push_back(withStages(std::move(product), session, pool, stop));
    }
    return std::shared_ptr<const RunProduct>(std::move(run));
}

} // namespace scorefield
