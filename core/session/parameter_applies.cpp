// SPDX-License-Identifier: GPL-3.0-or-later
// Why a control has no effect now: a sentence that also says what to do about it.
#include "core/base/text.h"
#include "core/process/forward_process.h"
#include "core/sampler/stepper.h"
#include "core/session/parameter_table.h"
#include "core/session/table_rows.h"

#include <cmath>

namespace scorefield {

namespace {

using table::LaneKey;

std::optional<std::string> whyEtaIsDisabled(const Lane& lane)
{
    const auto sampler = findSampler(lane.sampler);
    if (!sampler || (*sampler)->usesEta)
        return std::nullopt;
    const SamplerKind& kind = **sampler;
    if (kind.drawsPerStep > 0)
        return kind.info.label + " has noise of its own, which η does not set. "
               + (kind.etaNote != nullptr ? kind.etaNote : "Its own parameters do.");
    return kind.info.label
           + " integrates the probability-flow ODE, which has no noise; choose a sampler with η in "
             "its row, such as DDIM.";
}

std::optional<std::string> whyGridIsDisabled(const Session& session, const LaneKey& key)
{
    if (session.view.matchNoise != 0 && key.lane > 0)
        return "Match noise levels is on: this lane uses the noise levels of the first lane.";
    const Lane& lane = session.lanes[static_cast<std::size_t>(key.lane)];
    const bool isEnd = key.local == "final" || key.local == "sigma_max";
    if (const auto sampler = findSampler(lane.sampler);
        sampler && (*sampler)->ownLevels != nullptr && !isEnd)
        return (*sampler)->info.label
               + " chooses its own noise levels between the two ends of the run; choose another "
                 "sampler for a grid of your own.";
    if (key.local != "sigma_max")
        return std::nullopt;
    const auto process = makeProcess(lane.process);
    if (!process)
        return std::nullopt;
    const double start = (*process)->at((*process)->horizon()).sigmaTilde();
    if (!std::isfinite(start))
        return std::nullopt;
    return "The process starts at the finite noise level σ̃_T = " + formatNumber(start, 4)
           + "; the grid starts there.";
}

/// A key of another variant: "lanes.0.guidance.w" while the rule is none.
std::optional<std::string> whyVariantHasNone(const Session& session, const LaneKey& key)
{
    const table::Family* family = table::findFamily(key.family);
    if (family == nullptr || key.local == "kind")
        return std::nullopt;
    const Choice& choice = session.lanes[static_cast<std::size_t>(key.lane)].*(family->choice);
    if (choice.values.contains(key.local))
        return std::nullopt;
    std::vector<std::string> owners;
    for (const VariantInfo* info : family->variants())
        for (const ParameterDescriptor& row : info->parameters)
            if (row.key == key.local)
                owners.push_back(info->label);
    const VariantInfo* current = table::findVariant(*family, choice.kind);
    if (owners.empty() || current == nullptr)
        return std::nullopt;
    return current->label + " does not use it; choose " + listOfWords(owners) + ".";
}

std::optional<std::string> whyViewIsDisabled(const Session& session, std::string_view key)
{
    const bool needsPlane =
        key == "view.projection" || key == "view.axis_x" || key == "view.axis_y";
    if (needsPlane && session.data->dimension <= 2)
        return "The data have "
               + std::string(session.data->dimension == 1 ? "one dimension" : "two dimensions")
               + ": all of it is in view.";
    if (key != "view.projection" && needsPlane && session.view.projection == 2)
        return "The plane is fixed by three means; choose coordinates or principal axes.";
    const bool needsLanes =
        key == "view.link_lanes" || key == "view.link_cameras" || key == "view.match_noise";
    if (needsLanes && session.lanes.size() < 2)
        return "There is only one lane.";
    return std::nullopt;
}

} // namespace

std::optional<std::string> whyDisabled(const Session& session, std::string_view key)
{
    LaneKey parts;
    if (!table::splitLaneKey(key, parts))
        return whyViewIsDisabled(session, key);
    if (parts.lane < 0 || parts.lane >= static_cast<int>(session.lanes.size()))
        return std::nullopt;
    const Lane& lane = session.lanes[static_cast<std::size_t>(parts.lane)];
    if (auto reason = whyVariantHasNone(session, parts))
        return reason;
    if (parts.rest == "eta")
        return whyEtaIsDisabled(lane);
    if (parts.family == "grid")
        return whyGridIsDisabled(session, parts);
    return std::nullopt;
}

} // namespace scorefield
