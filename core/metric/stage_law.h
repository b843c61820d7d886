// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The linearised laws of the distance to the ridge (core/metric/stages.h), over a population.
#include "core/metric/stages.h"

namespace scorefield {

/// The law of delta of one particle from its reach on: mean m and variance v of
///   dm/dnu = p (-kappa_2 m - e_perp) - V_n,  dv/dnu = -2 p kappa_2 v - 2 eta^2 sigma~^2,
///   p = 1 + eta^2:
/// with kappa_2 = -1, a ridge that rests and the ODE, delta = e + (delta_0 - e) sigma~/sigma~_0; an
/// SDE keeps the spread sigma~/sqrt|kappa_2|. e_perp, kappa_2 and the ridge's speed V_n are those
/// along the particle's way, constant within a step. NaN outside reach … exit, and where no
/// equation is followed.
struct DistanceLaw {
    std::vector<double> mean, deviation; ///< [K+1]
};
DistanceLaw distanceLaw(const Stages& stages, std::size_t followed);

/// Fills StageLevel::law: the median of |delta| if every particle followed its law.
void addLaw(Stages& stages, WorkerPool& pool);

} // namespace scorefield
