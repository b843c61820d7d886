// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Round numbers along an axis.
#include <QString>

#include <vector>

namespace scorefield::render {

struct Tick {
    double value;
    QString label;
};

/// Multiples of 1, 2 or 5 times a power of ten in [low, high], at most `most` of them (at least 2
/// where they fit), all with the same number of decimals.
std::vector<Tick> axisTicks(double low, double high, int most);

} // namespace scorefield::render
