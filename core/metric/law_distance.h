// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How far the particles of a run are from a law that is known exactly, with the estimator's error
// bar and its floor: what as many exact draws of the law score. The metrics that studies share.
#include "core/base/worker_pool.h"
#include "core/metric/estimate.h"
#include "core/mixture/gaussian_mixture.h"
#include "core/process/forward_process.h"
#include "core/sampler/simulate.h"

#include <Eigen/Core>

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

namespace scorefield {

/// A distance to a law.
struct LawDistance {
    Estimate distance;     ///< with its standard error
    double floor = 0;      ///< the same for exact draws of the law
    std::string estimator; ///< what was done, for notes and files: "sliced, 64 directions"
};

/// Set up once for a law (alpha x_0 + sigma eps, x_0 of the mixture) and a number of particles:
/// exact draws, their projections sorted, the density on a grid. Then cheap for every row of a
/// study. Immutable and thread-safe.
class LawMeter {
public:
    /// `seed` of the exact draws (independent of those of runs with the same seed: Stream::Data).
    LawMeter(std::shared_ptr<const GaussianMixture> mixture,
             const PathCoefficients& level,
             std::size_t particles,
             std::uint64_t seed,
             WorkerPool& pool);
    ~LawMeter();

    /// W_2 (not squared) to as many exact draws: quantiles for d = 1, exact assignment up to
    /// kMostAssigned particles if `exact`, else sliced. Points [n,d] in rows.
    LawDistance w2(const Eigen::MatrixXd& points, WorkerPool& pool, bool exact = false) const;
    /// KL(q^ || q), nats: d = 1, 2 by a density estimate on a grid whose cells hold enough of the
    /// law, d > 2 by nearest neighbours (Wang, Kulkarni and Verdú 2009). NaN where the law has no
    /// density. The error is that of the mean, the floor the estimator's own bias.
    LawDistance kl(const Eigen::MatrixXd& points, WorkerPool& pool) const;
    LawDistance energyDistance(const Eigen::MatrixXd& points, WorkerPool& pool) const;
    /// 1/2 sum_k |share_k - pi_k| of the likeliest component.
    LawDistance modeWeights(const Eigen::MatrixXd& points, WorkerPool& pool) const;

private:
    struct Private;
    std::unique_ptr<const Private> m_private;
};

/// The last states of a run as rows [n,d], those that are finite.
Eigen::MatrixXd endPoints(const Trajectories& run);

} // namespace scorefield
