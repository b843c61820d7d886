// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Lengths of the dope sheet in design pixels: its axis and its rows stand in the same columns.

namespace scorefield::ui::dope {

inline constexpr double kNames = 244; ///< width of the left column: name, lane, value
inline constexpr double kGap = 16;    ///< between it and the start of the film
inline constexpr double kRight = 32;  ///< behind its end: room for the button that removes a row
inline constexpr double kRow = 30;
inline constexpr double kSwing = 12;  ///< between a track's lowest and highest key
inline constexpr double kDiamond = 5; ///< half a diagonal
inline constexpr double kReach = 9;   ///< from a key, to be meant
inline constexpr double kRemove = 20;
inline constexpr double kSnap = 6; ///< pixels within which a drag catches
inline constexpr double kEdge = 12;

} // namespace scorefield::ui::dope
