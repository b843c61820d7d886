// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How fast a measured quantity falls or grows: a straight line in log-log coordinates.
#include "core/study/study.h"

#include <optional>
#include <span>
#include <vector>

namespace scorefield {

/// y = factor x^slope: least squares of log y on log x over the pairs where both are positive and
/// finite; the standard error of the slope is that of the residuals, NaN with two pairs. Nothing
/// with fewer than two different x.
struct PowerLaw {
    double slope = 0, error = 0, factor = 0;
};
std::optional<PowerLaw> fitPowerLaw(std::span<const double> x, std::span<const double> y);

/// One fit per column of a quantity with `fitsSlope`, along every sweep with `logarithmic` values
/// and for every place of the other sweeps. A row counts where y is above three times its floor and
/// three times its standard error.
std::vector<SlopeFit>
fitSlopes(const StudyInfo& study, const std::vector<Sweep>& sweeps, const Table& table);

} // namespace scorefield
