// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The layers of paintVectorLayers that fill a file of their own.
#include "ui/render/overlay_parts.h"

namespace scorefield::render {

/// The trails of the trail layer: its subset, colours and fading, in steps of opacity that are too
/// small to be seen.
void paintVectorTrails(QPainter& painter,
                       const OverlayFrame& frame,
                       const std::vector<std::uint32_t>& codes);
/// The markers of the particle layer with their rims.
void paintVectorParticles(QPainter& painter,
                          const OverlayFrame& frame,
                          const std::vector<std::uint32_t>& codes);

/// Of LaneView::lineScale too.
inline double linePx(const OverlayFrame& frame, double designed)
{
    return frame.px(designed) * frame.view.lineScale;
}

/// The colour of a particle's code, see particle_codes.h.
inline QColor colorOf(std::uint32_t code)
{
    return QColor(static_cast<int>(code & 255),
                  static_cast<int>(code >> 8 & 255),
                  static_cast<int>(code >> 16 & 255));
}

} // namespace scorefield::render
