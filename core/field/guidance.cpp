// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/guidance.h"

#include "core/process/find_kind.h"

#include <initializer_list>
#include <utility>

namespace scorefield {

// One line per rule; each is defined in the file of its name or family.
GuidanceKind noGuidance();
GuidanceKind classifierFreeGuidance();
GuidanceKind classifierGuidance();
GuidanceKind intervalGuidance();
GuidanceKind windowGuidance();
GuidanceKind earlyHighGuidance();
GuidanceKind rampGuidance();
GuidanceKind tvGuidance();
GuidanceKind c2fGuidance();
GuidanceKind dgGuidance();
GuidanceKind curveGuidance();
GuidanceKind cfgPlusPlusGuidance();
GuidanceKind safeRegionGuidance();
GuidanceKind rectifiedPlusPlusGuidance();
GuidanceKind characteristicGuidance();
GuidanceKind exactTiltGuidance();
GuidanceKind feedbackGuidance();
GuidanceKind predictorCorrectorGuidance();
GuidanceKind feynmanKacGuidance();
GuidanceKind betaGuidance();
GuidanceKind zeroGuidance();
GuidanceKind powerLawGuidance();
GuidanceKind apgGuidance();
GuidanceKind rectifiedGuidance();
GuidanceKind rectifiedGradientGuidance();
GuidanceKind autoGuidance();
GuidanceKind momentGuidance();

namespace {

/// The kinds of one heading of the menu, in order.
void add(std::vector<GuidanceKind>& kinds,
         const char* group,
         std::initializer_list<GuidanceKind> members)
{
    for (GuidanceKind kind : members) {
        kind.info.group = group;
        kinds.push_back(std::move(kind));
    }
}

std::vector<GuidanceKind> allKinds()
{
    std::vector<GuidanceKind> kinds;
    add(kinds, "One weight", {noGuidance(), classifierFreeGuidance(), classifierGuidance()});
    add(kinds,
        "A weight that changes over the run",
        {intervalGuidance(),
         windowGuidance(),
         earlyHighGuidance(),
         rampGuidance(),
         tvGuidance(),
         c2fGuidance(),
         dgGuidance(),
         curveGuidance(),
         cfgPlusPlusGuidance(),
         safeRegionGuidance()});
    add(kinds,
        "Other combinations of the two means",
        {betaGuidance(),
         zeroGuidance(),
         powerLawGuidance(),
         apgGuidance(),
         rectifiedGuidance(),
         rectifiedGradientGuidance()});
    add(kinds, "Another guide", {autoGuidance(), momentGuidance()});
    add(kinds,
        "Evaluated elsewhere",
        {rectifiedPlusPlusGuidance(), characteristicGuidance(), exactTiltGuidance()});
    add(kinds,
        "Particles with a state of their own",
        {feedbackGuidance(), predictorCorrectorGuidance(), feynmanKacGuidance()});
    return kinds;
}

} // namespace

const std::vector<GuidanceKind>& guidanceKinds()
{
    static const std::vector<GuidanceKind> kinds = allKinds();
    return kinds;
}

Result<std::shared_ptr<const GuidanceRule>> makeGuidance(const Choice& choice)
{
    const auto kind = findKind(guidanceKinds(), choice, "guidance rule");
    if (!kind)
        return kind.error();
    return (*kind)->make(choice);
}

void GuidanceRule::combine(const PathCoefficients& level,
                           const GuidedMeans& means,
                           Block<double>& denoised) const
{
    denoised = means.unconditional + weight(level) * means.difference;
}

void GuidanceRule::denoise(const PathCoefficients& level,
                           const Block<double>& x,
                           const MeanSource& means,
                           RuleMemory*,
                           Block<double>& denoised) const
{
    MeanSource::Means at;
    means.split(level, x, at);
    combine(level, {x, at.conditional, at.unconditional, at.difference}, denoised);
}

std::vector<std::shared_ptr<const GaussianMixture>> GuidanceRule::extraMixtures() const
{
    return {};
}

std::unique_ptr<RuleMemory> GuidanceRule::newMemory(Eigen::Index, Eigen::Index) const
{
    return nullptr;
}

std::unique_ptr<StepCorrector> GuidanceRule::newCorrector(Eigen::Index, Eigen::Index) const
{
    return nullptr;
}

Status GuidanceRule::check(const RunFacts&) const
{
    return success();
}

std::shared_ptr<const GuidanceRule> GuidanceRule::forRun(const RunFacts&) const
{
    return nullptr;
}

std::shared_ptr<const GuidanceRule> guidanceForRun(std::shared_ptr<const GuidanceRule> rule,
                                                   const RunFacts& run)
{
    if (rule == nullptr || run.levels.size() < 2)
        return rule;
    auto bound = rule->forRun(run);
    return bound != nullptr ? bound : rule;
}

} // namespace scorefield
