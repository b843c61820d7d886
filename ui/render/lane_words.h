// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a lane is called, and how it was run, in words.
#include "core/session/session_run.h"

#include <QString>

#include <optional>

namespace scorefield::render {

QString processName(const Lane& lane);
QString processFormula(const Lane& lane);
/// "DDIM · K 40 · w 3 → left · 40 evaluations". A weight that changes over the run is told only at
/// a level.
QString laneCaption(const LaneProduct& product,
                    const Session& ran,
                    int lane,
                    const std::optional<PathCoefficients>& level);

} // namespace scorefield::render
