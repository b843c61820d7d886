// SPDX-License-Identifier: GPL-3.0-or-later
// Why a control has no effect now: a sentence that also says what to do about it.
#include "core/base/text.h"
#include "core/field/score_error.h"
#include "core/process/forward_process.h"
#include "core/sampler/device_run.h"
#include "core/sampler/stepper.h"
#include "core/session/lane_maps.h"
#include "core/session/match_applies.h"
#include "core/session/matched_levels.h"
#include "core/session/parameter_table.h"
#include "core/session/table_rows.h"

#include <algorithm>
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
    const Lane lane = laneAsRun(session, key.lane);
    const bool isEnd = key.local == "final" || key.local == "sigma_max";
    const bool isLent = key.lane == 0 && sharesAnything(session); // others may step on this grid
    if (const auto sampler = findSampler(lane.sampler);
        sampler && (*sampler)->ownLevels != nullptr && !isEnd && !isLent)
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

/// What belongs to one item of a choice of the rule.
struct NeedsItem {
    const char *rule, *key, *choice;
    double item;
    const char* reason;
};

constexpr NeedsItem kGuidanceNeeds[] = {
    {"autoguidance",
     "blur",
     "guide",
     0,
     "Only the blurred guide has it; choose Weaker guide: Blurred."},
    {"autoguidance",
     "groups",
     "guide",
     1,
     "Only the merged guide has it; choose Weaker guide: Merged."},
    {"autoguidance",
     "strength",
     "guide",
     2,
     "Only the perturbed guide has it; choose Weaker guide: Perturbed."},
    {"autoguidance",
     "seed",
     "guide",
     2,
     "Only the perturbed guide has it; choose Weaker guide: Perturbed."},
    {"autoguidance",
     "guide_class",
     "guide",
     3,
     "The guide is a weaker model of the target class; choose Weaker guide: Another class."},
    {"recfg", "draws", "estimate", 1, "The expectations are exact; choose Expectations: Of draws."},
    {"recfg", "seed", "estimate", 1, "The expectations are exact; choose Expectations: Of draws."},
};

std::optional<std::string> whyGuidanceIsDisabled(const Choice& guidance, const LaneKey& key)
{
    const bool ofGuide = key.local == "guide" || key.local == "blur" || key.local == "groups"
                         || key.local == "strength" || key.local == "seed"
                         || key.local == "guide_class";
    if (guidance.kind == "autoguidance" && ofGuide && guidance.values.at("share") == 0)
        return "The share of the guide is 0, which is classifier-free guidance without a guide; "
               "raise it.";
    const auto is = [&](const char* name, double value) {
        return guidance.values.contains(name) && guidance.values.at(name) == value;
    };
    if (guidance.kind == "safe-region" && key.local == "w" && is("variant", 0))
        return "The weight is the bound itself; choose Clipped or Truncated for a weight of your "
               "own.";
    if (guidance.kind == "rectified-cfg++" && key.local == "gamma" && is("variant", 1))
        return "The authors' program has a constant strength; choose the variant of the paper.";
    const bool ofSearch = key.local == "tolerance" || key.local == "damping";
    if (guidance.kind == "characteristic" && ofSearch && is("iterations", 0))
        return "Without iterations nothing is searched; raise them.";
    if (guidance.kind == "predictor-corrector" && (key.local == "w" || key.local == "size")
        && is("count", 0))
        return "Without Langevin steps this is conditional sampling; raise their number.";
    for (const NeedsItem& needs : kGuidanceNeeds)
        if (guidance.kind == needs.rule && key.local == needs.key
            && guidance.values.at(needs.choice) != needs.item)
            return needs.reason;
    return std::nullopt;
}

/// A model without classes leaves guidance nothing to do.
std::optional<std::string> whyClassesAreIgnored(const Lane& lane)
{
    const auto error = makeScoreError(lane.error);
    if (!error || !*error || !(*error)->ignoresGuidance())
        return std::nullopt;
    const table::Family* family = table::findFamily("error");
    const VariantInfo* kind = table::findVariant(*family, lane.error.kind);
    return "The score error '" + kind->label
           + "' knows no classes, so there is nothing to guide; choose another score error.";
}

/// What does nothing while the strength of its error is 0.
struct NeedsStrength {
    const char *error, *key, *strength, *reason;
};

constexpr NeedsStrength kErrorNeeds[] = {
    {"score-smoothing", "nodes", "width", "The width is 0, so nothing is averaged; raise it."},
    {"sigma-cfdm", "count", "width", "The shift is 0, so all means are the same; raise it."},
    {"sigma-cfdm", "seed", "width", "The shift is 0, so all means are the same; raise it."},
    {"kernel-smoothed",
     "nodes",
     "second",
     "The second kernel is 0, so nothing is averaged; raise it."},
    {"piecewise-linear",
     "kappa",
     "onset",
     "The score is exact at every noise level; raise the level below which it is smoothed."},
    {"low-pass", "order", "wavelength", "The cut-off is 0, so every wave passes; raise it."},
    {"low-pass", "nodes", "wavelength", "The cut-off is 0, so every wave passes; raise it."},
    {"noise", "length", "amplitude", "The amplitude is 0, so there is no error; raise it."},
    {"noise", "seed", "amplitude", "The amplitude is 0, so there is no error; raise it."},
};

std::optional<std::string>
whyErrorIsDisabled(const Session& session, const Choice& error, const LaneKey& key)
{
    if (error.kind == "constant" && key.local == "y" && session.data->dimension == 1)
        return "The data have one dimension; the error has no second component.";
    if (error.kind == "constant" && key.local == "part" && error.values.at("x") == 0
        && error.values.at("y") == 0)
        return "The arrow has no length, so there is no error; drag its tip on the canvas.";
    const bool ofTraining = key.local == "tau" || key.local == "start";
    if (error.kind == "random-features" && ofTraining && error.values.at("trained") != 0)
        return "The network is trained to the end, τ = ∞, where A₀ is forgotten; switch that off.";
    for (const NeedsStrength& needs : kErrorNeeds)
        if (error.kind == needs.error && key.local == needs.key
            && error.values.at(needs.strength) == 0)
            return needs.reason;
    return std::nullopt;
}

/// Whether some lane's score is imperfect.
bool hasScoreError(const Session& session)
{
    return std::any_of(session.lanes.begin(), session.lanes.end(), [](const Lane& lane) {
        return lane.error.kind != "none";
    });
}

std::optional<std::string> whyRidgeIsDisabled(const Session& session, std::string_view key)
{
    const RidgeSpec& ridge = session.view.ridge;
    const bool isHidden = ridge.layer.visible == 0;
    if (session.data->dimension == 1)
        return "Data of one dimension have no ridge.";
    const bool ofThresholds = key == "view.ridge.beta" || key == "view.ridge.gamma";
    const bool isUsed =
        !isHidden || ridge.strip != 0 || session.view.particleColor == kColorByStage;
    if (ofThresholds && !isUsed)
        return "Nothing shown asks what is a ridge; show the ridge (R) or its scale space, or "
               "colour particles by stage.";
    const bool ofLayer = key == "view.ridge.opacity" || key == "view.ridge.ghosts"
                         || key == "view.ridge.points" || key == "view.ridge.tube";
    if (ofLayer && isHidden)
        return "The ridge is hidden; show it first (R).";
    if (key != "view.ridge.tube")
        return std::nullopt;
    if (session.data->dimension > 2)
        return "The band is drawn for data of two dimensions only.";
    if (!hasScoreError(session))
        return "Every lane has the exact score, so |e_⊥| is 0; choose a score error for a lane.";
    return std::nullopt;
}

std::optional<std::string> whyArrowsAreDisabled(const Session& session, std::string_view key)
{
    if (key == "view.arrows.visible")
        return std::nullopt;
    if (session.view.arrows.layer.visible == 0)
        return "The arrows are hidden; show them first (A).";
    return std::nullopt;
}

std::optional<std::string> whyWarpIsDisabled(const Session& session, std::string_view key)
{
    if (key != "view.warp.visible" && session.view.warp.layer.visible == 0)
        return "The one-step map is hidden; show it first (W).";
    return std::nullopt;
}

/// Why no lane runs on a GPU, of the first one; nothing: some lane does. What the machine lacks is
/// not known here.
std::optional<std::string> whyNoLaneIsOnDevice(const Session& session)
{
    std::optional<std::string> first;
    for (int lane = 0; lane < static_cast<int>(session.lanes.size()); ++lane) {
        const Lane run = laneAsRun(session, lane);
        const auto sampler = findSampler(run.sampler);
        const auto guidance = makeGuidance(run.guidance);
        const auto noise = static_cast<int>(session.particles.noise);
        const auto reason = whyNotOnDevice({.dimension = session.data->dimension,
                                            .sampler = run.sampler,
                                            .eta = sampler && (*sampler)->usesEta ? run.eta : 0,
                                            .noise = static_cast<NoisePolicy>(noise),
                                            .hasScoreError = run.error.kind != "none",
                                            .guidance = guidance ? guidance->get() : nullptr});
        if (!reason)
            return std::nullopt;
        if (!first)
            first = reason;
    }
    return first ? "Lane 1: " + *first + "." : first;
}

std::optional<std::string> whySwarmIsDisabled(const Session& session, std::string_view key)
{
    const bool isHidden = session.view.swarm.layer.visible == 0;
    if (key == "view.swarm.visible" && !isHidden)
        return std::nullopt; // what is on can be switched off
    if (auto reason = whyNoLaneIsOnDevice(session))
        return reason;
    if (key != "view.swarm.visible" && isHidden)
        return "The swarm is hidden; show it first.";
    return std::nullopt;
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
    if (key.substr(0, 11) == "view.ridge.")
        return whyRidgeIsDisabled(session, key);
    if (key.substr(0, 12) == "view.arrows.")
        return whyArrowsAreDisabled(session, key);
    if (key.substr(0, 10) == "view.warp.")
        return whyWarpIsDisabled(session, key);
    if (key.starts_with("view.swarm."))
        return whySwarmIsDisabled(session, key);
    if (key == "view.map.opacity" && mapQuantity(session.view) == MapQuantity::None)
        return "No map is shown; choose one above.";
    if (key == "view.map.lane" && session.lanes.size() < 2)
        return "There is only one lane.";
    if (key == "view.map.lane" && mapQuantity(session.view) != MapQuantity::Difference)
        return "Only the map 'Difference' compares lanes.";
    if (key.starts_with("view.match."))
        return whyMatchIsDisabled(session);
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
    if (auto reason = whyVariantHasNone(session, parts))
        return reason;
    if (auto reason = whyMatched(session, parts))
        return reason;
    const Lane lane = laneAsRun(session, parts.lane);
    if (parts.rest == "eta")
        return whyEtaIsDisabled(lane);
    if (parts.family == "guidance") {
        if (auto reason = whyClassesAreIgnored(lane))
            return reason;
        return whyGuidanceIsDisabled(lane.guidance, parts);
    }
    if (parts.family == "error")
        return whyErrorIsDisabled(session, lane.error, parts);
    if (parts.family == "grid")
        return whyGridIsDisabled(session, parts);
    return std::nullopt;
}

} // namespace scorefield
