// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/guidance.h"

#include "core/process/find_kind.h"

namespace scorefield {

// One line per rule; each is defined in the file of its name.
GuidanceKind noGuidance();
GuidanceKind classifierFreeGuidance();

const std::vector<GuidanceKind>& guidanceKinds()
{
    static const std::vector<GuidanceKind> kinds{noGuidance(), classifierFreeGuidance()};
    return kinds;
}

Result<std::shared_ptr<const GuidanceRule>> makeGuidance(const Choice& choice)
{
    const auto kind = findKind(guidanceKinds(), choice, "guidance rule");
    if (!kind)
        return kind.error();
    return (*kind)->make(choice.values);
}

} // namespace scorefield
