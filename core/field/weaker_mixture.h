// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Worse models of a mixture, as exact mixtures: what autoguidance needs as its guide, and some
// score errors as the model. Classes and sets are kept but for merging.
#include "core/mixture/gaussian_mixture.h"

#include <cstdint>

namespace scorefield {

/// Sigma_k -> Sigma_k + tau^2 I.
GaussianMixture blurredMixture(const GaussianMixture& mixture, double tau);
/// Its components in `groups` groups of near means (k-means), each replaced by the one Gaussian of
/// the same weight, mean and covariance; `mixture` itself if it has no more components than that.
GaussianMixture mergedMixture(const GaussianMixture& mixture, int groups);
/// The same groups, each in as many equal Gaussians as it has classes, weighted by their shares:
/// the law of x is that of mergedMixture, and the class of a group is as uncertain as its members'.
GaussianMixture coarseMixture(const GaussianMixture& mixture, int groups);
/// pi_k -> pi_k e^{strength z}, normalised; mu_k -> mu_k + strength s z, s the root mean variance
/// of the mixture; z standard normals of the seed.
GaussianMixture
perturbedMixture(const GaussianMixture& mixture, double strength, std::uint64_t seed);

} // namespace scorefield
