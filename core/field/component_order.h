// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The components of a mixture with those of the guidance target first: both groups of a guided
// field in one pass over the components.
#include "core/field/guidance.h"
#include "core/mixture/gaussian_mixture.h"

#include <vector>

namespace scorefield {

struct ComponentOrder {
    std::vector<int>
        components; ///< all, members of the target first; without a target all are members
    int members = 0;
    int others() const { return static_cast<int>(components.size()) - members; }
};

ComponentOrder orderComponents(const GaussianMixture& mixture, const GuidanceRule& guidance);

/// Finds the level in a list of strictly decreasing sigma~; -1 if none has exactly this alpha and
/// sigma.
int findLevel(const std::vector<PathCoefficients>& levels, const PathCoefficients& level);

} // namespace scorefield
