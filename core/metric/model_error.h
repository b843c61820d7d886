// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What is wrong with a trained network, and why, in the directions that matter on a ridge: e_m =
// D_tau - D = [D_inf - D] + [D_tau - D_inf], what the architecture cannot do and what training has
// not done yet, each along the ridge direction v_1 and across it. The split is ours.
#include "core/base/worker_pool.h"
#include "core/field/random_features.h"
#include "core/metric/estimate.h"

#include <memory>

namespace scorefield {

/// Root mean squares over draws of x~ = x_0 + sigma~ eps, in units of the data.
struct ModelErrors {
    Estimate archNormal, archTangent; ///< of D_inf - D
    Estimate optNormal, optTangent;   ///< of D_tau - D_inf
    Estimate normal, tangent;         ///< of D_tau - D
};

/// D_tau has these weights A/sqrt(p) [d,p]. At noise level sigma~ in (0, inf), by `draws` exact
/// draws of (seed, Stream::Data). Deterministic on any number of threads. In one dimension
/// everything is tangential.
ModelErrors modelErrors(const std::shared_ptr<const GaussianMixture>& mixture,
                        const std::shared_ptr<const RandomFeatureModel>& model,
                        const Eigen::MatrixXd& weights,
                        double noise,
                        int draws,
                        std::uint64_t seed,
                        WorkerPool& pool);

} // namespace scorefield
