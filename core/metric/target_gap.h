// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a target class does to the law of x = alpha x_0 + sigma eps, at one level: the densities
// with and without the class, and the gap of their scores, which is where guidance acts: grad log
// p(c|x) = s_c - s_u, and its Jacobian H_c - H_u. Closed forms, many points at one level.
#include "core/mixture/gaussian_mixture.h"

#include <Eigen/Core>

#include <optional>
#include <vector>

namespace scorefield {

class TargetGap {
public:
    /// sigma >= 0; a target without components is the whole mixture, as is none. At sigma = 0 a
    /// singular covariance makes everything NaN.
    TargetGap(const GaussianMixture& mixture,
              std::optional<int> target,
              double alpha,
              double sigma);

    /// Room for one point, of one thread.
    struct Scratch {
        Eigen::VectorXd logTerm, offset, whitened;
        Eigen::MatrixXd score; ///< [d,K] u_k = -C_k^-1 (x - alpha mu_k)
        Eigen::VectorXd weights, targetWeights;
        Eigen::VectorXd mean, targetMean, excess;
        Eigen::MatrixXd hessian;
    };

    /// ‖s_c - s_u‖ at x [d]; NaN where undefined.
    double strength(const Eigen::VectorXd& x, Scratch& scratch) const;
    /// The largest eigenvalue of -(H_c - H_u): how fast the pull of guidance grows along the worst
    /// direction. A step of weight c (w - 1) overshoots where c (w - 1) times it exceeds the decay
    /// of the step (theory §7, our derivation). NaN where undefined.
    double curvature(const Eigen::VectorXd& x, Scratch& scratch) const;
    /// log p_c^w p_u^(1-w), unnormalised; NaN where undefined.
    double logTilt(const Eigen::VectorXd& x, double w, Scratch& scratch) const;

private:
    struct Term {
        double logNormaliser;     ///< log pi - 1/2 log|C| - d/2 log 2 pi
        Eigen::VectorXd mean;     ///< alpha mu
        Eigen::MatrixXd whitener; ///< diag(v^-1/2) Q^T
        bool inTarget;
    };
    /// Log-terms, scores and responsibilities of both laws, and their scores.
    void evaluate(const Eigen::VectorXd& x, Scratch& scratch) const;
    void responsibilities(const Scratch& scratch, bool target, Eigen::VectorXd& weights) const;
    double logDensity(const Scratch& scratch, bool target) const;

    int m_dimension;
    double m_logTargetWeight = 0; ///< log pi_c
    std::vector<Term> m_terms;
};

} // namespace scorefield
