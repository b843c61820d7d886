// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/converged.h"

#include "core/metric/readouts.h"
#include "core/process/time_grid.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr int kOdeSteps = 600, kSdeSteps = 4096;
constexpr double kNearData = 1e-3; // of the last positive level: how far down the ODE is followed

/// Adds `parts` levels from `from` (excluded) to `to` (included): equal factors in sigma~, or equal
/// times where a noise level is infinite.
void refine(const ForwardProcess& process,
            const PathCoefficients& from,
            const PathCoefficients& to,
            int parts,
            std::vector<PathCoefficients>& levels)
{
    const double high = from.sigmaTilde(), low = to.sigmaTilde();
    for (int i = 1; i < parts; ++i) {
        const double share = static_cast<double>(i) / parts;
        levels.push_back(process.at(std::isfinite(high)
                                        ? process.timeAt(high * std::pow(low / high, share))
                                        : from.t + share * (to.t - from.t)));
    }
    levels.push_back(to);
}

} // namespace

double followedEta(const SimulationPlan& plan)
{
    const auto sampler = findSampler(plan.sampler);
    if (!sampler)
        return std::numeric_limits<double>::quiet_NaN();
    if ((*sampler)->usesEta)
        return plan.eta;
    return (*sampler)->followedEta != nullptr ? (*sampler)->followedEta(plan.sampler.values) : 0;
}

Result<SimulationPlan> convergedPlan(const SimulationPlan& plan)
{
    const double eta = followedEta(plan);
    if (std::isnan(eta))
        return Error{"",
                     "this sampler adds noise that belongs to no path, so there is no solution "
                     "that smaller steps approach"};
    if (eta > 0 && plan.noise != NoisePolicy::BrownianTree)
        return Error{"",
                     "with η > 0 and independent draws there is no path to converge to: choose "
                     "the Brownian tree as step noise"};
    if (plan.process == nullptr)
        return Error{"", "the converged solution needs the process of the levels"};

    SimulationPlan fine = plan;
    const int steps = static_cast<int>(plan.levels.size()) - 1;
    const int wanted = eta > 0 ? kSdeSteps : kOdeSteps;
    const int parts = (wanted + steps - 1) / steps;
    fine.levels = {plan.levels.front()};
    for (int k = 0; k < steps; ++k) {
        const PathCoefficients& from = plan.levels[static_cast<std::size_t>(k)];
        const PathCoefficients& to = plan.levels[static_cast<std::size_t>(k) + 1];
        if (to.sigma > 0) {
            refine(*plan.process, from, to, parts, fine.levels);
            continue;
        }
        const PathCoefficients near =
            plan.process->at(plan.process->timeAt(kNearData * from.sigmaTilde()));
        if (std::isfinite(from.sigmaTilde()) && near.sigma > 0
            && near.sigmaTilde() < from.sigmaTilde())
            refine(*plan.process, from, near, parts, fine.levels);
        fine.levels.push_back(to);
    }
    fine.stepEnds.clear();
    fine.eta = eta;
    for (const SamplerKind& kind : samplerKinds())
        if (kind.info.id == (eta > 0 ? "exponential" : "rk4"))
            fine.sampler = makeChoice(kind.info);
    return fine;
}

Result<ConvergedEnds> compareWithConverged(const SimulationPlan& plan,
                                           const Trajectories& run,
                                           const std::vector<int>& components,
                                           WorkerPool& pool,
                                           std::stop_token stop)
{
    auto fine = convergedPlan(plan);
    if (!fine)
        return fine.error();
    fine->keepOnlyEnd = true;
    const auto solution = simulate<float>(*fine, pool, std::move(stop));
    if (solution.outcome.kind != Outcome::Kind::Completed)
        return Error{"", "the converged solution: " + solution.outcome.message};

    ConvergedEnds ends;
    ends.component = endComponents(*plan.mixture, fine->levels.back(), solution.trajectories, pool);
    const std::size_t n = run.particles;
    ends.distance.assign(n, 0);
    for (int c = 0; c < run.dimension; ++c) {
        const auto a = run.coordinate(run.steps, c);
        const auto b = solution.trajectories.coordinate(solution.trajectories.steps, c);
        for (std::size_t i = 0; i < n; ++i)
            ends.distance[i] += (a[i] - b[i]) * (a[i] - b[i]);
    }
    std::size_t elsewhere = 0;
    for (std::size_t i = 0; i < n; ++i) {
        ends.distance[i] = std::sqrt(ends.distance[i]);
        elsewhere += ends.component[i] != components[i] ? 1 : 0;
    }
    std::vector<float> sorted = ends.distance;
    std::sort(sorted.begin(), sorted.end());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(n / 2);
    const auto positive = std::upper_bound(sorted.begin(), sorted.end(), 0.0F);
    if (positive != sorted.end()) {
        ends.smallestDistance = static_cast<double>(*positive);
        ends.largestDistance = static_cast<double>(sorted.back());
    }
    ends.medianDistance = static_cast<double>(*middle);
    ends.otherBasin = static_cast<double>(elsewhere) / static_cast<double>(n);
    return ends;
}

} // namespace scorefield
