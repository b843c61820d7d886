// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The moments of a figure: which run shows one, at which step of each lane, and what it is called.
#include "ui/export/figure.h"

#include <QString>

namespace scorefield::render {

/// How many a figure has; at least one.
std::size_t momentCount(const FigureSpec& spec);
/// The run of a moment.
const std::shared_ptr<const RunProduct>& runOfMoment(const FigureRuns& runs, std::size_t moment);
/// The fractional step of a lane at a moment.
double stepAtMoment(const RunProduct& run, const FigureSpec& spec, std::size_t moment, int lane);
/// Error.path "moments": a moment outside of the run.
Status checkMoments(const RunProduct& run, const FigureSpec& spec);
/// "σ̃ = 1.2", "step 12"; empty where the figure has only the session's own.
QString momentName(const FigureRuns& runs, const FigureSpec& spec, std::size_t moment);
/// The session as its picture carries it: at the moment that is shown.
Session carriedSession(const FigureRuns& runs, const FigureSpec& spec);

} // namespace scorefield::render
