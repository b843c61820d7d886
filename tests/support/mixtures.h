// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Mixtures that several tests use: those of the reference arrays, and random ones that are a
// function of a seed.
#include "core/base/philox.h"
#include "core/mixture/gaussian_mixture.h"

#include <cmath>
#include <vector>

namespace scorefield::test {

/// Reference mixture M1: three isotropic modes on a line, centre in the middle.
MixtureSpec referenceM1();

/// Reference mixture M4: one Gaussian with eigenvalues 2.25 and 0.09, rotated by 0.7 rad.
MixtureSpec referenceM4();

double testNormal(std::uint64_t seed, int row, int column);

/// Components with means of size `spread`, covariances A A^T of the given rank and weights 1, 2, 3,
/// …; the class of component k is k mod `classes`.
MixtureSpec randomMixture(std::uint64_t seed,
                          int dimension,
                          int components,
                          int rank,
                          double spread = 3,
                          int classes = 2);

Eigen::VectorXd randomPoint(std::uint64_t seed, int dimension, double spread);

} // namespace scorefield::test
