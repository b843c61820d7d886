// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Subspace-constrained mean shift (Ozertem & Erdogmus 2011), for general covariances:
// x += E (E^T M E)^-1 E^T s~, E the d - D eigenvectors of the smallest eigenvalues, M the mean
// precision: the step that the mean shift's quadratic bound allows within the normal space (ours;
// E E^T M^-1 s~ would stop off the ridge where M is not round). For isotropic components it is the
// denoising step restricted to the normal space.
#include "core/base/worker_pool.h"
#include "core/geometry/eigenframe.h"

#include <Eigen/Core>

#include <stop_token>
#include <vector>

namespace scorefield {

/// Whose Hessian gives the normal space: that of log q, or that of q (proportional to H + s s^T).
enum class RidgeHessian { Log, Density };

struct ProjectionOptions {
    int dimension = 1; ///< D of the ridge, 0 (modes) … d-1
    RidgeHessian hessian = RidgeHessian::Log;
    double tolerance = 1e-12; ///< of a step, relative to the scale of the data
    int steps = 100000;       ///< at most
};

struct Projection {
    Eigen::MatrixXd points;    ///< [n,d]
    Eigen::VectorXi steps;     ///< [n] taken
    Eigen::VectorXd residual;  ///< [n] length of the last step
    std::vector<bool> settled; ///< [n]
};

/// Starts [n,d], in x~. Deterministic on any number of threads. Error: wrong dimension.
Result<Projection> projectOntoRidge(const RidgeField& field,
                                    const Eigen::MatrixXd& starts,
                                    const ProjectionOptions& options,
                                    WorkerPool& pool,
                                    std::stop_token stop = {});
/// The states after 0, 1, …, `steps` steps, each [n,d].
std::vector<Eigen::MatrixXd> projectionPath(const RidgeField& field,
                                            const Eigen::MatrixXd& starts,
                                            const ProjectionOptions& options,
                                            int steps);

} // namespace scorefield
