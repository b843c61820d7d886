// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How fast a measured quantity falls or grows: a straight line in log-log coordinates.
#include "core/study/study.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace scorefield {

/// y = factor x^slope: least squares of log y on log x over the pairs where both are positive and
/// finite. The standard error of the slope is what the residuals say or what `errors`, the standard
/// errors of y, say to first order, whichever is more; NaN where neither says anything. Nothing
/// with fewer than two different x.
struct PowerLaw {
    double slope = 0, error = 0, factor = 0;
    double explained = 1; ///< share of the variance of log y that the line explains
};
std::optional<PowerLaw> fitPowerLaw(std::span<const double> x,
                                    std::span<const double> y,
                                    std::span<const double> errors = {});

/// One fit per column of a quantity with `fitsSlope`, along every sweep with `logarithmic` values
/// and for every place of the other sweeps; another over what the study is drawn over, or over its
/// "evaluations", if it measures these. A row is clear where y is above three times its floor and
/// three times its standard error; the longest stretch of clear rows is fitted, so that what noise
/// lifts above the floor behind it does not count. Where the line explains less than nine tenths of
/// the variance there is no power law, and no fit.
std::vector<SlopeFit>
fitSlopes(const StudyInfo& study, const std::vector<Sweep>& sweeps, const Table& table);

/// "VP: lanes.0.kl over lanes.*.grid.steps at lanes.*.sampler.kind heun: slope -1.98 ± 0.03 (12
/// rows)", for where a table has no place for it.
std::string slopeSentence(const Table& table, const SlopeFit& fit);

/// The same rows fitted over another column, e.g. what they cost.
std::optional<SlopeFit> fitOver(const Table& table, const SlopeFit& fit, const Column& over);

} // namespace scorefield
