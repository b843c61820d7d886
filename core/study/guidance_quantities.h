// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the studies of guidance share: the columns of confidence and its shortfall, the sweep over
// the weight, and the theory that is drawn over it.
#include "core/study/study.h"

#include <optional>

namespace scorefield {

inline constexpr const char* kGuidanceWeightKey = "guidance.w";

/// A measured column with standard errors.
QuantityInfo
measuredQuantity(std::string id, std::string label, std::string unit, std::string help);
/// "<id>.exact": the same of as many exact draws of the class.
QuantityInfo floorOf(const QuantityInfo& quantity);

QuantityInfo confidenceQuantity();
QuantityInfo confidenceCeilingQuantity(); ///< bound of "confidence"
QuantityInfo shortfallQuantity();         ///< 1 - mean confidence, logarithmic
QuantityInfo shortfallExponentQuantity(); ///< curve of "shortfall", by drawGuidanceExponent
QuantityInfo shortfallBoundQuantity();    ///< bound of "shortfall", by shortfallBoundAt
QuantityInfo pairwiseDistanceQuantity();

/// `count` weights from 1 by equal factors, in every lane that has one. Error: none has.
Result<std::vector<Sweep>>
guidanceWeightSweep(const Session& session, double largest, std::size_t count);
/// The parameter w of the lane, where the rule is plain guidance: what the theory is about.
std::optional<double> plainGuidanceWeight(const Session& session, int lane);
/// The published bound at this place; NaN where it says nothing.
StudyValue shortfallBoundAt(const StudyPoint& point);
/// Fills "shortfall.exponent": the power law through the largest resolved weight of every line of
/// the grid along w.
void drawGuidanceExponent(const Session& session, const std::vector<Sweep>& sweeps, Table& table);

} // namespace scorefield
