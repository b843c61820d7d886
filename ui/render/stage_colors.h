// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The colours of the stages on particles, trails and charts (view.particles.color = stage).
#include "core/metric/stages.h"
#include "ui/render/lane_view.h"

#include <cstdint>
#include <vector>

namespace scorefield::render {

QColor stageColor(const Theme& theme, Stage stage);
QString stageName(Stage stage);

/// Whether particles are coloured by their stage, and there are stages.
bool isColoredByStage(const LaneView& view);
/// The stored level whose stages the view shows.
std::size_t stageLevel(const LaneView& view);
/// Of every particle at the view's level [n]; what is not followed is `other`.
std::vector<std::uint32_t> stageCodes(const LaneView& view, std::uint32_t other);
/// Of every chord of these particles' trails, [chord][particle]: the stage at the middle of it.
std::vector<std::uint32_t>
stageChordCodes(const LaneView& view, const std::vector<std::size_t>& particles, int stride);

} // namespace scorefield::render
