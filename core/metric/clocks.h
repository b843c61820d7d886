// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// When things happen, on one axis of noise sigma~: the data split into classes (speciation), a
// ridge is there to follow (window), single points are recognised (collapse). Biroli, Bonnaire, de
// Bortoli and Mézard, arXiv:2402.18491, in the OU clock; the exact bifurcation in low dimension and
// the window are our own (theory of ridges 2, 6). sigma~ belongs to no process: every lane reads
// its own time off it.
#include "core/base/worker_pool.h"
#include "core/geometry/ridge_point.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace scorefield {

/// Exact draws of q~ at one level, or the particles of a run there.
struct ClockLevel {
    double noise = 0;
    double valid = 0;          ///< share that sees a ridge (core/metric/stages.h)
    double distance = 0;       ///< median of |delta|/sigma~ of those that do; NaN: too few
    double effectiveCount = 0; ///< mean of N_eff = 1/sum_k r_k^2
    double perplexity = 0;     ///< mean of the exp of the entropy of r
    /// phi = E sum_c P(c|x)^2: two clones that finish with independent noise end in one class.
    double agreement = 0;
};
/// d >= 1; without a ridge (d = 1) valid is 0. `seed` of the draws. Deterministic.
ClockLevel clockLevel(const std::shared_ptr<const GaussianMixture>& mixture,
                      double noise,
                      const RidgeThresholds& thresholds,
                      int draws,
                      std::uint64_t seed = 0);
/// The same of given places x~ [n,d].
ClockLevel clockLevelOf(const std::shared_ptr<const GaussianMixture>& mixture,
                        double noise,
                        const RidgeThresholds& thresholds,
                        const Eigen::ArrayXXd& x);
/// How many draws keep a level within some milliseconds.
int affordableDraws(const GaussianMixture& mixture);

/// A time of the list; NaN with one sentence why where there is none.
struct Clock {
    double noise = std::numeric_limits<double>::quiet_NaN();
    std::string note{};
};

/// Where the mode in the middle, followed from large sigma~ down, stops being one: kappa_1 = 0.
/// Closed forms: ±mu of variance s^2: mu^2 - s^2 = sigma~^2; K >= 3 points on a circle: R^2/2 -
/// s^2.
Clock exactBifurcation(const GaussianMixture& mixture);
/// t_S = log(Lambda)/2 of the OU process: alpha^2 Lambda = 1, sigma~ = sqrt(Lambda - 1), Lambda the
/// largest eigenvalue of the covariance of the data.
Clock principalSpeciation(const GaussianMixture& mixture);
/// t_C = log(1 + s^2/(n^(2/d) - 1))/2 of the OU process: sigma~ = s/sqrt(n^(2/d) - 1), n the number
/// of components and s^2 the variance of their means within a class. Of points (no variance of
/// their own); a crossover in low dimension.
Clock clusterCollapse(const GaussianMixture& mixture);
/// phi = 1/2 int (G_+^2 + G_-^2)/(G_+ + G_-) of two equal classes at ±m with variance Gamma along
/// the line: .7752 at t_S in high dimension, where m^2 = Gamma.
double cloneAgreement(double m, double Gamma);

struct Clocks {
    RidgeThresholds thresholds;
    std::vector<ClockLevel> levels; ///< falling sigma~
    Clock bifurcation, principal, collapse;
    Clock windowHigh, windowLow; ///< between them at least half of the draws see a ridge
    Clock recognised;            ///< where mean N_eff falls below 1.5
    Clock agreement;             ///< where phi rises above .775
};
/// All of them, with levels between `highest` and `lowest` sigma~. Error: stopped.
Result<Clocks> findClocks(const std::shared_ptr<const GaussianMixture>& mixture,
                          const RidgeThresholds& thresholds,
                          double highest,
                          double lowest,
                          WorkerPool& pool,
                          std::stop_token stop = {});

} // namespace scorefield
