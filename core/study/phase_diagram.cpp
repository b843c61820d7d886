// SPDX-License-Identifier: GPL-3.0-or-later
// What discretised guidance does to each particle in the plane of weight and number of steps:
// draws it to its mode, throws it from side to side, or drives it out. In continuous time guidance
// to a mode between others always converges; steps that are too long for the weight overshoot.
#include "core/field/safe_weight.h"
#include "core/metric/converged.h"
#include "core/metric/twin.h"
#include "core/session/parameter_table.h"
#include "core/study/guidance_quantities.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

constexpr const char* kSteps = "grid.steps";
/// Of the default plane: from where nothing happens to where RF overshoots as well.
constexpr double kDefaultLargestWeight = 200;
constexpr std::size_t kDefaultWeights = 10;

/// The columns, in the order of Measurement::estimates; the first three in that of Fate.
enum Quantity : std::size_t { Convergent, Mixed, Divergent, PeriodTwo, SafeWeight, QuantityCount };

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all(QuantityCount);
    all[Convergent] = measuredQuantity(
        "convergent",
        "Convergent share",
        "",
        "Particles that end no farther from the class's nearest mean than their unguided twin, "
        "without jumping over it in turns on their way.");
    all[Mixed] = measuredQuantity("mixed",
                                  "Mixed share",
                                  "",
                                  "Particles that end no farther from it than their unguided twin, "
                                  "but jumped over it in turns.");
    all[Divergent] =
        measuredQuantity("divergent",
                         "Divergent share",
                         "",
                         "Particles that end farther from it than their unguided twin.");
    all[PeriodTwo] = measuredQuantity("period_two",
                                      "Share with period 2",
                                      "",
                                      "Particles whose offsets from the mean alternate in sign.");
    all[SafeWeight] = {.id = "safe_weight",
                       .label = "Largest safe weight",
                       .logarithmic = true,
                       .help = "The smallest over the steps of the weight up to which a DDIM step "
                               "throws no particle over the class: the border of the convergent "
                               "region, worst case over places. Our own derivation."};
    return all;
}

/// Weights and numbers of steps of every lane that has both.
Result<std::vector<Sweep>> plane(const Session& session)
{
    auto sweeps = guidanceWeightSweep(session, kDefaultLargestWeight, kDefaultWeights);
    if (!sweeps)
        return sweeps.error();
    const std::string key = std::string("lanes.*.") + kSteps;
    if (keysOf(session, key).empty())
        return Error{"lanes.0.grid.kind",
                     "no lane has a number of steps to sweep; choose a grid that has one, e.g. "
                     "uniform"};
    auto steps = makeSweep(session, key, "10", "160", 5, true);
    if (!steps)
        return steps.error();
    sweeps->push_back(std::move(steps).value());
    return sweeps;
}

StudyValue share(std::size_t count, std::size_t of)
{
    const double n = static_cast<double>(of), p = static_cast<double>(count) / n;
    return {p, std::sqrt(p * (1 - p) / n)};
}

/// NaN where the steps are others than the bound is for, infinite where every weight is safe.
StudyValue smallestSafeWeight(const SimulationPlan& plan, int target)
{
    if (plan.sampler.kind != "ddim" || followedEta(plan) != 0 || !plan.stepEnds.empty())
        return {};
    const auto weights = safeWeights(*plan.mixture, target, plan.levels);
    return {*std::min_element(weights.begin(), weights.end())};
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    Measurement measured;
    measured.estimates.resize(QuantityCount);
    std::vector<StudyValue>& estimates = measured.estimates;
    const SimulationPlan& plan = point.plan;
    const auto target = plan.guidance->target();
    if (!target) {
        measured.note = "without a class there is no mode to be drawn to";
        return measured;
    }
    SimulationPlan alone = plan;
    alone.guidance = makeUnguided();
    const auto guided = simulate<float>(plan, pool, stop);
    const auto twin = simulate<float>(alone, pool, stop);
    for (const auto* run : {&guided, &twin}) {
        if (run->outcome.kind == Outcome::Kind::Refused)
            return Error{"", run->outcome.message};
        if (run->outcome.kind != Outcome::Kind::Completed)
            measured.note = run->outcome.message;
    }
    estimates[SafeWeight] = smallestSafeWeight(plan, *target);
    if (!measured.note.empty())
        return measured;
    const Fates fates =
        compareWithTwin(*plan.mixture, target, plan.levels, guided.trajectories, twin.trajectories);
    const std::size_t n = fates.of.size();
    for (const Quantity fate : {Convergent, Mixed, Divergent})
        estimates[fate] = share(static_cast<std::size_t>(std::count(
                                    fates.of.begin(), fates.of.end(), static_cast<Fate>(fate))),
                                n);
    estimates[PeriodTwo] = share(
        static_cast<std::size_t>(std::count(fates.periodTwo.begin(), fates.periodTwo.end(), 1)), n);
    return measured;
}

} // namespace

StudyKind phaseDiagramStudy()
{
    return {{"phase-diagram",
             "Phase diagram of guidance",
             "What happens to each particle in the plane of guidance weight and number of steps: "
             "drawn to its mode, thrown from side to side, or driven out; beside the weight that "
             "is safe for every step.",
             "Wu et al. 2024, arXiv:2403.01639, for the split centre; the three situations and the "
             "safe weight are our own",
             quantities()},
            plane,
            measure,
            nullptr};
}

} // namespace scorefield
