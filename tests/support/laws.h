// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Laws of runs on one Gaussian: the closed form of reverse dynamics, and what a linear scheme does,
// without sampling error.
#include "tests/support/runs.h"

#include <algorithm>
#include <cmath>

namespace scorefield::test {

inline constexpr double kMean = 0.7, kVariance = 0.6; // of the data in one dimension

MixtureSpec gaussian1d(double mean = kMean, double variance = kVariance, double weight = 1);

struct Law {
    double mean = 0, variance = 0;
};

/// O1: E Y_t = alpha_t m + Phi (E Y_T - alpha_T m), Var Y_t = v_t + Phi^2 (Var Y_T - v_T), Phi =
/// (alpha_T/alpha_t)^{eta^2} (v_t/v_T)^{(1 + eta^2)/2}; for a start N(0, sigma_T^2).
Law exactLaw(const PathCoefficients& from,
             const PathCoefficients& to,
             double eta,
             double mean = kMean,
             double variance = kVariance);

/// The law at the end of a run that is linear in its start N(0, sigma_T^2) and its normals,
/// exactly: particle 0 gets no start and no noise, particle 1 a unit start, the others a unit
/// impulse at one draw each.
Law lawOfLinearRun(const SimulationPlan& plan);

/// Short horizons, so that the wrong start N(0, sigma_T^2) is still seen at the end: a test of Phi,
/// not only of the stationary law.
std::shared_ptr<const ForwardProcess> shortProcess(const std::string& id);

} // namespace scorefield::test
