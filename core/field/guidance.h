// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A guidance rule turns the unconditional and the conditional posterior mean into the one a sampler
// follows. Most are linear, with a weight that may depend on the noise level and on the run; the
// others combine both means point by point. A new rule is one file, and a line in the registry.
#include "core/base/parameter.h"
#include "core/field/block.h"
#include "core/process/forward_process.h"

#include <memory>
#include <optional>
#include <vector>

namespace scorefield {

/// What a non-linear rule combines, all [n,d]. The difference D_c - D_u is computed without
/// cancellation: its direction is right where both means agree to rounding.
struct GuidedMeans {
    const Block<double>&x, &conditional, &unconditional, &difference;
};

class GuidanceRule {
public:
    virtual ~GuidanceRule() = default;
    /// w of D_w = D_u + w (D_c - D_u) at this level (w = 0 unconditional, w = 1 conditional), the
    /// same in every prediction space. A function of sigma~ alone: methods in x/alpha ask with
    /// alpha = 1. Of a non-linear rule the number to show.
    virtual double weight(const PathCoefficients& level) const = 0;
    /// The class whose conditional mixture is D_c; empty: unconditional, weight() is not asked.
    virtual std::optional<int> target() const = 0;
    virtual bool isLinear() const { return true; }
    /// The guided posterior mean into `denoised` [n,d]; sigma > 0. Asked only if not linear, and
    /// never where D_c and D_u are the same mixture.
    virtual void
    combine(const PathCoefficients& level, const GuidedMeans& means, Block<double>& denoised) const;
    /// The rule for a run through these levels (two or more), which stays that of this run when
    /// asked again; null: the same for every run.
    virtual std::shared_ptr<const GuidanceRule>
    forRun(const std::vector<PathCoefficients>& levels) const;
};

/// `rule` as a run through `levels` follows it; `rule` itself where nothing depends on them.
std::shared_ptr<const GuidanceRule> guidanceForRun(std::shared_ptr<const GuidanceRule> rule,
                                                   const std::vector<PathCoefficients>& levels);

struct GuidanceKind {
    VariantInfo info; ///< a parameter "target" is the class label (Integer, 0…4095); core/session
                      ///< shows it as a choice of class names
    std::shared_ptr<const GuidanceRule> (*make)(const Choice&);
};
/// none; cfg (w in [-5, 50], default 1; target): s_u + w (s_c - s_u); schedules of w; non-linear
/// rules.
const std::vector<GuidanceKind>& guidanceKinds();
Result<std::shared_ptr<const GuidanceRule>> makeGuidance(const Choice& choice);

} // namespace scorefield
