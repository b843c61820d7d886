// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/component_order.h"

#include <algorithm>

namespace scorefield {

ComponentOrder orderComponents(const GaussianMixture& mixture, const GuidanceRule& guidance)
{
    ComponentOrder order;
    const auto target = guidance.target();
    for (const bool wanted : {true, false}) {
        for (int k = 0; k < mixture.componentCount(); ++k) {
            const bool member =
                !target
                || mixture.inTarget(mixture.components()[static_cast<std::size_t>(k)], *target);
            if (member == wanted)
                order.components.push_back(k);
        }
        if (wanted)
            order.members = static_cast<int>(order.components.size());
    }
    return order;
}

int findLevel(const std::vector<PathCoefficients>& levels, const PathCoefficients& level)
{
    const auto found = std::lower_bound(
        levels.begin(),
        levels.end(),
        level.sigmaTilde(),
        [](const PathCoefficients& entry, double value) { return entry.sigmaTilde() > value; });
    if (found == levels.end() || found->alpha != level.alpha || found->sigma != level.sigma)
        return -1;
    return static_cast<int>(found - levels.begin());
}

} // namespace scorefield
