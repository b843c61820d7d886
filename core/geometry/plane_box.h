// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace scorefield {

/// A rectangle of the plane.
struct PlaneBox {
    double left = 0, bottom = 0, width = 1, height = 1;
    bool operator==(const PlaneBox&) const = default;
};

} // namespace scorefield
