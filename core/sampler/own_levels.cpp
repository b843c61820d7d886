// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sampler/own_levels.h"

#include "core/process/time_grid.h"
#include "core/sampler/stepper.h"

#include <cmath>

namespace scorefield {

Result<std::vector<PathCoefficients>> withOwnLevels(const Choice& sampler,
                                                    const ForwardProcess& process,
                                                    std::vector<PathCoefficients> levels)
{
    const auto kind = findSampler(sampler);
    if (!kind)
        return kind.error();
    if ((*kind)->ownLevels == nullptr)
        return levels;
    const auto first = levels.begin() + (std::isinf(levels.front().sigmaTilde()) ? 1 : 0);
    const auto last = levels.end() - (levels.back().sigma > 0 ? 1 : 2);
    if (last <= first)
        return levels;
    const std::vector<double> noise =
        (*kind)->ownLevels(first->sigmaTilde(), last->sigmaTilde(), sampler.values);
    auto inner = levelsAtNoise(process, noise);
    if (!inner)
        return inner.error();
    inner->front() = *first; // exactly, whatever the rounding of the inverse
    inner->back() = *last;
    std::vector<PathCoefficients> own(levels.begin(), first);
    own.insert(own.end(), inner->begin(), inner->end());
    own.insert(own.end(), last + 1, levels.end());
    return own;
}

} // namespace scorefield
