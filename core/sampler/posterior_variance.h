// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How much of x_0 stays open at each noise level, on average: what Analytic-DPM's variance is made
// of.
#include "core/field/score_field.h"
#include "core/sampler/simulate.h"

#include <vector>

namespace scorefield {

/// E tr Cov[x_0|x_t]/d over q_t at every level of the plan, [K+1]: the mean of |x_0 - D(x_t)|^2/d
/// over 8192 exact draws (x_0, x_t), the same at every level; its standard error is about
/// sqrt(2/(8192 d)), 1 % in 2-D. The draws follow the class that the guidance targets where the
/// guided field is its posterior mean (w = 1), else all data. Bao et al. 2022, arXiv:2201.06503
/// estimate the same number from data.
template <class Real>
std::vector<double> meanPosteriorVariances(const SimulationPlan& plan,
                                           const ScoreField<Real>& field);

} // namespace scorefield
