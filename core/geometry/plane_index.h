// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Poincaré–Hopf in the plane: what the score does along a border counts the places inside where it
// vanishes.
#include "core/geometry/marching.h"

#include <optional>

namespace scorefield {

/// How often the score turns round along the border of the grid, counter-clockwise: modes + minima
/// - saddles inside, if all are isolated. Nothing where neighbouring nodes cannot tell: there it
/// turns by more than 90 degrees, or is not finite, or zero.
std::optional<int> turnsOfScore(const RidgeGrid& grid, const std::vector<GridNode>& nodes);

/// Modes + minima - saddles.
int indexOf(const std::vector<CriticalPoint>& critical);

} // namespace scorefield
