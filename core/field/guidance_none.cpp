// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/guidance.h"

namespace scorefield {

namespace {

class NoGuidance final : public GuidanceRule {
public:
    double weight(const PathCoefficients&) const override { return 0; }
    std::optional<int> target() const override { return std::nullopt; }
};

} // namespace

GuidanceKind noGuidance()
{
    GuidanceKind kind;
    kind.info = {"none",
                 "None",
                 "ŝ = s",
                 "The exact unconditional score of the whole mixture.",
                 "Song et al. 2021, arXiv:2011.13456",
                 {}};
    kind.make = [](const Choice&) { return makeUnguided(); };
    return kind;
}

std::shared_ptr<const GuidanceRule> makeUnguided()
{
    return std::make_shared<NoGuidance>();
}

} // namespace scorefield
