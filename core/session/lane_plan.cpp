// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/lane_plan.h"

#include "core/sampler/own_levels.h"
#include "core/sampler/plan_check.h"
#include "core/session/guidance_target.h"
#include "core/session/matched_levels.h"
#include "core/session/parameter_table.h"
#include "core/session/tape_path.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

std::string keyOf(int lane, const std::string& family, const std::string& local)
{
    return "lanes." + std::to_string(lane) + "." + family + (local.empty() ? "" : "." + local);
}

Error inFamily(int lane, const std::string& family, const Error& error)
{
    return {keyOf(lane, family, error.path), error.message};
}

Status checkTarget(const Session& session,
                   int lane,
                   std::optional<int> target,
                   const GaussianMixture* mixture)
{
    if (!target || mixture->classWeight(*target) > 0)
        return success();
    return Error{keyOf(lane, "guidance", "target"),
                 "the class '" + session.data->className(*target)
                     + "' has no component, so there is nothing to guide to"};
}

/// A model that knows no classes is not guided.
std::shared_ptr<const GuidanceRule> guidanceOf(const SimulationPlan& plan,
                                               std::shared_ptr<const GuidanceRule> rule)
{
    return plan.error && plan.error->ignoresGuidance() ? makeUnguided() : rule;
}

/// What a rule takes for the data: the lane's model of them.
std::shared_ptr<const GaussianMixture> guidedMixture(const SimulationPlan& plan,
                                                     const GuidanceRule& rule)
{
    const bool guided = rule.target() && !(plan.error && plan.error->ignoresGuidance());
    auto model = guided && plan.error ? plan.error->model(*plan.mixture) : nullptr;
    return model ? model : plan.mixture;
}

} // namespace

Result<SimulationPlan> planLane(const Session& session,
                                int lane,
                                std::shared_ptr<const GaussianMixture> mixture,
                                std::shared_ptr<ModelLibrary> models)
{
    if (lane < 0 || lane >= static_cast<int>(session.lanes.size()))
        return Error{"lanes", "there is no lane " + std::to_string(lane)};
    const Lane spec = laneAsRun(session, lane);
    auto levels = laneLevels(session, lane);
    if (!levels)
        return levels.error();
    const auto sampler = findSampler(spec.sampler);
    if (!sampler)
        return inFamily(lane, "sampler", sampler.error());
    const auto guidance = makeGuidance(spec.guidance);
    if (!guidance)
        return inFamily(lane, "guidance", guidance.error());
    if (auto target = checkTarget(session, lane, (*guidance)->target(), mixture.get()); !target)
        return target.error();

    SimulationPlan plan;
    plan.mixture = std::move(mixture);
    const auto process = makeProcess(spec.process);
    if (!process)
        return inFamily(lane, "process", process.error());
    plan.process = *process;
    const auto error = makeScoreError(spec.error, std::move(models));
    if (!error)
        return inFamily(lane, "error", error.error());
    plan.error = *error;
    if (plan.error)
        if (auto fits = plan.error->check(*plan.mixture); !fits)
            return inFamily(lane, "error", {"", fits.error().message});
    if (auto set = setLevels(plan, spec, std::move(levels).value()); !set)
        return Error{keyOf(lane, set.error().path, ""), set.error().message};
    plan.sampler = spec.sampler;
    plan.eta = (*sampler)->usesEta ? spec.eta : 0;
    plan.prior = spec.prior != 0 ? Prior::Exact : Prior::Gaussian;
    plan.noise = static_cast<NoisePolicy>(static_cast<int>(session.particles.noise));
    plan.particles = static_cast<std::size_t>(session.particles.count);
    plan.seed = static_cast<std::uint64_t>(session.particles.seed);
    return plan;
}

Status setLevels(SimulationPlan& plan, const Lane& lane, std::vector<PathCoefficients> levels)
{
    auto own = withOwnLevels(lane.sampler, *plan.process, std::move(levels));
    if (!own)
        return Error{"sampler", own.error().message};
    const auto guidance = makeGuidance(lane.guidance);
    if (!guidance)
        return Error{"guidance", guidance.error().message};
    plan.levels = std::move(own).value();
    plan.stepEnds.clear();
    plan.guidance = guidanceForRun(guidanceOf(plan, *guidance),
                                   {plan.levels, guidedMixture(plan, **guidance), plan.process});
    return success();
}

Result<std::shared_ptr<const NoiseTape>> sessionTape(const Session& session)
{
    if (session.particles.noise != static_cast<double>(NoisePolicy::Tape))
        return std::shared_ptr<const NoiseTape>();
    if (session.particles.tape.empty())
        return Error{"particles.noise",
                     "is the recorded tape, but the session names no file: choose one with File ▸ "
                     "Use recorded noise, or write it as particles.tape in the session file"};
    if (auto checked = checkTape(session.particles.tape); !checked)
        return checked.error();
    auto tape = loadNoiseTape(session.particles.tape);
    if (!tape)
        return Error{"particles.tape",
                     "is '" + tape.error().path + "', which " + tape.error().message};
    return tape;
}

Status checkSession(const Session& session)
{
    auto mixture = GaussianMixture::create(*session.data);
    if (!mixture)
        return Error{"/data" + mixture.error().path, mixture.error().message};
    if (session.lanes.empty() || session.lanes.size() > static_cast<std::size_t>(kMaxLanes))
        return Error{"lanes",
                     "has " + std::to_string(session.lanes.size()) + " lanes, must have 1 to "
                         + std::to_string(kMaxLanes)};
    for (const std::string& key : parameterKeys(session)) {
        const auto row = describe(session, key);
        if (!row)
            return row.error();
        if (auto valid = row->validate(*parameterValue(session, key)); !valid)
            return valid;
    }
    const auto shared = std::make_shared<const GaussianMixture>(std::move(mixture).value());
    for (int lane = 0; lane < static_cast<int>(session.lanes.size()); ++lane)
        if (auto plan = planLane(session, lane, shared); !plan)
            return plan.error();
    return success();
}

Status checkSessionMemory(const Session& session, double limit)
{
    auto mixture = GaussianMixture::create(*session.data);
    if (!mixture)
        return Error{"/data" + mixture.error().path, mixture.error().message};
    const auto shared = std::make_shared<const GaussianMixture>(std::move(mixture).value());
    std::vector<SimulationPlan> plans;
    for (int lane = 0; lane < static_cast<int>(session.lanes.size()); ++lane) {
        auto plan = planLane(session, lane, shared);
        if (!plan)
            return plan.error();
        plans.push_back(std::move(plan).value());
    }
    auto fits = checkRunMemory(plans, limit);
    return fits ? fits : Error{"particles.count", fits.error().message};
}

void fitReferencesToData(Session& session)
{
    MixtureSpec fitted = *session.data;
    fitSetsToClasses(fitted);
    if (fitted.sets != session.data->sets)
        session.data = std::move(fitted);
    for (Lane& lane : session.lanes) {
        const ParameterValues before = lane.guidance.values;
        for (const auto& [key, value] : before.items())
            if (isTargetParameter(key))
                lane.guidance.values.set(key,
                                         nearestTarget(*session.data, static_cast<int>(value)));
    }
    const double lastAxis = std::max(2, session.data->dimension) - 1;
    session.view.axisX = std::min(session.view.axisX, lastAxis);
    session.view.axisY = std::min(session.view.axisY, lastAxis);
}

} // namespace scorefield
