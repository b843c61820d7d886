// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The exact law q of x = alpha x_0 + sigma eps for a mixture x_0, in double precision: the readable oracle that the fast
// kernels are tested against. C_k = alpha^2 Sigma_k + sigma^2 I is handled in the eigenbasis of Sigma_k.
// Formulas: theory of exact mixtures; log-weights by log-sum-exp, so nothing overflows far from the data.
#include "core/mixture/gaussian_mixture.h"

#include <Eigen/Core>

namespace scorefield {

class NoisedMixture {
public:
    /// alpha >= 0, sigma >= 0. With sigma = 0 every Sigma_k must be regular for densities, scores and Hessians to be finite;
    /// keeps a reference to `mixture`, which must live longer.
    NoisedMixture(const GaussianMixture& mixture, double alpha, double sigma);

    /// log q(x); x [d].
    double logDensity(const Eigen::VectorXd& x) const;
    /// grad log q = sum_k r_k u_k, u_k = -C_k^-1 (x - alpha mu_k). [d]
    Eigen::VectorXd score(const Eigen::VectorXd& x) const;
    /// Hessian of log q: sum_k r_k (-C_k^-1 + u_k u_k^T) - s s^T. [d,d]
    Eigen::MatrixXd hessian(const Eigen::VectorXd& x) const;
    /// r_k = P(component k | x), by a softmax of the log-weights. [K]
    Eigen::VectorXd responsibilities(const Eigen::VectorXd& x) const;
    /// P(class c | x). [C]
    Eigen::VectorXd classPosterior(const Eigen::VectorXd& x) const;
    /// D = E[x_0|x] = sum_k r_k (mu_k + alpha Sigma_k C_k^-1 (x - alpha mu_k)); regular at alpha = 0 and for singular Sigma_k. [d]
    Eigen::VectorXd denoised(const Eigen::VectorXd& x) const;
    /// E[eps|x] = (x - alpha D)/sigma = -sigma s; sigma > 0. [d]
    Eigen::VectorXd predictedNoise(const Eigen::VectorXd& x) const;
    /// Cov[x_0|x], from the components (no cancellation): sum_k r_k (S_k + m_k m_k^T) - D D^T. [d,d]
    Eigen::MatrixXd posteriorCovariance(const Eigen::VectorXd& x) const;

    double alpha() const { return m_alpha; }
    double sigma() const { return m_sigma; }

private:
    Eigen::VectorXd logTerms(const Eigen::VectorXd& x) const;

    const GaussianMixture& m_mixture;
    double m_alpha, m_sigma;
    std::vector<Eigen::VectorXd> m_variances; ///< alpha^2 l + sigma^2 per component [d]
    std::vector<double> m_logNormalisers;     ///< log pi_k - 1/2 log|C_k| - d/2 log 2 pi
};

} // namespace scorefield
