// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The guided probability-flow ODE of one particle together with what it does to volume. It is
// written in y = x/sqrt(alpha^2 + sigma^2) and the angle theta = atan(sigma/alpha), the
// trigonometric path every process is a relabelling of: data at theta = 0, pure noise at pi/2, and
// nothing in it is singular at either end (alpha = 0 of RF, the large sigma of VE).
#include "core/field/guidance.h"
#include "core/mixture/gaussian_mixture.h"

#include <Eigen/Core>

#include <memory>
#include <vector>

namespace scorefield {

class GuidedFlow {
public:
    /// Keeps references to both; they must live longer. A null guidance is unguided. Error: the
    /// target has no component in the mixture, or the rule is not linear.
    static Result<GuidedFlow> create(const GaussianMixture& mixture,
                                     const GuidanceRule* guidance,
                                     const ForwardProcess& process);

    /// Room for one evaluation, of one thread: what every component says at one point.
    struct Scratch {
        Eigen::VectorXd logTerm, precision, gain; ///< [K] log pi N, tr C^-1, sum l/v
        Eigen::MatrixXd score, mean;              ///< [d,K] u_k, E[x_0 | y, k]
        Eigen::VectorXd rotated, weights;
    };

    int dimension() const { return m_dimension; }
    /// d/dtheta of (y, int div, penalty) at y: rate [d+2].
    ///   dy = -sin D_w + cos eps_w,   D_w = D_u + w (D_c - D_u)
    ///   div = tr of its Jacobian,    penalty = 1/2 w (w - 1) g^2 |s_c - s_u|^2, g^2 = 2 tan
    /// Finite for theta in [0, pi/2], at 0 for regular covariances. Source: our derivation (theory
    /// O5); the traces are those of the closed-form Hessian.
    void
    rate(double theta, const Eigen::VectorXd& state, Eigen::VectorXd& rate, Scratch& scratch) const;

    /// dy/dtheta alone [d], as in rate.
    void velocity(double theta,
                  const Eigen::VectorXd& y,
                  Eigen::VectorXd& velocity,
                  Scratch& scratch) const;
    /// The same and A = d(dy/dtheta)/dy [d,d], by which a small difference of
    /// two paths changes. With C_k = alpha^2 Sigma_k + sigma^2 I, for one posterior
    ///   A = sum_k r_k (alpha sin (I - Sigma_k) C_k^-1 - sin (m_k - D + cos (u_k - s)) (u_k -
    ///   s)^T),
    /// for two A_u + w (A_c - A_u). Limits as in rate. Source: our derivation.
    void linearised(double theta,
                    const Eigen::VectorXd& y,
                    Eigen::VectorXd& rate,
                    Eigen::MatrixXd& jacobian,
                    Scratch& scratch) const;

private:
    struct Term {
        double logWeight;
        Eigen::VectorXd mean, rotatedMean; ///< mu, Q^T mu
        Eigen::MatrixXd eigenvectors;
        Eigen::VectorXd eigenvalues;
        bool inTarget;
    };
    struct Moments; ///< of one posterior: what the flow needs of it

    GuidedFlow() = default;
    void
    evaluateTerms(double alpha, double sigma, const Eigen::VectorXd& y, Scratch& scratch) const;
    Moments moments(double alpha, double sigma, Scratch& scratch, bool target) const;
    double weightAt(double theta) const;
    void addJacobian(double alpha,
                     double sigma,
                     const Moments& moments,
                     double factor,
                     Scratch& scratch,
                     Eigen::MatrixXd& jacobian) const;

    int m_dimension = 0;
    const GuidanceRule* m_guidance = nullptr; ///< null: unguided
    const ForwardProcess* m_process = nullptr;
    std::vector<Term> m_terms;
};

} // namespace scorefield
