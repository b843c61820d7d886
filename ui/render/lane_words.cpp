// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/lane_words.h"

#include "core/field/guidance.h"
#include "core/sampler/stepper.h"
#include "ui/render/overlay_parts.h"
#include "ui/render/typeset.h"

#include <QStringList>

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

template <class Kinds>
const VariantInfo* infoOf(const Kinds& kinds, const std::string& id)
{
    const auto found = std::find_if(
        kinds.begin(), kinds.end(), [&](const auto& kind) { return kind.info.id == id; });
    return found == kinds.end() ? nullptr : &found->info;
}

/// Whole where every particle has the same number; a mean where steps adapt.
QString evaluationsText(double evaluations)
{
    const bool whole = evaluations == std::floor(evaluations);
    return whole ? QStringLiteral("%1 evaluations").arg(evaluations, 0, 'f', 0)
                 : QStringLiteral("≈ %1 evaluations").arg(evaluations, 0, 'f', 1);
}

/// At this level; without one only if it is the same everywhere.
std::optional<double> weightOf(const SimulationPlan& plan,
                               const std::optional<PathCoefficients>& level)
{
    if (level)
        return plan.guidance->weight(*level);
    const double first = plan.guidance->weight(plan.levels.front());
    const bool same =
        std::all_of(plan.levels.begin(), plan.levels.end(), [&](const PathCoefficients& other) {
            return plan.guidance->weight(other) == first;
        });
    return same ? std::optional(first) : std::nullopt;
}

} // namespace

QString processName(const Lane& lane)
{
    const auto* info = infoOf(processKinds(), lane.process.kind);
    return QString::fromStdString(info != nullptr ? info->label : lane.process.kind);
}

QString processFormula(const Lane& lane)
{
    const auto* info = infoOf(processKinds(), lane.process.kind);
    return QString::fromStdString(info != nullptr ? info->formula : std::string());
}

QString laneCaption(const LaneProduct& product,
                    const Session& ran,
                    int index,
                    const std::optional<PathCoefficients>& level)
{
    const Lane& lane = ran.lanes[static_cast<std::size_t>(index)];
    const SimulationPlan& plan = product.plan;
    const auto* sampler = infoOf(samplerKinds(), plan.sampler.kind);
    QStringList parts{
        QString::fromStdString(sampler != nullptr ? sampler->label : plan.sampler.kind),
        QStringLiteral("K %1").arg(plan.levels.size() - 1)};
    const auto kind = findSampler(plan.sampler);
    if (kind && (*kind)->usesEta)
        parts << QStringLiteral("η %1").arg(prettyNumber(plan.eta));
    if (plan.guidance && plan.guidance->target()) {
        const auto weight = weightOf(plan, level);
        parts << QStringLiteral("w %1 → %2")
                     .arg(weight ? prettyNumber(*weight) : QStringLiteral("(t)"),
                          QString::fromStdString(ran.data->className(*plan.guidance->target())));
    }
    if (const QString error = errorCaption(lane); !error.isEmpty())
        parts.prepend(error);
    if (plan.prior == Prior::Exact)
        parts << QStringLiteral("prior q at T");
    if (const std::string shared = sharedWords(ran, index); !shared.empty())
        parts << QStringLiteral("as lane 1: ") + QString::fromStdString(shared);
    parts << evaluationsText(product.evaluations); // the first to go in a narrow lane
    return parts.join(QStringLiteral(" · "));
}

} // namespace scorefield::render
