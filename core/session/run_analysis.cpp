// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/run_analysis.h"

#include "core/metric/plan_ode.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

constexpr std::size_t kOverTimeParticles = 1000; ///< standard errors below 0.016
/// Standard errors of a few hundredths of a nat; a path costs some hundred evaluations in double.
constexpr std::size_t kEntropyParticles = 256;
constexpr double kEntropyTolerance = 1e-6; ///< far below the standard error of the means

bool isFinished(const LaneProduct& lane)
{
    return lane.outcome.kind == Outcome::Kind::Completed;
}

std::optional<int> targetOf(const SimulationPlan& plan)
{
    return plan.guidance ? plan.guidance->target() : std::nullopt;
}

/// Draws of the class at every level, as if a run had gone through them.
Trajectories exactPath(const SimulationPlan& plan, const GaussianMixture& law, std::size_t n)
{
    Trajectories path;
    path.steps = static_cast<int>(plan.levels.size()) - 1;
    path.dimension = law.dimension();
    path.particles = n;
    path.values.resize(plan.levels.size() * static_cast<std::size_t>(law.dimension()) * n);
    for (int k = 0; k <= path.steps; ++k) {
        const PathCoefficients& level = plan.levels[static_cast<std::size_t>(k)];
        const Eigen::MatrixXd x = law.sample(
            plan.seed, Stream::Data, static_cast<int>(n), level.alpha, level.sigma); // [d,n]
        for (int c = 0; c < path.dimension; ++c)
            for (std::size_t i = 0; i < n; ++i)
                path.coordinate(k, c)[i] = static_cast<float>(x(c, static_cast<Eigen::Index>(i)));
    }
    return path;
}

double effectiveCount(const Eigen::ArrayXd& counts)
{
    const double n = counts.sum();
    double entropy = 0;
    for (const double count : counts)
        if (count > 0)
            entropy -= count / n * std::log(count / n);
    return n > 0 ? std::exp(entropy) : std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> effectiveModes(const LaneProduct& lane, WorkerPool& pool)
{
    const Trajectories& run = lane.trajectories;
    const auto n = static_cast<Eigen::Index>(std::min(run.particles, kOverTimeParticles));
    std::vector<double> modes(static_cast<std::size_t>(run.steps) + 1);
    pool.parallelFor(modes.size(), [&](std::size_t k) {
        const PathCoefficients& level = lane.plan.levels[k];
        Eigen::ArrayXXd x(n, run.dimension), terms;
        for (int c = 0; c < run.dimension; ++c)
            x.col(c) =
                Eigen::Map<const Eigen::ArrayXf>(run.coordinate(static_cast<int>(k), c).data(), n)
                    .cast<double>();
        BlockLaw(*lane.plan.mixture, level.alpha, level.sigma).logTerms(x, terms);
        // Shares of the posterior, not of the likeliest: at pure noise nothing is decided yet.
        Eigen::ArrayXd counts = Eigen::ArrayXd::Zero(terms.cols());
        for (Eigen::Index i = 0; i < n; ++i) {
            const double top = terms.row(i).maxCoeff();
            if (!x.row(i).allFinite() || !std::isfinite(top))
                continue;
            const Eigen::ArrayXd posterior = (terms.row(i) - top).exp().transpose();
            counts += posterior / posterior.sum();
        }
        modes[k] = effectiveCount(counts);
    });
    return modes;
}

Analysed<OverTime> overTime(const LaneAnalysis& analysis, WorkerPool& pool)
{
    const LaneProduct& lane = *analysis.product;
    const SimulationPlan& plan = lane.plan;
    const auto target = targetOf(plan);
    auto result = std::make_shared<OverTime>();
    result->confidence = confidenceOverTime(
        *plan.mixture, target, plan.levels, lane.trajectories, kOverTimeParticles, &pool);
    result->effectiveModes = effectiveModes(lane, pool);
    if (analysis.meter)
        result->ceiling = analysis.meter->ceiling().value;
    if (target) {
        for (const PathCoefficients& level : plan.levels)
            result->weight.push_back(plan.guidance->weight(level));
        if (const auto law = plan.mixture->conditional(*target))
            result->exactConfidence = confidenceOverTime(*plan.mixture,
                                                         target,
                                                         plan.levels,
                                                         exactPath(plan, *law, kOverTimeParticles),
                                                         kOverTimeParticles,
                                                         &pool);
    }
    return {std::move(result), {}};
}

/// Why the entropy of the exact ODE says nothing of this lane; empty where it does.
std::string entropyObstacle(const SimulationPlan& plan)
{
    if (!plan.process)
        return "the exact ODE needs the process of the levels";
    const double eta = followedEta(plan);
    if (std::isnan(eta))
        return "this sampler follows no equation whose density could be computed";
    if (eta != 0)
        return "with η > 0 the lane follows an SDE, whose density has no closed form along a path";
    if (plan.guidance && !plan.guidance->isLinear())
        return "this rule is not linear in the two means, so the divergence of its field is not "
               "known in closed form";
    const auto ode = odeOfPlan(plan);
    return ode ? std::string() : ode.error().message;
}

Analysed<GuidedEntropy> entropy(const LaneProduct& lane, WorkerPool& pool, std::stop_token stop)
{
    const SimulationPlan& plan = lane.plan;
    if (auto obstacle = entropyObstacle(plan); !obstacle.empty())
        return {nullptr, std::move(obstacle)};
    const Trajectories& run = lane.trajectories;
    const auto n = static_cast<Eigen::Index>(std::min(run.particles, kEntropyParticles));
    Eigen::MatrixXd starts(run.dimension, n);
    for (int c = 0; c < run.dimension; ++c)
        starts.row(c) =
            Eigen::Map<const Eigen::RowVectorXf>(run.coordinate(0, c).data(), n).cast<double>();
    const auto particles = followOdeOfPlan(plan, kEntropyTolerance, starts, pool, stop);
    if (!particles)
        return {nullptr, particles.error().sentence()};
    if (stop.stop_requested())
        return {};
    const GuidedEntropy result = guidedEntropy(*particles);
    if (result.particles == 0)
        return {nullptr, "the exact ODE did not stay finite for any particle"};
    return {std::make_shared<const GuidedEntropy>(result), {}};
}

Analysed<UnguidedTwin> twin(const LaneProduct& lane, WorkerPool& pool, std::stop_token stop)
{
    if (lane.twin || !lane.twinNote.empty())
        return {lane.twin, lane.twinNote};
    auto compared =
        compareWithUnguided(lane.plan, lane.trajectories, lane.endComponents, pool, stop);
    if (stop.stop_requested())
        return {};
    if (!compared)
        return {nullptr, compared.error().message};
    return {std::make_shared<const UnguidedTwin>(std::move(compared).value()), {}};
}

Analysed<Stages> stages(const LaneProduct& lane,
                        const RidgeThresholds& thresholds,
                        WorkerPool& pool,
                        std::stop_token stop)
{
    if (lane.stages && lane.stages->thresholds == thresholds)
        return {lane.stages, {}};
    auto followed = followStages(lane.plan, lane.trajectories, thresholds, pool, stop);
    if (stop.stop_requested())
        return {};
    if (!followed)
        return {nullptr, followed.error().message};
    return {std::make_shared<const Stages>(std::move(followed).value()), {}};
}

/// The meter depends on what is compared with, not on the run.
bool measuresTheSame(const SimulationPlan& a, const SimulationPlan& b)
{
    const PathCoefficients &x = a.levels.back(), &y = b.levels.back();
    return a.mixture == b.mixture && targetOf(a) == targetOf(b) && a.particles == b.particles
           && a.seed == b.seed && x.alpha == y.alpha && x.sigma == y.sigma;
}

std::string setMeter(LaneAnalysis& analysis, const LaneAnalysis* before)
{
    const SimulationPlan& plan = analysis.product->plan;
    if (before && before->meter && measuresTheSame(before->product->plan, plan)) {
        analysis.meter = before->meter;
        return {};
    }
    auto meter = CollapseMeter::create(
        plan.mixture, plan.levels.back(), targetOf(plan), plan.particles, plan.seed);
    if (!meter)
        return meter.error().message;
    analysis.meter = std::make_shared<const CollapseMeter>(std::move(meter).value());
    return {};
}

LaneAnalysis analyseLane(std::shared_ptr<const LaneProduct> product,
                         const LaneAnalysis* before,
                         const AnalysisRequest& request,
                         WorkerPool& pool,
                         const std::stop_token& stop)
{
    LaneAnalysis analysis;
    if (before && before->product == product)
        analysis = *before;
    analysis.product = std::move(product);
    const LaneProduct& lane = *analysis.product;
    if (!isFinished(lane)) {
        const std::string note =
            lane.outcome.message.empty() ? "the run was cancelled" : lane.outcome.message;
        analysis.overTime.note = analysis.collapse.note = note;
        analysis.entropy.note = analysis.twin.note = analysis.stages.note = note;
        return analysis;
    }
    std::string meterNote;
    if ((request.collapse || request.overTime) && !analysis.meter)
        meterNote = setMeter(analysis, before);
    if (request.collapse && !analysis.collapse.isDone()) {
        if (analysis.meter)
            analysis.collapse.value = std::make_shared<const CollapseReadouts>(
                analysis.meter->read(lane.trajectories, &pool));
        else
            analysis.collapse.note = meterNote;
    }
    if (request.overTime && !analysis.overTime.isDone() && !stop.stop_requested())
        analysis.overTime = overTime(analysis, pool);
    if (request.entropy && !analysis.entropy.isDone() && !stop.stop_requested())
        analysis.entropy = entropy(lane, pool, stop);
    if (request.twin && !analysis.twin.isDone() && !stop.stop_requested())
        analysis.twin = twin(lane, pool, stop);
    if (request.stages && analysis.stages.value
        && analysis.stages.value->thresholds != request.thresholds)
        analysis.stages = {};
    if (request.stages && !analysis.stages.isDone() && !stop.stop_requested())
        analysis.stages = stages(lane, request.thresholds, pool, stop);
    return analysis;
}

/// Of the data and the range of levels: kept while only samplers or guidance change.
Analysed<Clocks> clocks(const RunProduct& run,
                        const AnalysisRequest& request,
                        const RunAnalysis* before,
                        WorkerPool& pool,
                        std::stop_token stop)
{
    const auto levels = run.levels();
    const double high = noiseAtPosition(0, levels), low = noiseAtPosition(1, levels);
    if (!(low > 0) || !(high > low))
        return {nullptr, "no lane has levels with a noise between 0 and infinity"};
    const auto known = before ? before->clocks.value : nullptr;
    if (known && before->run->mixture == run.mixture && known->thresholds == request.thresholds
        && known->levels.front().noise == high
        && std::abs(known->levels.back().noise - low) <= 1e-9 * low) // a rounded product
        return before->clocks;
    if (!request.clocks || stop.stop_requested())
        return {};
    auto found = findClocks(run.mixture, request.thresholds, high, low, pool, stop);
    if (stop.stop_requested())
        return {};
    if (!found)
        return {nullptr, found.error().message};
    return {std::make_shared<const Clocks>(std::move(found).value()), {}};
}

} // namespace

std::shared_ptr<const RunAnalysis> analyseRun(std::shared_ptr<const RunProduct> run,
                                              const AnalysisRequest& request,
                                              WorkerPool& pool,
                                              std::stop_token stop,
                                              const std::shared_ptr<const RunAnalysis>& previous)
{
    auto analysis = std::make_shared<RunAnalysis>();
    for (std::size_t i = 0; i < run->lanes.size(); ++i) {
        const LaneAnalysis* before =
            previous && i < previous->lanes.size() ? &previous->lanes[i] : nullptr;
        analysis->lanes.push_back(analyseLane(run->lanes[i], before, request, pool, stop));
    }
    if (request.clocks || previous)
        analysis->clocks = clocks(*run, request, previous.get(), pool, stop);
    analysis->run = std::move(run);
    return analysis;
}

} // namespace scorefield
