// SPDX-License-Identifier: GPL-3.0-or-later
// Whole runs of the float kernels through simulate(), as the window and the command line call it:
// drawing the start, filling the tables of the field and storing what is kept are in the times.
#include "app/bench/ceilings.h"
#include "core/field/guidance.h"
#include "core/process/forward_process.h"
#include "core/sampler/simulate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace scorefield::app {

namespace {

constexpr int kSteps = 100;
constexpr std::size_t kMillion = 1000000;
constexpr double kStateBytes = 8; ///< of a particle in 2-D, float

/// Components on a ring of radius 2, of two classes in turn.
std::shared_ptr<const GaussianMixture> ringMixture(int components, bool isFull)
{
    MixtureSpec spec;
    spec.dimension = 2;
    for (int k = 0; k < components; ++k) {
        const double angle = 2 * std::numbers::pi * k / components;
        ComponentSpec component;
        component.weight = 1.0 / components;
        component.mean = 2 * Eigen::Vector2d(std::cos(angle), std::sin(angle));
        component.covariance = 0.05 * Eigen::Matrix2d::Identity();
        if (isFull) { // each its own
            component.covariance(0, 1) = component.covariance(1, 0) = 0.02 * (k % 3 - 1);
            component.covariance(1, 1) = 0.06 + 0.02 * (k % 5);
        }
        component.classLabel = k % 2;
        spec.components.push_back(component);
    }
    auto mixture = GaussianMixture::create(spec);
    return mixture ? std::make_shared<const GaussianMixture>(std::move(mixture.value())) : nullptr;
}

/// VP with its own rates from T to 0.001, in equal steps of time; the end alone kept. A million
/// particles; a quarter of them with SSE2, whose rates are the same and whose runs are long.
SimulationPlan vpPlan(const BenchContext& context,
                      std::shared_ptr<const GaussianMixture> mixture,
                      const char* sampler)
{
    SimulationPlan plan;
    plan.mixture = std::move(mixture);
    plan.guidance = makeUnguided();
    for (const ProcessKind& kind : processKinds())
        if (kind.info.id == "vp")
            plan.process = *makeProcess(makeChoice(kind.info));
    const double end = 1e-3;
    for (int k = 0; k <= kSteps; ++k)
        plan.levels.push_back(
            plan.process->at(std::lerp(plan.process->horizon(), end, double(k) / kSteps)));
    plan.sampler = Choice{sampler, {}};
    plan.eta = plan.sampler.kind == "euler" ? 0 : 1;
    plan.particles = context.instructionSet == "sse2" ? kMillion / 4 : kMillion;
    plan.seed = 1;
    plan.keepOnlyEnd = true;
    return plan;
}

/// G particle-steps/s of one run. Error: it did not complete.
Result<double> rateOf(const SimulationPlan& plan,
                      WorkerPool& pool,
                      const std::shared_ptr<StateMemory>& memory = nullptr)
{
    SimulationInputs inputs;
    inputs.memory = memory;
    Outcome outcome;
    double seconds = 0;
    {
        SimulationResult<float> result; // freed after the clock has stopped
        seconds = secondsOf([&] { result = simulate<float>(plan, pool, {}, inputs); });
        outcome = result.outcome;
    }
    if (outcome.kind != Outcome::Kind::Completed)
        return caseFailure(outcome.message);
    return static_cast<double>(plan.particles) * static_cast<double>(plan.levels.size() - 1)
           / seconds / 1e9;
}

std::string sizeText(const SimulationPlan& plan)
{
    return std::to_string(plan.particles / 1000) + " thousand particles, "
           + std::to_string(plan.levels.size() - 1) + " steps";
}

/// What a machine of two cores is asked for.
BenchFigure withTarget(const BenchContext& context, double avx512, double avx2, BenchFigure figure)
{
    if (context.instructionSet == "avx512")
        return atLeast(avx512, std::move(figure));
    return context.instructionSet == "avx2" ? atLeast(avx2, std::move(figure)) : figure;
}

/// A run again and again, and beside each repetition what the machine can do at that moment.
struct Compared {
    std::vector<double> rates;               ///< G particle-steps/s
    std::vector<std::vector<double>> shares; ///< per ceiling, in percent
};
struct Ceiling {
    double perStep; ///< operations that a particle-step needs
    std::function<double()> rate;
};
Result<Compared> compare(BenchContext& context,
                         const SimulationPlan& plan,
                         const std::vector<Ceiling>& ceilings,
                         const std::shared_ptr<StateMemory>& memory = nullptr)
{
    if (const auto warm = rateOf(plan, context.pool, memory); !warm)
        return warm.error();
    Compared compared{.rates = {}, .shares = std::vector<std::vector<double>>(ceilings.size())};
    for (int i = 0; i < std::max(1, context.repetitions); ++i) {
        const auto rate = rateOf(plan, context.pool, memory);
        if (!rate)
            return rate.error();
        compared.rates.push_back(*rate);
        for (std::size_t c = 0; c < ceilings.size(); ++c)
            compared.shares[c].push_back(100 * *rate * ceilings[c].perStep / ceilings[c].rate());
    }
    return compared;
}

Ceiling expCeiling(BenchContext& context, double perStep, bool isGeneral)
{
    return {perStep, [&context, isGeneral] { return expRate(context.pool, isGeneral); }};
}

constexpr const char* kRate = "G particle-steps/s";

} // namespace

Result<std::vector<BenchFigure>> benchEuler(BenchContext& context)
{
    SimulationPlan plan = vpPlan(context, ringMixture(3, false), "euler");
    const auto end =
        compare(context, plan, {expCeiling(context, 3, true), expCeiling(context, 3, false)});
    if (!end)
        return end.error();
    std::vector<BenchFigure> figures = {
        withTarget(context, 1.5, 1.0, figureOf("end only", kRate, end->rates)),
        figureOf("share of the exp ceiling", "%", end->shares[0]),
        figureOf("share of the kernels' own exp", "%", end->shares[1])};
    figures[0].note = "isotropic components; " + sizeText(plan);
    if (context.instructionSet != "sse2")
        figures[1] = atLeast(70, std::move(figures[1]));
    figures[1].note = "3 exp per step; each run against the ceiling measured right after it";
    figures[2].note = "the same against 2^x of x ≤ 0, which is quicker";

    plan = vpPlan(context, ringMixture(3, true), "euler");
    const auto full = compare(context, plan, {});
    if (!full)
        return full.error();
    figures.push_back(figureOf("full covariances, end only", kRate, full->rates));

    if (!isWidest(context.instructionSet))
        return figures;
    plan = vpPlan(context, ringMixture(3, false), "euler");
    plan.keepOnlyEnd = false;
    const auto again = compare(context, plan, {}, std::make_shared<StateMemory>());
    if (!again)
        return again.error();
    figures.push_back(figureOf("all states stored", kRate, again->rates));
    figures.back().note = "808 MB of states where those of the run before lay, as in the window";
    const auto fresh =
        compare(context, plan, {{kStateBytes, [&] { return newMemoryRate(context.pool); }}});
    if (!fresh)
        return fresh.error();
    figures.push_back(figureOf("all states stored, new memory", kRate, fresh->rates));
    figures.push_back(figureOf("share of new memory's speed", "%", fresh->shares[0]));
    figures.back().note = "8 bytes per particle-step";
    return figures;
}

Result<std::vector<BenchFigure>> benchMaruyama(BenchContext& context)
{
    const SimulationPlan plan = vpPlan(context, ringMixture(3, false), "euler-maruyama");
    const auto run =
        compare(context, plan, {{2, [&context] { return normalsRate(context.pool); }}});
    if (!run)
        return run.error();
    std::vector<double> normals;
    for (int i = 0; i < std::max(1, context.repetitions); ++i)
        normals.push_back(normalsRate(context.pool));
    std::vector<BenchFigure> figures = {
        withTarget(context, 0.6, 0.33, figureOf("end only", kRate, run->rates)),
        figureOf("normals alone", "G normals/s", normals),
        figureOf("share of the normals alone", "%", run->shares[0])};
    figures[0].note =
        "isotropic components, fresh normals from Philox4x32-10 in every step; " + sizeText(plan);
    figures[1].note = "into a buffer in the first cache, all threads";
    figures[2].note = "2 normals per step";
    return figures;
}

Result<std::vector<BenchFigure>> benchMixture25(BenchContext& context)
{
    SimulationPlan plan = vpPlan(context, ringMixture(25, true), "euler-maruyama");
    plan.particles /= 5;
    const auto run = compare(context, plan, {expCeiling(context, 25, true)});
    if (!run)
        return run.error();
    std::vector<BenchFigure> figures = {
        withTarget(context, 0.1, 0.075, figureOf("end only", kRate, run->rates)),
        figureOf("share of the exp ceiling", "%", run->shares[0])};
    figures[0].note = "every component has a covariance of its own; " + sizeText(plan);
    figures[1].note = "25 exp per step";
    return figures;
}

Result<std::vector<BenchFigure>> benchGuided(BenchContext& context)
{
    const SimulationPlan unguided = vpPlan(context, ringMixture(3, false), "euler");
    SimulationPlan guided = unguided;
    const auto rule = makeGuidance(Choice{"cfg", ParameterValues{{"w", 3}, {"target", 0}}});
    if (!rule)
        return caseFailure(rule.error().sentence());
    guided.guidance = *rule;
    std::vector<double> ratios, rates;
    for (int i = 0; i <= std::max(1, context.repetitions); ++i) {
        const auto without = rateOf(unguided, context.pool);
        const auto with = rateOf(guided, context.pool);
        if (!without || !with)
            return without ? with.error() : without.error();
        if (i == 0)
            continue; // brings memory and caches up
        ratios.push_back(*without / *with);
        rates.push_back(*with);
    }
    BenchFigure ratio = figureOf("time, guided over unguided", "×", ratios);
    if (context.instructionSet != "sse2")
        ratio = atMost(1.25, std::move(ratio));
    ratio.note = "classifier-free guidance, w = 3, 2 of 3 components in the class; measured in "
                 "pairs";
    return std::vector<BenchFigure>{std::move(ratio), figureOf("guided, end only", kRate, rates)};
}

} // namespace scorefield::app
