// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The local geometry of the log-density at one noise level: gradient, Hessian and its eigenframe.
// Everything here is in x~ = x/alpha, where every process is x~ = x_0 + sigma~ eps: the geometry
// depends on sigma~ alone. Curvatures are dimensionless, kappa_i = sigma~^2 lambda_i = (eigenvalue
// of Cov[x_0|x~])/sigma~^2 - 1 >= -1: the first direction is the top principal direction of what
// x_0 may still be.
#include "core/geometry/plane_kernel.h"
#include "core/mixture/gaussian_mixture.h"

#include <Eigen/Core>

#include <memory>
#include <vector>

namespace scorefield {

/// Below this log10 of a gap of kappas, the eigenframe of a Hessian in double is not the true one.
inline constexpr double kPlainFrameLimit = -12;

struct Eigenframe {
    double logDensity = 0;
    Eigen::VectorXd score;     ///< s~ = grad log q~ [d]
    Eigen::MatrixXd hessian;   ///< of log q~ [d,d]; its eigenvectors are `vectors` but for rounding
    Eigen::MatrixXd vectors;   ///< [d,d], columns v_1, v_2, …: descending eigenvalues
    Eigen::VectorXd kappa;     ///< [d], descending
    Eigen::VectorXd logGap;    ///< [d-1] log10(kappa_i - kappa_{i+1}), also where that underflows
    Eigen::MatrixXd precision; ///< M = sum r_k (Sigma_k + sigma~^2 I)^-1 [d,d]
    bool plainFrameFails = false; ///< some gap is below kPlainFrameLimit, but not 0
};

/// Frames at many points of the plane, structure of arrays [n]. n = (-v1, v0) is the normal.
struct PlaneFrames {
    Eigen::ArrayXd logDensity, s0, s1, kappa1, kappa2, logGap, v0, v1;
};

/// The law of x~ = x_0 + sigma~ eps. sigma~ > 0; keeps the mixture. Thread-safe.
class RidgeField {
public:
    RidgeField(std::shared_ptr<const GaussianMixture> mixture, double noise);
    ~RidgeField();
    RidgeField(const RidgeField&) = delete;
    RidgeField& operator=(const RidgeField&) = delete;

    const GaussianMixture& mixture() const { return *m_mixture; }
    double noise() const { return m_noise; }
    int dimension() const { return m_mixture->dimension(); }
    /// Of x~: sqrt(data scale^2 + sigma~^2), what tolerances are relative to.
    double scale() const { return m_scale; }

    /// In the log domain (theory 1.2): with k0 the likeliest component and the others weighted
    /// relative to the next likeliest, Cov_r(a) = e^rho C~, whose eigenvectors are right where the
    /// gap underflows.
    Eigenframe frame(const Eigen::VectorXd& x) const;
    /// T[a, b, .] = grad of a^T H b, [d]: the third derivatives of log q~.
    Eigen::VectorXd
    third(const Eigen::VectorXd& x, const Eigen::VectorXd& a, const Eigen::VectorXd& b) const;
    /// Rows T[v_1, v_j, .]/(lambda_j - lambda_1), j = 2 … d: what turns the frame. Right also where
    /// both underflow; not finite at an umbilic. [d-1,d]
    Eigen::MatrixXd thirdOverGaps(const Eigen::VectorXd& x, const Eigenframe& frame) const;
    /// For the kernels of plane_kernel.h; only in the plane.
    const PlaneTable& planeTable() const;
    /// The same frames for a block of points [n,2] of a mixture in the plane, vectorised; no
    /// allocation where `frames` already has the size.
    void planeFrames(const Eigen::ArrayXXd& x, PlaneFrames& frames) const;

private:
    struct Components;
    std::shared_ptr<const GaussianMixture> m_mixture;
    double m_noise, m_scale;
    std::unique_ptr<const Components> m_components;
};

} // namespace scorefield
