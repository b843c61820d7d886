// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Mixtures from points: expectation–maximisation, and one component per point.
// EM with full covariances (Dempster, Laird, Rubin 1977), started by k-means++ (Arthur, Vassilvitskii 2007).
#include "core/base/result.h"
#include "core/mixture/mixture_spec.h"

#include <Eigen/Core>

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

namespace scorefield {

struct FitOptions {
    int components = 3;
    std::uint64_t seed = 0;
    int maxIterations = 1000;
    double tolerance = 1e-10;     ///< stop when the mean log-likelihood per point grows by less; 0: only after maxIterations
    double covarianceFloor = 1e-6; ///< added to the diagonal in the data's own units squared (as scikit-learn's reg_covar)
    std::optional<MixtureSpec> start; ///< instead of k-means++; its number of components counts
    std::stop_token stop;
};

struct FitResult {
    MixtureSpec mixture;
    std::vector<double> meanLogLikelihood; ///< [iterations + 1], the first of the start; never falls by more than rounding and floor explain
    double totalLogLikelihood = 0;
    int iterations = 0;
    bool converged = false;
};

/// Fits `components` Gaussians to points [n,d]. Labels stay empty: every component is its own class. Errors: more components than distinct points,
/// non-finite points, a component that died. The M-step is the weighted ML covariance plus the floor on the diagonal.
Result<FitResult> fitMixture(const Eigen::MatrixXd& points, const FitOptions& options);

/// One Gaussian per class: its weight, mean and ML covariance plus floor. labels [n] in 0…C-1.
Result<MixtureSpec> fitClasses(const Eigen::MatrixXd& points, const std::vector<int>& labels, double covarianceFloor = 1e-6);

/// Silverman's rule h = s (4/((d+2) n))^(1/(d+4)), s the root mean variance of the coordinates (Silverman 1986, §4.3.2).
double silvermanBandwidth(const Eigen::MatrixXd& points);
/// The smoothed data set: one N(x_i, h^2 I) per point (at most 4096). labels may be empty (one class).
Result<MixtureSpec> smoothedPoints(const Eigen::MatrixXd& points, const std::vector<int>& labels, double bandwidth);

} // namespace scorefield
