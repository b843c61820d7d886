// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sampler/plan_check.h"

#include "core/base/memory.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

constexpr double kLargestRun = 8.0 * (1 << 30); // bytes of stored states of one lane
const char* const kMemoryAdvice = "use fewer particles, steps or lanes";

Status checkLevels(const std::vector<PathCoefficients>& levels)
{
    if (levels.size() < 2)
        return Error{"",
                     "a run needs at least two levels, there are " + std::to_string(levels.size())};
    for (std::size_t k = 0; k < levels.size(); ++k) {
        const PathCoefficients& level = levels[k];
        const bool first = k == 0, last = k + 1 == levels.size();
        const bool usable = std::isfinite(level.alpha) && std::isfinite(level.sigma)
                            && (level.alpha > 0 || (first && level.alpha == 0))
                            && (level.sigma > 0 || (last && level.sigma == 0));
        if (!usable)
            return Error{"",
                         "level " + std::to_string(k) + " has alpha " + formatNumber(level.alpha)
                             + " and sigma " + formatNumber(level.sigma)
                             + "; only the first alpha and the last sigma may be 0"};
        if (!first && !(level.sigmaTilde() < levels[k - 1].sigmaTilde()))
            return Error{"",
                         "level " + std::to_string(k) + " has sigma/alpha "
                             + formatNumber(level.sigmaTilde())
                             + ", must be below the one before it"};
    }
    return success();
}

Status checkStepEnds(const SimulationPlan& plan)
{
    if (plan.stepEnds.empty())
        return success();
    if (plan.stepEnds.size() + 1 != plan.levels.size())
        return Error{"",
                     "there are " + std::to_string(plan.stepEnds.size()) + " step ends for "
                         + std::to_string(plan.levels.size()) + " levels, must be one less"};
    for (std::size_t k = 0; k < plan.stepEnds.size(); ++k)
        if (!(plan.stepEnds[k].sigmaTilde() < plan.levels[k].sigmaTilde()))
            return Error{"",
                         "step " + std::to_string(k) + " ends at sigma/alpha "
                             + formatNumber(plan.stepEnds[k].sigmaTilde())
                             + ", must be below its start "
                             + formatNumber(plan.levels[k].sigmaTilde())};
    return success();
}

Status checkInputs(const SimulationInputs& inputs, std::size_t particles, int dimension)
{
    const auto d = static_cast<std::size_t>(dimension);
    if (inputs.start && inputs.start->cols() != dimension)
        return Error{"start",
                     "has " + std::to_string(inputs.start->cols())
                         + " columns, the mixture has dimension " + std::to_string(dimension)};
    if (inputs.start && !inputs.start->allFinite())
        return Error{"start", "has a number that is not finite"};
    if (inputs.noise && inputs.noise->size() != inputs.noiseCalls * particles * d)
        return Error{"noise",
                     "has " + std::to_string(inputs.noise->size()) + " numbers, must have "
                         + std::to_string(inputs.noiseCalls) + " calls × "
                         + std::to_string(particles) + " particles × " + std::to_string(d)
                         + " coordinates"};
    return success();
}

Status checkTape(const SimulationPlan& plan, std::size_t particles)
{
    if (plan.noise != NoisePolicy::Tape)
        return success();
    if (plan.tape == nullptr)
        return Error{"noise", "is a recorded tape, but none was given"};
    if (plan.tape->particles < particles
        || plan.tape->dimension != static_cast<std::size_t>(plan.mixture->dimension()))
        return Error{"noise",
                     "the tape holds normals of " + std::to_string(plan.tape->particles)
                         + " particles in " + std::to_string(plan.tape->dimension)
                         + " dimensions, the run needs " + std::to_string(particles) + " in "
                         + std::to_string(plan.mixture->dimension())};
    return success();
}

} // namespace

std::size_t particleCount(const SimulationPlan& plan, const SimulationInputs& inputs)
{
    return inputs.start ? static_cast<std::size_t>(inputs.start->rows()) : plan.particles;
}

double stateBytes(const SimulationPlan& plan, std::size_t particles, std::size_t valueSize)
{
    const double states = plan.keepOnlyEnd ? 2 : static_cast<double>(plan.levels.size());
    return states * plan.mixture->dimension() * static_cast<double>(particles)
           * static_cast<double>(valueSize);
}

Status checkPlan(const SimulationPlan& plan, const SimulationInputs& inputs, std::size_t valueSize)
{
    if (plan.mixture == nullptr || plan.guidance == nullptr)
        return Error{"", "a run needs a mixture and a guidance rule"};
    if (auto status = checkLevels(plan.levels); !status)
        return status;
    const auto sampler = findSampler(plan.sampler);
    if (!sampler)
        return Error{"sampler", sampler.error().message};
    if ((*sampler)->needsProcess && plan.process == nullptr)
        return Error{"sampler", "'" + plan.sampler.kind + "' needs the process of the levels"};
    if (auto status = checkStepEnds(plan); !status)
        return status;
    if (!std::isfinite(plan.eta) || plan.eta < 0)
        return Error{"eta", "is " + formatNumber(plan.eta) + ", must be a finite number from 0 up"};
    const auto target = plan.guidance->target();
    if (target && plan.mixture->classMembers(*target).empty())
        return Error{"target", "is " + std::to_string(*target) + ", a class without components"};
    const RunFacts run{plan.levels, plan.mixture, plan.process};
    const auto rule = guidanceForRun(plan.guidance, run);
    if (auto status = rule->check(run); !status)
        return status;
    if ((*sampler)->evaluationsPerStep == 0 && rule->newMemory(1, plan.mixture->dimension()))
        return Error{"guidance",
                     "remembers earlier evaluations, which the adaptive sampler '"
                         + plan.sampler.kind + "' repeats and rejects: choose another sampler"};
    const std::size_t particles = particleCount(plan, inputs);
    if (particles == 0)
        return Error{"", "a run needs at least one particle"};
    if (auto status = checkInputs(inputs, particles, plan.mixture->dimension()); !status)
        return status;
    if (auto status = checkTape(plan, particles); !status)
        return status;
    return checkMemory("the run",
                       stateBytes(plan, particles, valueSize),
                       std::min(kLargestRun, runMemoryLimit()),
                       kMemoryAdvice);
}

Status checkRunMemory(const std::vector<SimulationPlan>& plans, double limit)
{
    double bytes = 0;
    for (const SimulationPlan& plan : plans)
        bytes += stateBytes(plan, plan.particles, sizeof(float));
    return checkMemory(plans.size() == 1 ? "the run"
                                         : "the run of " + std::to_string(plans.size()) + " lanes",
                       bytes,
                       limit,
                       kMemoryAdvice);
}

} // namespace scorefield
