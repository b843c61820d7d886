// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/axis_ticks.h"

#include "ui/render/typeset.h"

#include <algorithm>
#include <cmath>

namespace scorefield::render {

std::vector<Tick> axisTicks(double low, double high, int most)
{
    const double span = high - low;
    if (!(span > 0) || !std::isfinite(span) || most < 1)
        return {};
    double power = std::pow(10, std::floor(std::log10(span / most)));
    double step = power;
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        step = factor * power;
        if (span / step <= most)
            break;
    }
    const double first = std::ceil(low / step - 1e-9),
                 last = std::floor(high / step
                                   + 1e-9); // a tick on the edge counts in spite of rounding
    if (std::abs(first) > 1e12 || std::abs(last) > 1e12)
        return {}; // the view is narrower than the numbers can tell apart
    const int decimals = std::clamp(static_cast<int>(-std::floor(std::log10(step) + 1e-9)), 0, 12);
    const double largest = std::max(std::abs(first), std::abs(last)) * step;
    const bool scientific = largest >= 1e5 || decimals > 4;
    std::vector<Tick> ticks;
    for (double i = first; i <= last; ++i) {
        const double value = i * step;
        const int digits = std::max(
            2, static_cast<int>(std::ceil(std::log10(std::max(std::abs(value) / step, 1.0)))) + 1);
        QString label = scientific ? prettyNumber(value, digits)
                                   : QString::number(value, 'f', decimals)
                                         .replace(QLatin1Char('-'), QStringLiteral("−"));
        ticks.push_back({value, i == 0 ? QStringLiteral("0") : label});
    }
    return ticks;
}

} // namespace scorefield::render
