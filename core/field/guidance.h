// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A guidance rule turns the unconditional and the conditional posterior mean into the one a sampler
// follows. A new rule is one file, and a line in the registry.
#include "core/base/parameter.h"
#include "core/process/forward_process.h"

#include <memory>
#include <optional>
#include <vector>

namespace scorefield {

class GuidanceRule {
public:
    virtual ~GuidanceRule() = default;
    /// w of D_w = D_u + w (D_c - D_u) at this level (w = 0 unconditional, w = 1 conditional).
    /// Linear in every prediction space. Later non-linear rules add their own virtual; today every
    /// rule is linear.
    virtual double weight(const PathCoefficients& level) const = 0;
    /// The class whose conditional mixture is D_c; empty: unconditional, weight() is not asked.
    virtual std::optional<int> target() const = 0;
};

struct GuidanceKind {
    VariantInfo info; ///< a parameter "target" is the class label (Integer, 0…4095); core/session
                      ///< shows it as a choice of class names
    std::shared_ptr<const GuidanceRule> (*make)(const ParameterValues&);
};
/// none; cfg (w in [-5, 50], default 1; target): s_u + w (s_c - s_u).
const std::vector<GuidanceKind>& guidanceKinds();
Result<std::shared_ptr<const GuidanceRule>> makeGuidance(const Choice& choice);

} // namespace scorefield
